#include "catalog/content.hpp"
#include "catalog/product_rows.hpp"
#include "catalog/product_table.hpp"
#include "catalog/unify.hpp"
#include "catalog/writer.hpp"

namespace souk::catalog {

namespace {

constexpr std::string_view kUniqueViolation = "23505";

// An upsert that always finds its row: unlike an UPDATE it cannot be planned as a scan.
constexpr std::string_view kTouchListings = R"(
INSERT INTO product_listing (store_id, id, integration_id, external_id, source_version)
SELECT $1, id, $2, external_id, stamp
FROM unnest($3::uuid[], $4::text[], $5::timestamptz[]) AS x(id, external_id, stamp)
ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET
    source_version = excluded.source_version, synced_at = now())";

std::vector<store::Incoming> pageOf(const std::vector<const sdk::Product*>& products) {
    std::vector<store::Incoming> page;
    page.reserve(products.size());
    for (const sdk::Product* product : products) {
        store::Incoming incoming;
        incoming.key = product->externalId;
        incoming.hash = contentHash(*product);
        if (product->updatedAt != sdk::Timestamp{}) incoming.version = product->updatedAt;
        incoming.partial = product->partial;
        incoming.index = page.size();
        page.push_back(std::move(incoming));
    }
    return page;
}

std::vector<ProductPlan> plansOf(const std::vector<const sdk::Product*>& products,
                                 const std::vector<store::Incoming>& page) {
    std::vector<ProductPlan> plans;
    for (const store::Incoming& incoming : page) {
        if (!store::writesContent(incoming.ruling.verdict)) continue;
        ProductPlan plan;
        plan.product = products[incoming.index];
        plan.incoming = &incoming;
        plan.listingId = incoming.known ? incoming.known->id : core::newId();
        if (incoming.known && incoming.known->parentId) {
            plan.productId = *incoming.known->parentId;
            plan.standing = Standing::Leads;  // until the product's own row tells
        }
        plans.push_back(std::move(plan));
    }
    return plans;
}

/// True when there is one.
bool markNew(std::vector<ProductPlan>& plans) {
    bool any = false;
    for (ProductPlan& plan : plans) {
        plan.isNew = !plan.incoming->known && plan.standing == Standing::Fresh;
        any = any || plan.isNew;
    }
    return any;
}

void writeRows(store::Transaction& tx,
               const store::RecordScope& scope,
               std::vector<ProductPlan>& plans) {
    const GoneVariants gone = chooseVariants(tx, scope, plans);
    writeListings(tx, scope, plans);
    writeVariants(tx, scope, plans);
    retireVariants(tx, scope, gone);
}

/// A new listing's variants are new, unless one moved over from another product: nobody looks
/// first, and where one is there all is undone and done again with care.
void write(store::Transaction& tx,
           const store::RecordScope& scope,
           std::vector<ProductPlan>& plans) {
    if (plans.empty()) return;
    chooseProducts(tx, scope, plans);
    if (markNew(plans)) {
        try {
            return tx.attempt([&] { writeRows(tx, scope, plans); });
        } catch (const store::Failure& failure) {
            if (failure.sqlState() != kUniqueViolation) throw;
        }
        for (ProductPlan& plan : plans) plan.isNew = false;
    }
    writeRows(tx, scope, plans);
}

}  // namespace

std::vector<store::Effect> writeProducts(store::Transaction& tx,
                                         const store::RecordScope& scope,
                                         const std::vector<const sdk::Product*>& products) {
    std::vector<store::Effect> effects;
    std::vector<store::Incoming> page = store::newestOfEach(scope, pageOf(products), effects);
    store::settle(tx, scope, kListingTable, creationLock(scope), store::ruleOnContent, page);
    store::touch(tx, scope, kTouchListings, page);

    std::vector<ProductPlan> plans = plansOf(products, page);
    write(tx, scope, plans);
    for (const ProductPlan& plan : plans) {
        store::Effect effect = store::effectOf(*plan.incoming);
        effect.entityId = plan.productId;
        effect.change = plan.standing == Standing::Fresh ? "created" : "updated";
        effects.push_back(std::move(effect));
    }
    for (const store::Incoming& incoming : page) {
        if (store::writesContent(incoming.ruling.verdict)) continue;
        store::Effect effect = store::effectOf(incoming);
        effect.entityId = incoming.known ? incoming.known->parentId : std::nullopt;
        effects.push_back(std::move(effect));
    }
    return effects;
}

}  // namespace souk::catalog
