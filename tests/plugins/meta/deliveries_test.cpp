#include "meta/deliveries.hpp"

#include <souk/sdk/crypto.hpp>

#include "plugins/meta/support.hpp"

namespace souk::meta::tests {

class DeliveriesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DeliveriesTest);
    CPPUNIT_TEST(theChallengeComesBackAsItIs);
    CPPUNIT_TEST(anotherTokenOrNoneIsRefused);
    CPPUNIT_TEST(aKnownVectorVerifies);
    CPPUNIT_TEST(everySecretInForceIsTried);
    CPPUNIT_TEST(everyFlippedBitIsRefused);
    CPPUNIT_TEST(theOlderSignatureIsNotEnough);
    CPPUNIT_TEST(withoutASecretNothingIsBelieved);
    CPPUNIT_TEST_SUITE_END();

    GraphStage stage_;

    static sdk::WebhookRequest check(std::string query) {
        return {.method = "GET", .query = std::move(query), .headers = {}, .body = {}};
    }
    static sdk::WebhookRequest delivery(std::string body, std::string_view secret = "hush") {
        auto seal = "sha256=" + sdk::hex(sdk::hmacSha256(secret, body));
        return {.method = "POST",
                .query = {},
                .headers = {{"X-Hub-Signature-256", std::move(seal)}},
                .body = std::move(body)};
    }
    bool genuine(const sdk::WebhookRequest& request) {
        return verify(request, stage_.secrets, "client_secret").operator bool();
    }

public:
    void theChallengeComesBackAsItIs() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("11582 &01444"),
            valueOf(challenge(
                check(
                    "hub.mode=subscribe&hub.challenge=11582+%2601444&hub.verify_token=say-friend"),
                stage_.secrets)));
        CPPUNIT_ASSERT_EQUAL(
            std::string("1"),
            valueOf(challenge(
                check("hub%2Emode=subscribe&hub.verify_token=say%2Dfriend&hub.challenge=1"),
                stage_.secrets)));
    }

    void anotherTokenOrNoneIsRefused() {
        const std::string asked = "hub.mode=subscribe&hub.challenge=1";
        for (const auto* more :
             {"&hub.verify_token=enter", "&hub.verify_token=", "", "&hub.verify_token=%zz"})
            CPPUNIT_ASSERT_EQUAL(std::string("unauthorized"),
                                 kindOf(errorOf(challenge(check(asked + more), stage_.secrets))));
        const souk::testing::FixedSecrets none;
        errorOf(challenge(check(asked + "&hub.verify_token="), none));
        assertMentions(
            errorOf(challenge(check("hub.verify_token=say-friend"), stage_.secrets)).message,
            "hub.mode");
    }

    /// Computed apart from this code; escapes stay as they are on the wire.
    void aKnownVectorVerifies() {
        stage_.secrets = souk::testing::FixedSecrets(
            {{"client_secret", {"another", "appsecret"}}, {"app_secret", {"no"}}});
        sdk::WebhookRequest request;
        request.body =
            R"({"object":"page","entry":[{"id":"1","time":1,"changes":[{"field":"feed","value":{"message":"caf\u00e9 \/ \ud83d\ude00"}}]}]})";
        request.headers = {
            {"x-hub-signature-256",
             "sha256=9153d11b3aef706ac7f319d137e84568749dcadb3b6dc8bd37b62b06e596d8b9"}};
        CPPUNIT_ASSERT(genuine(request));
    }

    void everySecretInForceIsTried() {
        CPPUNIT_ASSERT(genuine(delivery("{}", "new-secret")));
        CPPUNIT_ASSERT(genuine(delivery("{}", "hush")));
        CPPUNIT_ASSERT(!genuine(delivery("{}", "retired")));
    }

    void everyFlippedBitIsRefused() {
        const auto request = delivery(R"({"object":"page"})");
        for (std::size_t at = 0; at < request.body.size(); ++at)
            for (unsigned bit = 0; bit < 8; ++bit) {
                auto forged = request;
                forged.body[at] = static_cast<char>(forged.body[at] ^ (1U << bit));
                CPPUNIT_ASSERT(!genuine(forged));
            }
        for (std::size_t at = 0; at < request.headers.begin()->second.size(); ++at) {
            auto forged = request;
            auto& seal = forged.headers.begin()->second;
            seal[at] = static_cast<char>(seal[at] ^ 1);
            CPPUNIT_ASSERT(!genuine(forged));
        }
    }

    void theOlderSignatureIsNotEnough() {
        auto request = delivery("{}");
        request.headers = {{"X-Hub-Signature", "sha1=7d38cdd689735b008b3c702edd92eea23791c5f6"}};
        assertMentions(errorOf(verify(request, stage_.secrets, "client_secret")).message,
                       "X-Hub-Signature-256");
    }

    void withoutASecretNothingIsBelieved() {
        errorOf(verify(delivery("{}"), stage_.secrets, "app_secret"));
        errorOf(verify(delivery("{}", ""), souk::testing::FixedSecrets(), "client_secret"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DeliveriesTest);

}  // namespace souk::meta::tests
