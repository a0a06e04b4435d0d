#include "webhooks.hpp"

#include <souk/sdk/time.hpp>

#include "plugins/whatsapp/support.hpp"

namespace souk::whatsapp::tests {

/// Whose, which, believed or not.
class WebhooksTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WebhooksTest);
    CPPUNIT_TEST(everyMessageAndStatusIsAnEventOfItsOwn);
    CPPUNIT_TEST(theSameEventHasTheSameKey);
    CPPUNIT_TEST(everySliceCarriesItsOwnContactOnly);
    CPPUNIT_TEST(aSliceCanBeTranslated);
    CPPUNIT_TEST(newsOfTheBusinessGoToItsAccount);
    CPPUNIT_TEST(aPartnersNewsGoToTheAccountInside);
    CPPUNIT_TEST(errorsOfANumberGoToTheNumber);
    CPPUNIT_TEST(thePeopleOutsideOfMessagesAreNamed);
    CPPUNIT_TEST(anotherObjectIsRefused);
    CPPUNIT_TEST(whatNamesNoAccountIsRefused);
    CPPUNIT_TEST(aMessageWithoutAnIdIsRefused);
    CPPUNIT_TEST(unprovenBodiesStayInProportion);
    CPPUNIT_TEST(anAccountsOwnSecretComesFirst);
    CPPUNIT_TEST(theHubsSecretVerifiesOtherwise);
    CPPUNIT_TEST(theChallengeIsAnswered);
    CPPUNIT_TEST_SUITE_END();

    Webhooks webhooks_;
    NumberStage stage_;

    std::vector<sdk::EventSlice> split(const std::string& body) {
        return valueOf(webhooks_.split(request(body)));
    }

    static std::string text(const std::string& id) {
        return message(R"("type":"text","text":{"body":"hi"})", id);
    }

    static std::string status(const std::string& stage) {
        return R"({"id":"wamid.S","status":")" + stage +
               R"(","timestamp":"1750030073","recipient_id":"16505551234","recipient_user_id":"US.134"})";
    }

public:
    void everyMessageAndStatusIsAnEventOfItsOwn() {
        const auto body =
            R"({"object":"whatsapp_business_account","entry":[{"id":"1","changes":[)" +
            change("messages",
                   valueWith(R"("messages":[)" + text("wamid.1") + "," + text("wamid.2") + "]")) +
            "," +
            change("messages",
                   valueWith(R"("statuses":[)" + status("sent") + "," + status("read") + "]")) +
            R"(]},{"id":"2","changes":[)" +
            change(
                "smb_message_echoes",
                valueWith(
                    R"("message_echoes":[{"from":"15550783881","to":"16505559999","id":"wamid.1",)"
                    R"("timestamp":"1739321024","type":"text","text":{"body":"x"}}])")) +
            "]}]}";
        const auto slices = split(body);
        std::string told;
        for (const auto& one : slices)
            told += one.topic + " " + one.key + " " + one.account + " " + one.people.front() + "\n";
        CPPUNIT_ASSERT_EQUAL(std::string("messages m:wamid.1 106540352242922 16505551234\n"
                                         "messages m:wamid.2 106540352242922 16505551234\n"
                                         "statuses s:wamid.S:sent: 106540352242922 16505551234\n"
                                         "statuses s:wamid.S:read: 106540352242922 16505551234\n"
                                         "message_echoes e:wamid.1 106540352242922 15550783881\n"),
                             told);
        CPPUNIT_ASSERT_EQUAL(std::string("2025-06-13T22:42:55Z"),
                             sdk::rfc3339(*slices[0].triggeredAt));
        CPPUNIT_ASSERT((slices[0].people == std::vector<std::string>{"16505551234", "US.134"}));
    }

    void theSameEventHasTheSameKey() {
        const auto one = change("messages", valueWith(R"("messages":[)" + text("wamid.1") + "]"));
        const auto alone = split(delivery(one));
        const auto among = split(delivery(
            change("messages", valueWith(R"("statuses":[)" + status("sent") + "]")) + "," + one));
        CPPUNIT_ASSERT_EQUAL(alone[0].key, among[1].key);
        const auto news = change("account_alerts", R"({"entity_type":"BUSINESS"})");
        CPPUNIT_ASSERT_EQUAL(split(delivery(news))[0].key, split(delivery(news))[0].key);
        CPPUNIT_ASSERT(
            split(delivery(news))[0].key !=
            split(delivery(change("account_alerts", R"({"entity_type":"WABA"})")))[0].key);
    }

    void everySliceCarriesItsOwnContactOnly() {
        const std::string value =
            R"({"metadata":{"display_phone_number":"1","phone_number_id":"9"},"contacts":[)"
            R"({"profile":{"name":"A"},"wa_id":"111"},{"profile":{"name":"B"},"user_id":"US.2"}],"messages":[)"
            R"({"from":"111","id":"w1","timestamp":"1","type":"text","text":{"body":"a"}},)"
            R"({"from_user_id":"US.2","id":"w2","timestamp":"1","type":"text","text":{"body":"b"}},)"
            R"({"from":"333","id":"w3","timestamp":"1","type":"text","text":{"body":"c"}}]})";
        const auto slices = split(delivery(change("messages", value)));
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"({"field":"messages","value":{"metadata":{"display_phone_number":"1","phone_number_id":"9"},)"
                R"("contacts":[{"profile":{"name":"B"},"user_id":"US.2"}],"messages":[)"
                R"({"from_user_id":"US.2","id":"w2","timestamp":"1","type":"text","text":{"body":"b"}}]}})"),
            slices.at(1).slice);
        assertMentions(slices.at(0).slice, R"("name":"A")");
        CPPUNIT_ASSERT(slices.at(2).slice.find("contacts") == std::string::npos);
    }

    void aSliceCanBeTranslated() {
        const auto slices = split(
            delivery(change("messages", valueWith(R"("messages":[)" + text("wamid.1") + "]"))));
        const auto records = valueOf(webhooks_.translate(stored(slices[0]), stage_.account));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, records.size());
        const auto& one = as<sdk::Message>(records[0]);
        CPPUNIT_ASSERT_EQUAL(std::string("US.134"), one.person.externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("Sheena"), one.person.name);
    }

    void newsOfTheBusinessGoToItsAccount() {
        const std::string body =
            R"({"object":"whatsapp_business_account","entry":[{"id":"102290129340398","time":1739321024,"changes":[)" +
            change("message_template_status_update", R"({"event":"APPROVED"})") + "]}]}";
        const auto slices = split(body);
        CPPUNIT_ASSERT_EQUAL(std::string(kBusiness), slices[0].account);
        CPPUNIT_ASSERT_EQUAL(std::string("message_template_status_update"), slices[0].topic);
        CPPUNIT_ASSERT_EQUAL(std::string("2025-02-12T00:43:44Z"),
                             sdk::rfc3339(*slices[0].triggeredAt));
        CPPUNIT_ASSERT_EQUAL(change("message_template_status_update", R"({"event":"APPROVED"})"),
                             slices[0].slice);
    }

    void aPartnersNewsGoToTheAccountInside() {
        const auto slices = split(
            R"({"object":"whatsapp_business_account","entry":[{"id":"2949482758682047","changes":[)" +
            change("account_update",
                   R"({"event":"PARTNER_ADDED","waba_info":{"waba_id":"980198427658004"}})") +
            "]}]}");
        CPPUNIT_ASSERT_EQUAL(std::string("980198427658004"), slices[0].account);
    }

    void errorsOfANumberGoToTheNumber() {
        const auto slices = split(delivery(change(
            "messages", valueWith(R"("errors":[{"code":130429,"title":"Rate limit hit"}])"))));
        CPPUNIT_ASSERT_EQUAL(std::string(kNumber), slices[0].account);
        const auto records = valueOf(webhooks_.translate(stored(slices[0]), stage_.account));
        CPPUNIT_ASSERT_EQUAL(std::string("130429 Rate limit hit"),
                             as<sdk::Notice>(records.at(0)).detail);
    }

    void thePeopleOutsideOfMessagesAreNamed() {
        const auto preferences = split(delivery(change(
            "user_preferences",
            R"({"user_preferences":[{"wa_id":"16505551234","user_id":"US.134","value":"stop"}]})")));
        CPPUNIT_ASSERT(
            (preferences[0].people == std::vector<std::string>{"16505551234", "US.134"}));
        const auto contacts = split(delivery(change(
            "smb_app_state_sync",
            R"({"state_sync":[{"type":"contact","contact":{"phone_number":"16505551234"}}]})")));
        CPPUNIT_ASSERT((contacts[0].people == std::vector<std::string>{"16505551234"}));
        const auto history = split(delivery(
            change("history", R"({"history":[{"threads":[{"id":"16505551234"},{"id":"2"}]}]})")));
        CPPUNIT_ASSERT((history[0].people == std::vector<std::string>{"16505551234", "2"}));
    }

    void anotherObjectIsRefused() {
        for (const auto* body : {R"({"object":"page","entry":[]})",
                                 R"({"entry":[]})",
                                 "[]",
                                 "",
                                 "{\"object\":",
                                 R"({"object":"whatsapp_business_account"})",
                                 R"({"object":"whatsapp_business_account","entry":[{"id":"1"}]})"})
            CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"),
                                 kindOf(errorOf(webhooks_.split(request(body)))));
    }

    void whatNamesNoAccountIsRefused() {
        const auto error = errorOf(webhooks_.split(request(
            R"({"object":"whatsapp_business_account","entry":[{"changes":[{"field":"security","value":{}}]}]})")));
        assertMentions(error.message, "names no account");
        const auto nameless =
            errorOf(webhooks_.split(request(delivery(R"({"value":{"event":"x"}})"))));
        assertMentions(nameless.message, "changes[0].field: missing");
    }

    void aMessageWithoutAnIdIsRefused() {
        const auto error = errorOf(webhooks_.split(request(delivery(
            change("messages", valueWith(R"("messages":[{"from":"1","type":"text"}])"))))));
        assertMentions(error.message, "messages[0].id: missing");
        const auto empty = errorOf(webhooks_.split(request(
            delivery(change("messages", valueWith(R"("statuses":[{"id":"","status":"sent"}])"))))));
        assertMentions(empty.message, "statuses[0].id: empty");
    }

    void unprovenBodiesStayInProportion() {
        const auto refusal = [&](const std::string& value) {
            return errorOf(webhooks_.split(request(delivery(change("messages", value))))).message;
        };
        const std::string longer(5000, 'x');
        assertMentions(
            refusal(valueWith(R"("messages":[])", R"({"profile":{"name":")" + longer + "\"}}")),
            "contact");
        assertMentions(
            refusal(R"({"metadata":{"phone_number_id":")" + longer + R"("},"messages":[]})"),
            "phone_number_id");
        std::string many = R"({"id":"1"})";
        for (int i = 0; i < 10000; ++i) many += R"(,{"id":"1"})";
        assertMentions(refusal(valueWith(R"("messages":[)" + many + "]")), "more updates");
    }

    void anAccountsOwnSecretComesFirst() {
        stage_.secrets = souk::testing::FixedSecrets(
            {{"client_secret", {"hush", "x"}}, {"app_secret", {"own", "older"}}});
        CPPUNIT_ASSERT(webhooks_.verify(request("{}", "own"), stage_.secrets));
        CPPUNIT_ASSERT(webhooks_.verify(request("{}", "older"), stage_.secrets));
        CPPUNIT_ASSERT_EQUAL(
            std::string("unauthorized"),
            kindOf(errorOf(webhooks_.verify(request("{}", "hush"), stage_.secrets))));
    }

    void theHubsSecretVerifiesOtherwise() {
        CPPUNIT_ASSERT(webhooks_.verify(request("{}", "hush"), stage_.secrets));
        errorOf(webhooks_.verify(request("{}", "own"), stage_.secrets));
    }

    void theChallengeIsAnswered() {
        const sdk::WebhookRequest check{
            .method = "GET",
            .query = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=say-friend",
            .headers = {},
            .body = {}};
        CPPUNIT_ASSERT_EQUAL(std::string("1158201444"),
                             valueOf(webhooks_.challenge(check, stage_.secrets)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WebhooksTest);

}  // namespace souk::whatsapp::tests
