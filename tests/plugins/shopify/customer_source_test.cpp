#include "customer_source.hpp"

#include "plugins/shopify/support.hpp"

namespace souk::shopify::tests {

class CustomerSourceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CustomerSourceTest);
    CPPUNIT_TEST(aFullRunPagesAndEndsWithTheNextRunsStart);
    CPPUNIT_TEST(anIncrementalRunAsksForWhatChanged);
    CPPUNIT_TEST(anEmptyShopIsCaughtUpAtOnce);
    CPPUNIT_TEST(anEmptyIncrementalRunKeepsItsStart);
    CPPUNIT_TEST(aClockAheadOfShopifysLosesNothing);
    CPPUNIT_TEST(anUnreadableItemIsARejectNotAFailure);
    CPPUNIT_TEST(aListThatDoesNotMoveOnIsAnError);
    CPPUNIT_TEST(aForeignCursorIsRefused);
    CPPUNIT_TEST(errorsArePassedOn);
    CPPUNIT_TEST(oneCustomerIsFetched);
    CPPUNIT_TEST(aMissingCustomerIsNotFound);
    CPPUNIT_TEST(theCountSaysWhetherItIsExact);
    CPPUNIT_TEST(otherKindsAreUnsupported);
    CPPUNIT_TEST_SUITE_END();

    CustomerSource source_;
    ShopStage stage_;

    static std::string answer(const std::vector<std::string>& nodes,
                              std::string_view next,
                              std::string_view count = {}) {
        std::string data = "{";
        if (!count.empty())
            data.append(R"("customersCount":{"count":)")
                .append(count)
                .append(R"(,"precision":"EXACT"},)");
        data += R"("customers":{"nodes":[)";
        for (std::size_t i = 0; i < nodes.size(); ++i) data += (i == 0 ? "" : ",") + nodes[i];
        data.append("],\"pageInfo\":{\"hasNextPage\":").append(next.empty() ? "false" : "true");
        data.append(",\"endCursor\":\"").append(next.empty() ? "end" : next);
        return data.append("\"}}}");
    }

    static std::string customer(std::string_view id, std::string_view updatedAt) {
        std::string node = R"({"id":"gid://shopify/Customer/)";
        node.append(id).append(R"(","state":"ENABLED","tags":[],"updatedAt":")");
        return node.append(updatedAt).append("\"}");
    }

    sdk::Page fetch(const std::string& cursor) {
        auto context = stage_.context();
        return valueOf(source_.fetch(context, {cursor}));
    }

public:
    void aFullRunPagesAndEndsWithTheNextRunsStart() {
        stage_.expectQuery({R"("variables":{"first":true})"},
                           dataReply(answer({customer("1", "2026-10-01T00:00:00Z"),
                                             customer("2", "2026-10-02T00:00:00Z")},
                                            "page2",
                                            "3")));
        const auto first = fetch("");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, first.records.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, *first.total);
        CPPUNIT_ASSERT(!first.last);

        stage_.clock.set(stage_.clock.now() + std::chrono::hours(1));
        stage_.expectQuery({R"("variables":{"after":"page2","first":false})"},
                           dataReply(answer({customer("3", "2026-11-01T10:30:00Z")}, "")));
        const auto second = fetch(first.next.value);
        CPPUNIT_ASSERT(second.last);
        CPPUNIT_ASSERT(!second.total);
        // Two minutes before the run began, which is earlier than the latest change met.
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"since":"2026-11-01T09:58:00Z"})"), second.next.value);
        CPPUNIT_ASSERT_EQUAL(995.0, stage_.http.sent()[0].cost);
        stage_.http.expectAllPlayed();
    }

    void anIncrementalRunAsksForWhatChanged() {
        stage_.expectQuery({R"("query":"updated_at:>='2026-11-01T09:58:00Z'")"},
                           dataReply(answer({customer("3", "2026-11-01T09:59:00Z")}, "")));
        const auto page = fetch(R"({"since":"2026-11-01T09:58:00Z"})");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"since":"2026-11-01T09:57:00Z"})"), page.next.value);
    }

    void anEmptyShopIsCaughtUpAtOnce() {
        stage_.expectQuery({}, dataReply(answer({}, "", "0")));
        const auto page = fetch("");
        CPPUNIT_ASSERT(page.records.empty());
        CPPUNIT_ASSERT(page.last);
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), page.next.value);
    }

    void anEmptyIncrementalRunKeepsItsStart() {
        stage_.expectQuery({}, dataReply(answer({}, "", "0")));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"since":"2026-11-01T09:58:00Z"})"),
                             fetch(R"({"since":"2026-11-01T09:58:00Z"})").next.value);
    }

    void aClockAheadOfShopifysLosesNothing() {
        stage_.clock.set(stage_.clock.now() + std::chrono::days(40));
        stage_.expectQuery({}, dataReply(answer({customer("1", "2026-10-02T00:00:00Z")}, "")));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"since":"2026-10-01T23:58:00Z"})"),
                             fetch("").next.value);
    }

    void anUnreadableItemIsARejectNotAFailure() {
        stage_.expectQuery({},
                           dataReply(answer({customer("1", "yesterday"),
                                             R"({"state":"ENABLED"})",
                                             "7",
                                             customer("2", "2026-10-02T00:00:00Z")},
                                            "")));
        const auto page = fetch("");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page.records.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, page.rejects.size());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), page.rejects[0].externalId);
        assertMentions(page.rejects[0].reason, "customers.nodes[0].updatedAt");
        assertMentions(page.rejects[0].raw, "yesterday");
        CPPUNIT_ASSERT(page.rejects[0].entity == sdk::Entity::Customer);
    }

    void aListThatDoesNotMoveOnIsAnError() {
        stage_.expectQuery({}, dataReply(answer({}, "same")));
        auto context = stage_.context();
        const auto error = errorOf(
            source_.fetch(context, {R"({"started":"2026-11-01T10:00:00Z","after":"same"})"}));
        CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"), kindOf(error));
    }

    void aForeignCursorIsRefused() {
        auto context = stage_.context();
        for (const auto* cursor : {"eyJh", "[1]", R"({"since":"yesterday"})"})
            CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"),
                                 kindOf(errorOf(source_.fetch(context, {cursor}))));
    }

    void errorsArePassedOn() {
        const sdk::ErrorKind kinds[] = {
            sdk::ErrorKind::Unauthorized, sdk::ErrorKind::RateLimited, sdk::ErrorKind::Transient};
        for (const auto kind : kinds) {
            stage_.expectQuery({}, sdk::Error{kind, "from the host", {}});
            auto context = stage_.context();
            CPPUNIT_ASSERT(errorOf(source_.fetch(context, {})).kind == kind);
        }
        stage_.expectQuery({}, dataReply(R"({"customers":null})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"),
                             kindOf(errorOf(source_.fetch(context, {}))));
    }

    void oneCustomerIsFetched() {
        stage_.expectQuery({R"("id":"gid://shopify/Customer/706405506930370084")"},
                           dataReply("{\"customer\":" + fixture("customer_graphql.json") + "}"));
        auto context = stage_.context();
        const auto page =
            valueOf(source_.fetchOne(context, sdk::Entity::Customer, "706405506930370084", {}));
        CPPUNIT_ASSERT(page.last);
        CPPUNIT_ASSERT_EQUAL(std::string("Norman"), as<sdk::Customer>(page.records.at(0)).lastName);
    }

    void aMissingCustomerIsNotFound() {
        stage_.expectQuery({}, dataReply(R"({"customer":null})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT_EQUAL(
            std::string("not_found"),
            kindOf(errorOf(source_.fetchOne(context, sdk::Entity::Customer, "1", {}))));
    }

    void theCountSaysWhetherItIsExact() {
        auto context = stage_.context();
        stage_.expectQuery({"customersCount(limit: null)"},
                           dataReply(R"({"customersCount":{"count":12345,"precision":"EXACT"}})"));
        const auto exact = valueOf(source_.remoteCount(context));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{12345}, exact.count);
        CPPUNIT_ASSERT(exact.exact);
        stage_.expectQuery(
            {}, dataReply(R"({"customersCount":{"count":10000,"precision":"AT_LEAST"}})"));
        CPPUNIT_ASSERT(!valueOf(source_.remoteCount(context)).exact);
    }

    void otherKindsAreUnsupported() {
        auto context = stage_.context();
        CPPUNIT_ASSERT_EQUAL(
            std::string("unsupported"),
            kindOf(errorOf(source_.fetchOne(context, sdk::Entity::Order, "1", {}))));
        CPPUNIT_ASSERT(source_.entities() == std::vector{sdk::Entity::Customer});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CustomerSourceTest);

}  // namespace souk::shopify::tests
