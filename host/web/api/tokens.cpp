#include "store/api_tokens.hpp"

#include "store/stores.hpp"
#include "web/access.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"

#include <souk/sdk/time.hpp>

#include <algorithm>
#include <array>

namespace souk::web {

namespace {

constexpr std::array<std::string_view, 4> kRoles{"admin", "operator", "viewer", "agent"};

void members(Render& json, const store::ApiToken& token) {
    json.id("id", token.id)
        .id("store_id", token.storeId)
        .text("name", token.name)
        .text("role", token.role);
    json.time("created_at", token.createdAt).time("expires_at", token.expiresAt);
    json.time("last_used_at", token.lastUsedAt).time("revoked_at", token.revokedAt);
}

void render(Render& json, const store::ApiToken& token) {
    json.object();
    members(json, token);
    json.end();
}

/// Tokens of a store's administrator stay within the store.
bool reaches(const Call& call, const store::ApiToken& token) {
    return !call.caller.storeId || call.caller.storeId == token.storeId;
}

store::ApiToken wantedToken(const Call& call, const sdk::Json& body) {
    store::ApiToken wanted;
    wanted.id = core::newId();
    wanted.storeId = call.caller.storeId;
    if (body.has("store_id")) {
        const auto store = core::Uuid::parse(body.textOr("store_id", ""));
        if (!store) throw Problem(400, "store_id must be a UUID; GET /api/v1/stores lists them.");
        if (call.caller.storeId && *call.caller.storeId != *store)
            throw Problem(404, "There is no such store for this token.");
        wanted.storeId = *store;
    }
    wanted.role = body.textOr("role", "");
    if (std::find(kRoles.begin(), kRoles.end(), wanted.role) == kRoles.end())
        throw Problem(400, "role must be admin, operator, viewer or agent.");
    wanted.name = body.textOr("name", wanted.role);
    if (body.has("expires_at"))
        wanted.expiresAt = readable(sdk::timestampFrom(readable(body.text("expires_at"))));
    return wanted;
}

Response create(Services& services, const Call& call) {
    call.knows({});
    call.refusesKey();  // a kept answer would keep the token beside its hash
    auto wanted = wantedToken(call, call.body({"store_id", "name", "role", "expires_at"}));
    wanted.createdAt = services.clock.now();
    const auto issued = issueToken();
    auto tx = services.database.asWorker();
    if (wanted.storeId && !store::Stores::find(tx, *wanted.storeId))
        throw Problem(404, "There is no such store; GET /api/v1/stores lists them.");
    const auto token = store::ApiTokens::create(tx, wanted, issued.hash);
    tx.commit();
    Render json;
    json.object().text("token", issued.token);
    members(json, token);
    return jsonAnswer(201, json.end().take());
}

Response list(Services& services, const Call& call) {
    call.knows({});
    auto tx = services.database.asWorker();
    auto tokens = store::ApiTokens::list(tx);
    std::erase_if(tokens, [&](const auto& token) { return !reaches(call, token); });
    return jsonAnswer(200, page(tokens, std::nullopt, render));
}

Response revoke(Services& services, const Call& call) {
    call.knows({});
    const auto id = call.id();
    auto tx = services.database.asWorker();
    const auto tokens = store::ApiTokens::list(tx);
    const bool known = std::any_of(tokens.begin(), tokens.end(), [&](const auto& token) {
        return token.id == id && reaches(call, token);
    });
    if (!known) throw Problem(404, "There is no such token; GET /api/v1/tokens lists them.");
    store::ApiTokens::revoke(tx, id, services.clock.now());
    tx.commit();
    return Response{204, {}, {}};
}

}  // namespace

void addTokenRoutes(Router& router, Services& services) {
    router.add("POST", "/api/v1/tokens", Access::Manage, [&](const Call& call) {
        return create(services, call);
    });
    router.add("GET", "/api/v1/tokens", Access::Manage, [&](const Call& call) {
        return list(services, call);
    });
    router.add("DELETE", "/api/v1/tokens/{id}", Access::Manage, [&](const Call& call) {
        return revoke(services, call);
    });
}

}  // namespace souk::web
