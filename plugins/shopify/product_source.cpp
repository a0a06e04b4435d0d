#include "product_source.hpp"

#include "product_single.hpp"
#include "reading.hpp"
#include "single.hpp"
#include "translate_graphql.hpp"
#include "update_walk.hpp"

#include "documents.hpp"

namespace souk::shopify {

namespace {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

constexpr Listing kProducts{documents::kProductPage,
                            "products",
                            "productsCount",
                            sdk::Entity::Product,
                            &graphql::productFrom};

constexpr std::string_view kLocations = "locations";
constexpr std::string_view kLevels = "levels";

/// Where one run stands; see ProductSource.
struct Run {
    std::string phase;          ///< "locations", "products", "levels"
    std::string locationAfter;  ///< Shopify's cursor of the location before the one we are at
    std::string location;       ///< the location whose levels `levels.after` walks
    WalkState products;
    WalkState levels;

    static sdk::Result<Run> from(const sdk::Cursor& cursor) {
        const Json json = SOUK_TRY(parseCursor(cursor));
        Run run;
        run.phase = json.textOr("phase", kLocations);
        run.locationAfter = textIn(json, "locationAfter");
        run.location = textIn(json, "location");
        run.products = SOUK_TRY(WalkState::from(json.at("products")));
        run.levels = SOUK_TRY(WalkState::from(json.at("levels")));
        return run;
    }

    sdk::Cursor cursor() const {
        sdk::JsonWriter out;
        out.object().key("phase").text(phase);
        if (!locationAfter.empty()) out.key("locationAfter").text(locationAfter);
        if (!location.empty()) out.key("location").text(location);
        out.key("products");
        products.write(out);
        out.key("levels");
        levels.write(out);
        return {out.end().take()};
    }

    /// The same `advance` as for a walk, for the list of locations.
    sdk::Result<bool> advanceLocation(const Json& pageInfo) {
        WalkState walk;
        walk.after = locationAfter;
        const bool more = SOUK_TRY(walk.advance(pageInfo));
        locationAfter = more ? walk.after : std::string();
        location.clear();
        levels.after.clear();
        return more;
    }
};

sdk::Result<sdk::Page> fetchLocations(sdk::Context& context, Run run) {
    // What changes in stock while locations and products are read must be seen by this run's levels
    // or by the next run: the clock of both walks starts here.
    run.products.begin(context.clock.now());
    run.levels.begin(context.clock.now());
    sdk::JsonWriter variables;
    variables.object();
    if (!run.locationAfter.empty()) variables.key("after").text(run.locationAfter);
    const Json data = SOUK_TRY(ask(context, documents::kLocationPage, variables.end().take()));
    const Json list = SOUK_TRY(data.object("locations"));
    sdk::Page page;
    for (const Json& node : SOUK_TRY(list.items("nodes"))) {
        auto record = graphql::locationFrom(node, context.account);
        if (record)
            page.records.push_back(*std::move(record));
        else
            page.rejects.push_back(rejectOf(sdk::Entity::Location, node, record.error()));
    }
    if (!SOUK_TRY(run.advanceLocation(SOUK_TRY(list.object("pageInfo"))))) run.phase = "products";
    page.next = run.cursor();
    return page;
}

sdk::Result<sdk::Page> fetchProducts(sdk::Context& context, Run run) {
    auto walked = SOUK_TRY(walkOn(context, kProducts, std::move(run.products)));
    run.products = std::move(walked.state);
    if (walked.finished) run.phase = kLevels;
    walked.page.next = run.cursor();
    return std::move(walked.page);
}

std::string levelVariables(const Run& run) {
    const std::string filter = run.levels.filter();
    sdk::JsonWriter variables;
    variables.object();
    if (!run.locationAfter.empty()) variables.key("after").text(run.locationAfter);
    if (!run.levels.after.empty()) variables.key("levelsAfter").text(run.levels.after);
    if (!filter.empty()) variables.key("query").text(filter);
    return variables.end().take();
}

void takeLevel(sdk::Page& page, WalkState& walk, const Json& node, const std::string& location) {
    const Json item = node.at("item");
    const auto id = idIn(item);
    const graphql::StockPlace place{
        id ? *id : std::string(), location, item.booleanOr("tracked", true)};
    auto record = id ? graphql::stockFrom(node, place) : sdk::Result<sdk::Record>(id.error());
    if (!record) {
        page.rejects.push_back({sdk::Entity::Stock,
                                sdk::StockLevel::key(place.inventoryItemId, location),
                                record.error().message,
                                std::string(node.raw())});
        return;
    }
    walk.meet(std::get<sdk::StockLevel>(*record).updatedAt);
    page.records.push_back(*std::move(record));
}

sdk::Page finish(Run run, sdk::Page page) {
    run.phase = kLocations;
    run.levels = run.levels.finished();
    page.next = run.cursor();
    page.last = true;
    return page;
}

sdk::Result<sdk::Page> fetchLevels(sdk::Context& context, Run run) {
    const Json data = SOUK_TRY(ask(context, documents::kStockPage, levelVariables(run)));
    const Json locations = SOUK_TRY(data.object("locations"));
    const auto nodes = SOUK_TRY(locations.items("nodes"));
    sdk::Page page;
    if (nodes.empty()) return finish(std::move(run), std::move(page));

    const std::string location = SOUK_TRY(idIn(nodes.front()));
    if (!run.levels.after.empty() && run.location != location) {
        // The location we were at is gone; the cursor within it means nothing at the next one.
        run.location.clear();
        run.levels.after.clear();
        page.next = run.cursor();
        return page;
    }
    run.location = location;
    const Json levels = SOUK_TRY(nodes.front().object("inventoryLevels"));
    for (const Json& node : SOUK_TRY(levels.items("nodes")))
        takeLevel(page, run.levels, node, location);
    if (SOUK_TRY(run.levels.advance(SOUK_TRY(levels.object("pageInfo")))) ||
        SOUK_TRY(run.advanceLocation(SOUK_TRY(locations.object("pageInfo"))))) {
        page.next = run.cursor();
        return page;
    }
    return finish(std::move(run), std::move(page));
}

}  // namespace

sdk::Result<sdk::Page> ProductSource::fetch(sdk::Context& context, const sdk::Cursor& from) const {
    auto run = SOUK_TRY(Run::from(from));
    if (run.phase == kLocations) return fetchLocations(context, std::move(run));
    if (run.phase == "products") return fetchProducts(context, std::move(run));
    if (run.phase == kLevels) return fetchLevels(context, std::move(run));
    return Error{ErrorKind::BadPayload,
                 "the cursor names an unknown phase; start the sync over with mode full"};
}

sdk::Result<sdk::Page> ProductSource::fetchOne(sdk::Context& context,
                                               sdk::Entity entity,
                                               std::string_view externalId,
                                               const sdk::Cursor& from) const {
    if (entity == sdk::Entity::Product) return fetchProduct(context, externalId, from);
    if (entity == sdk::Entity::Location) return fetchLocation(context, externalId);
    if (entity == sdk::Entity::Stock) return fetchStock(context, externalId, from);
    return notBroughtHere(entity);
}

std::vector<sdk::Entity> ProductSource::entities() const {
    return {sdk::Entity::Product, sdk::Entity::Location, sdk::Entity::Stock};
}

sdk::Result<sdk::RemoteCount> ProductSource::remoteCount(sdk::Context& context) const {
    return askCount(context, documents::kProductCount, "productsCount");
}

}  // namespace souk::shopify
