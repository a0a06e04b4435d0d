#include "connect.hpp"

#include <souk/sdk/time.hpp>

#include "plugins/whatsapp/support.hpp"

namespace souk::whatsapp::tests {

class ConnectTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConnectTest);
    CPPUNIT_TEST(theFormNamesTheAccount);
    CPPUNIT_TEST(aPastedTokenIsTested);
    CPPUNIT_TEST(aTokenThatEndsSaysWhen);
    CPPUNIT_TEST(aTokenThatIsNotValidIsRefused);
    CPPUNIT_TEST(aSignupCodeIsExchangedOnce);
    CPPUNIT_TEST(aCodeThatIsTooOldIsRefused);
    CPPUNIT_TEST(eitherATokenOrACodeIsNeeded);
    CPPUNIT_TEST(withoutTheHubsAppACodeIsOfNoUse);
    CPPUNIT_TEST(probingReadsNumberAndLimits);
    CPPUNIT_TEST(probingFindsTheConnectedCatalogue);
    CPPUNIT_TEST(withoutLeaveThereIsNoCatalogue);
    CPPUNIT_TEST(aNumberOfAnotherBusinessIsRefused);
    CPPUNIT_TEST(probingLaterNeedsNoForm);
    CPPUNIT_TEST(aDeadTokenIsUnauthorized);
    CPPUNIT_TEST_SUITE_END();

    Connect connect_;
    NumberStage stage_;

    static sdk::ConnectStart start(sdk::Fields more) {
        sdk::ConnectStart start;
        start.form = std::move(more);
        start.form["waba_id"] = kBusiness;
        start.form["phone_number_id"] = kNumber;
        return start;
    }

    void expectDebug(const std::string& data) {
        stage_.expectGet("/debug_token",
                         {{"input_token", "EAAx"}, {"access_token", "EAAx"}},
                         ok(R"({"data":{"app_id":"815","type":"SYSTEM_USER",)" + data + "}}"));
    }

    sdk::Result<sdk::Grant> complete(sdk::Fields form) {
        auto context = stage_.context();
        return connect_.complete(context, start(std::move(form)), {});
    }

    static constexpr const char* kValid =
        R"("is_valid":true,"expires_at":0,"scopes":["whatsapp_business_management","whatsapp_business_messaging"])";

    void expectNumber() {
        stage_.expectGet(std::string("/") + kNumber,
                         {},
                         ok(R"({"id":"106540352242922","display_phone_number":"+1 555-078-3881",)"
                            R"("verified_name":"Lucky Shrub","quality_rating":"GREEN",)"
                            R"("name_status":"APPROVED","status":"CONNECTED",)"
                            R"("throughput":{"level":"STANDARD"},)"
                            R"("whatsapp_business_manager_messaging_limit":"TIER_2K"})"));
    }
    void expectNumbers(const std::string& id = kNumber) {
        stage_.expectGet(std::string("/") + kBusiness + "/phone_numbers",
                         {{"fields", "id"}},
                         ok(R"({"data":[{"id":"1"},{"id":")" + id + "\"}]}"));
    }
    void expectBusiness() {
        stage_.expectGet(std::string("/") + kBusiness,
                         {{"fields", "id,name,currency"}},
                         ok(R"({"id":"102290129340398","name":"Shrubs","currency":"USD"})"));
    }
    void expectCatalogues(sdk::HttpReply reply) {
        stage_.expectGet(std::string("/") + kBusiness + "/product_catalogs", {}, std::move(reply));
    }

    sdk::Result<sdk::Account> probe(const sdk::ConnectStart& start) {
        auto context = stage_.context();
        auto account = connect_.probe(context, start);
        stage_.http.expectAllPlayed();
        return account;
    }

public:
    void theFormNamesTheAccount() {
        const auto form = valueOf(connect_.checkForm({{"phone_number_id", kNumber}}));
        CPPUNIT_ASSERT_EQUAL(std::string(kNumber), form.at("account"));
    }

    void aPastedTokenIsTested() {
        expectDebug(kValid);
        const auto grant = valueOf(complete({{"token", "EAAx"}}));
        CPPUNIT_ASSERT(grant.accessToken.reveal() == "EAAx");
        CPPUNIT_ASSERT(!grant.expiresAt && !grant.refreshToken);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, grant.scopes.size());
        CPPUNIT_ASSERT(grant.secrets.at("app_id").reveal() == "815");
    }

    void aTokenThatEndsSaysWhen() {
        expectDebug(R"("is_valid":true,"expires_at":1798761600,"scopes":[])");
        CPPUNIT_ASSERT_EQUAL(std::string("2027-01-01T00:00:00Z"),
                             sdk::rfc3339(*valueOf(complete({{"token", "EAAx"}})).expiresAt));
    }

    void aTokenThatIsNotValidIsRefused() {
        expectDebug(R"("is_valid":false,"scopes":[])");
        const auto error = errorOf(complete({{"token", "EAAx"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "make a new one");
    }

    void aSignupCodeIsExchangedOnce() {
        stage_.expectGet("/oauth/access_token",
                         {{"client_id", "4711"}, {"client_secret", "new-secret"}, {"code", "AQc"}},
                         ok(R"({"access_token":"EAAx","token_type":"bearer"})"));
        expectDebug(kValid);
        CPPUNIT_ASSERT(valueOf(complete({{"code", "AQc"}})).accessToken.reveal() == "EAAx");
        CPPUNIT_ASSERT(!stage_.http.sent().front().repeatable);
        CPPUNIT_ASSERT(stage_.http.sent().front().url.find("redirect_uri") == std::string::npos);
    }

    void aCodeThatIsTooOldIsRefused() {
        stage_.expectGet(
            "/oauth/access_token",
            {},
            refused(400, 100, "This authorization code has expired.", R"(,"error_subcode":36007)"));
        const auto error = errorOf(complete({{"code", "AQc"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "expired");
    }

    void eitherATokenOrACodeIsNeeded() {
        for (const sdk::Fields& form :
             {sdk::Fields{}, sdk::Fields{{"token", "EAAx"}, {"code", "AQc"}}})
            assertMentions(errorOf(complete(form)).message, "either");
    }

    void withoutTheHubsAppACodeIsOfNoUse() {
        stage_.secrets = souk::testing::FixedSecrets();
        errorOf(complete({{"code", "AQc"}}));
    }

    void probingReadsNumberAndLimits() {
        expectNumber();
        expectNumbers();
        expectBusiness();
        const auto account = valueOf(probe(start({{"catalogue_id", "77"}})));
        CPPUNIT_ASSERT_EQUAL(std::string(kNumber), account.externalId);
        CPPUNIT_ASSERT(account.otherIds == std::vector<std::string>{kBusiness});
        CPPUNIT_ASSERT_EQUAL(std::string("Lucky Shrub +1 555-078-3881"), account.title);
        CPPUNIT_ASSERT_EQUAL(std::string("USD"), account.currency);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"waba_id":"102290129340398","catalogue_id":"77"})"),
                             account.settings);
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"display_phone_number":"+1 555-078-3881","verified_name":"Lucky Shrub",)"
                R"("quality_rating":"GREEN","name_status":"APPROVED","status":"CONNECTED",)"
                R"("messaging_limit":"TIER_2K","throughput":"STANDARD"})"),
            account.facts);
    }

    void probingFindsTheConnectedCatalogue() {
        stage_.account = {};
        expectNumber();
        expectNumbers();
        expectBusiness();
        expectCatalogues(ok(R"({"data":[{"id":"880001"}]})"));
        assertMentions(valueOf(probe(start({}))).settings, R"("catalogue_id":"880001")");
    }

    void withoutLeaveThereIsNoCatalogue() {
        stage_.account = {};
        expectNumber();
        expectNumbers();
        expectBusiness();
        expectCatalogues(refused(403, 200, "Requires catalog_management"));
        assertMentions(valueOf(probe(start({}))).settings, R"("catalogue_id":"")");
    }

    void aNumberOfAnotherBusinessIsRefused() {
        expectNumber();
        expectNumbers("2");
        const auto error = errorOf(probe(start({})));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "does not belong");
    }

    void probingLaterNeedsNoForm() {
        expectNumber();
        expectNumbers();
        expectBusiness();
        CPPUNIT_ASSERT_EQUAL(stage_.account.settings, valueOf(probe({})).settings);
    }

    void aDeadTokenIsUnauthorized() {
        stage_.expectGet(std::string("/") + kNumber,
                         {},
                         refused(401, 190, "expired", R"(,"error_subcode":463)"));
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized"), kindOf(errorOf(probe(start({})))));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectTest);

}  // namespace souk::whatsapp::tests
