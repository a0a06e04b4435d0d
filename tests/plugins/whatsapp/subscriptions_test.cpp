#include "subscriptions.hpp"

#include "plugins/whatsapp/support.hpp"
#include "publisher.hpp"

namespace souk::whatsapp::tests {

/// What the business account tells us, and what is offered in its catalogue.
class SubscriptionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SubscriptionsTest);
    CPPUNIT_TEST(theAccountIsSubscribedToOurAddress);
    CPPUNIT_TEST(withoutAVerifyTokenTheAppsAddressStays);
    CPPUNIT_TEST(onlyOurAppsSubscriptionCounts);
    CPPUNIT_TEST(unsubscribingIsOneCall);
    CPPUNIT_TEST(offersGoIntoTheConnectedCatalogue);
    CPPUNIT_TEST(withoutACatalogueNothingIsOffered);
    CPPUNIT_TEST_SUITE_END();

    AccountSubscription subscriptions_;
    CataloguePublisher publisher_;
    NumberStage stage_;

    static std::string edge() { return std::string("/") + kBusiness + "/subscribed_apps"; }

public:
    void theAccountIsSubscribedToOurAddress() {
        CPPUNIT_ASSERT((subscriptions_.wanted(stage_.account) ==
                        std::vector<std::string>{"whatsapp_business_account"}));
        stage_.expectPost(
            edge(),
            {R"({"override_callback_uri":"https://hub.example/w","verify_token":"say-friend"})"},
            ok(R"({"success":true})"));
        auto context = stage_.context();
        const auto made = valueOf(
            subscriptions_.create(context, "whatsapp_business_account", "https://hub.example/w"));
        CPPUNIT_ASSERT_EQUAL(std::string("4711"), made.externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("https://hub.example/w"), made.address);
    }

    void withoutAVerifyTokenTheAppsAddressStays() {
        stage_.secrets =
            souk::testing::FixedSecrets({{"app_id", {"4711", "0"}}, {"client_id", {"4711", "0"}}});
        stage_.expectPost(edge(), {"{}"}, ok(R"({"success":true})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT(valueOf(subscriptions_.create(
                                   context, "whatsapp_business_account", "https://hub.example/w"))
                           .address.empty());
    }

    void onlyOurAppsSubscriptionCounts() {
        stage_.expectGet(
            edge(),
            {},
            ok(R"({"data":[{"whatsapp_business_api_data":{"id":"1","name":"Other"}},)"
               R"({"whatsapp_business_api_data":{"id":"4711","name":"Souk"},"override_callback_uri":"https://hub.example/w"}]})"));
        auto context = stage_.context();
        const auto held = valueOf(subscriptions_.list(context));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, held.size());
        CPPUNIT_ASSERT_EQUAL(std::string("https://hub.example/w"), held[0].address);
        stage_.expectGet(edge(), {}, ok(R"({"data":[]})"));
        CPPUNIT_ASSERT(valueOf(subscriptions_.list(context)).empty());
    }

    void unsubscribingIsOneCall() {
        stage_.http.expect({.method = "DELETE", .url = graph(edge())}, ok(R"({"success":true})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT(subscriptions_.remove(context, "4711"));
        stage_.http.expect({.method = "DELETE", .url = graph(edge())}, refused(403, 200));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"),
                             kindOf(errorOf(subscriptions_.remove(context, "4711"))));
    }

    void offersGoIntoTheConnectedCatalogue() {
        sdk::OfferChange change;
        change.what = sdk::OfferChange::What::Withdraw;
        change.offer.externalId = "mug";
        stage_.expectPost("/880001/items_batch",
                          {R"([{"method":"DELETE","data":{"id":"mug"}}])"},
                          ok(R"({"handles":["AcT"]})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT_EQUAL(std::string("AcT"),
                             valueOf(publisher_.publish(context, {change}, "key")).ticket);
        stage_.expectGet("/880001/check_batch_request_status",
                         {{"handle", "AcT"}},
                         ok(R"({"data":[{"status":"finished"}]})"));
        CPPUNIT_ASSERT(valueOf(publisher_.poll(context, "AcT")).ticket.empty());
        stage_.expectGet("/880001/products", {}, ok(R"({"data":[]})"));
        CPPUNIT_ASSERT(valueOf(publisher_.shown(context, {})).last);
        stage_.expectGet("/880001/products", {}, ok(R"({"data":[]})"));
        CPPUNIT_ASSERT(valueOf(publisher_.look(context, {"mug"})).empty());
    }

    void withoutACatalogueNothingIsOffered() {
        stage_.account.settings = "{}";
        auto context = stage_.context();
        for (const auto& message : {errorOf(publisher_.publish(context, {}, "key")).message,
                                    errorOf(publisher_.poll(context, "AcT")).message,
                                    errorOf(publisher_.shown(context, {})).message,
                                    errorOf(publisher_.look(context, {})).message})
            assertMentions(message, "connect one in WhatsApp Manager");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SubscriptionsTest);

}  // namespace souk::whatsapp::tests
