#include "stock_keeper.hpp"

#include "graphql.hpp"
#include "reading.hpp"

#include <algorithm>
#include <array>

#include "documents.hpp"

namespace souk::shopify {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

namespace {

/// userErrors that say nothing about the change itself: it may be asked for again under its key.
constexpr std::array<std::string_view, 3> kPassing{
    "ADJUST_QUANTITIES_FAILED", "IDEMPOTENCY_CONCURRENT_REQUEST", "SERVICE_UNAVAILABLE"};

/// changeFromQuantity has to be there: null says that the change is relative to whatever is.
std::string variablesFor(const std::vector<sdk::StockMove>& moves, std::string_view key) {
    sdk::JsonWriter out;
    out.object().key("key").text(key).key("input").object();
    out.key("name").text("available").key("reason").text("other");
    out.key("referenceDocumentUri").text("gid://souk/Order/" + moves.front().reference);
    out.key("changes").array();
    for (const auto& move : moves) {
        out.object();
        out.key("inventoryItemId").text(gidOf("InventoryItem", move.inventoryItemId));
        out.key("locationId").text(gidOf("Location", move.locationExternalId));
        out.key("delta").integer(move.delta);
        out.key("changeFromQuantity").null();
        out.end();
    }
    return out.end().end().end().take();
}

bool passes(const Json& payload) {
    const auto errors = payload.items("userErrors");
    return errors && std::ranges::any_of(*errors, [](const Json& one) {
               return std::ranges::find(kPassing, one.textOr("code", "")) != kPassing.end();
           });
}

}  // namespace

sdk::Result<sdk::Done> StockKeeper::adjust(sdk::Context& context,
                                           const std::vector<sdk::StockMove>& moves,
                                           std::string_view key) const {
    if (moves.empty()) return sdk::Done{};
    const Json data = SOUK_TRY(ask(context, documents::kStockAdjust, variablesFor(moves, key)));
    const Json payload = SOUK_TRY(data.object("inventoryAdjustQuantities"));
    auto said = accepted(payload);
    if (said || !passes(payload)) return said;
    return Error{ErrorKind::Transient, std::move(said).error().message};
}

}  // namespace souk::shopify
