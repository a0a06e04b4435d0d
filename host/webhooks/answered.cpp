#include "webhooks/answered.hpp"

namespace souk::webhooks {

namespace {

constexpr std::string_view kKeep = R"(
INSERT INTO answered_delivery (code, platform, received_at, accounts) VALUES ($1, $2, $3, $4)
ON CONFLICT (code) DO NOTHING)";
constexpr std::string_view kFind = R"(
SELECT platform, received_at, accounts FROM answered_delivery WHERE platform = $1 AND code = $2)";

}  // namespace

void keepAnswered(store::Transaction& worker, const std::string& code, const Answered& answered) {
    worker.query(kKeep, code, answered.platform, answered.receivedAt, answered.accounts);
}

std::optional<Answered> findAnswered(store::Transaction& worker,
                                     const std::string& platform,
                                     const std::string& code) {
    const auto rows = worker.query(kFind, platform, code);
    if (rows.empty()) return std::nullopt;
    return Answered{
        rows[0].text("platform"), rows[0].time("received_at"), rows[0].integer("accounts")};
}

}  // namespace souk::webhooks
