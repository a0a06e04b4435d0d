#include "store/pauses.hpp"

#include "store/changes.hpp"

#include <optional>

namespace souk::store {

namespace {

constexpr const char* kMove = R"sql(
UPDATE integration
SET status = $3, status_reason = $4, updated_at = $5, version = version + 1
WHERE id = $1 AND status = $2 RETURNING store_id)sql";

bool move(Transaction& any,
          const core::Uuid& integration,
          std::string_view from,
          std::string_view to,
          const std::optional<std::string>& reason,
          sdk::Timestamp now) {
    const auto rows = any.query(kMove, integration, from, to, reason, now);
    if (rows.empty()) return false;
    Changes::add(any,
                 rows[0].uuid("store_id"),
                 integration,
                 "integration.updated",
                 "integration",
                 integration);
    return true;
}

}  // namespace

bool Pauses::begin(Transaction& any,
                   const core::Uuid& integration,
                   const std::string& reason,
                   sdk::Timestamp now) {
    return move(any, integration, "connected", "paused", reason, now);
}

bool Pauses::end(Transaction& any, const core::Uuid& integration, sdk::Timestamp now) {
    return move(any, integration, "paused", "connected", std::nullopt, now);
}

std::string Pauses::afterMending(const std::string& why) {
    return why + " Replace the plugin by a mended one, then resume the integration.";
}

}  // namespace souk::store
