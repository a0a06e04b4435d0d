#include "web/idempotency.hpp"

#include "web/errors.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/json.hpp>

#include <chrono>

namespace souk::web {

namespace {

constexpr std::size_t kLongestKey = 255;
constexpr auto kKept = std::chrono::hours(24);
/// A host that died while it ran the request does not hold the key for longer.
constexpr auto kAbandoned = std::chrono::minutes(5);

constexpr std::string_view kClaim = R"sql(
INSERT INTO idempotency_key AS i (scope, key, request_hash, state, created_at)
VALUES ($1, $2, $3, 'running', $4)
ON CONFLICT (scope, key) DO UPDATE SET request_hash = excluded.request_hash, state = 'running',
    created_at = excluded.created_at, status = NULL, sealed = NULL, key_id = NULL
WHERE (i.state = 'running' AND i.created_at < $5) OR i.created_at < $6
RETURNING 1
)sql";

constexpr std::string_view kFind = R"sql(
SELECT request_hash, state, status, sealed, key_id FROM idempotency_key
WHERE scope = $1 AND key = $2
)sql";

constexpr std::string_view kKeep = R"sql(
UPDATE idempotency_key SET state = 'done', status = $4, sealed = $5, key_id = $6
WHERE scope = $1 AND key = $2 AND state = 'running' AND created_at = $3
)sql";

constexpr std::string_view kRelease = R"sql(
DELETE FROM idempotency_key
WHERE scope = $1 AND key = $2 AND state = 'running' AND created_at = $3
)sql";

constexpr std::string_view kPrune = "DELETE FROM idempotency_key WHERE created_at < $1";

std::string hashOf(const Request& request) {
    const auto digest = sdk::sha256(request.method + '\n' + request.path + '\n' + request.query +
                                    '\n' + request.body);
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string identityOf(const std::string& scope, std::string_view key) {
    return "idempotency_key/" + scope + "/" + std::string(key);
}

/// Headers as JSON in one line, then the body.
sdk::Secret textOf(const Response& answer) {
    sdk::JsonWriter headers;
    headers.object();
    for (const auto& [name, value] : answer.headers) headers.key(name).text(value);
    return sdk::Secret(headers.end().take() + '\n' + answer.body);
}

}  // namespace

Idempotency::Idempotency(store::Database& database,
                         const vault::Vault& vault,
                         const sdk::Clock& clock)
    : database_(database), vault_(vault), clock_(clock) {}

Response Idempotency::once(const std::string& scope,
                           std::string_view key,
                           const Request& request,
                           const std::function<Response()>& run) {
    if (key.size() > kLongestKey)
        throw Problem(400, "Idempotency-Key is longer than 255 characters; use a UUID.");
    const Claim claim{scope, key, clock_.now()};
    if (auto replayed = claimOrReplay(claim, hashOf(request))) return *std::move(replayed);
    Response answer;
    try {
        answer = run();
    } catch (...) {  // whatever it was, the key must be free for the next try
        release(claim);
        throw;
    }
    if (answer.status < 500)
        keep(claim, answer);
    else
        release(claim);
    return answer;
}

std::optional<Response> Idempotency::claimOrReplay(const Claim& claim, std::string_view hash) {
    const auto& [scope, key, now] = claim;
    auto tx = database_.asWorker();
    if (!tx.query(kClaim, scope, key, store::Bytes{hash}, now, now - kAbandoned, now - kKept)
             .empty()) {
        tx.commit();
        return std::nullopt;
    }
    const auto rows = tx.query(kFind, scope, key);
    if (rows.empty() || rows[0].text("state") == "running")
        throw Problem(
            409,
            "A request with this Idempotency-Key is still being carried out; try again shortly.");
    if (rows[0].bytes("request_hash") != hash)
        throw Problem(
            422,
            "This Idempotency-Key was used for another request; use a new key for a new request.");
    return kept(claim, rows[0]);
}

Response Idempotency::kept(const Claim& claim, const store::Row& row) const {
    const auto text =
        vault_.open(identityOf(claim.scope, claim.key), {row.bytes("sealed"), row.text("key_id")});
    if (!text) throw Failed{text.error()};
    const auto end = text->reveal().find('\n');
    Response answer;
    answer.status = static_cast<int>(row.integer("status"));
    answer.body = text->reveal().substr(end + 1);
    if (const auto headers = sdk::Json::parse(text->reveal().substr(0, end)))
        for (const auto& name : headers->keys()) answer.headers[name] = headers->textOr(name, "");
    answer.headers["Idempotency-Replayed"] = "true";
    return answer;
}

void Idempotency::keep(const Claim& claim, const Response& answer) try {
    const auto sealed = vault_.seal(identityOf(claim.scope, claim.key), textOf(answer));
    auto tx = database_.asWorker();
    tx.query(kKeep,
             claim.scope,
             claim.key,
             claim.since,
             std::int32_t{answer.status},
             store::Bytes{sealed.bytes},
             sealed.keyId);
    tx.commit();
} catch (const store::Failure&) {
    // The deed is done and its answer goes out. The key stays claimed, so that a repetition in the
    // next minutes is told to wait instead of doing it twice.
}

void Idempotency::release(const Claim& claim) try {
    auto tx = database_.asWorker();
    tx.query(kRelease, claim.scope, claim.key, claim.since);
    tx.commit();
} catch (const store::Failure&) {
    // The request's own failure is what its sender must hear; the key frees itself in a while.
}

std::int64_t Idempotency::prune() {
    auto tx = database_.asWorker();
    const auto gone = tx.query(kPrune, clock_.now() - kKept).affected();
    tx.commit();
    return gone;
}

}  // namespace souk::web
