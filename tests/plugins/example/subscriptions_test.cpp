#include "subscriptions.hpp"

#include <souk/testing/stage.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace sdk = souk::sdk;

class ExampleSubscriptionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExampleSubscriptionsTest);
    CPPUNIT_TEST(everyWantedTopicIsOneTranslateKnows);
    CPPUNIT_TEST(theListIsRead);
    CPPUNIT_TEST(aSubscriptionIsMadeOnce);
    CPPUNIT_TEST(removingWhatIsGoneIsFine);
    CPPUNIT_TEST_SUITE_END();

    const souk::example::ExampleSubscriptions subscriptions_;
    souk::testing::Stage stage_;

public:
    void everyWantedTopicIsOneTranslateKnows() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, subscriptions_.wanted({}).size());
    }

    void theListIsRead() {
        stage_.http.expect(
            {.method = "GET", .url = "https://api.example.test/v1/webhooks"},
            sdk::HttpReply{
                200,
                {},
                R"({"items": [{"id": 7, "topic": "orders/updated", "address": "https://x"}]})"});
        auto context = stage_.context();
        const auto list = subscriptions_.list(context);
        CPPUNIT_ASSERT_EQUAL(std::string("7"), list->at(0).externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("https://x"), list->at(0).address);
    }

    void aSubscriptionIsMadeOnce() {
        stage_.http.expect(
            {.method = "POST",
             .bodyParts = {R"({"topic":"orders/updated","address":"https://x"})"}},
            sdk::HttpReply{
                201, {}, R"({"id": "8", "topic": "orders/updated", "address": "https://x"})"});
        auto context = stage_.context();
        const auto made = subscriptions_.create(context, "orders/updated", "https://x");
        CPPUNIT_ASSERT_EQUAL(std::string("8"), made->externalId);
        CPPUNIT_ASSERT(!stage_.http.sent().at(0).repeatable);
    }

    void removingWhatIsGoneIsFine() {
        stage_.http.expect({.method = "DELETE"}, sdk::HttpReply{404, {}, "{}"});
        stage_.http.expect({.method = "DELETE"}, sdk::HttpReply{403, {}, "{}"});
        auto context = stage_.context();
        CPPUNIT_ASSERT(subscriptions_.remove(context, "8"));
        CPPUNIT_ASSERT(subscriptions_.remove(context, "9").error().kind ==
                       sdk::ErrorKind::Rejected);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExampleSubscriptionsTest);
