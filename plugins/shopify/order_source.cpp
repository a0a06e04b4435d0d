#include "order_source.hpp"

#include "reading.hpp"
#include "single.hpp"
#include "translate_graphql.hpp"
#include "update_walk.hpp"

#include "documents.hpp"

namespace souk::shopify {

namespace {

using sdk::Json;

constexpr Listing kOrders{
    documents::kOrderPage, "orders", "ordersCount", sdk::Entity::Order, &graphql::orderFrom};

std::string variablesFor(std::string_view externalId, const std::string& after) {
    sdk::JsonWriter variables;
    variables.object().key("id").text(gidOf("Order", externalId));
    if (!after.empty()) variables.key("after").text(after);
    return variables.end().take();
}

}  // namespace

sdk::Result<sdk::Page> OrderSource::fetch(sdk::Context& context, const sdk::Cursor& from) const {
    return fetchListing(context, kOrders, from);
}

sdk::Result<sdk::Page> OrderSource::fetchOne(sdk::Context& context,
                                             sdk::Entity entity,
                                             std::string_view externalId,
                                             const sdk::Cursor& from) const {
    if (entity != sdk::Entity::Order) return notBroughtHere(entity);
    const Json cursor = SOUK_TRY(parseCursor(from));
    WalkState lines;
    lines.after = textIn(cursor, "after");
    const bool continues = !lines.after.empty();
    const auto variables = variablesFor(externalId, lines.after);
    const Json data = SOUK_TRY(ask(context, documents::kOrderWhole, variables));
    const Json node = SOUK_TRY(presentIn(data, "order"));

    auto order = std::get<sdk::Order>(SOUK_TRY(graphql::orderFrom(node, context.account)));
    order.partial = false;  // the rest comes with the next page
    if (continues) {
        order.refunds.clear();
        order.fulfilments.clear();
    }
    auto page = lastPageOf(std::move(order));
    const Json connection = SOUK_TRY(node.object("lineItems"));
    if (!SOUK_TRY(lines.advance(SOUK_TRY(connection.object("pageInfo"))))) return page;
    page.last = false;
    page.next.value = sdk::JsonWriter().object().key("after").text(lines.after).end().take();
    return page;
}

std::vector<sdk::Entity> OrderSource::entities() const {
    return {sdk::Entity::Order};
}

sdk::Result<sdk::RemoteCount> OrderSource::remoteCount(sdk::Context& context) const {
    return askCount(context, documents::kOrderCount, "ordersCount");
}

}  // namespace souk::shopify
