#include "intake/log_eraser.hpp"

namespace souk::intake {

namespace {

constexpr std::string_view kErase = R"(
DELETE FROM sync_log
WHERE store_id = $1 AND entity = $3 AND external_id = ANY ($4) AND integration_id = $2)";

constexpr std::string_view kEraseReasons = R"(
UPDATE sync_log SET detail = NULL
WHERE store_id = $1 AND entity = $3 AND external_id = ANY ($4) AND integration_id = $2
  AND action = 'rejected' AND detail IS NOT NULL)";

constexpr std::string_view kEraseSome = R"(
DELETE FROM sync_log l USING (
    SELECT id, at FROM sync_log WHERE store_id = $1 AND integration_id = $2 LIMIT $3) portion
WHERE l.store_id = $1 AND l.id = portion.id AND l.at = portion.at)";

}  // namespace

std::int64_t eraseLog(store::Transaction& tx,
                      const store::RecordScope& scope,
                      sdk::Entity entity,
                      const std::vector<std::string>& externalIds) {
    return tx.query(kErase, scope.storeId, scope.integrationId, sdk::name(entity), externalIds)
        .affected();
}

std::int64_t eraseReasons(store::Transaction& tx,
                          const store::RecordScope& scope,
                          sdk::Entity entity,
                          const std::vector<std::string>& externalIds) {
    return tx
        .query(kEraseReasons, scope.storeId, scope.integrationId, sdk::name(entity), externalIds)
        .affected();
}

std::int64_t eraseLog(store::Transaction& tx, const store::RecordScope& scope, int limit) {
    return tx.query(kEraseSome, scope.storeId, scope.integrationId, std::int64_t{limit}).affected();
}

}  // namespace souk::intake
