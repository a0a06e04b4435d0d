#include "connect/states.hpp"

#include "core/correlation.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/json.hpp>

namespace souk::connect {

namespace {

constexpr std::string_view kAdd = R"sql(
INSERT INTO connect_state (store_id, id, integration_id, ticket_hash, state_hash, sealed, key_id,
                           created_at, expires_at, correlation_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
)sql";

constexpr std::string_view kOpen = R"sql(
UPDATE connect_state SET browser_hash = $2
WHERE ticket_hash = $1 AND browser_hash IS NULL AND used_at IS NULL AND expires_at > $3
RETURNING store_id, id, integration_id, browser_hash, sealed, key_id, correlation_id,
          false AS expired
)sql";

constexpr std::string_view kLookAtTicket =
    "SELECT expires_at > $2 AS in_time FROM connect_state WHERE ticket_hash = $1";

constexpr std::string_view kUse = R"sql(
UPDATE connect_state SET used_at = $2
WHERE state_hash = $1 AND used_at IS NULL
RETURNING store_id, id, integration_id, coalesce(browser_hash, '') AS browser_hash, sealed, key_id,
          correlation_id, expires_at <= $2 AS expired
)sql";

constexpr std::string_view kLookAtState = "SELECT id FROM connect_state WHERE state_hash = $1";

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

std::string hashOf(std::string_view text) {
    const auto digest = sdk::sha256(text);
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string identityOf(const core::Uuid& storeId, const core::Uuid& id) {
    return "connect_state/" + storeId.text() + "/" + id.text();
}

sdk::Secret jsonOf(const States::New& wanted) {
    sdk::JsonWriter json;
    json.object().key("state").text(wanted.state).key("verifier").text(wanted.verifier);
    json.key("form").object();
    for (const auto& [name, value] : wanted.form) json.key(name).text(value);
    json.end().end();
    return sdk::Secret(json.take());
}

}  // namespace

void States::add(store::Transaction& worker, const New& wanted) const {
    const auto id = core::newId();
    const auto sealed = vault_.seal(identityOf(wanted.storeId, id), jsonOf(wanted));
    const auto ticketHash = hashOf(wanted.ticket);
    const auto stateHash = hashOf(wanted.state);
    worker.query(kAdd,
                 wanted.storeId,
                 id,
                 wanted.integrationId,
                 store::Bytes{ticketHash},
                 store::Bytes{stateHash},
                 store::Bytes{sealed.bytes},
                 sealed.keyId,
                 wanted.now,
                 wanted.expiresAt,
                 core::Correlation::current());
}

sdk::Result<ConnectState> States::open(store::Transaction& worker,
                                       std::string_view ticket,
                                       std::string_view cookie,
                                       sdk::Timestamp now) const {
    const auto ticketHash = hashOf(ticket);
    const auto browserHash = hashOf(cookie);
    const auto rows = worker.query(kOpen, store::Bytes{ticketHash}, store::Bytes{browserHash}, now);
    if (!rows.empty()) return unsealed(rows[0]);
    const auto known = worker.query(kLookAtTicket, store::Bytes{ticketHash}, now);
    if (known.empty()) return rejected("This connect address is unknown; ask for a new one.");
    if (!known[0].boolean("in_time"))
        return rejected("This connect address has expired; ask for a new one.");
    return rejected("This connect address was opened before; ask for a new one.");
}

sdk::Result<ConnectState> States::use(store::Transaction& worker,
                                      std::string_view state,
                                      sdk::Timestamp now) const {
    const auto stateHash = hashOf(state);
    const auto rows = worker.query(kUse, store::Bytes{stateHash}, now);
    if (rows.empty()) {
        const bool known = !worker.query(kLookAtState, store::Bytes{stateHash}).empty();
        return rejected(known ? "This callback was used before; start connecting again."
                              : "This callback belongs to no connect attempt of ours.");
    }
    if (rows[0].boolean("expired"))
        return rejected("Connecting took longer than ten minutes; start again.");
    return unsealed(rows[0]);
}

bool States::sameBrowser(const ConnectState& state, std::string_view cookie) {
    return !cookie.empty() && sdk::equalConstantTime(hashOf(cookie), state.browserHash);
}

sdk::Result<ConnectState> States::unsealed(const store::Row& row) const {
    ConnectState state;
    state.storeId = row.uuid("store_id");
    state.id = row.uuid("id");
    state.integrationId = row.uuid("integration_id");
    state.browserHash = row.bytes("browser_hash");
    state.correlation = row.maybeUuid("correlation_id");
    const auto text = SOUK_TRY(vault_.open(identityOf(state.storeId, state.id),
                                           {row.bytes("sealed"), row.text("key_id")}));
    const auto json = SOUK_TRY(sdk::Json::parse(text.reveal()));
    state.state = SOUK_TRY(json.text("state"));
    state.verifier = json.textOr("verifier", "");
    vault_.conceal(state.state);
    vault_.conceal(state.verifier);
    const auto form = json.at("form");
    for (const auto& name : form.keys()) state.form[name] = form.textOr(name, "");
    return state;
}

}  // namespace souk::connect
