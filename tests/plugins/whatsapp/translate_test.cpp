#include <souk/sdk/time.hpp>

#include "plugins/whatsapp/support.hpp"
#include "webhooks.hpp"

namespace souk::whatsapp::tests {

/// Every type of message as it becomes one, and who wrote it.
class TranslateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TranslateTest);
    CPPUNIT_TEST(aTextIsRead);
    CPPUNIT_TEST(mediaStayWhereTheyAre);
    CPPUNIT_TEST(aPlaceIsRead);
    CPPUNIT_TEST(contactsAreKeptAsTheyAre);
    CPPUNIT_TEST(choicesNameTheirIds);
    CPPUNIT_TEST(otherInteractiveAnswersAreKept);
    CPPUNIT_TEST(reactionsAnswerTheirMessage);
    CPPUNIT_TEST(aProductThatIsAskedAboutIsNamed);
    CPPUNIT_TEST(anAdvertisementIsKept);
    CPPUNIT_TEST(whatNobodyKnowsIsUnsupported);
    CPPUNIT_TEST(aPersonMayKeepTheNumber);
    CPPUNIT_TEST(aPersonMayHaveOnlyANumber);
    CPPUNIT_TEST(aMessageOfNobodyIsBad);
    CPPUNIT_TEST(whatHasNoIdIsBad);
    CPPUNIT_TEST(aTimeThatIsNoneIsBad);
    CPPUNIT_TEST(aChangedNumberIsAPersonsChange);
    CPPUNIT_TEST(whoTellsOfAChangedNumberHasTheNewOne);
    CPPUNIT_TEST(aChangedIdIsAPersonsChange);
    CPPUNIT_TEST(echoesAreOurs);
    CPPUNIT_TEST(stagesOfSendingAreRead);
    CPPUNIT_TEST(aFailureNamesItsCode);
    CPPUNIT_TEST(aStageNobodyKnowsIsANotice);
    CPPUNIT_TEST_SUITE_END();

    Webhooks webhooks_;
    NumberStage stage_;

    sdk::Result<std::vector<sdk::Record>> translate(const std::string& value) {
        return webhooks_.translate({.account = kNumber,
                                    .topic = "messages",
                                    .headers = {},
                                    .body = change("messages", value),
                                    .triggeredAt = {}},
                                   stage_.account);
    }

    sdk::Message messageOf(const std::string& part) {
        const auto records = valueOf(translate(valueWith(R"("messages":[)" + message(part) + "]")));
        return as<sdk::Message>(records.back());
    }

    static std::string shown(const sdk::Message& one) {
        return one.kind + "|" + one.text + "|" + one.replyTo + "|" + one.content;
    }

    void assertMessage(const std::string& expected, const std::string& part) {
        CPPUNIT_ASSERT_EQUAL(expected, shown(messageOf(part)));
    }

    sdk::MessageStatus statusOf(const std::string& members) {
        const auto records = valueOf(translate(valueWith(
            R"("statuses":[{"id":"wamid.S","timestamp":"1750030073",)" + members + "}]")));
        return as<sdk::MessageStatus>(records.at(0));
    }

    sdk::PersonChange personChange(const std::string& system, const std::string& from) {
        const auto records = valueOf(
            translate(R"({"metadata":{"phone_number_id":"9"},"messages":[{)" + from +
                      R"("id":"wamid.C","timestamp":"1750269342","type":"system","system":)" +
                      system + "}]}"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, records.size());
        CPPUNIT_ASSERT_EQUAL(std::string("system"), as<sdk::Message>(records[1]).kind);
        return as<sdk::PersonChange>(records[0]);
    }

public:
    void aTextIsRead() {
        const auto one = messageOf(
            R"("type":"text","text":{"body":"Größe \ud83d\ude00?"},"context":{"from":"1","id":"wamid.B"})");
        CPPUNIT_ASSERT_EQUAL(std::string("text|Größe \xF0\x9F\x98\x80?|wamid.B|{}"), shown(one));
        CPPUNIT_ASSERT_EQUAL(std::string("wamid.A"), one.externalId);
        CPPUNIT_ASSERT(one.direction == sdk::Direction::Incoming);
        CPPUNIT_ASSERT_EQUAL(std::string("2025-06-13T22:42:55Z"), sdk::rfc3339(one.sentAt));
        CPPUNIT_ASSERT_EQUAL(
            message(
                R"("type":"text","text":{"body":"Größe \ud83d\ude00?"},"context":{"from":"1","id":"wamid.B"})"),
            one.extra);
    }

    void mediaStayWhereTheyAre() {
        assertMessage(
            R"(image|A fern||{"media_id":"1003","mime_type":"image/jpeg","sha256":"SfI="})",
            R"("type":"image","image":{"caption":"A fern","mime_type":"image/jpeg","sha256":"SfI=","id":"1003","url":"https://lookaside.fbsbx.com/x"})");
        assertMessage(
            R"(audio|||{"media_id":"1","mime_type":"audio/ogg; codecs=opus","voice":true})",
            R"("type":"audio","audio":{"mime_type":"audio/ogg; codecs=opus","id":"1","voice":true})");
        assertMessage(R"(document|||{"media_id":"2","filename":"list.pdf"})",
                      R"("type":"document","document":{"id":"2","filename":"list.pdf"})");
        assertMessage(R"(sticker|||{"media_id":"3","animated":true})",
                      R"("type":"sticker","sticker":{"id":"3","animated":true})");
        assertMessage(R"(video|||{"media_id":"4"})", R"("type":"video","video":{"id":"4"})");
    }

    void aPlaceIsRead() {
        assertMessage(
            R"(location|Shop||{"latitude":"37.483307","longitude":"-122.148981","name":"Shop","address":"1 Road"})",
            R"("type":"location","location":{"latitude":37.483307,"longitude":-122.148981,"name":"Shop","address":"1 Road"})");
    }

    void contactsAreKeptAsTheyAre() {
        assertMessage(R"(contacts|||{"contacts":[{"name":{"formatted_name":"B"}}]})",
                      R"("type":"contacts","contacts":[{"name":{"formatted_name":"B"}}])");
        assertMessage(R"(contacts|||{"contacts":[]})", R"("type":"contacts")");
    }

    void choicesNameTheirIds() {
        assertMessage(
            R"(button|Yes||{"id":"yes"})",
            R"("type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"yes","title":"Yes"}})");
        assertMessage(
            R"(list|Express||{"id":"ex","description":"Next day"})",
            R"("type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"ex","title":"Express","description":"Next day"}})");
        assertMessage(R"(button|Stop||{"id":"stop-it"})",
                      R"("type":"button","button":{"payload":"stop-it","text":"Stop"})");
    }

    void otherInteractiveAnswersAreKept() {
        assertMessage(
            R"(list|Sent||{"type":"nfm_reply","reply":{"name":"flow","body":"Sent","response_json":"{}"}})",
            R"("type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{}"}})");
        assertMessage(R"(list|||{"type":"call_permission_reply"})",
                      R"("type":"interactive","interactive":{"type":"call_permission_reply"})");
    }

    void reactionsAnswerTheirMessage() {
        assertMessage("reaction|\xE2\x9D\xA4|wamid.R|{\"emoji\":\"\xE2\x9D\xA4\"}",
                      R"("type":"reaction","reaction":{"message_id":"wamid.R","emoji":"\u2764"})");
        assertMessage(R"(reaction||wamid.R|{"removed":true})",
                      R"("type":"reaction","reaction":{"message_id":"wamid.R"})");
    }

    void aProductThatIsAskedAboutIsNamed() {
        assertMessage(
            R"(text|Is it red?|wamid.P|{"product":{"catalogue_id":"88","external_id":"mug-red"}})",
            R"("type":"text","text":{"body":"Is it red?"},"context":{"from":"1","id":"wamid.P","referred_product":{"catalog_id":"88","product_retailer_id":"mug-red"}})");
    }

    void anAdvertisementIsKept() {
        assertMessage(
            R"(text|Hi||{"forwarded":true,"referral":{"source_type":"ad","ctwa_clid":"Aff"}})",
            R"("type":"text","text":{"body":"Hi"},"context":{"frequently_forwarded":true},"referral":{"source_type":"ad","ctwa_clid":"Aff"})");
    }

    void whatNobodyKnowsIsUnsupported() {
        assertMessage(
            R"(unsupported|||{"type":"edit","reason":"Message type is not currently supported"})",
            R"("type":"unsupported","errors":[{"code":131051,"title":"Message type unknown","error_data":{"details":"Message type is not currently supported"}}],"unsupported":{"type":"edit"})");
        assertMessage(R"(unsupported|||{"type":"hologram"})", R"("type":"hologram","hologram":{})");
    }

    void aPersonMayKeepTheNumber() {
        const auto records = valueOf(translate(valueWith(
            R"("messages":[{"from_user_id":"US.777","id":"w","timestamp":"1","type":"text","text":{"body":"hi"}}])",
            R"({"profile":{"name":"Pablo","username":"@pablo"},"user_id":"US.777"})")));
        const auto& person = as<sdk::Message>(records[0]).person;
        CPPUNIT_ASSERT_EQUAL(std::string("US.777"), person.externalId);
        CPPUNIT_ASSERT(person.otherIds.empty() && person.phone.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("Pablo"), person.name);
        CPPUNIT_ASSERT_EQUAL(std::string("@pablo"), person.username);
    }

    void aPersonMayHaveOnlyANumber() {
        const auto records = valueOf(translate(valueWith(
            R"("messages":[{"from":"16505551234","id":"w","timestamp":"1","type":"text","text":{"body":"hi"}}])",
            R"({"profile":{"name":"Ann"},"wa_id":"16505551234"})")));
        const auto& person = as<sdk::Message>(records[0]).person;
        CPPUNIT_ASSERT_EQUAL(std::string("16505551234"), person.externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("+16505551234"), person.phone);
        const auto both = messageOf(R"("type":"text","text":{"body":"hi"})").person;
        CPPUNIT_ASSERT_EQUAL(std::string("US.134"), both.externalId);
        CPPUNIT_ASSERT(both.otherIds == std::vector<std::string>{"16505551234"});
        CPPUNIT_ASSERT_EQUAL(std::string("+16505551234"), both.phone);
    }

    void aMessageOfNobodyIsBad() {
        const auto error = errorOf(translate(
            R"({"messages":[{"id":"w","timestamp":"1","type":"text","text":{"body":"hi"}}]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"), kindOf(error));
        assertMentions(error.message, "messages[0]: names neither from nor from_user_id");
    }

    void whatHasNoIdIsBad() {
        for (
            const auto* value :
            {R"({"messages":[{"id":"","from":"1","timestamp":"1","type":"text","text":{"body":"x"}}]})",
             R"({"statuses":[{"id":"","status":"sent","timestamp":"1"}]})"})
            assertMentions(errorOf(translate(value)).message, "id: empty");
    }

    void aTimeThatIsNoneIsBad() {
        for (const auto* time :
             {"\"soon\"", "\"-1\"", "\"1749854575.5\"", "\"999999999999999999\"", "\"\"", "true"})
            errorOf(translate(valueWith(
                R"("messages":[{"from":"1","id":"w","type":"text","text":{"body":"x"},"timestamp":)" +
                std::string(time) + "}]")));
    }

    void aChangedNumberIsAPersonsChange() {
        const auto change = personChange(
            R"({"body":"User A changed","wa_id":"12195555358","type":"user_changed_number"})",
            R"("from":"16505551234",)");
        CPPUNIT_ASSERT_EQUAL(std::string("16505551234"), change.formerExternalId);
        CPPUNIT_ASSERT_EQUAL(std::string("12195555358"), change.person.externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("+12195555358"), change.person.phone);
        CPPUNIT_ASSERT(change.person.otherIds == std::vector<std::string>{"16505551234"});
    }

    void whoTellsOfAChangedNumberHasTheNewOne() {
        const auto records = valueOf(translate(valueWith(
            R"("messages":[{"id":"wamid.1","timestamp":"1","from":"16505551234","type":"system",)"
            R"("system":{"body":"x","wa_id":"12195555358","type":"user_changed_number"}}])")));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, records.size());
        const auto told = as<sdk::Message>(records.back());
        CPPUNIT_ASSERT_EQUAL(std::string("+12195555358"), told.person.phone);
        CPPUNIT_ASSERT_EQUAL(as<sdk::PersonChange>(records.front()).person.externalId,
                             told.person.externalId);
    }

    void aChangedIdIsAPersonsChange() {
        const auto change = personChange(
            R"({"body":"User A changed","user_id":"US.2","previous_user_id":"US.1","type":"user_changed_user_id"})",
            "");
        CPPUNIT_ASSERT_EQUAL(std::string("US.1"), change.formerExternalId);
        CPPUNIT_ASSERT_EQUAL(std::string("US.2"), change.person.externalId);
        errorOf(translate(R"({"messages":[{"from":"1","id":"w","timestamp":"1","type":"system",)"
                          R"("system":{"type":"user_changed_number"}}]})"));
    }

    void echoesAreOurs() {
        const auto records = valueOf(translate(
            R"({"metadata":{"phone_number_id":"9"},"message_echoes":[{"from":"15550783881","to":"16505551234","id":"wamid.E",)"
            R"("timestamp":"1739321024","type":"text","text":{"body":"Here you are"}}]})"));
        const auto& one = as<sdk::Message>(records.at(0));
        CPPUNIT_ASSERT(one.direction == sdk::Direction::Outgoing);
        CPPUNIT_ASSERT_EQUAL(std::string("16505551234"), one.person.externalId);
        errorOf(translate(
            R"({"message_echoes":[{"id":"w","timestamp":"1","type":"text","text":{"body":"x"}}]})"));
    }

    void stagesOfSendingAreRead() {
        using Stage = sdk::MessageStatus::Stage;
        CPPUNIT_ASSERT(statusOf(R"("status":"sent")").stage == Stage::Sent);
        CPPUNIT_ASSERT(statusOf(R"("status":"delivered")").stage == Stage::Delivered);
        CPPUNIT_ASSERT(statusOf(R"("status":"played")").stage == Stage::Read);
        const auto read = statusOf(R"("status":"read","biz_opaque_callback_data":"c-1")");
        CPPUNIT_ASSERT(read.stage == Stage::Read);
        CPPUNIT_ASSERT_EQUAL(std::string("c-1"), read.correlation);
        CPPUNIT_ASSERT_EQUAL(std::string("wamid.S"), read.messageExternalId);
        CPPUNIT_ASSERT_EQUAL(std::string("2025-06-15T23:27:53Z"), sdk::rfc3339(read.at));
    }

    void aFailureNamesItsCode() {
        const auto failed = statusOf(
            R"("status":"failed","errors":[{"code":131026,"title":"Message undeliverable","error_data":{"details":"Not on WhatsApp."}}])");
        CPPUNIT_ASSERT(failed.stage == sdk::MessageStatus::Stage::Failed);
        CPPUNIT_ASSERT_EQUAL(std::string("131026"), failed.code);
        CPPUNIT_ASSERT_EQUAL(std::string("Not on WhatsApp."), failed.detail);
    }

    void aStageNobodyKnowsIsANotice() {
        const auto records = valueOf(translate(valueWith(
            R"("statuses":[{"id":"wamid.S","timestamp":"1750030073","status":"pondered"}])")));
        assertMentions(as<sdk::Notice>(records.at(0)).detail, "pondered");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TranslateTest);

}  // namespace souk::whatsapp::tests
