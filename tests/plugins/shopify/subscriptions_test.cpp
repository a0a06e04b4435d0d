#include "subscriptions.hpp"

#include <algorithm>

#include "plugins/shopify/support.hpp"

namespace souk::shopify::tests {

class SubscriptionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SubscriptionsTest);
    CPPUNIT_TEST(topicsFollowTheScopes);
    CPPUNIT_TEST(everyWantedTopicComesBackUnderItsName);
    CPPUNIT_TEST(aShopWithoutAnyHasAnEmptyList);
    CPPUNIT_TEST(aListThatIsCutIsAnError);
    CPPUNIT_TEST(creatingSendsTheUri);
    CPPUNIT_TEST(refusalsNameTheReason);
    CPPUNIT_TEST(removingNamesTheGid);
    CPPUNIT_TEST_SUITE_END();

    WebhookSubscriptions subscriptions_;
    ShopStage stage_;

    static bool has(const std::vector<std::string>& topics, std::string_view topic) {
        return std::ranges::find(topics, topic) != topics.end();
    }

    std::vector<std::string> wantedWithEverything() {
        stage_.account.scopes = {
            "read_products", "read_inventory", "read_locations", "read_orders", "read_customers"};
        return subscriptions_.wanted(stage_.account);
    }

public:
    void topicsFollowTheScopes() {
        const auto none = subscriptions_.wanted(stage_.account);
        CPPUNIT_ASSERT(has(none, "app/uninstalled"));
        CPPUNIT_ASSERT(!has(none, "products/update"));
        stage_.account.scopes = {"read_products"};
        const auto some = subscriptions_.wanted(stage_.account);
        CPPUNIT_ASSERT(has(some, "products/update"));
        CPPUNIT_ASSERT(!has(some, "orders/updated"));
        const auto all = wantedWithEverything();
        for (const auto* topic : {"products/create",
                                  "products/delete",
                                  "inventory_levels/update",
                                  "inventory_levels/connect",
                                  "inventory_levels/disconnect",
                                  "inventory_items/update",
                                  "locations/update",
                                  "orders/create",
                                  "orders/updated",
                                  "orders/edited",
                                  "orders/cancelled",
                                  "orders/paid",
                                  "orders/fulfilled",
                                  "orders/delete",
                                  "refunds/create",
                                  "customers/create",
                                  "customers/update",
                                  "customers/delete",
                                  "app/scopes_update",
                                  "bulk_operations/finish"})
            CPPUNIT_ASSERT_MESSAGE(topic, has(all, topic));
        CPPUNIT_ASSERT(!has(all, "shop/redact"));
    }

    void everyWantedTopicComesBackUnderItsName() {
        const auto wanted = wantedWithEverything();
        sdk::JsonWriter data;
        data.object().key("webhookSubscriptions").object().key("nodes").array();
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            std::string name = wanted[i];
            for (char& c : name) c = c == '/' ? '_' : static_cast<char>(std::toupper(c));
            data.object().key("id").text("gid://shopify/WebhookSubscription/" +
                                         std::to_string(i + 1));
            data.key("topic").text(name).key("uri").text("https://souk.example/w").end();
        }
        data.object().key("id").text("gid://shopify/WebhookSubscription/999");
        data.key("topic").text("CARTS_CREATE").key("uri").text("pubsub://p:t").end();
        data.end().key("pageInfo").raw(R"({"hasNextPage":false})").end().end();
        stage_.expectQuery({"webhookSubscriptions(first: 250)"}, dataReply(data.take()));
        auto context = stage_.context();
        const auto listed = valueOf(subscriptions_.list(context));
        CPPUNIT_ASSERT_EQUAL(wanted.size() + 1, listed.size());
        for (std::size_t i = 0; i < wanted.size(); ++i)
            CPPUNIT_ASSERT_EQUAL(wanted[i], listed[i].topic);
        CPPUNIT_ASSERT_EQUAL(std::string("999"), listed.back().externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("pubsub://p:t"), listed.back().address);
    }

    void aShopWithoutAnyHasAnEmptyList() {
        stage_.expectQuery(
            {},
            dataReply(R"({"webhookSubscriptions":{"nodes":[],"pageInfo":{"hasNextPage":false}}})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT(valueOf(subscriptions_.list(context)).empty());
    }

    void aListThatIsCutIsAnError() {
        stage_.expectQuery(
            {},
            dataReply(R"({"webhookSubscriptions":{"nodes":[],"pageInfo":{"hasNextPage":true}}})"));
        auto context = stage_.context();
        assertMentions(errorOf(subscriptions_.list(context)).message, "more than 250");
    }

    void creatingSendsTheUri() {
        stage_.expectQuery(
            {R"("topic":"INVENTORY_LEVELS_UPDATE")",
             R"("subscription":{"uri":"https://souk.example/w","format":"JSON"})"},
            dataReply(R"({"webhookSubscriptionCreate":{"webhookSubscription":{"id":)"
                      R"("gid://shopify/WebhookSubscription/7","topic":"INVENTORY_LEVELS_UPDATE",)"
                      R"("uri":"https://souk.example/w"},"userErrors":[]}})"));
        auto context = stage_.context();
        const auto made = valueOf(
            subscriptions_.create(context, "inventory_levels/update", "https://souk.example/w"));
        CPPUNIT_ASSERT_EQUAL(std::string("7"), made.externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("inventory_levels/update"), made.topic);
        CPPUNIT_ASSERT(!stage_.http.sent()[0].repeatable);
    }

    void refusalsNameTheReason() {
        stage_.expectQuery(
            {},
            dataReply(R"({"webhookSubscriptionCreate":{"webhookSubscription":null,"userErrors":)"
                      R"([{"field":["webhookSubscription","uri"],"message":"Address for this )"
                      R"(topic has already been taken"}]}})"));
        auto context = stage_.context();
        const auto error =
            errorOf(subscriptions_.create(context, "products/update", "https://souk.example/w"));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "already been taken");
        stage_.expectQuery({}, sdk::Error{sdk::ErrorKind::Transient, "timeout", {}});
        CPPUNIT_ASSERT_EQUAL(std::string("transient"),
                             kindOf(errorOf(subscriptions_.list(context))));
    }

    void removingNamesTheGid() {
        auto context = stage_.context();
        stage_.expectQuery({R"("id":"gid://shopify/WebhookSubscription/7")"},
                           dataReply(R"({"webhookSubscriptionDelete":)"
                                     R"({"deletedWebhookSubscriptionId":"x","userErrors":[]}})"));
        CPPUNIT_ASSERT(subscriptions_.remove(context, "7"));
        stage_.expectQuery(
            {},
            dataReply(R"({"webhookSubscriptionDelete":{"deletedWebhookSubscriptionId":null,)"
                      R"("userErrors":[{"message":"Webhook subscription does not exist"}]}})"));
        CPPUNIT_ASSERT(!subscriptions_.remove(context, "7"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SubscriptionsTest);

}  // namespace souk::shopify::tests
