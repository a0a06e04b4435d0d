#include "inventory/offered.hpp"

#include "inventory/writer.hpp"

#include <set>
#include <string>

namespace souk::inventory {

namespace {

constexpr std::string_view kOffered = R"(
SELECT k.item FROM (
    SELECT DISTINCT item FROM unnest($3::text[]) AS x(item)
    WHERE (SELECT publishing IS NOT NULL FROM integration WHERE id = $2) OFFSET 0) k
CROSS JOIN LATERAL (
    SELECT 1 FROM variant_listing
    WHERE store_id = $1 AND inventory_item_id = k.item AND integration_id = $2 AND published
    LIMIT 1) l)";

}  // namespace

OfferedLevels partOffered(store::Transaction& tx,
                          const store::RecordScope& scope,
                          const std::vector<const sdk::StockLevel*>& levels) {
    OfferedLevels page;
    if (levels.empty()) return page;
    std::vector<std::string> items;
    items.reserve(levels.size());
    for (const auto* level : levels) items.push_back(level->inventoryItemId);
    std::set<std::string> ours;
    for (const store::Row row : tx.query(kOffered, scope.storeId, scope.integrationId, items))
        ours.insert(row.text("item"));
    // Levels that came before it was known whose they are.
    page.effects =
        dropLevelsOf(tx, scope, {ours.begin(), ours.end()}, "stock of an offer of the hub");
    page.own.reserve(levels.size());
    for (const auto* level : levels) {
        if (!ours.contains(level->inventoryItemId)) {
            page.own.push_back(level);
            continue;
        }
        store::Effect effect;
        effect.key = sdk::StockLevel::key(level->inventoryItemId, level->locationExternalId);
        effect.why = "stock of an offer of the hub";
        page.effects.push_back(std::move(effect));
    }
    return page;
}

}  // namespace souk::inventory
