#include "connect.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/time.hpp>

#include <algorithm>

#include "plugins/shopify/support.hpp"

namespace souk::shopify::tests {

class ConnectTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConnectTest);
    CPPUNIT_TEST(theFormNamesTheAccount);
    CPPUNIT_TEST(aWrongFormIsRefused);
    CPPUNIT_TEST(theAddressAsksForEveryScope);
    CPPUNIT_TEST(olderOrdersAreAskedForOnlyWhenWanted);
    CPPUNIT_TEST(productsAreWrittenOnlyWhenWanted);
    CPPUNIT_TEST(shopifysOwnVectorVerifies);
    CPPUNIT_TEST(aSpaceIsSignedAsPercent20);
    CPPUNIT_TEST(everyForgedCallbackIsRefused);
    CPPUNIT_TEST(anOldOrFutureCallbackIsRefused);
    CPPUNIT_TEST(aCodeBecomesAnExpiringGrant);
    CPPUNIT_TEST(aNonExpiringGrantHasNoTimes);
    CPPUNIT_TEST(anUnacceptedCodeSaysWhatToDo);
    CPPUNIT_TEST(missingScopesAreNamed);
    CPPUNIT_TEST(ordersOfSixtyDaysAreAnnounced);
    CPPUNIT_TEST(unreadableTokensAreNeverQuoted);
    CPPUNIT_TEST(probingDescribesTheAccount);
    CPPUNIT_TEST(probingAnotherShopIsRefused);
    CPPUNIT_TEST(probingADeadTokenIsUnauthorized);
    CPPUNIT_TEST(refreshingRotatesBothTokens);
    CPPUNIT_TEST(aDeadRefreshTokenIsUnauthorized);
    CPPUNIT_TEST(troubleWhileRefreshingIsNoVerdict);
    CPPUNIT_TEST(revokingTwiceIsFine);
    CPPUNIT_TEST_SUITE_END();

    Connect connect_;
    ShopStage stage_;

    static sdk::ConnectStart start() {
        sdk::ConnectStart start;
        start.redirectUri = "https://souk.example/api/auth/shopify/callback";
        start.state = "the state";
        start.form = {{"shop", "souk-test.myshopify.com"}, {"older_orders", "yes"}};
        return start;
    }

    static sdk::Fields signedQuery(sdk::Fields query, std::string_view secret) {
        std::string text;
        for (const auto& [name, value] : query)
            text += (text.empty() ? "" : "&") + name + "=" + sdk::percentEncode(value);
        query["hmac"] = sdk::hex(sdk::hmacSha256(secret, text));
        return query;
    }

    static sdk::Fields callback(std::string_view secret = "hush") {
        return signedQuery({{"code", "0907a61c0c8d55e99db179b68161bc00"},
                            {"host", "YWRtaW4uc2hvcGlmeS5jb20"},
                            {"shop", "souk-test.myshopify.com"},
                            {"state", "the state"},
                            {"timestamp", "1793527200"}},
                           secret);
    }

    /// The moment the callback above was signed.
    static sdk::Timestamp signedAt() { return sdk::Timestamp(std::chrono::seconds(1793527200)); }

    sdk::Result<sdk::Done> verify(const sdk::Fields& query) {
        return connect_.verifyCallback(start(), query, stage_.secrets, signedAt());
    }

    void expectToken(std::vector<std::string> parts, sdk::Result<sdk::HttpReply> reply) {
        stage_.http.expect({.method = "POST",
                            .url = "https://souk-test.myshopify.com/admin/oauth/access_token",
                            .query = {},
                            .headers = {{"Content-Type", "application/json"}},
                            .bodyParts = std::move(parts)},
                           std::move(reply));
    }

    sdk::Result<sdk::Grant> complete() {
        auto context = stage_.context();
        return connect_.complete(context, start(), callback());
    }

    static constexpr const char* kTokens =
        R"({"access_token":"shpat_x","scope":"write_products,write_inventory,read_locations,)"
        R"(read_orders,read_all_orders,read_customers","expires_in":3600,)"
        R"("refresh_token":"shprt_y","refresh_token_expires_in":7776000})";

    static std::string shopAnswer(std::string_view domain, std::string_view lastScope) {
        std::string data = R"({"shop":{"name":"Souk Test","myshopifyDomain":")";
        data.append(domain).append(
            R"(","currencyCode":"JPY","ianaTimezone":"Asia/Tokyo"},"currentAppInstallation":)"
            R"({"accessScopes":[{"handle":"read_products"},{"handle":"write_inventory"},)"
            R"({"handle":"read_locations"},{"handle":"read_all_orders"},)"
            R"({"handle":"write_orders"},{"handle":")");
        return data.append(lastScope).append(R"("}]}})");
    }

public:
    void theFormNamesTheAccount() {
        const auto form =
            valueOf(connect_.checkForm({{"shop", "https://Souk-Test.myshopify.com/"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("souk-test.myshopify.com"), form.at("shop"));
        CPPUNIT_ASSERT_EQUAL(std::string("souk-test.myshopify.com"), form.at("account"));
        CPPUNIT_ASSERT_EQUAL(std::string("yes"), form.at("older_orders"));
        CPPUNIT_ASSERT_EQUAL(std::string("yes"), form.at("offers"));
    }

    void aWrongFormIsRefused() {
        errorOf(connect_.checkForm({}));
        errorOf(connect_.checkForm({{"shop", "www.shop.example"}}));
        assertMentions(
            errorOf(connect_.checkForm({{"shop", "x"}, {"older_orders", "maybe"}})).message,
            "older_orders");
        assertMentions(errorOf(connect_.checkForm({{"shop", "x"}, {"offers", "maybe"}})).message,
                       "offers is yes or no");
    }

    void theAddressAsksForEveryScope() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("https://souk-test.myshopify.com/admin/oauth/authorize?client_id="
                        "the-client-id&scope=read_products%2Cwrite_inventory%2Cread_locations%2C"
                        "read_orders%2Cread_customers%2Cread_all_orders&redirect_uri=https%3A%2F%2F"
                        "souk.example%2Fapi%2Fauth%2Fshopify%2Fcallback&state=the%20state"),
            valueOf(connect_.authorizeUrl(start(), stage_.secrets)));
        errorOf(connect_.authorizeUrl(start(), souk::testing::FixedSecrets()));
        errorOf(connect_.authorizeUrl({}, stage_.secrets));
    }

    void olderOrdersAreAskedForOnlyWhenWanted() {
        auto wanting = start();
        wanting.form["older_orders"] = "no";
        const auto url = valueOf(connect_.authorizeUrl(wanting, stage_.secrets));
        CPPUNIT_ASSERT(url.find("read_all_orders") == std::string::npos);
    }

    void productsAreWrittenOnlyWhenWanted() {
        auto wanting = start();
        CPPUNIT_ASSERT(
            valueOf(connect_.authorizeUrl(wanting, stage_.secrets)).find("write_products") ==
            std::string::npos);
        wanting.form["offers"] = "yes";
        assertMentions(valueOf(connect_.authorizeUrl(wanting, stage_.secrets)),
                       "read_all_orders%2Cwrite_products&");
    }

    /// The example of Shopify's documentation.
    void shopifysOwnVectorVerifies() {
        auto asked = start();
        asked.form["shop"] = "some-shop.myshopify.com";
        const sdk::Fields query{
            {"code", "0907a61c0c8d55e99db179b68161bc00"},
            {"hmac", "700e2dadb827fcc8609e9d5ce208b2e9cdaab9df07390d2cbca10d7c328fc4bf"},
            {"shop", "some-shop.myshopify.com"},
            {"state", "0.6784241404160823"},
            {"timestamp", "1337178173"}};
        const sdk::Timestamp then{std::chrono::seconds(1337178173 + 90)};
        CPPUNIT_ASSERT(connect_.verifyCallback(asked, query, stage_.secrets, then));
    }

    void aSpaceIsSignedAsPercent20() {
        auto query = callback();
        query.erase("hmac");
        query["extra"] = "a b&c=d/é";
        query["signature"] = "of another scheme, not signed";
        auto unsignedToo = query;
        unsignedToo.erase("signature");
        query["hmac"] = signedQuery(unsignedToo, "hush").at("hmac");
        CPPUNIT_ASSERT(verify(query));
    }

    void everyForgedCallbackIsRefused() {
        CPPUNIT_ASSERT(verify(callback()));
        CPPUNIT_ASSERT(verify(callback("new-secret")));
        assertMentions(errorOf(verify(callback("another app's"))).message, "signature");
        for (const auto& [name, value] : callback()) {
            auto query = callback();
            query[name] = value + "0";
            CPPUNIT_ASSERT_MESSAGE(name, !verify(query));
            query = callback();
            query.erase(name);
            CPPUNIT_ASSERT_MESSAGE(name, !verify(query));
        }
        auto added = callback();
        added["added"] = "1";
        CPPUNIT_ASSERT(!verify(added));
        auto upper = callback();
        for (char& c : upper["hmac"])
            if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
        CPPUNIT_ASSERT(!verify(upper));
        auto other = callback();
        other.erase("hmac");
        other["shop"] = "other-shop.myshopify.com";
        assertMentions(errorOf(verify(signedQuery(other, "hush"))).message, "other-shop");
        other["shop"] = "souk-test.myshopify.com.evil.example";
        CPPUNIT_ASSERT(!verify(signedQuery(other, "hush")));
        CPPUNIT_ASSERT(!verify({}));
    }

    void anOldOrFutureCallbackIsRefused() {
        const auto at = [&](int seconds) {
            return connect_.verifyCallback(
                start(), callback(), stage_.secrets, signedAt() + std::chrono::seconds(seconds));
        };
        CPPUNIT_ASSERT(at(90));
        CPPUNIT_ASSERT(at(-90));
        assertMentions(errorOf(at(91)).message, "90 seconds");
        CPPUNIT_ASSERT(!at(-91));
        for (const auto* text :
             {"", "x", "1793527200.5", "-1", "9999999999999999999", "1793527200 "}) {
            auto query = callback();
            query.erase("hmac");
            query["timestamp"] = text;
            CPPUNIT_ASSERT_MESSAGE(text, !verify(signedQuery(query, "hush")));
        }
    }

    void aCodeBecomesAnExpiringGrant() {
        expectToken({R"("client_id":"the-client-id")",
                     R"("client_secret":"new-secret")",
                     R"("code":"0907a61c0c8d55e99db179b68161bc00")",
                     R"("expiring":"1")"},
                    okReply(kTokens));
        const auto grant = valueOf(complete());
        CPPUNIT_ASSERT(grant.accessToken.reveal() == "shpat_x");
        CPPUNIT_ASSERT(grant.refreshToken->reveal() == "shprt_y");
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-01T11:00:00Z"), sdk::rfc3339(*grant.expiresAt));
        CPPUNIT_ASSERT_EQUAL(std::string("2027-01-30T10:00:00Z"),
                             sdk::rfc3339(*grant.refreshExpiresAt));
        CPPUNIT_ASSERT(std::ranges::find(grant.scopes, "read_products") != grant.scopes.end());
        CPPUNIT_ASSERT(!stage_.http.sent()[0].repeatable);
        CPPUNIT_ASSERT(stage_.log.lines().empty());
        stage_.http.expectAllPlayed();
    }

    void aNonExpiringGrantHasNoTimes() {
        expectToken({},
                    okReply(R"({"access_token":"shpat_x","scope":"read_products,write_inventory,)"
                            R"(read_locations,read_orders,read_all_orders,read_customers"})"));
        const auto grant = valueOf(complete());
        CPPUNIT_ASSERT(!grant.refreshToken);
        CPPUNIT_ASSERT(!grant.expiresAt);
        CPPUNIT_ASSERT(!grant.refreshExpiresAt);
    }

    void anUnacceptedCodeSaysWhatToDo() {
        expectToken({}, sdk::HttpReply{400, {}, R"({"error":"invalid_request"})"});
        const auto error = errorOf(complete());
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "start connecting again");
        expectToken({}, sdk::HttpReply{423, {}, ""});
        assertMentions(errorOf(complete()).message, "locked");
        expectToken({}, sdk::Error{sdk::ErrorKind::Transient, "no route", {}});
        CPPUNIT_ASSERT_EQUAL(std::string("transient"), kindOf(errorOf(complete())));
        auto context = stage_.context();
        errorOf(connect_.complete(context, start(), {}));
        stage_.http.expectAllPlayed();
    }

    void missingScopesAreNamed() {
        expectToken({}, okReply(R"({"access_token":"x","scope":"read_products,write_orders"})"));
        const auto error = errorOf(complete());
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "write_inventory, read_locations, read_customers");
    }

    void ordersOfSixtyDaysAreAnnounced() {
        expectToken({},
                    okReply(R"({"access_token":"x","scope":"read_products,write_inventory,)"
                            R"(read_locations,read_orders,read_customers"})"));
        valueOf(complete());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, stage_.log.lines().size());
        assertMentions(stage_.log.lines()[0].text, "last 60 days");
    }

    void unreadableTokensAreNeverQuoted() {
        for (const auto* body : {R"({"access_token":"shpat_secret")",
                                 R"({"access_tokem":"shpat_secret"})",
                                 R"({"access_token":["shpat_secret"]})",
                                 R"({"access_token":"shpat_secret","expires_in":-5})"}) {
            expectToken({}, okReply(body));
            const auto error = errorOf(complete());
            CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"), kindOf(error));
            CPPUNIT_ASSERT(error.message.find("shpat_secret") == std::string::npos);
        }
    }

    void probingDescribesTheAccount() {
        stage_.expectQuery({"myshopifyDomain"},
                           dataReply(shopAnswer("Souk-Test.myshopify.com", "read_customers")));
        auto context = stage_.context();
        const auto account = valueOf(connect_.probe(context, start()));
        CPPUNIT_ASSERT_EQUAL(std::string("souk-test.myshopify.com"), account.externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("https://souk-test.myshopify.com"), account.baseUrl);
        CPPUNIT_ASSERT_EQUAL(std::string("JPY"), account.currency);
        CPPUNIT_ASSERT_EQUAL(std::string("Asia/Tokyo"), account.timeZone);
        CPPUNIT_ASSERT(std::ranges::find(account.scopes, "read_orders") != account.scopes.end());
    }

    void probingAnotherShopIsRefused() {
        auto context = stage_.context();
        stage_.expectQuery({}, dataReply(shopAnswer("other.myshopify.com", "read_customers")));
        assertMentions(errorOf(connect_.probe(context, start())).message, "other.myshopify.com");
        stage_.expectQuery({}, dataReply(shopAnswer("souk-test.myshopify.com", "read_themes")));
        assertMentions(errorOf(connect_.probe(context, {})).message, "read_customers");
        stage_.account.externalId.clear();
        auto nowhere = stage_.context();
        errorOf(connect_.probe(nowhere, {}));
        stage_.http.expectAllPlayed();
    }

    void probingADeadTokenIsUnauthorized() {
        stage_.expectQuery({}, sdk::Error{sdk::ErrorKind::Unauthorized, "401", {}});
        auto context = stage_.context();
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized"),
                             kindOf(errorOf(connect_.probe(context, start()))));
    }

    sdk::Result<sdk::Grant> refresh() {
        sdk::Grant grant;
        grant.refreshToken = sdk::Secret("shprt_old");
        grant.scopes = {"read_products"};
        auto context = stage_.context();
        return connect_.refresh(context, grant);
    }

    void refreshingRotatesBothTokens() {
        expectToken({R"("grant_type":"refresh_token")", R"("refresh_token":"shprt_old")"},
                    okReply(kTokens));
        const auto fresh = valueOf(refresh());
        CPPUNIT_ASSERT(fresh.accessToken.reveal() == "shpat_x");
        CPPUNIT_ASSERT(fresh.refreshToken->reveal() == "shprt_y");
        CPPUNIT_ASSERT(stage_.http.sent()[0].repeatable);
        expectToken({}, okReply(R"({"access_token":"shpat_z"})"));
        CPPUNIT_ASSERT(valueOf(refresh()).scopes == std::vector<std::string>{"read_products"});
    }

    void aDeadRefreshTokenIsUnauthorized() {
        expectToken({}, sdk::HttpReply{400, {}, R"({"error":"invalid_grant"})"});
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized"), kindOf(errorOf(refresh())));
        expectToken({}, sdk::HttpReply{401, {}, ""});
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized"), kindOf(errorOf(refresh())));
        auto context = stage_.context();
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized"),
                             kindOf(errorOf(connect_.refresh(context, {}))));
    }

    void troubleWhileRefreshingIsNoVerdict() {
        expectToken({}, sdk::HttpReply{502, {}, "<html>"});
        CPPUNIT_ASSERT_EQUAL(std::string("transient"), kindOf(errorOf(refresh())));
        expectToken({}, sdk::HttpReply{402, {}, ""});
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(errorOf(refresh())));
    }

    void revokingTwiceIsFine() {
        const auto revoke = [&](sdk::Result<sdk::HttpReply> reply) {
            stage_.http.expect(
                {.method = "DELETE",
                 .url = "https://souk-test.myshopify.com/admin/api_permissions/current.json",
                 .query = {},
                 .headers = {},
                 .bodyParts = {}},
                std::move(reply));
            auto context = stage_.context();
            return connect_.revoke(context);
        };
        CPPUNIT_ASSERT(revoke(sdk::HttpReply{200, {}, ""}));
        CPPUNIT_ASSERT(revoke(sdk::HttpReply{404, {}, ""}));
        CPPUNIT_ASSERT(revoke(sdk::Error{sdk::ErrorKind::Unauthorized, "401", {}}));
        CPPUNIT_ASSERT(!revoke(sdk::Error{sdk::ErrorKind::Transient, "timeout", {}}));
        CPPUNIT_ASSERT(!revoke(sdk::HttpReply{500, {}, ""}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectTest);

}  // namespace souk::shopify::tests
