#include "connect/forget.hpp"
#include "intake/intake.hpp"
#include "intake/log_eraser.hpp"
#include "privacy/turn.hpp"

#include <array>

namespace souk::privacy {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kPortion = 500;
constexpr std::int64_t kRetired = 50;
constexpr auto kOtherWork = 10s;

constexpr std::string_view kOtherJobs = R"(
SELECT EXISTS (SELECT FROM job WHERE store_id = $1 AND integration_id = $2 AND id <> $3
    AND (state = 'leased' OR (state = 'waiting' AND kind = 'account'))) AS busy)";

// Orders stand by themselves: what they took from other accounts' stock goes with them.
constexpr std::string_view kOrders = R"(
WITH portion AS (SELECT id FROM orders WHERE store_id = $1 AND integration_id = $2 LIMIT $3),
     lines AS (DELETE FROM order_items i USING portion WHERE i.store_id = $1 AND i.order_id = portion.id RETURNING 1),
     refunds AS (DELETE FROM refund i USING portion WHERE i.store_id = $1 AND i.order_id = portion.id RETURNING 1),
     parcels AS (DELETE FROM fulfilment i USING portion WHERE i.store_id = $1 AND i.order_id = portion.id RETURNING 1),
     moves AS (DELETE FROM stock_ledger i USING portion WHERE i.store_id = $1 AND i.order_id = portion.id RETURNING 1),
     gone AS (DELETE FROM orders o USING portion WHERE o.store_id = $1 AND o.id = portion.id RETURNING 1)
SELECT (SELECT count(*) FROM gone) AS orders, (SELECT count(*) FROM lines) AS order_items,
       (SELECT count(*) FROM refunds) AS refund, (SELECT count(*) FROM parcels) AS fulfilment,
       (SELECT count(*) FROM moves) AS stock_ledger)";

/// The table's rows of the integration, a portion at a time.
struct Sweep {
    std::string_view table;
    std::string_view sql;
};
#define SOUK_SWEEP(table)                                                           \
    Sweep {                                                                         \
        #table, "DELETE FROM " #table " t USING (SELECT ctid AS place FROM " #table \
                " WHERE store_id = $1 AND integration_id = $2 LIMIT $3) portion"    \
                " WHERE t.store_id = $1 AND t.ctid = portion.place"                 \
    }

constexpr std::string_view kSeen = R"(
DELETE FROM sync_seen s USING sync_run r
WHERE r.store_id = $1 AND r.integration_id = $2 AND s.store_id = $1 AND s.run_id = r.id AND $3 > 0)";

constexpr std::array kPeople{SOUK_SWEEP(message),
                             SOUK_SWEEP(conversation_person),
                             SOUK_SWEEP(conversation),
                             SOUK_SWEEP(customer)};
constexpr std::array kGoods{SOUK_SWEEP(variant_listing),
                            SOUK_SWEEP(inventory),
                            SOUK_SWEEP(location),
                            SOUK_SWEEP(offer),
                            SOUK_SWEEP(offer_batch),
                            SOUK_SWEEP(publish_position),
                            SOUK_SWEEP(stock_ledger),
                            Sweep{"sync_seen", kSeen},
                            SOUK_SWEEP(sync_run)};

/// Those the platform listed; what the hub put there keeps no product alive.
constexpr std::string_view kLiveListings = R"(
SELECT external_id FROM product_listing
WHERE store_id = $1 AND integration_id = $2 AND deleted_at IS NULL LIMIT $3)";

// A product that nobody else lists goes with its listing. One that the hub offers elsewhere stays
// as an empty tombstone: by it the offer is withdrawn.
constexpr std::string_view kListings = R"(
WITH portion AS (
    DELETE FROM product_listing l USING (
        SELECT id FROM product_listing WHERE store_id = $1 AND integration_id = $2 LIMIT $3) s
    WHERE l.store_id = $1 AND l.id = s.id RETURNING l.product_id, l.id
), only_here AS (
    SELECT DISTINCT p.id, EXISTS (SELECT FROM offer o WHERE o.store_id = $1 AND o.product_id = p.id
                                  AND o.integration_id <> $2) AS offered
    FROM portion JOIN product p ON p.store_id = $1 AND p.id = portion.product_id
    WHERE p.deleted_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM product_listing l WHERE l.store_id = $1 AND l.product_id = p.id
          AND NOT l.published AND l.id NOT IN (SELECT id FROM portion))
), variants AS (
    DELETE FROM product_variant v USING only_here h
    WHERE v.store_id = $1 AND v.product_id = h.id AND NOT h.offered RETURNING 1
), products AS (
    DELETE FROM product p USING only_here h
    WHERE p.store_id = $1 AND p.id = h.id AND NOT h.offered RETURNING 1
), emptied AS (
    UPDATE product p SET title = '', description_html = '', vendor = '', product_type = '',
        handle = '', tags = '{}', options = '[]', media = '[]', platform_sync = '{}',
        updated_at = now(), version = version + 1
    FROM only_here h WHERE p.store_id = $1 AND p.id = h.id AND h.offered RETURNING 1
)
SELECT (SELECT count(*) FROM portion) AS product_listing,
       (SELECT count(*) FROM variants) AS product_variant,
       (SELECT count(*) FROM products) + (SELECT count(*) FROM emptied) AS product)";

/// A platform asks for this when the account was let go. Who connected it again meanwhile has begun
/// anew: what is here then is of the new connection, and the request ends.
bool begunAnew(Turn& turn) {
    const auto status = turn.integration.status;
    if (status != store::IntegrationStatus::Connected && status != store::IntegrationStatus::Paused)
        return false;
    turn.request.state = "refused";
    turn.request.reason =
        "The account is connected again; what is kept is of the new connection and stays.";
    turn.request.doneAt = turn.tools.clock.now();
    return true;
}

/// A step that takes rows: they may be a new connection's by now.
template <bool (*Act)(Turn&)>
bool unlessBegunAnew(Turn& turn) {
    return begunAnew(turn) || Act(turn);
}

bool letGo(Turn& turn) {
    const auto& request = turn.request;
    if (turn.tx.query(kOtherJobs, request.storeId, request.integrationId, turn.job.id)[0].boolean(
            "busy")) {
        turn.again = turn.tools.clock.now() + kOtherWork;
        return false;
    }
    if (begunAnew(turn)) return true;
    jobs::cancelLane(turn.tx, request.storeId, request.integrationId, "", {intake::kPrivacyKind});
    turn.count("integration",
               connect::forgetAccount(
                   turn.tx, turn.tools.credentials, turn.integration, turn.tools.clock.now()));
    return true;
}

bool events(Turn& turn) {
    return eraseEvents(turn, false, true);
}

bool lateEvents(Turn& turn) {
    return eraseEvents(turn, true, true);
}

template <std::size_t Count>
bool sweep(Turn& turn, const std::array<Sweep, Count>& tables) {
    std::int64_t swept = 0;
    for (const auto& table : tables) {
        const auto rows =
            turn.tx.query(table.sql, turn.request.storeId, turn.request.integrationId, kPortion)
                .affected();
        turn.count(table.table, rows);
        swept += rows;
    }
    return swept == 0;
}

bool people(Turn& turn) {
    return sweep(turn, kPeople);
}

bool sales(Turn& turn) {
    const auto row =
        turn.tx.query(kOrders, turn.request.storeId, turn.request.integrationId, kPortion)[0];
    for (const auto* table : {"orders", "order_items", "refund", "fulfilment", "stock_ledger"})
        turn.count(table, row.integer(table));
    return row.integer("orders") == 0;
}

/// As if the platform had said of each that it is gone: products lose their lead, the stock goes,
/// the feed tells of it.
bool retire(Turn& turn) {
    const auto rows =
        turn.tx.query(kLiveListings, turn.request.storeId, turn.request.integrationId, kRetired);
    const intake::Source source{turn.request.storeId,
                                turn.request.integrationId,
                                turn.integration.name,
                                intake::Source::Cause::Connect,
                                turn.job.id,
                                turn.tools.clock.now(),
                                true};
    for (const store::Row row : rows)
        intake::confirmGone(turn.tx, source, sdk::Entity::Product, row.text("external_id"));
    return rows.empty();
}

bool listings(Turn& turn) {
    const auto row =
        turn.tx.query(kListings, turn.request.storeId, turn.request.integrationId, kPortion)[0];
    for (const auto* table : {"product_listing", "product_variant", "product"})
        turn.count(table, row.integer(table));
    return row.integer("product_listing") == 0;
}

bool goods(Turn& turn) {
    return sweep(turn, kGoods);
}

bool log(Turn& turn) {
    const auto rows = intake::eraseLog(turn.tx, turn.scope(), static_cast<int>(kPortion));
    turn.count("sync_log", rows);
    return rows == 0;
}

bool finish(Turn& turn) {
    turn.count("privacy_request", Requests::forgetAllSubjects(turn.tx, turn.request));
    return true;
}

constexpr std::array kSteps{Step{letGo},
                            Step{unlessBegunAnew<events>, true},
                            Step{unlessBegunAnew<people>},
                            Step{unlessBegunAnew<sales>},
                            Step{unlessBegunAnew<retire>},
                            Step{unlessBegunAnew<listings>},
                            Step{unlessBegunAnew<goods>},
                            Step{unlessBegunAnew<lateEvents>, true},
                            Step{unlessBegunAnew<people>},
                            Step{unlessBegunAnew<sales>},
                            Step{unlessBegunAnew<log>},
                            Step{finish}};

}  // namespace

Steps stepsOfStore() {
    return {kSteps.data(), kSteps.size()};
}

}  // namespace souk::privacy
