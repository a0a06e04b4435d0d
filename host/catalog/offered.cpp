#include "catalog/offered.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace souk::catalog {

namespace {

constexpr std::string_view kOurs = "an offer of the hub";

constexpr std::string_view kTieListings = R"(
INSERT INTO product_listing AS l (store_id, id, integration_id, external_id, product_id, published,
                                  publish_state, shown_id)
SELECT DISTINCT ON (t.product_id) $1, gen_random_uuid(), $2, t.product_id::text, t.product_id, true,
       'pending', t.shown_id
FROM unnest($3::uuid[], $4::uuid[], $5::text[]) AS t(variant_id, product_id, shown_id)
CROSS JOIN LATERAL (
    SELECT 1 FROM offer WHERE store_id = $1 AND integration_id = $2 AND variant_id = t.variant_id
      AND product_id = t.product_id OFFSET 0) o
ORDER BY t.product_id
ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET shown_id = excluded.shown_id
WHERE l.shown_id IS DISTINCT FROM excluded.shown_id)";

constexpr std::string_view kTieVariants = R"(
INSERT INTO variant_listing AS v (store_id, id, integration_id, listing_id, variant_id, external_id,
                                  position, published, shown_id, inventory_item_id)
SELECT $1, gen_random_uuid(), $2, l.id, o.variant_id, o.external_id, 0, true, t.shown_id,
       nullif(t.item, '')
FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[]) AS t(variant_id, product_id, shown_id,
                                                                 item)
CROSS JOIN LATERAL (
    SELECT variant_id, external_id FROM offer
    WHERE store_id = $1 AND integration_id = $2 AND variant_id = t.variant_id
      AND product_id = t.product_id OFFSET 0) o
CROSS JOIN LATERAL (
    SELECT id FROM product_listing
    WHERE store_id = $1 AND integration_id = $2 AND external_id = t.product_id::text OFFSET 0) l
ORDER BY t.variant_id
ON CONFLICT (store_id, integration_id, external_id) DO UPDATE SET
    shown_id = excluded.shown_id, inventory_item_id = excluded.inventory_item_id, published = true
WHERE (v.shown_id, v.inventory_item_id) IS DISTINCT FROM
      (excluded.shown_id, excluded.inventory_item_id)
RETURNING v.shown_id)";

// Without a row: the hub offers nothing there and never did.
constexpr std::string_view kOrigins = R"(
SELECT k.key, s.product_id AS shown, o.product_id AS offered, n.known IS NOT NULL AS known
FROM (SELECT * FROM unnest($3::text[], $4::uuid[]) AS x(key, offered_as)
      WHERE (SELECT publishing IS NOT NULL FROM integration WHERE id = $2) OFFSET 0) k
LEFT JOIN LATERAL (
    SELECT product_id FROM product_listing
    WHERE store_id = $1 AND shown_id = k.key AND integration_id = $2 LIMIT 1) s ON true
LEFT JOIN LATERAL (
    SELECT product_id FROM offer
    WHERE store_id = $1 AND product_id = k.offered_as AND integration_id = $2 LIMIT 1) o ON true
LEFT JOIN LATERAL (
    SELECT true AS known FROM product_listing
    WHERE store_id = $1 AND integration_id = $2 AND external_id = k.key LIMIT 1) n ON true)";

constexpr std::string_view kUntied = R"(
SELECT DISTINCT k.key FROM unnest($3::text[], $4::text[]) AS k(key, variant)
LEFT JOIN LATERAL (
    SELECT true AS tied FROM variant_listing
    WHERE store_id = $1 AND shown_id = k.variant AND integration_id = $2 LIMIT 1) v ON true
WHERE v.tied IS NULL)";

constexpr std::string_view kShown = R"(
SELECT k.key, s.product_id FROM unnest($3::text[]) AS k(key)
CROSS JOIN LATERAL (
    SELECT product_id FROM product_listing
    WHERE store_id = $1 AND shown_id = k.key AND integration_id = $2 LIMIT 1) s)";

struct Origin {
    std::optional<core::Uuid> shown;    ///< whose offer it is known to show
    std::optional<core::Uuid> offered;  ///< the offer it says it shows, if it is one
    bool known = false;                 ///< as one of the platform's own
};
using Origins = std::map<std::string, Origin>;

std::optional<core::Uuid> idIn(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto id = core::Uuid::parse(text);
    return id ? std::optional(*id) : std::nullopt;
}

bool isSuspect(const sdk::Product& product) {
    return !product.offeredAs.empty() || !product.originTold;
}

Origins originsOf(store::Transaction& tx,
                  const store::RecordScope& scope,
                  const std::vector<const sdk::Product*>& products) {
    std::vector<std::string> keys;
    std::vector<std::optional<core::Uuid>> groups;
    for (const auto* product : products) {
        if (!isSuspect(*product)) continue;
        keys.push_back(product->externalId);
        groups.push_back(idIn(product->offeredAs));
    }
    Origins origins;
    if (keys.empty()) return origins;
    for (const store::Row row :
         tx.query(kOrigins, scope.storeId, scope.integrationId, keys, groups))
        origins[row.text("key")] = {
            row.maybeUuid("shown"), row.maybeUuid("offered"), row.boolean("known")};
    return origins;
}

store::Effect effectOf(const sdk::Product& product,
                       store::Verdict verdict,
                       std::string_view why,
                       const std::optional<core::Uuid>& id) {
    store::Effect effect;
    effect.verdict = verdict;
    effect.key = product.externalId;
    effect.entityId = id;
    effect.why = why;
    return effect;
}

void addTies(const sdk::Product& product, const core::Uuid& id, std::vector<OfferTie>& ties) {
    for (const auto& variant : product.variants)
        if (const auto offer = idIn(variant.offeredAs))
            ties.push_back(
                {id, *offer, product.externalId, variant.externalId, variant.inventoryItemId});
}

/// Offers that came without saying which variant shows which: all are known, or the platform is
/// asked for the product whole, which says.
void judgeUntied(store::Transaction& tx,
                 const store::RecordScope& scope,
                 const std::vector<std::pair<const sdk::Product*, core::Uuid>>& products,
                 std::vector<store::Effect>& effects) {
    std::vector<std::string> keys;
    std::vector<std::string> variants;
    for (const auto& [product, id] : products)
        for (const auto& variant : product->variants) {
            keys.push_back(product->externalId);
            variants.push_back(variant.externalId);
        }
    std::set<std::string> untied;
    if (!keys.empty())
        for (const store::Row row :
             tx.query(kUntied, scope.storeId, scope.integrationId, keys, variants))
            untied.insert(row.text("key"));
    for (const auto& [product, id] : products) {
        const bool ask = untied.contains(product->externalId);
        effects.push_back(effectOf(*product,
                                   ask ? store::Verdict::Refetch : store::Verdict::Unchanged,
                                   ask ? "an offer with variants that are not known yet" : kOurs,
                                   id));
    }
}

bool saysWhichVariants(const sdk::Product& product) {
    return std::ranges::any_of(product.variants,
                               [](const auto& variant) { return !variant.offeredAs.empty(); });
}

}  // namespace

std::vector<std::string> tieOffers(store::Transaction& tx,
                                   const core::Uuid& storeId,
                                   const core::Uuid& integrationId,
                                   const std::vector<OfferTie>& ties) {
    std::vector<std::string> fresh;
    if (ties.empty()) return fresh;
    std::vector<core::Uuid> variants;
    std::vector<core::Uuid> products;
    std::vector<std::string> groups;
    std::vector<std::string> shown;
    std::vector<std::string> items;
    std::set<core::Uuid> once;
    for (const auto& tie : ties) {
        if (!once.insert(tie.variantId).second) continue;
        variants.push_back(tie.variantId);
        products.push_back(tie.productId);
        groups.push_back(tie.shownGroup);
        shown.push_back(tie.shownId);
        items.push_back(tie.inventoryItemId);
    }
    tx.query(kTieListings, storeId, integrationId, variants, products, groups);
    for (const store::Row row :
         tx.query(kTieVariants, storeId, integrationId, variants, products, shown, items))
        fresh.push_back(row.text("shown_id"));
    return fresh;
}

OfferedPage partOffered(store::Transaction& tx,
                        const store::RecordScope& scope,
                        const std::vector<const sdk::Product*>& products) {
    OfferedPage page;
    const auto origins = originsOf(tx, scope, products);
    if (origins.empty()) {
        page.own = products;
        return page;
    }
    std::vector<OfferTie> ties;
    std::vector<std::pair<const sdk::Product*, core::Uuid>> untold;
    for (const auto* product : products) {
        const auto found = origins.find(product->externalId);
        const auto origin = found == origins.end() ? Origin{} : found->second;
        const auto id = product->originTold ? origin.offered : origin.shown;
        if (id && saysWhichVariants(*product)) {
            addTies(*product, *id, ties);
            page.effects.push_back(effectOf(*product, store::Verdict::Unchanged, kOurs, id));
        } else if (id) {
            untold.emplace_back(product, *id);
        } else if (!product->originTold && found != origins.end() && !origin.known) {
            page.effects.push_back(effectOf(*product,
                                            store::Verdict::Refetch,
                                            "new where the hub offers: it is asked whose it is",
                                            std::nullopt));
        } else {
            page.own.push_back(product);
        }
    }
    judgeUntied(tx, scope, untold, page.effects);
    if (ties.empty()) return page;
    store::lockCreation(tx, shelfLock(scope.integrationId));
    page.newlyTied = tieOffers(tx, scope.storeId, scope.integrationId, ties);
    return page;
}

std::vector<store::Effect> dropOffered(store::Transaction& tx,
                                       const store::RecordScope& scope,
                                       std::vector<store::Departure>& departures) {
    std::vector<std::string> keys;
    keys.reserve(departures.size());
    for (const auto& departure : departures) keys.push_back(departure.externalId);
    std::vector<store::Effect> effects;
    std::set<std::string> ours;
    for (const store::Row row : tx.query(kShown, scope.storeId, scope.integrationId, keys)) {
        if (!ours.insert(row.text("key")).second) continue;
        store::Effect effect;
        effect.key = row.text("key");
        effect.entityId = row.maybeUuid("product_id");
        effect.why = kOurs;
        effects.push_back(std::move(effect));
    }
    std::erase_if(departures, [&](const auto& one) { return ours.contains(one.externalId); });
    return effects;
}

}  // namespace souk::catalog
