#include "connect.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/time.hpp>

#include "plugins/facebook/support.hpp"

namespace souk::facebook::tests {

class ConnectTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConnectTest);
    CPPUNIT_TEST(theDialogAsksForEveryScope);
    CPPUNIT_TEST(aRefusalIsToldInItsWords);
    CPPUNIT_TEST(noTokenIsTakenToLiveForEver);
    CPPUNIT_TEST(aCodeBecomesALongLivedGrant);
    CPPUNIT_TEST(declinedPermissionsAreNotGranted);
    CPPUNIT_TEST(aUsedCodeIsRefused);
    CPPUNIT_TEST(theAppsMistakesAreTold);
    CPPUNIT_TEST(theProofIsOverTokenAndTime);
    CPPUNIT_TEST(pagesAndCataloguesAreOffered);
    CPPUNIT_TEST(aListThatWasCutSaysSo);
    CPPUNIT_TEST(thePickedPagesTokenIsKept);
    CPPUNIT_TEST(aPageWithoutATokenCannotBeSettled);
    CPPUNIT_TEST(probingDescribesWhatWasPicked);
    CPPUNIT_TEST(probingLaterNeedsNoPicks);
    CPPUNIT_TEST(aCatalogueThatIsGoneIsToldSo);
    CPPUNIT_TEST(everyDeathOfATokenIsUnauthorized);
    CPPUNIT_TEST(aLivingTokenIsRenewedWithAllItHolds);
    CPPUNIT_TEST(aDeadTokenIsNotRenewed);
    CPPUNIT_TEST(revokingTakesThePermissionsBack);
    CPPUNIT_TEST_SUITE_END();

    Connect connect_;
    PageStage stage_;

    static sdk::ConnectStart start() {
        sdk::ConnectStart start;
        start.redirectUri = "https://souk.example/api/auth/facebook/callback";
        start.state = "the state";
        start.form = {{"page", "990001"}, {"catalogue", "880001"}};
        return start;
    }

    void expectExchange(std::map<std::string, std::string> query, sdk::HttpReply reply) {
        query["client_id"] = "4711";
        query["client_secret"] = "new-secret";
        stage_.expectGet("/oauth/access_token", std::move(query), std::move(reply));
    }
    void expectCode(sdk::HttpReply reply) {
        expectExchange({{"code", "AQc"}, {"redirect_uri", start().redirectUri}}, std::move(reply));
    }
    void expectLong() {
        expectExchange(
            {{"grant_type", "fb_exchange_token"}, {"fb_exchange_token", "EAAbrief"}},
            ok(R"({"access_token":"EAAlong","token_type":"bearer","expires_in":5184000})"));
    }
    sdk::Result<sdk::Grant> complete() {
        auto context = stage_.context();
        return connect_.complete(context, start(), {{"code", "AQc"}, {"state", "the state"}});
    }
    sdk::Result<sdk::Account> probe(const sdk::ConnectStart& asked) {
        auto context = stage_.context();
        return connect_.probe(context, asked);
    }

    static constexpr const char* kBrief =
        R"({"access_token":"EAAbrief","token_type":"bearer","expires_in":5000})";

public:
    void theDialogAsksForEveryScope() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("https://www.facebook.com/v25.0/dialog/oauth?client_id=4711&redirect_uri="
                        "https%3A%2F%2Fsouk.example%2Fapi%2Fauth%2Ffacebook%2Fcallback&response_"
                        "type=code&scope="
                        "business_management%2Ccatalog_management%2Cpages_manage_metadata%2Cpages_"
                        "messaging%2C"
                        "pages_read_engagement%2Cpages_show_list&state=the%20state"),
            valueOf(connect_.authorizeUrl(start(), stage_.secrets)));
        CPPUNIT_ASSERT(valueOf(connect_.checkForm({})).empty());
        errorOf(connect_.authorizeUrl(start(), souk::testing::FixedSecrets()));
    }

    void aRefusalIsToldInItsWords() {
        const auto verify = [&](const sdk::Fields& query) {
            return connect_.verifyCallback(start(), query, stage_.secrets, stage_.clock.now());
        };
        CPPUNIT_ASSERT(verify({{"code", "AQc"}}));
        const auto denied =
            errorOf(verify({{"error", "access_denied"},
                            {"error_reason", "user_denied"},
                            {"error_description", "The user denied your request."}}));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(denied));
        assertMentions(denied.message, "The user denied your request.");
        assertMentions(errorOf(verify({{"error", "access_denied"}})).message, "access_denied");
        assertMentions(errorOf(verify({{"state", "s"}})).message, "no code");
    }

    void noTokenIsTakenToLiveForEver() {
        expectExchange({{"grant_type", "fb_exchange_token"}, {"fb_exchange_token", "EAAold"}},
                       ok(R"({"access_token":"EAAnew","expires_in":9223372036854775807})"));
        sdk::Grant grant;
        grant.accessToken = sdk::Secret("EAAold");
        auto context = stage_.context();
        const auto fresh = valueOf(connect_.refresh(context, grant));
        CPPUNIT_ASSERT(fresh.expiresAt == stage_.clock.now() + std::chrono::hours(24 * 3650));
    }

    void aCodeBecomesALongLivedGrant() {
        expectCode(ok(kBrief));
        expectLong();
        stage_.expectGet(
            "/me/permissions",
            {{"access_token", "EAAlong"}},
            ok(R"({"data":[{"permission":"catalog_management","status":"granted"}]})"));
        const auto grant = valueOf(complete());
        CPPUNIT_ASSERT(grant.accessToken.reveal() == "EAAlong");
        CPPUNIT_ASSERT_EQUAL(std::string("2026-12-31T10:00:00Z"), sdk::rfc3339(*grant.expiresAt));
        CPPUNIT_ASSERT(grant.refreshToken->reveal() == "EAAlong");
        CPPUNIT_ASSERT(grant.refreshExpiresAt == grant.expiresAt);
        CPPUNIT_ASSERT(grant.scopes == std::vector<std::string>{"catalog_management"});
        for (std::size_t i = 0; i < 2; ++i) CPPUNIT_ASSERT(!stage_.http.sent()[i].repeatable);
        stage_.http.expectAllPlayed();
    }

    void declinedPermissionsAreNotGranted() {
        expectCode(ok(kBrief));
        expectLong();
        stage_.expectGet("/me/permissions",
                         {},
                         ok(R"({"data":[{"permission":"pages_messaging","status":"declined"},)"
                            R"({"permission":"pages_show_list","status":"granted"}]})"));
        CPPUNIT_ASSERT(valueOf(complete()).scopes == std::vector<std::string>{"pages_show_list"});
    }

    void aUsedCodeIsRefused() {
        expectCode(refused(
            400, 100, "This authorization code has been used.", R"(,"error_subcode":36009)"));
        const auto error = errorOf(complete());
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "has been used");
    }

    void theAppsMistakesAreTold() {
        expectCode(refused(400, 101, "Error validating application."));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(errorOf(complete())));
        expectCode(ok(R"({"token_type":"bearer"})"));
        const auto unreadable = errorOf(complete());
        CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"), kindOf(unreadable));
        assertMentions(unreadable.message, "access_token");
    }

    void theProofIsOverTokenAndTime() {
        expectCode(ok(kBrief));
        expectLong();
        const std::string time = "1793527200";  // the stage's clock
        stage_.expectGet(
            "/me/permissions",
            {{"appsecret_time", time},
             {"appsecret_proof", sdk::hex(sdk::hmacSha256("new-secret", "EAAlong|" + time))}},
            ok(R"({"data":[]})"));
        CPPUNIT_ASSERT(complete());
    }

    void pagesAndCataloguesAreOffered() {
        stage_.expectGet("/me/accounts",
                         {{"fields", "id,name"}},
                         ok(R"({"data":[{"id":"990001","name":"Shop"},{"id":"990002"}]})"));
        stage_.expectGet(
            "/me/businesses",
            {},
            ok(R"({"data":[{"id":"1","owned_product_catalogs":{"data":[{"id":"880001","name":"Ours"}]},)"
               R"("client_product_catalogs":{"data":[{"id":"880001","name":"Ours"},{"id":"880002","name":"Theirs"}]}},)"
               R"({"id":"2"}]})"));
        auto context = stage_.context();
        std::string told;
        for (const auto& choice : valueOf(connect_.choices(context, start()))) {
            told += choice.field + " (" + choice.label + "):";
            for (const auto& option : choice.options)
                told += " " + option.value + "=" + option.label;
            told += "\n";
        }
        CPPUNIT_ASSERT_EQUAL(std::string("page (page): 990001=Shop 990002=990002\n"
                                         "catalogue (catalogue): 880001=Ours 880002=Theirs\n"),
                             told);
    }

    void aListThatWasCutSaysSo() {
        stage_.expectGet(
            "/me/accounts",
            {},
            ok(R"({"data":[{"id":"1"}],"paging":{"next":"https://graph.facebook.com/x"}})"));
        stage_.expectGet("/me/businesses", {}, ok(R"({"data":[]})"));
        auto context = stage_.context();
        const auto choices = valueOf(connect_.choices(context, start()));
        assertMentions(choices[0].label, "more than are listed");
        CPPUNIT_ASSERT_EQUAL(std::string("catalogue"), choices[1].label);
    }

    void thePickedPagesTokenIsKept() {
        stage_.expectGet("/990001",
                         {{"fields", "id,name,access_token"}},
                         ok(R"({"id":"990001","access_token":"EAApage"})"));
        auto context = stage_.context();
        sdk::Grant grant;
        grant.scopes = {"pages_show_list"};
        const auto settled = valueOf(connect_.settle(context, start(), grant));
        CPPUNIT_ASSERT(settled.secrets.at("page_token").reveal() == "EAApage");
        CPPUNIT_ASSERT(settled.secrets.at("app_token").reveal() == "4711|new-secret");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, settled.scopes.size());
    }

    void aPageWithoutATokenCannotBeSettled() {
        stage_.expectGet("/990001", {}, ok(R"({"id":"990001"})"));
        auto context = stage_.context();
        assertMentions(errorOf(connect_.settle(context, start(), {})).message, "access_token");
    }

    void probingDescribesWhatWasPicked() {
        stage_.account = {};
        probingLaterNeedsNoPicks(start());
    }

    void probingLaterNeedsNoPicks() { probingLaterNeedsNoPicks({}); }

    void probingLaterNeedsNoPicks(const sdk::ConnectStart& asked) {
        stage_.expectGet(
            "/880001",
            {},
            ok(R"({"id":"880001","name":"Ours","vertical":"commerce","product_count":3})"));
        stage_.expectGet("/990001", {}, ok(R"({"id":"990001","name":"Shop"})"));
        stage_.expectGet("/me", {{"fields", "id"}}, ok(R"({"id":"218471"})"));
        const auto account = valueOf(probe(asked));
        CPPUNIT_ASSERT_EQUAL(std::string("880001"), account.externalId);
        CPPUNIT_ASSERT((account.otherIds == std::vector<std::string>{"990001", "218471"}));
        CPPUNIT_ASSERT_EQUAL(std::string("Shop: Ours"), account.title);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"page_id":"990001"})"), account.settings);
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"page":"Shop","catalogue":"Ours","vertical":"commerce"})"),
            account.facts);
        stage_.http.expectAllPlayed();
    }

    void aCatalogueThatIsGoneIsToldSo() {
        stage_.expectGet("/880001", {}, refused(400, 803, "do not exist"));
        CPPUNIT_ASSERT_EQUAL(std::string("not_found"), kindOf(errorOf(probe(start()))));
    }

    void everyDeathOfATokenIsUnauthorized() {
        for (const std::string subcode : {"458", "459", "460", "463", "464", "467", "492"}) {
            stage_.expectGet(
                "/880001", {}, refused(400, 190, "dead", ",\"error_subcode\":" + subcode));
            CPPUNIT_ASSERT_EQUAL(std::string("unauthorized"), kindOf(errorOf(probe(start()))));
        }
    }

    void aLivingTokenIsRenewedWithAllItHolds() {
        expectLong();
        sdk::Grant old;
        old.refreshToken = old.accessToken = sdk::Secret("EAAbrief");
        old.scopes = {"catalog_management"};
        old.secrets.emplace("page_token", sdk::Secret("EAApage"));
        auto context = stage_.context();
        const auto fresh = valueOf(connect_.refresh(context, old));
        CPPUNIT_ASSERT(fresh.accessToken.reveal() == "EAAlong");
        CPPUNIT_ASSERT(fresh.scopes == old.scopes);
        CPPUNIT_ASSERT(fresh.secrets.at("page_token").reveal() == "EAApage");
    }

    void aDeadTokenIsNotRenewed() {
        expectExchange({}, refused(400, 190, "Session has expired", R"(,"error_subcode":463)"));
        auto context = stage_.context();
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized"),
                             kindOf(errorOf(connect_.refresh(context, {}))));
    }

    void revokingTakesThePermissionsBack() {
        stage_.http.expect({.method = "DELETE", .url = graph("/me/permissions")},
                           ok(R"({"success":true})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT(connect_.revoke(context));
        stage_.http.expectAllPlayed();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectTest);

}  // namespace souk::facebook::tests
