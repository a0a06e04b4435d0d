#include "subscriptions.hpp"

#include "plugins/facebook/support.hpp"
#include "publisher.hpp"

namespace souk::facebook::tests {

/// Both levels of subscription, and what is offered in the picked catalogue.
class SubscriptionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SubscriptionsTest);
    CPPUNIT_TEST(bothLevelsAreListed);
    CPPUNIT_TEST(othersSubscriptionsAreNotOurs);
    CPPUNIT_TEST(theAppIsSubscribedWithItsOwnToken);
    CPPUNIT_TEST(thePageIsSubscribedInItsName);
    CPPUNIT_TEST(theAppsOwnStaysWhenOneLeaves);
    CPPUNIT_TEST(aChangedAppSecretIsNotTheEndOfTheGrant);
    CPPUNIT_TEST(aDeadPageTokenIs);
    CPPUNIT_TEST(offersGoIntoThePickedCatalogue);
    CPPUNIT_TEST_SUITE_END();

    AssetSubscriptions subscriptions_;
    CataloguePublisher publisher_;
    PageStage stage_;

    void expectList(const std::string& app, const std::string& catalogue, const std::string& page) {
        stage_.expectGet("/4711/subscriptions", {}, ok(R"({"data":[)" + app + "]}"));
        stage_.expectGet("/880001/subscribed_apps", {}, ok(R"({"data":[)" + catalogue + "]}"));
        stage_.expectGet("/990001/subscribed_apps", {}, ok(R"({"data":[)" + page + "]}"));
    }

    std::string listed() {
        auto context = stage_.context();
        std::string told;
        for (const auto& one : valueOf(subscriptions_.list(context)))
            told += one.externalId + "=" + one.topic + "@" + one.address + "\n";
        return told;
    }

public:
    void bothLevelsAreListed() {
        expectList(
            R"({"object":"page","callback_url":"https://hub.example/f","active":true},{"object":"catalog","active":false})",
            R"({"id":"4711","name":"Souk"})",
            R"({"id":"4711"})");
        CPPUNIT_ASSERT_EQUAL(
            std::string("app/page=app/page@https://hub.example/f\ncatalog=catalog@\npage=page@\n"),
            listed());
        std::string credentials;
        for (const auto& one : stage_.http.sent()) credentials += one.credential + ",";
        CPPUNIT_ASSERT_EQUAL(std::string("app_token,,page_token,"), credentials);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, subscriptions_.wanted(stage_.account).size());
    }

    void othersSubscriptionsAreNotOurs() {
        expectList("", R"({"id":"1"})", "");
        CPPUNIT_ASSERT(listed().empty());
    }

    void theAppIsSubscribedWithItsOwnToken() {
        stage_.expectPost(
            "/4711/subscriptions",
            {R"({"object":"catalog","callback_url":"https://hub.example/f","fields":"items_batch,product_feed",)"
             R"("include_values":true,"verify_token":"say-friend"})"},
            ok(R"({"success":true})"));
        auto context = stage_.context();
        const auto made =
            valueOf(subscriptions_.create(context, "app/catalog", "https://hub.example/f"));
        CPPUNIT_ASSERT_EQUAL(std::string("app/catalog https://hub.example/f"),
                             made.externalId + " " + made.address);
        CPPUNIT_ASSERT_EQUAL(std::string("app_token"), stage_.http.sent().back().credential);
    }

    void thePageIsSubscribedInItsName() {
        stage_.http.expect(
            {.method = "POST",
             .url = graph("/990001/subscribed_apps"),
             .query = {{"subscribed_fields", "feed,messages,message_echoes,message_reads"}}},
            ok(R"({"success":true})"));
        stage_.http.expect({.method = "POST", .url = graph("/880001/subscribed_apps")},
                           ok(R"({"success":true})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT(valueOf(subscriptions_.create(context, "page", "https://hub.example/f"))
                           .address.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("page_token"), stage_.http.sent().back().credential);
        CPPUNIT_ASSERT(subscriptions_.create(context, "catalog", "https://hub.example/f"));
        CPPUNIT_ASSERT(stage_.http.sent().back().credential.empty());
    }

    void theAppsOwnStaysWhenOneLeaves() {
        stage_.http.expect({.method = "DELETE", .url = graph("/880001/subscribed_apps")},
                           ok(R"({"success":true})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT(subscriptions_.remove(context, "catalog"));
        CPPUNIT_ASSERT(subscriptions_.remove(context, "app/page"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, stage_.http.sent().size());
    }

    void aChangedAppSecretIsNotTheEndOfTheGrant() {
        stage_.expectGet(
            "/4711/subscriptions", {}, refused(400, 190, "Invalid OAuth access token signature."));
        auto context = stage_.context();
        const auto error = errorOf(subscriptions_.list(context));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "connect again");
    }

    void aDeadPageTokenIs() {
        stage_.expectGet("/4711/subscriptions", {}, ok(R"({"data":[]})"));
        stage_.expectGet("/880001/subscribed_apps", {}, ok(R"({"data":[]})"));
        stage_.expectGet(
            "/990001/subscribed_apps", {}, refused(400, 190, "dead", R"(,"error_subcode":460)"));
        auto context = stage_.context();
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized"),
                             kindOf(errorOf(subscriptions_.list(context))));
    }

    void offersGoIntoThePickedCatalogue() {
        sdk::OfferChange change;
        change.what = sdk::OfferChange::What::Withdraw;
        change.offer.externalId = "mug";
        stage_.expectPost("/880001/items_batch",
                          {R"([{"method":"DELETE","data":{"id":"mug"}}])"},
                          ok(R"({"handles":["AcT"]})"));
        stage_.expectGet("/880001/check_batch_request_status",
                         {{"handle", "AcT"}},
                         ok(R"({"data":[{"status":"finished"}]})"));
        stage_.expectGet("/880001/products", {}, ok(R"({"data":[]})"));
        stage_.expectGet("/880001/products", {}, ok(R"({"data":[]})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT_EQUAL(std::string("AcT"),
                             valueOf(publisher_.publish(context, {change}, "key")).ticket);
        CPPUNIT_ASSERT(valueOf(publisher_.poll(context, "AcT")).ticket.empty());
        CPPUNIT_ASSERT(valueOf(publisher_.shown(context, {})).last);
        CPPUNIT_ASSERT(valueOf(publisher_.look(context, {"mug"})).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SubscriptionsTest);

}  // namespace souk::facebook::tests
