#include "order_source.hpp"

#include "plugins/shopify/support.hpp"

namespace souk::shopify::tests {

class OrderSourceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OrderSourceTest);
    CPPUNIT_TEST(aPageHasNoStatusFilter);
    CPPUNIT_TEST(anOrderWithMoreLinesIsPartialInAPage);
    CPPUNIT_TEST(aLongOrderComesInPages);
    CPPUNIT_TEST(anOrderTheAppMayNotSeeIsNotFound);
    CPPUNIT_TEST(deniedAccessNamesTheScope);
    CPPUNIT_TEST(theCountCountsAllOrders);
    CPPUNIT_TEST_SUITE_END();

    OrderSource source_;
    ShopStage stage_;

    /// The fixture with another end of its line list.
    static std::string orderNode(std::string_view pageInfo) {
        auto node = fixture("order_graphql.json");
        const auto at = node.find('{', node.find(R"("pageInfo")"));
        return node.replace(at, node.find('}', at) - at + 1, pageInfo);
    }

    sdk::Result<sdk::Page> fetchOne(const std::string& cursor) {
        auto context = stage_.context();
        return source_.fetchOne(context, sdk::Entity::Order, "820982911946154508", {cursor});
    }

public:
    void aPageHasNoStatusFilter() {
        stage_.expectQuery(
            {"sortKey: UPDATED_AT", R"("variables":{"first":true})"},
            dataReply(R"({"ordersCount":{"count":1,"precision":"EXACT"},"orders":{"nodes":[)" +
                      fixture("order_graphql.json") + R"(],"pageInfo":{"hasNextPage":false}}})"));
        auto context = stage_.context();
        const auto page = valueOf(source_.fetch(context, {}));
        CPPUNIT_ASSERT_EQUAL(std::string("#9999"), as<sdk::Order>(page.records.at(0)).name);
        CPPUNIT_ASSERT(page.last);
        CPPUNIT_ASSERT(stage_.http.sent()[0].cost <= 1000);
        CPPUNIT_ASSERT(stage_.http.sent()[0].body.find("status:") == std::string::npos);
    }

    void anOrderWithMoreLinesIsPartialInAPage() {
        stage_.expectQuery(
            {},
            dataReply(R"({"orders":{"nodes":[)" + orderNode(R"({"hasNextPage":true})") +
                      R"(],"pageInfo":{"hasNextPage":false}}})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT(as<sdk::Order>(valueOf(source_.fetch(context, {})).records.at(0)).partial);
    }

    void aLongOrderComesInPages() {
        stage_.expectQuery(
            {R"("variables":{"id":"gid://shopify/Order/820982911946154508"})"},
            dataReply("{\"order\":" + orderNode(R"({"hasNextPage":true,"endCursor":"p2"})") + "}"));
        const auto first = valueOf(fetchOne(""));
        CPPUNIT_ASSERT(!first.last);
        CPPUNIT_ASSERT(!as<sdk::Order>(first.records.at(0)).partial);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, as<sdk::Order>(first.records.at(0)).refunds.size());

        stage_.expectQuery({R"("after":"p2")"},
                           dataReply("{\"order\":" +
                                     orderNode(R"({"hasNextPage":false,"endCursor":"p3"})") + "}"));
        const auto second = valueOf(fetchOne(first.next.value));
        CPPUNIT_ASSERT(second.last);
        const auto& rest = as<sdk::Order>(second.records.at(0));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, rest.lines.size());
        CPPUNIT_ASSERT(rest.refunds.empty());
        CPPUNIT_ASSERT(rest.fulfilments.empty());
        stage_.http.expectAllPlayed();
    }

    void anOrderTheAppMayNotSeeIsNotFound() {
        stage_.expectQuery({}, dataReply(R"({"order":null})"));
        CPPUNIT_ASSERT_EQUAL(std::string("not_found"), kindOf(errorOf(fetchOne(""))));
    }

    void deniedAccessNamesTheScope() {
        stage_.expectQuery(
            {},
            okReply(R"({"errors":[{"message":"Access denied for orders field. Required access: )"
                    R"(`read_orders` access scope.","extensions":{"code":"ACCESS_DENIED"}}]})"));
        auto context = stage_.context();
        const auto error = errorOf(source_.fetch(context, {}));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "read_orders");
    }

    void theCountCountsAllOrders() {
        stage_.expectQuery({"ordersCount(limit: null)"},
                           dataReply(R"({"ordersCount":{"count":5,"precision":"EXACT"}})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, valueOf(source_.remoteCount(context)).count);
        CPPUNIT_ASSERT(source_.entities() == std::vector{sdk::Entity::Order});
        CPPUNIT_ASSERT(!source_.fetchOne(context, sdk::Entity::Product, "1", {}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OrderSourceTest);

}  // namespace souk::shopify::tests
