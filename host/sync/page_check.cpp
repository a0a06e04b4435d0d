#include "sync/page_check.hpp"

#include "core/text.hpp"

namespace souk::sync {
namespace {

constexpr std::size_t kLongestCursor = 65536;
constexpr std::size_t kLongestId = 1000;  // fits an index
constexpr std::int64_t kMostPages = 200000;
constexpr std::int32_t kMostBarren = 100;

bool isText(std::string_view text, std::size_t most) {
    return text.size() <= most && core::isUtf8(text) && text.find('\0') == std::string_view::npos;
}

template <class T>
constexpr std::optional<sdk::Entity> kEntityOf = std::nullopt;
template <>
constexpr std::optional<sdk::Entity> kEntityOf<sdk::Product> = sdk::Entity::Product;
template <>
constexpr std::optional<sdk::Entity> kEntityOf<sdk::Customer> = sdk::Entity::Customer;
template <>
constexpr std::optional<sdk::Entity> kEntityOf<sdk::Order> = sdk::Entity::Order;

}  // namespace

std::optional<std::string> faultOf(const sdk::Page& page, const RunEntity& entity) {
    if (!isText(page.next.value, kLongestCursor))
        return "answered a cursor that is no text of at most 64 KB";
    if (page.last) return std::nullopt;
    if (page.next.value == entity.cursor)
        return "answered a page that is not the last and moves no cursor";
    if (page.next.value == entity.landmark) return "answers cursors that go in circles";
    if (entity.barren >= kMostBarren)
        return "answered " + std::to_string(kMostBarren) +
               " pages in a row that bring nothing new and are not the last";
    if (entity.pages >= kMostPages)
        return "answered " + std::to_string(kMostPages) + " pages and none was the last";
    return std::nullopt;
}

/// Brent's way to find a cycle: the landmark is the cursor after page 1, 2, 4, 8 ...; whoever goes
/// in circles comes by it again.
Footprint footprintOf(const sdk::Page& page, const RunEntity& entity, bool fresh) {
    const bool powerOfTwo = (entity.pages & (entity.pages + 1)) == 0;
    return {powerOfTwo ? page.next.value : entity.landmark, fresh ? 0 : entity.barren + 1};
}

Leading leadingOf(const sdk::Page& page, sdk::Entity entity) {
    Leading leading;
    const auto take = [&](const std::string& id) {
        if (id.empty() || !isText(id, kLongestId))
            ++leading.nameless;
        else
            leading.ids.push_back(id);
    };
    for (const sdk::Record& record : page.records) {
        std::visit(
            [&]<class T>(const T& one) {
                if constexpr (kEntityOf<T>.has_value())
                    if (kEntityOf<T> == entity) take(one.externalId);
            },
            record);
    }
    for (const sdk::Reject& reject : page.rejects)
        if (reject.entity == entity) take(reject.externalId);
    return leading;
}

std::vector<std::string> levelsOf(const sdk::Page& page) {
    std::vector<std::string> keys;
    for (const sdk::Record& record : page.records)
        if (const auto* const level = std::get_if<sdk::StockLevel>(&record))
            keys.push_back(sdk::StockLevel::key(level->inventoryItemId, level->locationExternalId));
    for (const sdk::Reject& reject : page.rejects)
        if (reject.entity == sdk::Entity::Stock) keys.push_back(reject.externalId);
    std::erase_if(keys, [](const std::string& key) { return !isText(key, kLongestId); });
    return keys;
}

}  // namespace souk::sync
