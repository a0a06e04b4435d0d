#include "publish/service.hpp"

#include "jobs/queue.hpp"
#include "publish/position.hpp"
#include "publish/shelf.hpp"

#include <algorithm>

namespace souk::publish {

namespace {

using sdk::Error;
using sdk::ErrorKind;

constexpr std::string_view kCounts = R"(
SELECT state, count(*) AS n,
       count(*) FILTER (WHERE wanted_at IS NOT NULL AND batch_id IS NULL) AS waiting,
       count(*) FILTER (WHERE batch_id IS NOT NULL) AS in_hand
FROM offer WHERE store_id = $1 AND integration_id = $2 GROUP BY state)";

// Nobody reads while publishing is off: when it is turned on, everything is compared.
constexpr std::string_view kPosition = R"(
SELECT error, retry_at, reconciled_at, drift,
       (SELECT count(*) FROM (
            SELECT FROM change c WHERE $3 AND c.store_id = $1 AND (c.xid, c.id) > (p.xid, p.change_id)
            LIMIT 10000) news) AS unread
FROM publish_position p WHERE store_id = $1 AND integration_id = $2)";

constexpr std::string_view kUnknownProduct = R"(
SELECT k.id FROM unnest($2::uuid[]) AS k(id)
WHERE NOT EXISTS (SELECT 1 FROM product p
                  WHERE p.store_id = $1 AND p.id = k.id AND p.deleted_at IS NULL) LIMIT 1)";

constexpr std::string_view kPublishing = R"(
SELECT id FROM integration
WHERE store_id = $1 AND publishing ->> 'enabled' = 'true' AND status = 'connected'
  AND ($2::uuid IS NULL OR id = $2)
ORDER BY id)";

// Who asks again and again while the platform is down does not make the wait longer each time.
constexpr std::string_view kDueNow = R"(
UPDATE publish_position SET due_at = $3, retry_at = NULL, failures = 0
WHERE store_id = $1 AND integration_id = $2)";

// The feed is read by the turn; here it is only asked whether there is anything to read.
constexpr std::string_view kDue = R"(
SELECT i.store_id, i.id FROM integration i
LEFT JOIN publish_position p ON p.store_id = i.store_id AND p.integration_id = i.id
WHERE i.status = 'connected' AND i.publishing ->> 'enabled' = 'true'
  AND coalesce(p.retry_at, $1) <= $1
  AND (p.due_at <= $1
       OR EXISTS (SELECT 1 FROM change c
                  WHERE c.store_id = i.store_id AND (c.xid, c.id) > (p.xid, p.change_id)
                    AND c.xid < pg_snapshot_xmin(pg_current_snapshot())))
LIMIT 1000)";

constexpr std::string_view kUncompared = R"(
SELECT i.store_id, i.id FROM integration i
JOIN publish_position p ON p.store_id = i.store_id AND p.integration_id = i.id
WHERE i.status = 'connected' AND i.publishing ->> 'enabled' = 'true'
  AND coalesce(p.reconciled_at, i.connected_at) < $1
LIMIT 1000)";

jobs::NewJob jobFor(const core::Uuid& integrationId, std::string_view kind, std::int16_t priority) {
    jobs::NewJob job;
    job.integrationId = integrationId;
    job.kind = kind;
    job.dedupe = "";
    job.priority = priority;
    return job;
}

int enqueueAll(store::Database& database,
               const store::Rows& rows,
               std::string_view kind,
               std::int16_t priority) {
    int started = 0;
    auto tx = database.asWorker();
    for (const store::Row row : rows)
        started +=
            jobs::enqueue(tx, row.uuid("store_id"), {jobFor(row.uuid("id"), kind, priority)});
    tx.commit();
    return started;
}

Standing read(store::Transaction& tx, const store::IntegrationRow& integration) {
    Standing standing;
    standing.settings = settingsOf(tx, integration.id).value_or(Settings{});
    for (const store::Row row : tx.query(kCounts, integration.storeId, integration.id)) {
        standing.offers[row.text("state")] = row.integer("n");
        standing.waiting += row.integer("waiting");
        standing.inHand += row.integer("in_hand");
    }
    const auto rows =
        tx.query(kPosition, integration.storeId, integration.id, standing.settings.enabled);
    if (rows.empty()) return standing;
    standing.unread = rows[0].integer("unread");
    standing.error = rows[0].maybeText("error");
    standing.retryAt = rows[0].maybeTime("retry_at");
    standing.reconciledAt = rows[0].maybeTime("reconciled_at");
    standing.drift = rows[0].text("drift");
    return standing;
}

Error publishesNowhere(const std::optional<core::Uuid>& integrationId) {
    const std::string which =
        integrationId ? "/api/v1/integrations/" + integrationId->text() : "an integration's";
    return {
        ErrorKind::Rejected,
        "Publishing is on for no connected integration that was asked for; turn it on with POST " +
            which + "/publishing {\"enabled\": true}."};
}

}  // namespace

PublishService::PublishService(store::Database& database,
                               const loader::Catalog& catalog,
                               const sdk::Clock& clock)
    : database_(database), catalog_(catalog), clock_(clock) {}

sdk::Result<sdk::Done> PublishService::checkPublishes(
    const store::IntegrationRow& integration) const {
    const auto* const plugin = catalog_.find(integration.platform);
    if (plugin != nullptr && plugin->plugin->publisher() != nullptr) return sdk::Done{};
    return Error{ErrorKind::Unsupported,
                 "No plugin here publishes products on " + integration.platform + "."};
}

sdk::Result<Standing> PublishService::configure(const store::IntegrationRow& integration,
                                                const Settings& settings) {
    SOUK_TRY(checkPublishes(integration));
    if (!settings.link.starts_with("https://") && !settings.link.starts_with("{base_url}"))
        return Error{
            ErrorKind::Rejected,
            "link must begin with https:// or {base_url}; {handle} stands for the product."};
    const auto shelf = shelfOf(integration);
    auto tx = database_.forStore(integration.storeId);
    hold(tx, shelf);
    const auto before = settingsOf(tx, integration.id).value_or(Settings{});
    save(tx, integration.id, settings);
    const bool anew = !before.enabled || before.link != settings.link;
    if (settings.enabled && anew) {
        const auto now = clock_.now();
        beginPosition(tx, shelf);
        want(tx, shelf, {}, now);
        tx.query(kDueNow, shelf.storeId, shelf.integrationId, now);
    }
    auto standing = read(tx, integration);
    tx.commit();
    return standing;
}

sdk::Result<Standing> PublishService::standing(const store::IntegrationRow& integration) {
    SOUK_TRY(checkPublishes(integration));
    auto tx = database_.forStore(integration.storeId);
    return read(tx, integration);
}

sdk::Result<std::int64_t> PublishService::publish(const core::Uuid& storeId,
                                                  const std::vector<core::Uuid>& productIds,
                                                  const std::optional<core::Uuid>& integrationId) {
    const auto now = clock_.now();
    auto tx = database_.forStore(storeId);
    if (const auto rows = tx.query(kUnknownProduct, storeId, productIds); !rows.empty())
        return Error{ErrorKind::NotFound,
                     "There is no product " + rows[0].uuid("id").text() +
                         "; GET /api/v1/products lists them."};
    const auto publishing = tx.query(kPublishing, storeId, integrationId);
    if (publishing.empty()) return publishesNowhere(integrationId);
    std::int64_t wanted = 0;
    for (const store::Row row : publishing) {
        const Shelf shelf{storeId, row.uuid("id"), {}};
        hold(tx, shelf);
        wanted += want(tx, shelf, productIds, now);
        tx.query(kDueNow, storeId, shelf.integrationId, now);
        jobs::enqueue(tx, storeId, {jobFor(shelf.integrationId, "publish", jobs::kManual)});
    }
    tx.commit();
    return wanted;
}

sdk::Result<sdk::Done> PublishService::reconcile(const store::IntegrationRow& integration) {
    SOUK_TRY(checkPublishes(integration));
    auto tx = database_.forStore(integration.storeId);
    if (tx.query(kPublishing, integration.storeId, std::optional(integration.id)).empty())
        return publishesNowhere(integration.id);
    jobs::enqueue(tx, integration.storeId, {jobFor(integration.id, "reconcile", jobs::kManual)});
    tx.commit();
    return sdk::Done{};
}

int PublishService::startDue() {
    const auto rows = database_.asWorker().query(kDue, clock_.now());
    return rows.empty() ? 0 : enqueueAll(database_, rows, "publish", jobs::kWebhookFollowUp);
}

int PublishService::startComparisons(std::chrono::milliseconds every) {
    const auto rows = database_.asWorker().query(kUncompared, clock_.now() - every);
    return rows.empty() ? 0 : enqueueAll(database_, rows, "reconcile", jobs::kScheduled);
}

}  // namespace souk::publish
