#include <souk/sdk/crypto.hpp>
#include <souk/sdk/time.hpp>

#include "plugins/facebook/support.hpp"
#include "signed_request.hpp"
#include "webhooks.hpp"

namespace souk::facebook::tests {

/// A person wants their data deleted, or the app gone.
class SignedRequestTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SignedRequestTest);
    CPPUNIT_TEST(aKnownVectorVerifies);
    CPPUNIT_TEST(paddingIsNoMatter);
    CPPUNIT_TEST(everyFlippedBitIsRefused);
    CPPUNIT_TEST(everySecretInForceIsTried);
    CPPUNIT_TEST(whatIsNoneIsRefused);
    CPPUNIT_TEST(aDeletionIsAPrivacyRequest);
    CPPUNIT_TEST(aDeletionIsAnsweredWithItsStatusPage);
    CPPUNIT_TEST(deauthorizingIsUninstalling);
    CPPUNIT_TEST_SUITE_END();

    Webhooks webhooks_;
    PageStage stage_;

    /// Computed apart from this code, with the secret "appsecret".
    static constexpr const char* kVector =
        "N32LNcvDGXq0GI1jxm-tj1ysJh2uqkNIBcUhUmTp19k."
        "eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImV4cGlyZXMiOjEyOTE4NDA0MDAsImlz"
        "c3VlZF9hdCI6MTI5MTgzNjgwMCwidXNlcl9pZCI6IjIxODQ3MSJ9";

    static std::string sealed(const std::string& payload, std::string_view secret = "hush") {
        const auto encoded = sdk::base64Url(payload);
        const auto digest = sdk::hmacSha256(secret, encoded);
        return sdk::base64Url({reinterpret_cast<const char*>(digest.data()), digest.size()}) + "." +
               encoded;
    }
    static std::string payload(const std::string& user = "218471") {
        return R"({"algorithm":"HMAC-SHA256","issued_at":1291836800,"user_id":")" + user + "\"}";
    }
    static sdk::WebhookRequest form(const std::string& value, std::string query = "") {
        return {.method = "POST",
                .query = std::move(query),
                .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"}},
                .body = "signed_request=" + sdk::percentEncode(value)};
    }
    bool genuine(const std::string& value) {
        return webhooks_.verify(form(value), stage_.secrets).operator bool();
    }
    sdk::Record translated(const sdk::EventSlice& slice) {
        return valueOf(webhooks_.translate({.account = slice.account,
                                            .topic = slice.topic,
                                            .headers = {},
                                            .body = slice.slice,
                                            .triggeredAt = slice.triggeredAt},
                                           stage_.account))
            .at(0);
    }

public:
    void aKnownVectorVerifies() {
        stage_.secrets = souk::testing::FixedSecrets(
            {{"client_secret", {"another", "appsecret"}}, {"client_id", {"1", "2"}}});
        CPPUNIT_ASSERT(genuine(kVector));
        CPPUNIT_ASSERT_EQUAL(std::string("218471"),
                             valueOf(signedRequestIn(form(kVector).body)).userId);
    }

    void paddingIsNoMatter() {
        const auto value = sealed(payload());
        const auto dot = value.find('.');
        CPPUNIT_ASSERT(genuine(value.substr(0, dot) + "=" + value.substr(dot)));
    }

    void everyFlippedBitIsRefused() {
        const auto value = sealed(payload());
        for (std::size_t at = 0; at < value.size(); ++at)
            for (unsigned bit = 0; bit < 7; ++bit) {
                auto forged = value;
                forged[at] = static_cast<char>(forged[at] ^ (1U << bit));
                CPPUNIT_ASSERT_MESSAGE(forged, !genuine(forged));
            }
    }

    void everySecretInForceIsTried() {
        CPPUNIT_ASSERT(genuine(sealed(payload(), "new-secret")));
        CPPUNIT_ASSERT(!genuine(sealed(payload(), "retired")));
        errorOf(webhooks_.verify(form(sealed(payload())), souk::testing::FixedSecrets()));
    }

    void whatIsNoneIsRefused() {
        for (const auto& value :
             {std::string(),
              std::string("abc"),
              std::string(".e30"),
              std::string("abc.!!"),
              sealed("not json"),
              sealed(R"({"algorithm":"none","issued_at":1,"user_id":"1"})"),
              sealed(R"({"algorithm":"HMAC-SHA256","issued_at":1})"),
              sealed(R"({"algorithm":"HMAC-SHA256","issued_at":1,"user_id":""})"),
              sealed(R"({"algorithm":"HMAC-SHA256","user_id":"1"})"),
              sealed(R"({"algorithm":"HMAC-SHA256","issued_at":-5,"user_id":"1"})"),
              sealed(payload(std::string(101, '1')))})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                value, std::string("bad_payload"), kindOf(errorOf(webhooks_.split(form(value)))));
    }

    void aDeletionIsAPrivacyRequest() {
        const auto slice = valueOf(webhooks_.split(form(sealed(payload())))).at(0);
        CPPUNIT_ASSERT_EQUAL(std::string("218471 data_deletion"),
                             slice.account + " " + slice.topic);
        CPPUNIT_ASSERT(slice.people == std::vector<std::string>{"218471"});
        CPPUNIT_ASSERT_EQUAL(std::string("2010-12-08T19:33:20Z"), sdk::rfc3339(*slice.triggeredAt));
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, slice.key.size());
        const auto record = translated(slice);
        const auto& wish = as<sdk::PrivacyRequest>(record);
        CPPUNIT_ASSERT(wish.what == sdk::PrivacyRequest::What::EraseCustomer);
        CPPUNIT_ASSERT_EQUAL(std::string("218471"), wish.customerExternalId);
        CPPUNIT_ASSERT_EQUAL(slice.key, wish.requestId);
        CPPUNIT_ASSERT_EQUAL(slice.key,
                             valueOf(webhooks_.split(form(sealed(payload())))).at(0).key);
        CPPUNIT_ASSERT(slice.key != valueOf(webhooks_.split(form(sealed(payload("2"))))).at(0).key);
    }

    void aDeletionIsAnsweredWithItsStatusPage() {
        const sdk::StatusPage page{"abc123", "https://hub.example/status/abc123"};
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"url":"https://hub.example/status/abc123","confirmation_code":"abc123"})"),
            valueOf(webhooks_.answer(form(sealed(payload())), page)));
        CPPUNIT_ASSERT(
            valueOf(webhooks_.answer(form(sealed(payload()), "event=deauthorize"), page)).empty());
        CPPUNIT_ASSERT(valueOf(webhooks_.answer(delivery("{}"), page)).empty());
    }

    void deauthorizingIsUninstalling() {
        const auto slice =
            valueOf(webhooks_.split(form(sealed(payload()), "event=deauthorize"))).at(0);
        CPPUNIT_ASSERT_EQUAL(std::string("deauthorize"), slice.topic);
        const auto record = translated(slice);
        const auto& change = as<sdk::AccountChange>(record);
        CPPUNIT_ASSERT(change.what == sdk::AccountChange::What::Uninstalled);
        CPPUNIT_ASSERT(change.at == slice.triggeredAt);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SignedRequestTest);

}  // namespace souk::facebook::tests
