#include "webhooks.hpp"

#include "example_plugin.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/testing/stage.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace sdk = souk::sdk;

class ExampleWebhooksTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExampleWebhooksTest);
    CPPUNIT_TEST(everySingleBitFlipIsRefused);
    CPPUNIT_TEST(withoutSecretsNobodyIsBelieved);
    CPPUNIT_TEST(truncatedDeliveriesAreErrorsNeverCrashes);
    CPPUNIT_TEST(theBudgetIsReadFromTheHeaders);
    CPPUNIT_TEST_SUITE_END();

    const souk::example::Webhooks webhooks_;
    const souk::testing::FixedSecrets secrets_{
        std::map<std::string, std::vector<std::string>, std::less<>>{{"client_secret", {"s"}}}};
    sdk::WebhookRequest request_;

public:
    void setUp() override {
        request_.method = "POST";
        request_.body = R"({"account": "green", "events": [{"id": "e", "topic": "products/deleted",
                            "at": "2026-11-01T10:00:00Z", "data": {"id": "p"}}]})";
        request_.headers["X-Example-Signature"] = sdk::base64(sdk::hmacSha256("s", request_.body));
    }

    void everySingleBitFlipIsRefused() {
        CPPUNIT_ASSERT(webhooks_.verify(request_, secrets_));
        for (std::size_t bit = 0; bit < request_.body.size() * 8; ++bit) {
            auto flipped = request_;
            flipped.body[bit / 8] = static_cast<char>(flipped.body[bit / 8] ^ (1 << (bit % 8)));
            CPPUNIT_ASSERT(!webhooks_.verify(flipped, secrets_));
        }
        auto& signature = request_.headers["X-Example-Signature"];
        signature.pop_back();
        CPPUNIT_ASSERT(!webhooks_.verify(request_, secrets_));
    }

    void withoutSecretsNobodyIsBelieved() {
        CPPUNIT_ASSERT(webhooks_.verify(request_, souk::testing::FixedSecrets()).error().kind ==
                       sdk::ErrorKind::Unauthorized);
    }

    void truncatedDeliveriesAreErrorsNeverCrashes() {
        const auto whole = request_.body;
        for (std::size_t size = 0; size < whole.size(); ++size) {
            request_.body = whole.substr(0, size);
            CPPUNIT_ASSERT(webhooks_.split(request_).error().kind == sdk::ErrorKind::BadPayload);
            const sdk::StoredEvent event{"green", "products/updated", {}, request_.body, {}};
            CPPUNIT_ASSERT(!webhooks_.translate(event, {}));
        }
        CPPUNIT_ASSERT(!webhooks_.challenge(request_, secrets_));
    }

    void theBudgetIsReadFromTheHeaders() {
        const souk::example::ExamplePlugin plugin;
        CPPUNIT_ASSERT(!plugin.throttleFrom({200, {}, ""}));
        const auto throttle = plugin.throttleFrom(
            {200,
             {{"x-budget-size", "40"}, {"x-budget-left", "7.5"}, {"x-budget-refill", "2"}},
             ""});
        CPPUNIT_ASSERT_EQUAL(40.0, throttle->capacity);
        CPPUNIT_ASSERT_EQUAL(7.5, throttle->available);
        CPPUNIT_ASSERT_EQUAL(2.0, throttle->restorePerSecond);
        CPPUNIT_ASSERT(!throttle->refused);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExampleWebhooksTest);
