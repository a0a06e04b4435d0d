#include "catalog/unify.hpp"

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace souk::catalog {

namespace {

// A store with a single integration looks no further.
constexpr std::string_view kOthers = R"(
SELECT EXISTS (SELECT FROM integration WHERE store_id = $1 AND id <> $2) AS answer)";

// Codes are looked up one by one, and what follows from a hit is asked for that hit alone.
constexpr std::string_view kOffers = R"(
SELECT v.product_id, v.sku, v.barcode
FROM (
    SELECT t.* FROM unnest($3::text[]) AS k(code) CROSS JOIN LATERAL (
        SELECT id, product_id, sku, barcode FROM product_variant
        WHERE store_id = $1 AND sku = k.code AND deleted_at IS NULL OFFSET 0) t
    UNION ALL
    SELECT t.* FROM unnest($4::text[]) AS k(code) CROSS JOIN LATERAL (
        SELECT id, product_id, sku, barcode FROM product_variant
        WHERE store_id = $1 AND barcode = k.code AND deleted_at IS NULL OFFSET 0) t
    OFFSET 0
) v
WHERE (SELECT count(*) FROM (
           SELECT 1 FROM variant_listing l
           WHERE l.store_id = $1 AND l.variant_id = v.id AND l.integration_id <> $2
             AND l.deleted_at IS NULL AND NOT l.published LIMIT 1) others) > 0
  AND (SELECT count(*) FROM (
           SELECT 1 FROM product_listing p
           WHERE p.store_id = $1 AND p.product_id = v.product_id AND p.integration_id = $2
             AND p.deleted_at IS NULL AND NOT p.published LIMIT 1) ours) = 0)";

constexpr std::string_view kLockProducts = R"(
SELECT t.* FROM (SELECT unnest($2::uuid[]) AS id ORDER BY 1) k CROSS JOIN LATERAL (
    SELECT id, lead_integration_id, deleted_at IS NOT NULL AS deleted
    FROM product WHERE store_id = $1 AND id = k.id FOR UPDATE) t)";

using ProductsByCode = std::unordered_map<std::string, std::set<core::Uuid>>;

struct Offers {
    ProductsByCode bySku;
    ProductsByCode byBarcode;
};

Offers readOffers(store::Transaction& tx,
                  const store::RecordScope& scope,
                  const std::vector<ProductPlan>& plans) {
    std::vector<std::string> skus;
    std::vector<std::string> barcodes;
    for (const ProductPlan& plan : plans) {
        if (!plan.productId.empty()) continue;
        for (const sdk::Variant& variant : plan.product->variants) {
            if (!variant.sku.empty()) skus.push_back(variant.sku);
            if (!variant.barcode.empty()) barcodes.push_back(variant.barcode);
        }
    }
    Offers offers;
    if (skus.empty() && barcodes.empty()) return offers;
    if (!tx.query(kOthers, scope.storeId, scope.integrationId)[0].boolean("answer")) return offers;
    for (const store::Row row :
         tx.query(kOffers, scope.storeId, scope.integrationId, skus, barcodes)) {
        const core::Uuid product = row.uuid("product_id");
        if (const auto sku = row.maybeText("sku")) offers.bySku[*sku].insert(product);
        if (const auto barcode = row.maybeText("barcode"))
            offers.byBarcode[*barcode].insert(product);
    }
    return offers;
}

std::set<core::Uuid> candidatesFor(const sdk::Product& product, const Offers& offers) {
    std::set<core::Uuid> candidates;
    const auto collect = [&](const ProductsByCode& known, const std::string& code) {
        const auto found = code.empty() ? known.end() : known.find(code);
        if (found != known.end()) candidates.insert(found->second.begin(), found->second.end());
    };
    for (const sdk::Variant& variant : product.variants) {
        collect(offers.bySku, variant.sku);
        collect(offers.byBarcode, variant.barcode);
    }
    return candidates;
}

void joinOrMake(std::vector<ProductPlan>& plans, const Offers& offers) {
    std::set<core::Uuid> taken;
    for (ProductPlan& plan : plans) {
        if (!plan.productId.empty()) continue;
        const std::set<core::Uuid> candidates = candidatesFor(*plan.product, offers);
        const bool joins = candidates.size() == 1 && taken.insert(*candidates.begin()).second;
        plan.productId = joins ? *candidates.begin() : core::newId();
        plan.standing = joins ? Standing::Follows : Standing::Fresh;
    }
}

}  // namespace

void chooseProducts(store::Transaction& tx,
                    const store::RecordScope& scope,
                    std::vector<ProductPlan>& plans) {
    joinOrMake(plans, readOffers(tx, scope, plans));
    for (ProductPlan& plan : plans) plan.leadId = scope.integrationId;
    std::vector<core::Uuid> existing;
    for (const ProductPlan& plan : plans)
        if (plan.standing != Standing::Fresh) existing.push_back(plan.productId);
    if (existing.empty()) return;

    std::map<core::Uuid, core::Uuid> leads;
    for (const store::Row row : tx.query(kLockProducts, scope.storeId, existing)) {
        // A product nobody lists any more comes back to life under the one who lists it now.
        const core::Uuid lead =
            row.boolean("deleted") ? scope.integrationId : row.uuid("lead_integration_id");
        leads.emplace(row.uuid("id"), lead);
    }
    for (ProductPlan& plan : plans) {
        if (plan.standing == Standing::Fresh) continue;
        const auto found = leads.find(plan.productId);
        plan.standing = Standing::Fresh;
        if (found == leads.end()) continue;
        plan.leadId = found->second;
        plan.standing = plan.leadId == scope.integrationId ? Standing::Leads : Standing::Follows;
    }
}

}  // namespace souk::catalog
