#include "webhooks.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/time.hpp>

#include <random>

#include "plugins/shopify/support.hpp"

namespace souk::shopify::tests {

class WebhooksTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WebhooksTest);
    CPPUNIT_TEST(aDeliveryIsRoutedByItsHeaders);
    CPPUNIT_TEST(theEventsFamilyHasHeadersWithoutX);
    CPPUNIT_TEST(aDeliveryWithoutItsHeadersIsRefused);
    CPPUNIT_TEST(aForeignDomainIsRefused);
    CPPUNIT_TEST(thePeopleOfAnOrderAreNamed);
    CPPUNIT_TEST(thePeopleOfCustomerTopicsAreNamed);
    CPPUNIT_TEST(anUnreadableBodyHasNobody);
    CPPUNIT_TEST(aTrueSignatureIsAccepted);
    CPPUNIT_TEST(everySecretInForceIsTried);
    CPPUNIT_TEST(everyFlippedBitIsRefused);
    CPPUNIT_TEST(missingSignatureAndMissingSecretAreRefused);
    CPPUNIT_TEST(everyTopicBecomesItsRecord);
    CPPUNIT_TEST(deletionsCarryNoTime);
    CPPUNIT_TEST(anItemsChangeFetchesAllThatHangsOnIt);
    CPPUNIT_TEST(uninstallingCarriesItsTime);
    CPPUNIT_TEST(grantedScopesAreExpanded);
    CPPUNIT_TEST(privacyTopicsNameTheirPeople);
    CPPUNIT_TEST(anUnknownTopicIsANotice);
    CPPUNIT_TEST(hostileBodiesAreErrorsNotCrashes);
    CPPUNIT_TEST_SUITE_END();

    Webhooks webhooks_;
    ShopStage stage_;

    static sdk::WebhookRequest delivery(std::string_view topic, std::string body) {
        sdk::WebhookRequest request{.method = "POST", .query = {}, .headers = {}, .body = {}};
        request.headers = {
            {"x-shopify-topic", std::string(topic)},
            {"x-shopify-shop-domain", "Souk-Test.myshopify.com"},
            {"x-shopify-webhook-id", "3681f22b-c354-40f5-a12d-692d1bc7f61c"},
            {"x-shopify-event-id", "the-same-for-all"},
            {"x-shopify-triggered-at", "2026-11-01T02:15:08.372189411Z"},
            {"x-shopify-hmac-sha256", sdk::base64(sdk::hmacSha256("hush", body))},
        };
        request.body = std::move(body);
        return request;
    }

    std::vector<sdk::Record> translate(std::string_view topic, std::string body) {
        return valueOf(webhooks_.translate(event(topic, std::move(body)), stage_.account));
    }

    static sdk::StoredEvent event(std::string_view topic, std::string body) {
        return {.account = "souk-test.myshopify.com",
                .topic = std::string(topic),
                .headers = {},
                .body = std::move(body),
                .triggeredAt = *sdk::timestampFrom("2026-11-01T02:15:08Z")};
    }

    template <class T>
    T only(std::string_view topic, std::string body) {
        const auto records = translate(topic, std::move(body));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, records.size());
        return as<T>(records[0]);
    }

    std::vector<std::string> peopleIn(std::string_view topic, std::string body) {
        return valueOf(webhooks_.split(delivery(topic, std::move(body))))[0].people;
    }

public:
    void aDeliveryIsRoutedByItsHeaders() {
        const auto slices = valueOf(webhooks_.split(delivery("products/update", "{}")));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, slices.size());
        CPPUNIT_ASSERT_EQUAL(std::string("souk-test.myshopify.com"), slices[0].account);
        CPPUNIT_ASSERT_EQUAL(std::string("3681f22b-c354-40f5-a12d-692d1bc7f61c"), slices[0].key);
        CPPUNIT_ASSERT_EQUAL(std::string("products/update"), slices[0].topic);
        CPPUNIT_ASSERT(slices[0].slice.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-01T02:15:08.372189Z"),
                             sdk::rfc3339(*slices[0].triggeredAt));
    }

    void theEventsFamilyHasHeadersWithoutX() {
        auto request = delivery("products/update", "{}");
        sdk::Headers plain;
        for (const auto& [name, value] : request.headers) plain[name.substr(2)] = value;
        request.headers = plain;
        CPPUNIT_ASSERT_EQUAL(std::string("products/update"),
                             valueOf(webhooks_.split(request))[0].topic);
        CPPUNIT_ASSERT(webhooks_.verify(request, stage_.secrets));
    }

    void aDeliveryWithoutItsHeadersIsRefused() {
        for (const auto* name :
             {"x-shopify-topic", "x-shopify-shop-domain", "x-shopify-webhook-id"}) {
            auto request = delivery("products/update", "{}");
            request.headers.erase(name);
            CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"),
                                 kindOf(errorOf(webhooks_.split(request))));
        }
    }

    void aForeignDomainIsRefused() {
        auto request = delivery("products/update", "{}");
        request.headers["x-shopify-shop-domain"] = "souk-test.myshopify.com.evil.example";
        assertMentions(errorOf(webhooks_.split(request)).message, "Shop-Domain");
    }

    void thePeopleOfAnOrderAreNamed() {
        CPPUNIT_ASSERT(peopleIn("orders/updated", fixture("order_rest.json")) ==
                       (std::vector<std::string>{"115310627314723954",
                                                 "john@example.com",
                                                 "jon@example.com",
                                                 "820982911946154508"}));
        CPPUNIT_ASSERT(peopleIn("refunds/create", R"({"id":509562969,"order_id":450789469})") ==
                       std::vector<std::string>{"450789469"});
        CPPUNIT_ASSERT(
            peopleIn("orders/edited", R"({"order_edit":{"id":1,"order_id":450789469}})") ==
            std::vector<std::string>{"450789469"});
        CPPUNIT_ASSERT(peopleIn("products/update", fixture("product_rest.json")).empty());
    }

    void thePeopleOfCustomerTopicsAreNamed() {
        CPPUNIT_ASSERT(
            peopleIn("customers/update", fixture("customer_rest.json")) ==
            (std::vector<std::string>{"706405506930370084", "bob.norman@mail.example.com"}));
        CPPUNIT_ASSERT(peopleIn("customers/redact",
                                R"({"customer":{"id":191167,"email":"john@example.com"}})") ==
                       (std::vector<std::string>{"191167", "john@example.com"}));
    }

    void anUnreadableBodyHasNobody() {
        CPPUNIT_ASSERT(peopleIn("orders/updated", "{\"customer\":{\"id\":1").empty());
        CPPUNIT_ASSERT(peopleIn("customers/update", "[1,2]").empty());
    }

    void aTrueSignatureIsAccepted() {
        CPPUNIT_ASSERT(
            webhooks_.verify(delivery("products/update", "{\"id\": 1}"), stage_.secrets));
    }

    void everySecretInForceIsTried() {
        auto request = delivery("products/update", "{}");
        request.headers["x-shopify-hmac-sha256"] =
            sdk::base64(sdk::hmacSha256("new-secret", request.body));
        CPPUNIT_ASSERT(webhooks_.verify(request, stage_.secrets));
        request.headers["x-shopify-hmac-sha256"] =
            sdk::base64(sdk::hmacSha256("revoked", request.body));
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized"),
                             kindOf(errorOf(webhooks_.verify(request, stage_.secrets))));
    }

    void everyFlippedBitIsRefused() {
        const auto good = delivery("products/update", "{\"id\": 1, \"title\": \"x\"}");
        auto bad = good;
        for (std::size_t bit = 0; bit < good.body.size() * 8; ++bit) {
            bad.body = good.body;
            bad.body[bit / 8] = static_cast<char>(bad.body[bit / 8] ^ (1 << bit % 8));
            CPPUNIT_ASSERT(!webhooks_.verify(bad, stage_.secrets));
        }
        const std::string signature = good.headers.find("x-shopify-hmac-sha256")->second;
        bad.body = good.body;
        for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
            auto& flipped = bad.headers["x-shopify-hmac-sha256"];
            flipped = signature;
            flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
            CPPUNIT_ASSERT(!webhooks_.verify(bad, stage_.secrets));
        }
    }

    void missingSignatureAndMissingSecretAreRefused() {
        auto request = delivery("products/update", "{}");
        CPPUNIT_ASSERT_EQUAL(
            std::string("unauthorized"),
            kindOf(errorOf(webhooks_.verify(request, souk::testing::FixedSecrets()))));
        request.headers.erase("x-shopify-hmac-sha256");
        CPPUNIT_ASSERT(!webhooks_.verify(request, stage_.secrets));
    }

    void everyTopicBecomesItsRecord() {
        for (const auto* topic : {"products/create", "products/update"})
            only<sdk::Product>(topic, fixture("product_rest.json"));
        for (const auto* topic : {"orders/create",
                                  "orders/updated",
                                  "orders/cancelled",
                                  "orders/paid",
                                  "orders/fulfilled",
                                  "orders/partially_fulfilled"})
            only<sdk::Order>(topic, fixture("order_rest.json"));
        for (const auto* topic :
             {"customers/create", "customers/update", "customers/enable", "customers/disable"})
            only<sdk::Customer>(topic, fixture("customer_rest.json"));
        for (const auto* topic :
             {"locations/create", "locations/update", "locations/activate", "locations/deactivate"})
            only<sdk::Location>(topic, fixture("location_rest.json"));
        for (const auto* topic : {"inventory_levels/connect", "inventory_levels/update"})
            only<sdk::StockLevel>(topic,
                                  R"({"inventory_item_id":1,"location_id":2,"available":3,)"
                                  R"("updated_at":"2026-11-01T02:15:07Z"})");
        const auto edited = only<sdk::Refetch>(
            "orders/edited", R"({"order_edit":{"id":7,"order_id":820982911946154508}})");
        CPPUNIT_ASSERT_EQUAL(std::string("820982911946154508"), edited.externalId);
        const auto refund = only<sdk::Refetch>("refunds/create", R"({"id":9,"order_id":8})");
        CPPUNIT_ASSERT(refund.entity == sdk::Entity::Order);
        const auto bulk = only<sdk::Notice>(
            "bulk_operations/finish",
            R"({"admin_graphql_api_id":"gid://shopify/BulkOperation/1","status":"failed",)"
            R"("error_code":"TIMEOUT"})");
        CPPUNIT_ASSERT_EQUAL(std::string("failed: TIMEOUT"), bulk.detail);
    }

    void deletionsCarryNoTime() {
        for (const auto* topic :
             {"products/delete", "orders/delete", "customers/delete", "locations/delete"}) {
            const auto gone = only<sdk::Deletion>(topic, R"({"id":788032119674292922})");
            CPPUNIT_ASSERT_EQUAL(std::string("788032119674292922"), gone.externalId);
            CPPUNIT_ASSERT(!gone.at);
        }
        const auto level = only<sdk::Deletion>("inventory_levels/disconnect",
                                               R"({"inventory_item_id":11,"location_id":22})");
        CPPUNIT_ASSERT(level.entity == sdk::Entity::Stock);
        CPPUNIT_ASSERT_EQUAL(std::string("11@22"), level.externalId);
    }

    void anItemsChangeFetchesAllThatHangsOnIt() {
        const auto refetch =
            only<sdk::Refetch>("inventory_items/update", R"({"id":11,"sku":"x","tracked":true})");
        CPPUNIT_ASSERT(refetch.entity == sdk::Entity::Stock);
        CPPUNIT_ASSERT_EQUAL(std::string("11@"), refetch.externalId);
    }

    void uninstallingCarriesItsTime() {
        const auto change = only<sdk::AccountChange>("app/uninstalled", R"({"id":1})");
        CPPUNIT_ASSERT(change.what == sdk::AccountChange::What::Uninstalled);
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-01T02:15:08Z"), sdk::rfc3339(*change.at));
    }

    void grantedScopesAreExpanded() {
        const auto change = only<sdk::AccountChange>(
            "app/scopes_update",
            R"({"id":1,"previous":["read_orders"],"current":["write_orders","read_products"],)"
            R"("updated_at":"2026-11-01T02:00:00Z"})");
        CPPUNIT_ASSERT(change.scopes ==
                       (std::vector<std::string>{"read_orders", "read_products", "write_orders"}));
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-01T02:00:00Z"), sdk::rfc3339(*change.at));
    }

    void privacyTopicsNameTheirPeople() {
        const auto request = only<sdk::PrivacyRequest>(
            "customers/data_request",
            R"({"shop_id":1,"orders_requested":[299938,280263],"customer":{"id":191167},)"
            R"("data_request":{"id":9999}})");
        CPPUNIT_ASSERT(request.what == sdk::PrivacyRequest::What::Export);
        CPPUNIT_ASSERT_EQUAL(std::string("191167"), request.customerExternalId);
        CPPUNIT_ASSERT(request.orderExternalIds == (std::vector<std::string>{"299938", "280263"}));
        CPPUNIT_ASSERT_EQUAL(std::string("9999"), request.requestId);
        const auto redact = only<sdk::PrivacyRequest>(
            "customers/redact", R"({"customer":{"id":191167},"orders_to_redact":[1]})");
        CPPUNIT_ASSERT(redact.what == sdk::PrivacyRequest::What::EraseCustomer);
        const auto shop = only<sdk::PrivacyRequest>("shop/redact", R"({"shop_id":954889})");
        CPPUNIT_ASSERT(shop.what == sdk::PrivacyRequest::What::EraseStore);
    }

    void anUnknownTopicIsANotice() {
        CPPUNIT_ASSERT_EQUAL(std::string("carts/create"),
                             only<sdk::Notice>("carts/create", "not even JSON").topic);
    }

    void hostileBodiesAreErrorsNotCrashes() {
        std::mt19937 random(20261101);
        const std::pair<std::string, std::string> bodies[] = {
            {"products/update", fixture("product_rest.json")},
            {"orders/updated", fixture("order_rest.json")},
            {"customers/update", fixture("customer_rest.json")},
            {"locations/update", fixture("location_rest.json")}};
        for (const auto& [topic, body] : bodies) {
            for (std::size_t length = 0; length < body.size(); length += 37)
                CPPUNIT_ASSERT(
                    !webhooks_.translate(event(topic, body.substr(0, length)), stage_.account));
            for (int round = 0; round < 300; ++round) {
                std::string damaged = body;
                for (int hits = 0; hits < 4; ++hits)
                    damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
                const auto result = webhooks_.translate(event(topic, damaged), stage_.account);
                if (!result)
                    CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"), kindOf(result.error()));
                CPPUNIT_ASSERT(webhooks_.split(delivery(topic, damaged)));
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WebhooksTest);

}  // namespace souk::shopify::tests
