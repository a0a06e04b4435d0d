#include "store/api_tokens.hpp"

namespace souk::store {

namespace {

constexpr const char* kInsert = R"sql(
INSERT INTO api_token (id, store_id, name, role, token_hash, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id, store_id, name, role, created_at, expires_at, last_used_at, revoked_at)sql";
constexpr const char* kFind = R"sql(
SELECT id, store_id, name, role, created_at, expires_at, last_used_at, revoked_at
FROM api_token
WHERE token_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2))sql";
constexpr const char* kTouch = R"sql(
UPDATE api_token SET last_used_at = $2
WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $2::timestamptz - interval '1 minute'))sql";
constexpr const char* kList = R"sql(
SELECT id, store_id, name, role, created_at, expires_at, last_used_at, revoked_at
FROM api_token ORDER BY id)sql";
constexpr const char* kRevoke =
    "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

ApiToken tokenFrom(const Row& row) {
    ApiToken token;
    token.id = row.uuid("id");
    token.storeId = row.maybeUuid("store_id");
    token.name = row.text("name");
    token.role = row.text("role");
    token.createdAt = row.time("created_at");
    token.expiresAt = row.maybeTime("expires_at");
    token.lastUsedAt = row.maybeTime("last_used_at");
    token.revokedAt = row.maybeTime("revoked_at");
    return token;
}

}  // namespace

ApiToken ApiTokens::create(Transaction& worker, const ApiToken& wanted, std::string_view hash) {
    const auto id = wanted.id.empty() ? core::newId() : wanted.id;
    return tokenFrom(worker.query(
        kInsert, id, wanted.storeId, wanted.name, wanted.role, Bytes{hash}, wanted.expiresAt)[0]);
}

std::optional<ApiToken> ApiTokens::find(Transaction& worker,
                                        std::string_view hash,
                                        sdk::Timestamp now) {
    const auto rows = worker.query(kFind, Bytes{hash}, now);
    if (rows.empty()) return std::nullopt;
    return tokenFrom(rows[0]);
}

void ApiTokens::touch(Transaction& worker, const core::Uuid& id, sdk::Timestamp now) {
    worker.query(kTouch, id, now);
}

std::vector<ApiToken> ApiTokens::list(Transaction& worker) {
    std::vector<ApiToken> tokens;
    for (const auto row : worker.query(kList)) tokens.push_back(tokenFrom(row));
    return tokens;
}

bool ApiTokens::revoke(Transaction& worker, const core::Uuid& id, sdk::Timestamp now) {
    return worker.query(kRevoke, id, now).affected() == 1;
}

}  // namespace souk::store
