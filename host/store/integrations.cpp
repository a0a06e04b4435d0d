#include "store/integrations.hpp"

#include "store/changes.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace souk::store {

namespace {

// Every statement that answers whole rows ends in these columns.
#define SOUK_INTEGRATION_COLUMNS                                                               \
    "store_id, id, platform, name, status, status_reason, account_external_id, account_title," \
    " other_ids, facts, choices, base_url, currency, time_zone, scopes, config, settings, "    \
    "sync_status, sync_cursor,"                                                                \
    " sync_error, last_sync_at, next_sync_at, connected_at, disconnected_at, created_at,"      \
    " updated_at, version"

constexpr const char* kCreate =
    "INSERT INTO integration (store_id, id, platform, name, config) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (store_id, name) DO NOTHING RETURNING " SOUK_INTEGRATION_COLUMNS;
constexpr const char* kFind = "SELECT " SOUK_INTEGRATION_COLUMNS " FROM integration WHERE id = $1";
constexpr const char* kRoute = "SELECT " SOUK_INTEGRATION_COLUMNS
                               " FROM integration WHERE platform = $1 AND account_external_id = $2 "
                               "ORDER BY (status = 'disconnected'), id DESC LIMIT 1";
constexpr const char* kRouteByOther = "SELECT " SOUK_INTEGRATION_COLUMNS
                                      " FROM integration WHERE platform = $1 AND other_ids @> $2 "
                                      "AND status <> 'disconnected' ORDER BY id";
constexpr const char* kList =
    "SELECT " SOUK_INTEGRATION_COLUMNS " FROM integration WHERE id > $1 ORDER BY id LIMIT $2";
// What the account told since it was first connected (templates, limits) is not forgotten.
constexpr const char* kConnected =
    "UPDATE integration SET status = 'connected', status_reason = NULL, account_external_id = $2,"
    " account_title = $3, base_url = $4, currency = nullif($5, ''), time_zone = nullif($6, ''),"
    " settings = $7, scopes = $8, other_ids = $10, choices = NULL,"
    " facts = CASE WHEN account_external_id = $2 THEN facts || $11 ELSE $11 END,"
    " connected_at = $9, updated_at = $9, version = version + 1 "
    "WHERE id = $1 RETURNING " SOUK_INTEGRATION_COLUMNS;
constexpr const char* kSetStatus = R"sql(
UPDATE integration
SET status = $2, status_reason = $3, updated_at = $4, version = version + 1,
    disconnected_at = CASE WHEN $2 = 'disconnected' THEN $4 ELSE disconnected_at END,
    other_ids = CASE WHEN $2 = 'disconnected' THEN '{}' ELSE other_ids END
WHERE id = $1 RETURNING store_id)sql";
constexpr const char* kSetScopes = R"sql(
UPDATE integration SET scopes = $2, updated_at = now(), version = version + 1
WHERE id = $1 AND scopes IS DISTINCT FROM $2 RETURNING store_id)sql";
// RFC 7396, one level deep: members of objects that are there are merged, null takes one away.
constexpr const char* kMergeFacts = R"sql(
UPDATE integration i SET updated_at = now(), version = version + 1, facts = (
    SELECT coalesce(jsonb_object_agg(key, CASE
        WHEN jsonb_typeof(value) = 'object' AND jsonb_typeof(i.facts -> key) = 'object'
        THEN jsonb_strip_nulls((i.facts -> key) || value) ELSE value END), '{}')
    FROM jsonb_each(i.facts || $2) WHERE value <> 'null')
WHERE id = $1 RETURNING store_id)sql";
constexpr const char* kSetChoices = R"sql(
UPDATE integration SET choices = $2, updated_at = now(), version = version + 1
WHERE id = $1 RETURNING store_id)sql";
constexpr const char* kSaveCursor = R"sql(
UPDATE integration SET sync_cursor = sync_cursor || jsonb_build_object($2::text, $3::text)
WHERE id = $1)sql";
constexpr const char* kSetSync =
    "UPDATE integration SET sync_status = $2, sync_error = $3 WHERE id = $1";
constexpr const char* kSyncComplete = R"sql(
UPDATE integration
SET sync_status = 'complete', sync_error = NULL, last_sync_at = $2, next_sync_at = $3
WHERE id = $1)sql";
constexpr const char* kTakeDue =
    "UPDATE integration SET next_sync_at = $2 WHERE id IN ("
    "SELECT id FROM integration WHERE status = 'connected' AND next_sync_at <= $1 "
    "ORDER BY next_sync_at LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING " SOUK_INTEGRATION_COLUMNS;

#undef SOUK_INTEGRATION_COLUMNS

constexpr std::array<std::pair<IntegrationStatus, std::string_view>, 6> kStatuses{{
    {IntegrationStatus::Pending, "pending"},
    {IntegrationStatus::Connected, "connected"},
    {IntegrationStatus::Paused, "paused"},
    {IntegrationStatus::ReauthRequired, "reauth_required"},
    {IntegrationStatus::Error, "error"},
    {IntegrationStatus::Disconnected, "disconnected"},
}};

IntegrationStatus statusFrom(std::string_view text) {
    for (const auto& [status, word] : kStatuses)
        if (word == text) return status;
    throw std::logic_error("the table holds an unknown integration status");
}

IntegrationRow integrationFrom(const Row& row) {
    IntegrationRow found;
    found.storeId = row.uuid("store_id");
    found.id = row.uuid("id");
    found.platform = row.text("platform");
    found.name = row.text("name");
    found.status = statusFrom(row.text("status"));
    found.statusReason = row.maybeText("status_reason");
    found.account.externalId = row.textOr("account_external_id", "");
    found.account.title = row.textOr("account_title", "");
    found.account.otherIds = row.texts("other_ids");
    found.account.facts = row.text("facts");
    found.choices = row.maybeText("choices");
    found.account.baseUrl = row.textOr("base_url", "");
    found.account.currency = row.textOr("currency", "");
    found.account.timeZone = row.textOr("time_zone", "");
    found.account.settings = row.text("settings");
    found.account.scopes = row.texts("scopes");
    found.config = row.text("config");
    found.syncStatus = row.text("sync_status");
    found.syncCursor = row.text("sync_cursor");
    found.syncError = row.maybeText("sync_error");
    found.lastSyncAt = row.maybeTime("last_sync_at");
    found.nextSyncAt = row.maybeTime("next_sync_at");
    found.connectedAt = row.maybeTime("connected_at");
    found.disconnectedAt = row.maybeTime("disconnected_at");
    found.createdAt = row.time("created_at");
    found.updatedAt = row.time("updated_at");
    found.version = row.integer("version");
    return found;
}

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

void tellUpdated(Transaction& any, const core::Uuid& storeId, const core::Uuid& id) {
    Changes::add(any, storeId, id, "integration.updated", "integration", id);
}

}  // namespace

std::string_view name(IntegrationStatus status) noexcept {
    return kStatuses[static_cast<std::size_t>(status)].second;
}

sdk::Result<IntegrationRow> Integrations::create(Transaction& store,
                                                 const core::Uuid& storeId,
                                                 const NewIntegration& wanted) {
    constexpr int kMostNumbers = 1000;
    const auto& base = wanted.name.empty() ? wanted.platform : wanted.name;
    const int last = wanted.name.empty() ? kMostNumbers : 1;
    for (int number = 1; number <= last; ++number) {
        const auto name = number == 1 ? base : base + '-' + std::to_string(number);
        const auto rows = store.query(
            kCreate, storeId, core::newId(), wanted.platform, name, JsonText{wanted.config});
        if (rows.empty()) continue;  // the name is taken
        auto created = integrationFrom(rows[0]);
        Changes::add(store, storeId, created.id, "integration.created", "integration", created.id);
        return created;
    }
    return rejected("this store already has an integration called '" + base +
                    "'; choose another name");
}

std::optional<IntegrationRow> Integrations::find(Transaction& any, const core::Uuid& id) {
    const auto rows = any.query(kFind, id);
    if (rows.empty()) return std::nullopt;
    return integrationFrom(rows[0]);
}

std::vector<IntegrationRow> Integrations::route(Transaction& worker,
                                                std::string_view platform,
                                                std::string_view account) {
    std::vector<IntegrationRow> found;
    for (const auto row : worker.query(kRoute, platform, account))
        found.push_back(integrationFrom(row));
    if (!found.empty()) return found;
    const std::vector<std::string> named{std::string(account)};
    for (const auto row : worker.query(kRouteByOther, platform, named))
        found.push_back(integrationFrom(row));
    return found;
}

std::vector<IntegrationRow> Integrations::list(Transaction& any,
                                               const core::Uuid& after,
                                               int limit) {
    std::vector<IntegrationRow> found;
    for (const auto row : any.query(kList, after, std::int64_t{limit}))
        found.push_back(integrationFrom(row));
    return found;
}

sdk::Result<IntegrationRow> Integrations::connected(Transaction& store,
                                                    const core::Uuid& id,
                                                    const sdk::Account& account,
                                                    sdk::Timestamp now) {
    std::optional<IntegrationRow> row;
    try {
        // The other holder may belong to another store, which this transaction cannot see: only
        // the index knows it.
        store.attempt([&] {
            const auto rows = store.query(kConnected,
                                          id,
                                          account.externalId,
                                          account.title,
                                          account.baseUrl,
                                          account.currency,
                                          account.timeZone,
                                          account.settings,
                                          account.scopes,
                                          now,
                                          account.otherIds,
                                          JsonText{account.facts});
            if (!rows.empty()) row = integrationFrom(rows[0]);
        });
    } catch (const Failure& failure) {
        if (!failure.uniqueViolation()) throw;
        return rejected("the account " + account.externalId +
                        " is already connected to another integration; disconnect that one first");
    }
    if (!row) return sdk::Error{sdk::ErrorKind::NotFound, "there is no such integration"};
    tellUpdated(store, row->storeId, id);
    return *std::move(row);
}

void Integrations::setStatus(Transaction& any,
                             const core::Uuid& id,
                             IntegrationStatus status,
                             const std::optional<std::string>& reason,
                             sdk::Timestamp now) {
    const auto rows = any.query(kSetStatus, id, store::name(status), reason, now);
    if (!rows.empty()) tellUpdated(any, rows[0].uuid("store_id"), id);
}

void Integrations::setScopes(Transaction& any,
                             const core::Uuid& id,
                             const std::vector<std::string>& scopes) {
    const auto rows = any.query(kSetScopes, id, scopes);
    if (!rows.empty()) tellUpdated(any, rows[0].uuid("store_id"), id);
}

void Integrations::mergeFacts(Transaction& store, const core::Uuid& id, std::string_view patch) {
    const auto rows = store.query(kMergeFacts, id, JsonText{patch});
    if (!rows.empty()) tellUpdated(store, rows[0].uuid("store_id"), id);
}

void Integrations::setChoices(Transaction& store,
                              const core::Uuid& id,
                              const std::optional<std::string>& choices) {
    std::optional<JsonText> json;
    if (choices) json = JsonText{*choices};
    const auto rows = store.query(kSetChoices, id, json);
    if (!rows.empty()) tellUpdated(store, rows[0].uuid("store_id"), id);
}

void Integrations::saveCursor(Transaction& store,
                              const core::Uuid& id,
                              std::string_view entity,
                              std::string_view cursor) {
    store.query(kSaveCursor, id, entity, cursor);
}

void Integrations::setSync(Transaction& store,
                           const core::Uuid& id,
                           std::string_view syncStatus,
                           const std::optional<std::string>& error) {
    store.query(kSetSync, id, syncStatus, error);
}

void Integrations::syncComplete(Transaction& store,
                                const core::Uuid& id,
                                sdk::Timestamp now,
                                sdk::Timestamp next) {
    store.query(kSyncComplete, id, now, next);
}

std::vector<IntegrationRow> Integrations::takeDue(Transaction& worker,
                                                  sdk::Timestamp now,
                                                  sdk::Timestamp next,
                                                  int limit) {
    std::vector<IntegrationRow> due;
    for (const auto row : worker.query(kTakeDue, now, next, std::int64_t{limit}))
        due.push_back(integrationFrom(row));
    return due;
}

}  // namespace souk::store
