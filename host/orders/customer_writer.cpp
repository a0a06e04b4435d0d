#include "orders/content.hpp"
#include "orders/eraser.hpp"
#include "orders/writer.hpp"

namespace souk::orders {

namespace {

constexpr store::GuardedTable kCustomerTable{.see = R"(
SELECT t.* FROM unnest($3::text[]) AS k(key) CROSS JOIN LATERAL (
    SELECT external_id AS key, id, content_hash, source_version,
           deleted_version, deleted_at IS NOT NULL AS deleted, NULL::uuid AS parent_id
    FROM customer
    WHERE store_id = $1 AND integration_id = $2 AND external_id = k.key OFFSET 0) t)",
                                             .lock = R"(
SELECT t.* FROM (SELECT unnest($3::text[]) AS key ORDER BY 1) k CROSS JOIN LATERAL (
    SELECT external_id AS key, id, content_hash, source_version,
           deleted_version, deleted_at IS NOT NULL AS deleted, NULL::uuid AS parent_id
    FROM customer
    WHERE store_id = $1 AND integration_id = $2 AND external_id = k.key FOR UPDATE) t)"};

// An upsert that always finds its row: unlike an UPDATE it cannot be planned as a scan.
constexpr std::string_view kTouchCustomers = R"(
INSERT INTO customer (store_id, id, integration_id, external_id, source_version)
SELECT $1, id, $2, external_id, stamp
FROM unnest($3::uuid[], $4::text[], $5::timestamptz[]) AS x(id, external_id, stamp)
ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET
    source_version = excluded.source_version, synced_at = now())";

constexpr std::string_view kWriteCustomers = R"(
INSERT INTO customer AS c (store_id, id, integration_id, external_id, email, phone, first_name,
                           last_name, locale, state, tags, default_address, platform_created_at,
                           content_hash, source_version, extra)
SELECT $1, id, $2, external_id, email, phone, first_name, last_name, locale, state, tags::text[],
       nullif(address::jsonb, 'null'::jsonb), came, hash, stamp, extra
FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::bytea[],
            $15::timestamptz[], $16::text[])
     AS x(id, external_id, email, phone, first_name, last_name, locale, state, tags, address, came,
          hash, stamp, extra)
ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET
    email = excluded.email, phone = excluded.phone, first_name = excluded.first_name,
    last_name = excluded.last_name, locale = excluded.locale, state = excluded.state,
    tags = excluded.tags, default_address = excluded.default_address,
    platform_created_at = excluded.platform_created_at, content_hash = excluded.content_hash,
    source_version = excluded.source_version, extra = excluded.extra, deleted_version = NULL,
    deleted_at = NULL, updated_at = now(), synced_at = now(), version = c.version + 1)";

constexpr std::string_view kDropCustomers = R"(
INSERT INTO customer AS c (store_id, id, integration_id, external_id, deleted_version, deleted_at)
SELECT $1, id, $2, external_id, stamp, $6
FROM unnest($3::uuid[], $4::text[], $5::timestamptz[]) AS x(id, external_id, stamp)
ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET
    deleted_version = excluded.deleted_version,
    deleted_at = coalesce(c.deleted_at, excluded.deleted_at),
    updated_at = CASE WHEN c.deleted_at IS NULL THEN now() ELSE c.updated_at END,
    version = CASE WHEN c.deleted_at IS NULL THEN c.version + 1 ELSE c.version END,
    synced_at = now())";

std::string customerLock(const store::RecordScope& scope) {
    return "souk:customer:" + scope.integrationId.text();
}

std::vector<store::Incoming> pageOf(const std::vector<const sdk::Customer*>& customers) {
    std::vector<store::Incoming> page;
    page.reserve(customers.size());
    for (const sdk::Customer* customer : customers) {
        store::Incoming incoming;
        incoming.key = customer->externalId;
        incoming.hash = contentHash(*customer);
        if (customer->updatedAt != sdk::Timestamp{}) incoming.version = customer->updatedAt;
        incoming.index = page.size();
        page.push_back(std::move(incoming));
    }
    return page;
}

struct CustomerColumns {
    std::vector<core::Uuid> ids;
    std::vector<std::string> externalIds, tags, addresses, hashes, extras;
    std::vector<std::optional<std::string>> emails, phones, firstNames, lastNames, locales, states;
    std::vector<std::optional<sdk::Timestamp>> came;
    std::vector<sdk::Timestamp> stamps;

    void add(const core::Uuid& id,
             const sdk::Customer& customer,
             const store::Incoming& incoming,
             sdk::Timestamp now) {
        ids.push_back(id);
        externalIds.push_back(customer.externalId);
        emails.push_back(store::textOrNull(customer.email));
        phones.push_back(store::textOrNull(customer.phone));
        firstNames.push_back(store::textOrNull(customer.firstName));
        lastNames.push_back(store::textOrNull(customer.lastName));
        locales.push_back(store::textOrNull(customer.locale));
        states.push_back(store::textOrNull(customer.state));
        tags.push_back(store::arrayLiteral(customer.tags));
        addresses.push_back(customer.defaultAddress);
        came.push_back(store::timeOrNull(customer.createdAt));
        hashes.push_back(incoming.hash);
        stamps.push_back(incoming.version.value_or(now));
        extras.push_back(customer.extra);
    }
};

void writeRows(store::Transaction& tx,
               const store::RecordScope& scope,
               const CustomerColumns& columns) {
    if (columns.ids.empty()) return;
    store::Params params(scope.storeId,
                         scope.integrationId,
                         columns.ids,
                         columns.externalIds,
                         columns.emails,
                         columns.phones,
                         columns.firstNames,
                         columns.lastNames,
                         columns.locales,
                         columns.states,
                         columns.tags,
                         columns.addresses,
                         columns.came);
    params.addBytesArray(columns.hashes);
    params.add(columns.stamps);
    params.add(columns.extras);
    tx.run(kWriteCustomers, params);
}

}  // namespace

std::vector<store::Effect> writeCustomers(store::Transaction& tx,
                                          const store::RecordScope& scope,
                                          const std::vector<const sdk::Customer*>& customers) {
    std::vector<store::Effect> effects;
    std::vector<store::Incoming> page = store::newestOfEach(scope, pageOf(customers), effects);
    store::settle(tx, scope, kCustomerTable, customerLock(scope), store::ruleOnContent, page);
    store::touch(tx, scope, kTouchCustomers, page);
    CustomerColumns columns;
    for (const store::Incoming& incoming : page) {
        store::Effect effect = store::contentEffectOf(incoming);
        if (store::writesContent(effect.verdict))
            columns.add(*effect.entityId, *customers[incoming.index], incoming, scope.now);
        effects.push_back(std::move(effect));
    }
    writeRows(tx, scope, columns);
    if (!columns.ids.empty()) eraseCustomersAgain(tx, scope, columns.ids);
    return effects;
}

std::vector<store::Effect> removeCustomers(store::Transaction& tx,
                                           const store::RecordScope& scope,
                                           const std::vector<store::Departure>& departures,
                                           store::Rule* rule) {
    std::vector<store::Incoming> page = store::pageOf(departures);
    store::settle(tx, scope, kCustomerTable, customerLock(scope), rule, page);
    store::Tombstones tombstones;
    std::vector<store::Effect> effects;
    effects.reserve(page.size());
    for (const store::Incoming& incoming : page) effects.push_back(tombstones.add(scope, incoming));
    tombstones.write(tx, scope, kDropCustomers);
    return effects;
}

}  // namespace souk::orders
