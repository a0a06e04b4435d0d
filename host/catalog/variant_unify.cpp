#include "catalog/unify.hpp"

#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace souk::catalog {

namespace {

// Every variant of the products with whoever lists it; an offer of the hub's is no such listing.
constexpr std::string_view kFamily = R"(
SELECT v.product_id, v.id AS variant_id, v.sku, v.barcode, l.id AS row_id, l.integration_id,
       l.external_id, l.listing_id, coalesce(l.listed, false) AS listed
FROM unnest($2::uuid[]) AS k(product_id)
CROSS JOIN LATERAL (
    SELECT id, product_id, sku, barcode FROM product_variant
    WHERE store_id = $1 AND product_id = k.product_id OFFSET 0) v
LEFT JOIN LATERAL (
    SELECT id, integration_id, external_id, listing_id, deleted_at IS NULL AS listed
    FROM variant_listing WHERE store_id = $1 AND variant_id = v.id AND NOT published OFFSET 0) l
    ON true)";

// Variants that came over from another product of the same shop.
constexpr std::string_view kElsewhere = R"(
SELECT t.* FROM unnest($3::text[]) AS k(external_id) CROSS JOIN LATERAL (
    SELECT external_id, id AS row_id, variant_id, listing_id, deleted_at IS NULL AS listed
    FROM variant_listing
    WHERE store_id = $1 AND integration_id = $2 AND external_id = k.external_id OFFSET 0) t)";

struct OwnRow {
    core::Uuid rowId;
    core::Uuid variantId;
    core::Uuid listingId;
    bool listed = false;
};

struct Relative {
    std::optional<std::string> sku;
    std::optional<std::string> barcode;
    bool ours = false;    ///< listed by this integration
    bool others = false;  ///< listed by another one
};

struct Family {
    std::unordered_map<std::string, OwnRow> own;  ///< by external id, over all products
    std::map<core::Uuid, std::map<core::Uuid, Relative>> relatives;  ///< product, variant
};

void addOwn(Family& family, const store::Row& row) {
    OwnRow own;
    own.rowId = row.uuid("row_id");
    own.variantId = row.uuid("variant_id");
    own.listingId = row.uuid("listing_id");
    own.listed = row.boolean("listed");
    family.own.insert_or_assign(row.text("external_id"), own);
}

void readFamily(store::Transaction& tx,
                const store::RecordScope& scope,
                const std::vector<ProductPlan>& plans,
                Family& family) {
    std::vector<core::Uuid> products;
    for (const ProductPlan& plan : plans)
        if (plan.standing != Standing::Fresh) products.push_back(plan.productId);
    if (products.empty()) return;
    for (const store::Row row : tx.query(kFamily, scope.storeId, products)) {
        Relative& relative = family.relatives[row.uuid("product_id")][row.uuid("variant_id")];
        relative.sku = row.maybeText("sku");
        relative.barcode = row.maybeText("barcode");
        const auto integration = row.maybeUuid("integration_id");
        if (!integration) continue;
        const bool ours = *integration == scope.integrationId;
        if (ours) addOwn(family, row);
        (ours ? relative.ours : relative.others) |= row.boolean("listed");
    }
}

void readElsewhere(store::Transaction& tx,
                   const store::RecordScope& scope,
                   const std::vector<ProductPlan>& plans,
                   Family& family) {
    std::vector<std::string> unknown;
    for (const ProductPlan& plan : plans) {
        if (plan.isNew) continue;
        for (const sdk::Variant& variant : plan.product->variants)
            if (!family.own.contains(variant.externalId)) unknown.push_back(variant.externalId);
    }
    if (unknown.empty()) return;
    for (const store::Row row : tx.query(kElsewhere, scope.storeId, scope.integrationId, unknown))
        addOwn(family, row);
}

/// Variants of one product that another integration lists and this one does not, by their codes;
/// a code that two of them share finds none.
class Openings {
public:
    explicit Openings(const std::map<core::Uuid, Relative>& relatives) {
        for (const auto& [id, relative] : relatives) {
            if (relative.ours || !relative.others) continue;
            if (relative.sku) add(bySku_, *relative.sku, id);
            if (relative.barcode) add(byBarcode_, *relative.barcode, id);
        }
    }

    std::optional<core::Uuid> take(const sdk::Variant& variant) {
        for (const core::Uuid& id : {find(bySku_, variant.sku), find(byBarcode_, variant.barcode)})
            if (!id.empty() && taken_.insert(id.text()).second) return id;
        return std::nullopt;
    }

private:
    using Codes = std::unordered_map<std::string, core::Uuid>;

    static void add(Codes& codes, const std::string& code, const core::Uuid& id) {
        const auto [slot, first] = codes.emplace(code, id);
        if (!first) slot->second = core::Uuid{};
    }
    static core::Uuid find(const Codes& codes, const std::string& code) {
        const auto found = code.empty() ? codes.end() : codes.find(code);
        return found == codes.end() ? core::Uuid{} : found->second;
    }

    Codes bySku_;
    Codes byBarcode_;
    std::unordered_set<std::string> taken_;
};

VariantPlan planOf(const ProductPlan& plan,
                   const sdk::Variant& variant,
                   const Family& family,
                   const std::map<core::Uuid, Relative>& relatives,
                   Openings& openings) {
    VariantPlan chosen;
    chosen.variant = &variant;
    const auto own = family.own.find(variant.externalId);
    const bool known = own != family.own.end();
    chosen.rowId = known ? own->second.rowId : core::newId();
    if (known && own->second.listingId == plan.listingId) {
        chosen.variantId = own->second.variantId;
    } else if (const auto joined = openings.take(variant)) {
        chosen.variantId = *joined;
    } else {
        chosen.variantId = core::newId();
        chosen.fresh = true;
        return chosen;
    }
    const auto relative = relatives.find(chosen.variantId);
    const bool shared = relative != relatives.end() && relative->second.others;
    chosen.leads = plan.standing == Standing::Leads || !shared;
    return chosen;
}

using Named = std::unordered_map<std::string_view, core::Uuid>;  ///< external id, its listing now

void collectGone(const std::vector<ProductPlan>& plans,
                 const Named& named,
                 const Family& family,
                 GoneVariants& gone) {
    std::map<core::Uuid, const ProductPlan*> byListing;
    for (const ProductPlan& plan : plans) byListing.emplace(plan.listingId, &plan);
    for (const auto& [externalId, own] : family.own) {
        if (!own.listed) continue;
        const auto plan = byListing.find(own.listingId);
        if (const auto now = named.find(externalId); now != named.end()) {
            // Moved to another product: its former variant may be left with nobody.
            if (now->second != own.listingId) gone.variants.push_back(own.variantId);
            continue;
        }
        // What a cut list does not name may well be there.
        if (plan == byListing.end() || plan->second->product->partial) continue;
        gone.rows.push_back(own.rowId);
        gone.variants.push_back(own.variantId);
    }
}

}  // namespace

GoneVariants chooseVariants(store::Transaction& tx,
                            const store::RecordScope& scope,
                            std::vector<ProductPlan>& plans) {
    Family family;
    readFamily(tx, scope, plans, family);
    readElsewhere(tx, scope, plans, family);
    Named named;
    for (ProductPlan& plan : plans) {
        const std::map<core::Uuid, Relative>& relatives = family.relatives[plan.productId];
        Openings openings(relatives);
        plan.variants.clear();
        plan.variants.reserve(plan.product->variants.size());
        for (const sdk::Variant& variant : plan.product->variants) {
            // One external id is one row, even where a platform repeats itself.
            if (!named.emplace(variant.externalId, plan.listingId).second) continue;
            plan.variants.push_back(planOf(plan, variant, family, relatives, openings));
        }
    }
    GoneVariants gone;
    collectGone(plans, named, family, gone);
    return gone;
}

}  // namespace souk::catalog
