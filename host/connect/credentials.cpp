#include "connect/credentials.hpp"

namespace souk::connect {

namespace {

constexpr std::string_view kFind = R"sql(
SELECT sealed, key_id, fence, lease_until, refresh_intent_at
FROM credential WHERE store_id = $1 AND integration_id = $2
)sql";

constexpr std::string_view kSave = R"sql(
INSERT INTO credential (store_id, id, integration_id, sealed, key_id, expires_at,
                        refresh_expires_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (store_id, integration_id) DO UPDATE
SET sealed = excluded.sealed, key_id = excluded.key_id, expires_at = excluded.expires_at,
    refresh_expires_at = excluded.refresh_expires_at, updated_at = excluded.updated_at,
    fence = credential.fence + 1, lease_owner = NULL, lease_until = NULL, refresh_intent_at = NULL
)sql";

constexpr std::string_view kLease = R"sql(
UPDATE credential SET lease_owner = $4, refresh_intent_at = $5, lease_until = $6
WHERE store_id = $1 AND integration_id = $2 AND fence = $3
  AND (lease_until IS NULL OR lease_until <= $5)
)sql";

constexpr std::string_view kReplace = R"sql(
UPDATE credential
SET sealed = $4, key_id = $5, expires_at = $6, refresh_expires_at = $7, updated_at = $8,
    fence = fence + 1, lease_owner = NULL, lease_until = NULL, refresh_intent_at = NULL
WHERE store_id = $1 AND integration_id = $2 AND fence = $3
)sql";

constexpr std::string_view kRelease = R"sql(
UPDATE credential SET lease_owner = NULL, lease_until = $4, refresh_intent_at = NULL
WHERE store_id = $1 AND integration_id = $2 AND lease_owner = $3
)sql";

constexpr std::string_view kHolds = R"sql(
SELECT id FROM credential WHERE store_id = $1 AND integration_id = $2 AND fence = $3 FOR UPDATE
)sql";

constexpr std::string_view kRemove =
    "DELETE FROM credential WHERE store_id = $1 AND integration_id = $2";

}  // namespace

std::string Credentials::identity(const net::AccountKey& key) {
    return "credential/" + key.store.text() + "/" + key.integration.text();
}

sdk::Result<std::optional<Credential>> Credentials::find(store::Transaction& store,
                                                         const net::AccountKey& key) const {
    using Answer = std::optional<Credential>;
    const auto rows = store.query(kFind, key.store, key.integration);
    if (rows.empty()) return Answer();
    const auto row = rows[0];
    const auto json =
        SOUK_TRY(vault_.open(identity(key), {row.bytes("sealed"), row.text("key_id")}));
    auto kept = SOUK_TRY(grantFromJson(json));
    conceal(kept);
    return Answer(Credential{std::move(kept),
                             row.integer("fence"),
                             row.maybeTime("lease_until"),
                             row.maybeTime("refresh_intent_at")});
}

void Credentials::conceal(const KeptGrant& kept) const {
    vault_.conceal(kept.grant.accessToken.reveal());
    for (const auto* token : {&kept.grant.refreshToken, &kept.formerRefresh})
        if (*token) vault_.conceal((*token)->reveal());
    for (const auto& [name, secret] : kept.grant.secrets) vault_.conceal(secret.reveal());
}

void Credentials::save(store::Transaction& store,
                       const net::AccountKey& key,
                       const KeptGrant& kept,
                       sdk::Timestamp now) const {
    conceal(kept);
    const auto sealed = vault_.seal(identity(key), toJson(kept));
    store.query(kSave,
                key.store,
                core::newId(),
                key.integration,
                store::Bytes{sealed.bytes},
                sealed.keyId,
                kept.grant.expiresAt,
                kept.grant.refreshExpiresAt,
                now);
}

bool Credentials::lease(store::Transaction& store,
                        const net::AccountKey& key,
                        std::int64_t fence,
                        const std::string& owner,
                        sdk::Timestamp now,
                        sdk::Timestamp until) const {
    return store.query(kLease, key.store, key.integration, fence, owner, now, until).affected() > 0;
}

bool Credentials::replace(store::Transaction& store,
                          const net::AccountKey& key,
                          std::int64_t fence,
                          const KeptGrant& kept,
                          sdk::Timestamp now) const {
    conceal(kept);
    const auto sealed = vault_.seal(identity(key), toJson(kept));
    return store
               .query(kReplace,
                      key.store,
                      key.integration,
                      fence,
                      store::Bytes{sealed.bytes},
                      sealed.keyId,
                      kept.grant.expiresAt,
                      kept.grant.refreshExpiresAt,
                      now)
               .affected() > 0;
}

void Credentials::release(store::Transaction& store,
                          const net::AccountKey& key,
                          const std::string& owner,
                          const std::optional<sdk::Timestamp>& notBefore) const {
    store.query(kRelease, key.store, key.integration, owner, notBefore);
}

bool Credentials::holds(store::Transaction& store,
                        const net::AccountKey& key,
                        std::int64_t fence) const {
    return !store.query(kHolds, key.store, key.integration, fence).empty();
}

bool Credentials::remove(store::Transaction& store, const net::AccountKey& key) const {
    return store.query(kRemove, key.store, key.integration).affected() > 0;
}

}  // namespace souk::connect
