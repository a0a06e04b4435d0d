#include "product_source.hpp"

#include "plugins/shopify/support.hpp"

namespace souk::shopify::tests {

class ProductSourceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProductSourceTest);
    CPPUNIT_TEST(oneRunBringsLocationsThenProductsThenLevels);
    CPPUNIT_TEST(anIncrementalRunFiltersProductsAndLevels);
    CPPUNIT_TEST(anEmptyShopIsCaughtUpAfterThreePages);
    CPPUNIT_TEST(levelsArePagedWithinTheirLocation);
    CPPUNIT_TEST(aLocationThatVanishesMeanwhileLosesNoOther);
    CPPUNIT_TEST(unreadableItemsAreRejectsNotFailures);
    CPPUNIT_TEST(aForeignCursorIsRefused);
    CPPUNIT_TEST(errorsArePassedOn);
    CPPUNIT_TEST(aGiantProductComesInPages);
    CPPUNIT_TEST(anOfferOfTheHubsSaysWhichVariantIsWhich);
    CPPUNIT_TEST(aMissingRecordIsNotFound);
    CPPUNIT_TEST(oneLocationAndOneLevelAreFetched);
    CPPUNIT_TEST(anItemBringsItsLevelsAndItsProducts);
    CPPUNIT_TEST(aWrongStockKeyIsABug);
    CPPUNIT_TEST(everyDocumentStaysBelowTheLimit);
    CPPUNIT_TEST_SUITE_END();

    ProductSource source_;
    ShopStage stage_;

    static constexpr const char* kEnd = R"({"hasNextPage":false,"endCursor":null})";

    static std::string more(std::string_view cursor) {
        return R"({"hasNextPage":true,"endCursor":")" + std::string(cursor) + "\"}";
    }
    static std::string list(std::string_view name,
                            std::string_view nodes,
                            std::string_view pageInfo) {
        std::string text = "{\"";
        text.append(name).append("\":{\"nodes\":[").append(nodes);
        return text.append("],\"pageInfo\":").append(pageInfo).append("}}");
    }
    static std::string level(std::string_view item,
                             std::string_view available,
                             std::string_view updatedAt = "2026-11-01T02:15:07Z") {
        std::string text = R"({"updatedAt":")";
        text.append(updatedAt).append(R"(","item":{"id":"gid://shopify/InventoryItem/)");
        text.append(item).append(R"(","tracked":true},"quantities":[{"name":"available",)");
        return text.append("\"quantity\":").append(available).append("}]}");
    }
    static std::string stocked(std::string_view location,
                               std::string_view levels,
                               std::string_view pageInfo) {
        const auto inner = list("inventoryLevels", levels, pageInfo).substr(1);
        return R"({"id":"gid://shopify/Location/)" + std::string(location) + "\"," + inner;
    }

    sdk::Page fetch(const sdk::Cursor& cursor) {
        auto context = stage_.context();
        return valueOf(source_.fetch(context, cursor));
    }
    sdk::Result<sdk::Page> fetchOne(sdk::Entity entity,
                                    std::string_view id,
                                    const sdk::Cursor& cursor = {}) {
        auto context = stage_.context();
        return source_.fetchOne(context, entity, id, cursor);
    }

public:
    void oneRunBringsLocationsThenProductsThenLevels() {
        stage_.expectQuery({"query LocationPage", R"("variables":{})"},
                           dataReply(list("locations", fixture("location_graphql.json"), kEnd)));
        auto page = fetch({});
        CPPUNIT_ASSERT_EQUAL(std::string("Example Shop"),
                             as<sdk::Location>(page.records.at(0)).name);
        CPPUNIT_ASSERT(!page.last);

        stage_.expectQuery({"query ProductPage", R"("variables":{"first":true})"},
                           dataReply(list("products", fixture("product_graphql.json"), more("p"))));
        page = fetch(page.next);
        CPPUNIT_ASSERT_EQUAL(std::string("Wool hat"), as<sdk::Product>(page.records.at(0)).title);

        stage_.expectQuery({"query ProductPage", R"("after":"p")", R"("first":false)"},
                           dataReply(list("products", "", kEnd)));
        page = fetch(page.next);
        CPPUNIT_ASSERT(page.records.empty());
        CPPUNIT_ASSERT(!page.last);

        const auto first = stocked("2", level("11", "5") + "," + level("12", "-1"), kEnd);
        stage_.expectQuery({"query StockPage", R"("variables":{})"},
                           dataReply(list("locations", first, more("l2"))));
        page = fetch(page.next);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, page.records.size());
        CPPUNIT_ASSERT_EQUAL(std::string("2"),
                             as<sdk::StockLevel>(page.records[0]).locationExternalId);

        stage_.expectQuery(
            {R"("variables":{"after":"l2"})"},
            dataReply(list("locations", stocked("3", level("11", "0"), kEnd), kEnd)));
        page = fetch(page.next);
        CPPUNIT_ASSERT(page.last);
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"phase":"locations","products":{"since":"2026-11-01T02:13:07Z"},)"
                        R"("levels":{"since":"2026-11-01T02:13:07Z"}})"),
            page.next.value);
        stage_.http.expectAllPlayed();
    }

    void anIncrementalRunFiltersProductsAndLevels() {
        stage_.expectQuery({"query LocationPage", R"("variables":{})"},
                           dataReply(list("locations", "", kEnd)));
        auto page = fetch({R"({"phase":"locations","products":{"since":"2026-10-01T00:00:00Z"},)"
                           R"("levels":{"since":"2026-10-02T00:00:00Z"}})"});
        stage_.expectQuery({R"("query":"updated_at:>='2026-10-01T00:00:00Z'")"},
                           dataReply(list("products", "", kEnd)));
        page = fetch(page.next);
        stage_.expectQuery(
            {R"("query":"updated_at:>='2026-10-02T00:00:00Z'")"},
            dataReply(list(
                "locations", stocked("2", level("11", "5", "2026-11-01T10:20:00Z"), kEnd), kEnd)));
        page = fetch(page.next);
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"phase":"locations","products":{"since":"2026-10-01T00:00:00Z"},)"
                        R"("levels":{"since":"2026-11-01T09:58:00Z"}})"),
            page.next.value);
    }

    void anEmptyShopIsCaughtUpAfterThreePages() {
        stage_.expectQuery({}, dataReply(list("locations", "", kEnd)));
        stage_.expectQuery({}, dataReply(list("products", "", kEnd)));
        stage_.expectQuery({}, dataReply(list("locations", "", kEnd)));
        const auto page = fetch(fetch(fetch({}).next).next);
        CPPUNIT_ASSERT(page.last);
        CPPUNIT_ASSERT(page.records.empty());
        stage_.http.expectAllPlayed();
    }

    void levelsArePagedWithinTheirLocation() {
        stage_.expectQuery(
            {}, dataReply(list("locations", stocked("2", level("11", "5"), more("v1")), kEnd)));
        auto page = fetch({R"({"phase":"levels"})"});
        CPPUNIT_ASSERT(!page.last);
        stage_.expectQuery(
            {R"("variables":{"levelsAfter":"v1"})"},
            dataReply(list("locations", stocked("2", level("12", "6"), kEnd), kEnd)));
        page = fetch(page.next);
        CPPUNIT_ASSERT(page.last);
        CPPUNIT_ASSERT_EQUAL(std::string("12"),
                             as<sdk::StockLevel>(page.records.at(0)).inventoryItemId);
    }

    void aLocationThatVanishesMeanwhileLosesNoOther() {
        stage_.expectQuery(
            {R"("levelsAfter":"v1")"},
            dataReply(list("locations", stocked("3", level("19", "6"), kEnd), kEnd)));
        auto page = fetch({R"({"phase":"levels","location":"2","levels":{"after":"v1"}})"});
        CPPUNIT_ASSERT(page.records.empty());
        CPPUNIT_ASSERT(!page.last);
        stage_.expectQuery(
            {R"("variables":{})"},
            dataReply(list("locations", stocked("3", level("11", "6"), kEnd), kEnd)));
        page = fetch(page.next);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page.records.size());
    }

    void unreadableItemsAreRejectsNotFailures() {
        stage_.expectQuery(
            {}, dataReply(list("locations", R"({"id":"gid://shopify/Location/9"})", kEnd)));
        auto page = fetch({});
        CPPUNIT_ASSERT_EQUAL(std::string("9"), page.rejects.at(0).externalId);
        stage_.expectQuery({}, dataReply(list("products", R"({"id":"?"},null)", kEnd)));
        page = fetch(page.next);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, page.rejects.size());
        stage_.expectQuery(
            {},
            dataReply(list(
                "locations",
                stocked("2", R"({},)" + level("11", "\"many\"") + "," + level("12", "1"), kEnd),
                kEnd)));
        page = fetch(page.next);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, page.rejects.size());
        CPPUNIT_ASSERT_EQUAL(std::string("11@2"), page.rejects[1].externalId);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page.records.size());
        CPPUNIT_ASSERT(page.last);
    }

    void aForeignCursorIsRefused() {
        auto context = stage_.context();
        for (const auto* cursor : {"x", R"({"phase":"moon"})", R"({"levels":{"seen":"x"}})"})
            CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"),
                                 kindOf(errorOf(source_.fetch(context, {cursor}))));
    }

    void errorsArePassedOn() {
        for (const auto* phase : {"locations", "products", "levels"}) {
            stage_.expectQuery({}, sdk::Error{sdk::ErrorKind::Transient, "timeout", {}});
            auto context = stage_.context();
            const std::string cursor = R"({"phase":")" + std::string(phase) + "\"}";
            CPPUNIT_ASSERT_EQUAL(std::string("transient"),
                                 kindOf(errorOf(source_.fetch(context, {cursor}))));
        }
    }

    void aGiantProductComesInPages() {
        const auto page = [](std::string_view variants, std::string_view media) {
            std::string node =
                R"({"product":{"id":"gid://shopify/Product/1","title":"Giant","status":"ACTIVE",)"
                R"("updatedAt":"2026-11-01T02:15:07Z")";
            if (!variants.empty())
                node.append(R"(,"variants":{"nodes":[{"id":"gid://shopify/ProductVariant/9"}],)"
                            R"("pageInfo":)")
                    .append(variants)
                    .append("}");
            if (!media.empty())
                node.append(
                        R"(,"media":{"nodes":[{"id":"gid://shopify/MediaImage/8"}],"pageInfo":)")
                    .append(media)
                    .append("}");
            return dataReply(node.append("}}"));
        };
        stage_.expectQuery({R"("withVariants":true,"withMedia":true})"},
                           page(more("v1"), more("m1")));
        const auto first = valueOf(fetchOne(sdk::Entity::Product, "1"));
        CPPUNIT_ASSERT(!first.last);
        CPPUNIT_ASSERT(!as<sdk::Product>(first.records.at(0)).partial);
        stage_.expectQuery({R"("variantsAfter":"v1","mediaAfter":"m1"})"}, page(more("v2"), kEnd));
        const auto second = valueOf(fetchOne(sdk::Entity::Product, "1", first.next));
        CPPUNIT_ASSERT(!second.last);
        stage_.expectQuery({R"("withVariants":true,"withMedia":false,"variantsAfter":"v2"})"},
                           page(kEnd, ""));
        const auto third = valueOf(fetchOne(sdk::Entity::Product, "1", second.next));
        CPPUNIT_ASSERT(third.last);
        CPPUNIT_ASSERT(as<sdk::Product>(third.records.at(0)).media.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, as<sdk::Product>(third.records[0]).variants.size());
        stage_.http.expectAllPlayed();
    }

    void anOfferOfTheHubsSaysWhichVariantIsWhich() {
        stage_.expectQuery({R"(offer: metafield(namespace: \"$app:souk\", key: \"group\"))"},
                           dataReply(R"({"product":{"id":"gid://shopify/Product/1","title":"Ours",)"
                                     R"("status":"ACTIVE","updatedAt":"2026-11-01T02:15:07Z",)"
                                     R"("offer":{"value":"group-1"},"variants":{"nodes":[)"
                                     R"({"id":"gid://shopify/ProductVariant/9"}],"pageInfo":)" +
                                     more("v1") + "}}}"));
        stage_.expectQuery(
            {R"("identifier":{"id":"gid://shopify/Product/1"})"},
            dataReply(R"({"productByIdentifier":{"id":"gid://shopify/Product/1","variants":{)"
                      R"("nodes":[{"id":"gid://shopify/ProductVariant/9","offer":)"
                      R"({"value":"variant-9"},"inventoryItem":)"
                      R"({"id":"gid://shopify/InventoryItem/99"}},)"
                      R"({"id":"gid://shopify/ProductVariant/8","offer":null}],"pageInfo":)" +
                      std::string(kEnd) + "}}}"));
        const auto page = valueOf(fetchOne(sdk::Entity::Product, "1"));
        CPPUNIT_ASSERT(page.last);
        const auto& product = as<sdk::Product>(page.records.at(0));
        CPPUNIT_ASSERT(product.originTold);
        CPPUNIT_ASSERT_EQUAL(std::string("group-1"), product.offeredAs);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, product.variants.size());
        CPPUNIT_ASSERT_EQUAL(std::string("variant-9"), product.variants[0].offeredAs);
        CPPUNIT_ASSERT_EQUAL(std::string("9"), product.variants[0].externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("99"), product.variants[0].inventoryItemId);
        CPPUNIT_ASSERT_EQUAL(std::string(), product.variants[1].offeredAs);
        stage_.http.expectAllPlayed();
        stage_.expectQuery({},
                           dataReply(R"({"product":{"id":"gid://shopify/Product/1","title":"Ours",)"
                                     R"("status":"ACTIVE","updatedAt":"2026-11-01T02:15:07Z",)"
                                     R"("offer":{"value":"group-1"}}})"));
        stage_.expectQuery({}, dataReply(R"({"productByIdentifier":null})"));
        CPPUNIT_ASSERT_EQUAL(std::string("not_found"),
                             kindOf(errorOf(fetchOne(sdk::Entity::Product, "1"))));
    }

    void aMissingRecordIsNotFound() {
        const std::pair<sdk::Entity, std::string> cases[] = {
            {sdk::Entity::Product, R"({"product":null})"},
            {sdk::Entity::Location, R"({"location":null})"},
            {sdk::Entity::Stock, R"({"inventoryItem":null})"},
            {sdk::Entity::Stock,
             R"({"inventoryItem":{"id":"gid://shopify/InventoryItem/1","tracked":true,)"
             R"("inventoryLevel":null}})"}};
        for (const auto& [entity, data] : cases) {
            stage_.expectQuery({}, dataReply(data));
            CPPUNIT_ASSERT_EQUAL(std::string("not_found"),
                                 kindOf(errorOf(fetchOne(entity, "1@2"))));
        }
        stage_.expectQuery({}, sdk::HttpReply{404, {}, R"({"errors":"Not Found"})"});
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"),
                             kindOf(errorOf(fetchOne(sdk::Entity::Product, "1"))));
    }

    void oneLocationAndOneLevelAreFetched() {
        stage_.expectQuery({"gid://shopify/Location/2"},
                           dataReply("{\"location\":" + fixture("location_graphql.json") + "}"));
        const auto location = valueOf(fetchOne(sdk::Entity::Location, "2"));
        CPPUNIT_ASSERT(as<sdk::Location>(location.records.at(0)).active);
        stage_.expectQuery(
            {R"("item":"gid://shopify/InventoryItem/11","location":"gid://shopify/Location/2")"},
            dataReply(R"({"inventoryItem":{"id":"gid://shopify/InventoryItem/11","tracked":true,)"
                      R"("inventoryLevel":{"updatedAt":"2026-11-01T02:15:07Z","quantities":)"
                      R"([{"name":"available","quantity":4}]}}})"));
        const auto stock = valueOf(fetchOne(sdk::Entity::Stock, "11@2"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, *as<sdk::StockLevel>(stock.records.at(0)).available);
        CPPUNIT_ASSERT(stock.last);
    }

    void anItemBringsItsLevelsAndItsProducts() {
        const auto answer = [](std::string_view location, std::string_view pageInfo) {
            return dataReply(
                R"({"inventoryItem":{"id":"gid://shopify/InventoryItem/11","tracked":false,)"
                R"("variants":{"nodes":[{"product":{"id":"gid://shopify/Product/5"}},)"
                R"({"product":{"id":"gid://shopify/Product/5"}}]},"inventoryLevels":{"nodes":[)"
                R"({"updatedAt":"2026-11-01T02:15:07Z","location":{"id":"gid://shopify/Location/)" +
                std::string(location) + R"("},"quantities":[]}],"pageInfo":)" +
                std::string(pageInfo) + "}}}");
        };
        stage_.expectQuery({R"("variables":{"item":"gid://shopify/InventoryItem/11"})"},
                           answer("2", more("p2")));
        const auto first = valueOf(fetchOne(sdk::Entity::Stock, "11@"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, first.records.size());
        CPPUNIT_ASSERT(!as<sdk::StockLevel>(first.records[0]).available);
        CPPUNIT_ASSERT_EQUAL(std::string("5"), as<sdk::Refetch>(first.records[1]).externalId);
        CPPUNIT_ASSERT(!first.last);
        stage_.expectQuery({R"("after":"p2")"}, answer("3", kEnd));
        const auto second = valueOf(fetchOne(sdk::Entity::Stock, "11@", first.next));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, second.records.size());
        CPPUNIT_ASSERT(second.last);
    }

    void aWrongStockKeyIsABug() {
        CPPUNIT_ASSERT_EQUAL(std::string("bug"),
                             kindOf(errorOf(fetchOne(sdk::Entity::Stock, "11"))));
        CPPUNIT_ASSERT_EQUAL(std::string("bug"),
                             kindOf(errorOf(fetchOne(sdk::Entity::Stock, "@2"))));
        CPPUNIT_ASSERT_EQUAL(std::string("unsupported"),
                             kindOf(errorOf(fetchOne(sdk::Entity::Order, "1"))));
    }

    void everyDocumentStaysBelowTheLimit() {
        stage_.expectQuery({}, dataReply(R"({"productsCount":{"count":7,"precision":"EXACT"}})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, valueOf(source_.remoteCount(context)).count);
        oneRunBringsLocationsThenProductsThenLevels();
        for (const auto& request : stage_.http.sent()) {
            CPPUNIT_ASSERT(request.cost >= 1);
            CPPUNIT_ASSERT(request.cost <= 1000);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProductSourceTest);

}  // namespace souk::shopify::tests
