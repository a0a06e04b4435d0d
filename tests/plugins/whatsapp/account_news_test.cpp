#include "account_news.hpp"

#include "plugins/whatsapp/support.hpp"

namespace souk::whatsapp::tests {

/// What happens to the account changes the integration.
class AccountNewsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccountNewsTest);
    CPPUNIT_TEST(goneAccountsAreUninstalled);
    CPPUNIT_TEST(bansRestrictAndLift);
    CPPUNIT_TEST(violationsAreShown);
    CPPUNIT_TEST(templatesChangeTheirState);
    CPPUNIT_TEST(limitsAreShown);
    CPPUNIT_TEST(newsOfAnotherNumberAreNotOurs);
    CPPUNIT_TEST(namesAndReviewsAreShown);
    CPPUNIT_TEST(theRestIsNoted);
    CPPUNIT_TEST_SUITE_END();

    NumberStage stage_;

    sdk::Record news(std::string_view field, const std::string& value) {
        auto records =
            valueOf(newsFrom(field, jsonFrom(value), stage_.account, stage_.clock.now()));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, records.size());
        return records[0];
    }

    std::string told(std::string_view field, const std::string& value) {
        const auto record = news(field, value);
        const auto& change = as<sdk::AccountChange>(record);
        CPPUNIT_ASSERT(change.at == stage_.clock.now());
        return std::string(sdk::name(change.what)) + "|" + change.reason + "|" + change.facts;
    }

public:
    void goneAccountsAreUninstalled() {
        for (const std::string event : {"ACCOUNT_DELETED",
                                        "PARTNER_REMOVED",
                                        "PARTNER_APP_UNINSTALLED",
                                        "ACCOUNT_OFFBOARDED"})
            CPPUNIT_ASSERT_EQUAL("uninstalled|" + event + "|{}",
                                 told("account_update", R"({"event":")" + event + "\"}"));
    }

    void bansRestrictAndLift() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("restricted|the account is disabled|{}"),
            told("account_update",
                 R"({"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"DISABLE"}})"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("restored||{}"),
            told("account_update",
                 R"({"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"REINSTATE"}})"));
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"(facts_changed||{"ban_state":"SCHEDULE_FOR_DISABLE","last_account_event":"DISABLED_UPDATE"})"),
            told(
                "account_update",
                R"({"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"SCHEDULE_FOR_DISABLE"}})"));
    }

    void violationsAreShown() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"(facts_changed||{"violation":"SPAM","last_account_event":"ACCOUNT_VIOLATION"})"),
            told("account_update",
                 R"({"event":"ACCOUNT_VIOLATION","violation_info":{"violation_type":"SPAM"}})"));
    }

    void templatesChangeTheirState() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"(facts_changed||{"templates":{"order_ready/en_US":{"status":"REJECTED","category":"UTILITY","reason":"INVALID_FORMAT"}}})"),
            told(
                "message_template_status_update",
                R"({"event":"REJECTED","message_template_id":1,"message_template_name":"order_ready",)"
                R"("message_template_language":"en_US","message_template_category":"UTILITY","reason":"INVALID_FORMAT"})"));
        assertMentions(
            told("message_template_status_update", R"({"event":"APPROVED","reason":null})"),
            R"("status":"APPROVED")");
    }

    void limitsAreShown() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"(facts_changed||{"quality_event":"THROUGHPUT_UPGRADE","messaging_limit":"TIER_10K"})"),
            told(
                "phone_number_quality_update",
                R"({"display_phone_number":"15550783881","event":"THROUGHPUT_UPGRADE","current_limit":"TIER_10K","max_daily_conversations_per_business":"TIER_UNLIMITED"})"));
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"(facts_changed||{"messaging_limit":"2000","max_phone_numbers":"25"})"),
            told(
                "business_capability_update",
                R"({"max_daily_conversations_per_business":2000,"max_phone_numbers_per_business":25})"));
    }

    void newsOfAnotherNumberAreNotOurs() {
        for (const auto* value : {R"({"event":"PARTNER_REMOVED","phone_number":"15559999999"})",
                                  R"({"event":"FLAGGED","display_phone_number":"15559999999"})"})
            assertMentions(as<sdk::Notice>(news("account_update", value)).detail, "another number");
        stage_.account.facts = "{}";  // then it may be ours
        assertMentions(
            told("account_update", R"({"event":"PARTNER_REMOVED","phone_number":"15559999999"})"),
            "uninstalled");
    }

    void namesAndReviewsAreShown() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"(facts_changed||{"review_decision":"APPROVED"})"),
                             told("account_review_update", R"({"decision":"APPROVED"})"));
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"(facts_changed||{"verified_name":"Shrub","name_status":"APPROVED"})"),
            told(
                "phone_number_name_update",
                R"({"display_phone_number":"15550783881","decision":"APPROVED","requested_verified_name":"Shrub"})"));
    }

    void theRestIsNoted() {
        const auto record = news("security", R"({"event":"PIN_CHANGED"})");
        CPPUNIT_ASSERT_EQUAL(std::string("security"), as<sdk::Notice>(record).topic);
        CPPUNIT_ASSERT_EQUAL(std::string("PIN_CHANGED"), as<sdk::Notice>(record).detail);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountNewsTest);

}  // namespace souk::whatsapp::tests
