#include "store/platform_apps.hpp"

namespace souk::store {

namespace {

constexpr const char* kMake = R"sql(
INSERT INTO platform_app (id, platform, store_id) VALUES ($1, $2, $3)
ON CONFLICT (platform, store_id) DO NOTHING)sql";
constexpr const char* kFind =
    "SELECT id FROM platform_app WHERE platform = $1 AND store_id IS NOT DISTINCT FROM $2";
constexpr const char* kAddSecret = R"sql(
INSERT INTO platform_app_secret (id, app_id, name, sealed, key_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6))sql";
constexpr const char* kRetire = R"sql(
UPDATE platform_app_secret SET retired_at = now()
WHERE app_id = $1 AND name = $2 AND retired_at IS NULL AND id NOT IN (
    SELECT id FROM platform_app_secret
    WHERE app_id = $1 AND name = $2 AND retired_at IS NULL
    ORDER BY id DESC LIMIT $3))sql";
constexpr const char* kSecrets = R"sql(
WITH app AS (
    SELECT id FROM platform_app
    WHERE platform = $1 AND (store_id = $2 OR store_id IS NULL)
    ORDER BY store_id NULLS LAST LIMIT 1
)
SELECT s.id, s.name, s.sealed, s.key_id, s.created_at
FROM platform_app_secret s JOIN app ON app.id = s.app_id
WHERE s.retired_at IS NULL
ORDER BY s.id DESC)sql";
constexpr const char* kList = R"sql(
SELECT a.id, a.platform, a.store_id, s.name, s.created_at
FROM platform_app a
LEFT JOIN platform_app_secret s ON s.app_id = a.id AND s.retired_at IS NULL
ORDER BY a.platform, a.store_id NULLS FIRST, a.id, s.name, s.id DESC)sql";

}  // namespace

core::Uuid PlatformApps::ensure(Transaction& worker,
                                std::string_view platform,
                                const std::optional<core::Uuid>& storeId) {
    worker.query(kMake, core::newId(), platform, storeId);
    return worker.query(kFind, platform, storeId)[0].uuid("id");
}

void PlatformApps::addSecret(Transaction& worker,
                             const core::Uuid& appId,
                             const SealedSecret& secret) {
    worker.query(kAddSecret,
                 secret.id,
                 appId,
                 secret.name,
                 Bytes{secret.sealed},
                 secret.keyId,
                 secret.createdAt);
}

int PlatformApps::retire(Transaction& worker,
                         const core::Uuid& appId,
                         std::string_view name,
                         int keep) {
    return static_cast<int>(worker.query(kRetire, appId, name, std::int64_t{keep}).affected());
}

std::vector<SealedSecret> PlatformApps::secrets(Transaction& worker,
                                                std::string_view platform,
                                                const std::optional<core::Uuid>& storeId) {
    std::vector<SealedSecret> secrets;
    for (const auto row : worker.query(kSecrets, platform, storeId))
        secrets.push_back({row.uuid("id"),
                           row.text("name"),
                           row.bytes("sealed"),
                           row.text("key_id"),
                           row.time("created_at")});
    return secrets;
}

std::vector<PlatformApps::Listed> PlatformApps::list(Transaction& worker) {
    std::vector<Listed> apps;
    for (const auto row : worker.query(kList)) {
        const auto id = row.uuid("id");
        if (apps.empty() || apps.back().id != id)
            apps.push_back({id, row.text("platform"), row.maybeUuid("store_id"), {}});
        if (!row.null("name"))
            apps.back().secrets.emplace_back(row.text("name"), row.time("created_at"));
    }
    return apps;
}

}  // namespace souk::store
