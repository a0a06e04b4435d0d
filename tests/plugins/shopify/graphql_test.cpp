#include "graphql.hpp"

#include "plugins/shopify/support.hpp"

namespace souk::shopify::tests {

class GraphqlTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GraphqlTest);
    CPPUNIT_TEST(aRequestNamesVersionCostAndVariables);
    CPPUNIT_TEST(dataIsHandedOver);
    CPPUNIT_TEST(everyRefusalHasItsKind);
    CPPUNIT_TEST(dataWithErrorsIsAnError);
    CPPUNIT_TEST(everyStatusHasItsKind);
    CPPUNIT_TEST(whatIsNotJsonIsBadPayload);
    CPPUNIT_TEST(longComplaintsAreCut);
    CPPUNIT_TEST(aCutComplaintEndsWithAWholeCharacter);
    CPPUNIT_TEST(theBudgetIsReadFromTheEnd);
    CPPUNIT_TEST(aBudgetThatIsNoNumberIsNone);
    CPPUNIT_TEST(aThrottledReplyIsARefusal);
    CPPUNIT_TEST(aTitleThatSaysThrottledIsNone);
    CPPUNIT_TEST(aReplyWithoutBudgetSaysNothing);
    CPPUNIT_TEST(userErrorsAreRejections);
    CPPUNIT_TEST(fallingForwardIsLogged);
    CPPUNIT_TEST_SUITE_END();

    static constexpr Document kDocument{"query Shop { shop { name } }", 3, true};

    static sdk::HttpReply refusal(std::string_view code, std::string_view message) {
        sdk::JsonWriter body;
        body.object().key("errors").array().object().key("message").text(message);
        body.key("extensions").object().key("code").text(code).end().end().end();
        return okReply(body.end().take());
    }

    static sdk::HttpReply throttled() {
        return okReply(R"({"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],)"
                       R"("extensions":{"cost":{"requestedQueryCost":507,"actualQueryCost":null,)"
                       R"("throttleStatus":{"maximumAvailable":1000.0,"currentlyAvailable":493,)"
                       R"("restoreRate":50.0}}}})");
    }

public:
    void aRequestNamesVersionCostAndVariables() {
        const auto request = graphqlRequest("https://x.myshopify.com", kDocument, R"({"a":1})");
        CPPUNIT_ASSERT_EQUAL(std::string("https://x.myshopify.com/admin/api/2026-10/graphql.json"),
                             request.url);
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"query":"query Shop { shop { name } }","variables":{"a":1}})"),
            request.body);
        CPPUNIT_ASSERT_EQUAL(3.0, request.cost);
        CPPUNIT_ASSERT(request.repeatable);
    }

    void dataIsHandedOver() {
        const auto data = valueOf(dataFrom(dataReply(R"({"shop":{"name":"x"}})")));
        CPPUNIT_ASSERT_EQUAL(std::string("x"), data.at("shop").textOr("name", ""));
    }

    void everyRefusalHasItsKind() {
        const std::pair<std::string, std::string> cases[] = {
            {"MAX_COST_EXCEEDED", "bug"},
            {"undefinedField", "bug"},
            {"ACCESS_DENIED", "rejected"},
            {"SHOP_INACTIVE", "rejected"},
            {"INTERNAL_SERVER_ERROR", "transient"},
            {"SOMETHING_NEW", "rejected"},
        };
        for (const auto& [code, kind] : cases) {
            const auto error = errorOf(dataFrom(refusal(code, "needs read_orders")));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(code, kind, kindOf(error));
            assertMentions(error.message, "needs read_orders");
        }
        const auto error = errorOf(dataFrom(throttled()));
        CPPUNIT_ASSERT_EQUAL(std::string("rate_limited"), kindOf(error));
        CPPUNIT_ASSERT(*error.retryAfter >= std::chrono::milliseconds(280));
        CPPUNIT_ASSERT(*error.retryAfter < std::chrono::milliseconds(290));
        const auto plain = errorOf(dataFrom(okReply(R"({"errors":"[API] Something"})")));
        assertMentions(plain.message, "[API] Something");
        errorOf(dataFrom(okReply(R"({"errors":["as text"]})")));
        errorOf(dataFrom(okReply(R"({"errors":{"base":["x"]}})")));
    }

    void dataWithErrorsIsAnError() {
        const auto error = errorOf(dataFrom(okReply(
            R"({"data":{"customers":null},"errors":[{"message":"This app is not approved to )"
            R"(access the Customer object","extensions":{"code":"ACCESS_DENIED"}}]})")));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "protected customer data");
    }

    void everyStatusHasItsKind() {
        const std::pair<int, std::string> cases[] = {{400, "rejected"},
                                                     {401, "unauthorized"},
                                                     {402, "rejected"},
                                                     {403, "rejected"},
                                                     {404, "rejected"},
                                                     {408, "transient"},
                                                     {423, "rejected"},
                                                     {429, "rate_limited"},
                                                     {430, "rate_limited"},
                                                     {500, "transient"},
                                                     {503, "transient"}};
        for (const auto& [status, kind] : cases) {
            const sdk::HttpReply reply{
                status, {}, R"({"errors":"[API] This action requires merchant approval"})"};
            const auto error = errorOf(dataFrom(reply));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(status), kind, kindOf(error));
            assertMentions(error.message, "merchant approval");
        }
    }

    void whatIsNotJsonIsBadPayload() {
        CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"),
                             kindOf(errorOf(dataFrom(okReply("<html>We'll be back</html>")))));
        CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"), kindOf(errorOf(dataFrom(okReply("{}")))));
        errorOf(dataFrom(okReply("[]")));
        errorOf(dataFrom(okReply("")));
        errorOf(dataFrom(sdk::HttpReply{502, {}, "<html>"}));
    }

    void longComplaintsAreCut() {
        const auto error = errorOf(dataFrom(refusal("SOMETHING_NEW", std::string(5000, 'x'))));
        CPPUNIT_ASSERT(error.message.size() < 500);
    }

    void aCutComplaintEndsWithAWholeCharacter() {
        const std::string words(299, 'x');
        const auto error = errorOf(dataFrom(refusal("SOMETHING_NEW", words + "\u20AC and more")));
        CPPUNIT_ASSERT(error.message.ends_with(words + "..."));
    }

    void theBudgetIsReadFromTheEnd() {
        const auto reply = dataReply("{\"x\":\"" + std::string(600'000, 'y') + "\"}");
        const auto throttle = throttleIn(reply);
        CPPUNIT_ASSERT(throttle);
        CPPUNIT_ASSERT_EQUAL(2000.0, throttle->capacity);
        CPPUNIT_ASSERT_EQUAL(1991.0, throttle->available);
        CPPUNIT_ASSERT_EQUAL(100.0, throttle->restorePerSecond);
        CPPUNIT_ASSERT(!throttle->refused);
    }

    void aBudgetThatIsNoNumberIsNone() {
        for (const auto* const figure : {"nan", "inf", "-inf", "null"}) {
            auto reply = throttled();
            reply.body.replace(reply.body.find("50.0"), 4, figure);
            CPPUNIT_ASSERT_MESSAGE(figure, !throttleIn(reply));
        }
    }

    void aThrottledReplyIsARefusal() {
        const auto throttle = throttleIn(throttled());
        CPPUNIT_ASSERT(throttle);
        CPPUNIT_ASSERT(throttle->refused);
        CPPUNIT_ASSERT_EQUAL(507.0, throttle->requested);
        CPPUNIT_ASSERT_EQUAL(493.0, throttle->available);
    }

    void aTitleThatSaysThrottledIsNone() {
        const auto throttle = throttleIn(dataReply(R"({"title":"THROTTLED"})"));
        CPPUNIT_ASSERT(throttle);
        CPPUNIT_ASSERT(!throttle->refused);
    }

    void aReplyWithoutBudgetSaysNothing() {
        CPPUNIT_ASSERT(!throttleIn(okReply("{}")));
        CPPUNIT_ASSERT(!throttleIn(okReply("")));
        CPPUNIT_ASSERT(!throttleIn(okReply(R"({"throttleStatus":{"maximumAvailable":"x"}})")));
        CPPUNIT_ASSERT(!throttleIn(okReply(R"("throttleStatus")")));
    }

    void userErrorsAreRejections() {
        CPPUNIT_ASSERT(accepted(jsonFrom(R"({"userErrors":[]})")));
        CPPUNIT_ASSERT(accepted(jsonFrom("{}")));
        const auto error = errorOf(accepted(
            jsonFrom(R"({"userErrors":[{"message":"Address is invalid"},{"message":"too"}]})")));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "Address is invalid; too");
    }

    void fallingForwardIsLogged() {
        ShopStage stage;
        auto context = stage.context();
        warnOfFallForward(context, okReply("{}"));
        warnOfFallForward(context, {200, {}, "{}"});
        CPPUNIT_ASSERT(stage.log.lines().empty());
        warnOfFallForward(context, {200, {{"X-Shopify-API-Version", "2027-01"}}, "{}"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, stage.log.lines().size());
        assertMentions(stage.log.lines()[0].text, "2027-01 instead of 2026-10");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GraphqlTest);

}  // namespace souk::shopify::tests
