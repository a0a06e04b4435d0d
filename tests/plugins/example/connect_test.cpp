#include "connect.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/testing/stage.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace sdk = souk::sdk;
using souk::example::Connect;
using souk::testing::FixedSecrets;
using souk::testing::Stage;

class ExampleConnectTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExampleConnectTest);
    CPPUNIT_TEST(onlyAccountNamesPassTheForm);
    CPPUNIT_TEST(theAuthorizationPageGetsStateAndChallenge);
    CPPUNIT_TEST(aGenuineCallbackIsBelieved);
    CPPUNIT_TEST(aForgedStaleOrForeignCallbackIsRefused);
    CPPUNIT_TEST(theCodeBecomesAGrant);
    CPPUNIT_TEST(aRefusedCodeIsRejectedWithThePlatformsWords);
    CPPUNIT_TEST(aGrantIsRefreshed);
    CPPUNIT_TEST(aGrantWithoutRefreshTokenIsDead);
    CPPUNIT_TEST(theProbeDescribesTheAccount);
    CPPUNIT_TEST(aGrantIsRevoked);
    CPPUNIT_TEST_SUITE_END();

    const Connect connect_;
    Stage stage_;
    sdk::ConnectStart start_{"https://souk.test/callback",
                             "state-1",
                             "challenge-1",
                             "verifier-1",
                             {{"account", "green"}}};

    sdk::Fields callback() const {
        return {{"account", "green"}, {"at", "2026-11-01T09:59:00Z"}, {"code", "c-1"}};
    }

    static sdk::Fields signedWith(const std::string& secret, sdk::Fields query) {
        std::string message;
        for (const auto& [name, value] : query)
            message += (message.empty() ? "" : "&") + name + "=" + sdk::percentEncode(value);
        query["signature"] = sdk::hex(sdk::hmacSha256(secret, message));
        return query;
    }

    sdk::Result<sdk::Done> verify(const sdk::Fields& query) const {
        return connect_.verifyCallback(start_, query, stage_.secrets, stage_.clock.now());
    }

public:
    void setUp() override {
        stage_.secrets =
            FixedSecrets({{"client_id", {"id-1"}}, {"client_secret", {"new", "former"}}});
    }

    void onlyAccountNamesPassTheForm() {
        CPPUNIT_ASSERT_EQUAL(std::string("green-1"),
                             connect_.checkForm({{"account", "green-1"}})->at("account"));
        for (const auto* const name : {"", "a", "Green", "1green", "green.example", "gr een"})
            CPPUNIT_ASSERT(connect_.checkForm({{"account", name}}).error().kind ==
                           sdk::ErrorKind::Rejected);
        CPPUNIT_ASSERT(!connect_.checkForm({}));
    }

    void theAuthorizationPageGetsStateAndChallenge() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("https://api.example.test/oauth/authorize?account=green&client_id=id-1&"
                        "code_challenge=challenge-1&code_challenge_method=S256&redirect_uri="
                        "https%3A%2F%2Fsouk.test%2Fcallback&scope=catalog%3Aread%20orders%3Aread&"
                        "state=state-1"),
            *connect_.authorizeUrl(start_, stage_.secrets));
        CPPUNIT_ASSERT(!connect_.authorizeUrl(start_, FixedSecrets()));
    }

    void aGenuineCallbackIsBelieved() {
        CPPUNIT_ASSERT(verify(signedWith("new", callback())));
        CPPUNIT_ASSERT(verify(signedWith("former", callback())));
    }

    void aForgedStaleOrForeignCallbackIsRefused() {
        CPPUNIT_ASSERT(!verify(callback()));
        CPPUNIT_ASSERT(!verify(signedWith("other", callback())));
        auto changed = signedWith("new", callback());
        changed["code"] = "c-2";
        CPPUNIT_ASSERT(!verify(changed));
        auto stale = callback();
        stale["at"] = "2026-11-01T09:49:59Z";
        CPPUNIT_ASSERT(verify(signedWith("new", stale)).error().kind ==
                       sdk::ErrorKind::Unauthorized);
        auto foreign = callback();
        foreign["account"] = "red";
        CPPUNIT_ASSERT(verify(signedWith("new", foreign)).error().kind == sdk::ErrorKind::Rejected);
    }

    void theCodeBecomesAGrant() {
        stage_.http.expect(
            {.method = "POST",
             .url = "https://api.example.test/oauth/token",
             .bodyParts = {"code=c-1", "code_verifier=verifier-1", "client_secret=new"}},
            sdk::HttpReply{200,
                           {},
                           R"({"access_token": "a-1", "refresh_token": "r-1", "expires_in": 3600,
                               "scope": "catalog:read  orders:read"})"});
        auto context = stage_.context();
        const auto grant = connect_.complete(context, start_, callback());
        CPPUNIT_ASSERT_MESSAGE(grant ? "" : grant.error().message, bool(grant));
        CPPUNIT_ASSERT(grant->accessToken.reveal() == "a-1");
        CPPUNIT_ASSERT(grant->refreshToken->reveal() == "r-1");
        CPPUNIT_ASSERT(*grant->expiresAt == stage_.clock.now() + std::chrono::hours(1));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, grant->scopes.size());
        CPPUNIT_ASSERT(!stage_.http.sent().at(0).repeatable);
    }

    void aRefusedCodeIsRejectedWithThePlatformsWords() {
        stage_.http.expect({}, sdk::HttpReply{400, {}, R"({"error": "code was used"})"});
        auto context = stage_.context();
        const auto grant = connect_.complete(context, start_, callback());
        CPPUNIT_ASSERT(grant.error().kind == sdk::ErrorKind::Rejected);
        CPPUNIT_ASSERT(grant.error().message.find("code was used") != std::string::npos);
    }

    void aGrantIsRefreshed() {
        stage_.http.expect({.bodyParts = {"grant_type=refresh_token", "refresh_token=r-1"}},
                           sdk::HttpReply{200, {}, R"({"access_token": "a-2"})"});
        sdk::Grant grant;
        grant.refreshToken = sdk::Secret("r-1");
        auto context = stage_.context();
        const auto fresh = connect_.refresh(context, grant);
        CPPUNIT_ASSERT(fresh->accessToken.reveal() == "a-2");
        CPPUNIT_ASSERT(!fresh->expiresAt && !fresh->refreshToken);
    }

    void aGrantWithoutRefreshTokenIsDead() {
        auto context = stage_.context();
        CPPUNIT_ASSERT(connect_.refresh(context, {}).error().kind == sdk::ErrorKind::Unauthorized);
    }

    void theProbeDescribesTheAccount() {
        stage_.http.expect(
            {.method = "GET", .url = "https://api.example.test/v1/account"},
            sdk::HttpReply{
                200, {}, R"({"name": "green", "currency": "EUR", "time_zone": "Europe/Berlin"})"});
        auto context = stage_.context();
        const auto account = connect_.probe(context, start_);
        CPPUNIT_ASSERT_EQUAL(std::string("green"), account->externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("green"), account->title);
        CPPUNIT_ASSERT_EQUAL(std::string("EUR"), account->currency);
    }

    void aGrantIsRevoked() {
        stage_.http.expect({.method = "POST", .url = "https://api.example.test/oauth/revoke"},
                           sdk::HttpReply{204, {}, ""});
        auto context = stage_.context();
        CPPUNIT_ASSERT(connect_.revoke(context));
        stage_.http.expectAllPlayed();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExampleConnectTest);
