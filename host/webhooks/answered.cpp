#include "webhooks/answered.hpp"

namespace souk::webhooks {

namespace {

constexpr std::string_view kKeep = R"(
INSERT INTO answered_delivery (code, platform, received_at, accounts, correlation_id)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (code) DO NOTHING)";
constexpr std::string_view kFind = R"(
SELECT platform, received_at, accounts FROM answered_delivery WHERE platform = $1 AND code = $2)";
constexpr std::string_view kCode =
    "SELECT code FROM answered_delivery WHERE correlation_id = $1 ORDER BY received_at LIMIT 1";

}  // namespace

void keepAnswered(store::Transaction& worker, const std::string& code, const Answered& answered) {
    worker.query(kKeep,
                 code,
                 answered.platform,
                 answered.receivedAt,
                 answered.accounts,
                 answered.correlation);
}

std::optional<Answered> findAnswered(store::Transaction& worker,
                                     const std::string& platform,
                                     const std::string& code) {
    const auto rows = worker.query(kFind, platform, code);
    if (rows.empty()) return std::nullopt;
    return Answered{
        rows[0].text("platform"), rows[0].time("received_at"), rows[0].integer("accounts")};
}

std::optional<std::string> answeredCode(store::Transaction& worker, const core::Uuid& correlation) {
    const auto rows = worker.query(kCode, correlation);
    return rows.empty() ? std::nullopt : std::optional(rows[0].text("code"));
}

}  // namespace souk::webhooks
