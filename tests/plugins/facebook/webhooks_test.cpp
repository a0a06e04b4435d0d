#include "webhooks.hpp"

#include <souk/sdk/time.hpp>

#include "plugins/facebook/support.hpp"

namespace souk::facebook::tests {

class WebhooksTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WebhooksTest);
    CPPUNIT_TEST(everyUpdateIsAnEventOfItsOwn);
    CPPUNIT_TEST(theSameEventHasTheSameKey);
    CPPUNIT_TEST(aBatchThatIsDoneIsSettled);
    CPPUNIT_TEST(otherChangesAreNoted);
    CPPUNIT_TEST(whatCannotBeReadIsRefused);
    CPPUNIT_TEST(unprovenBodiesStayInProportion);
    CPPUNIT_TEST(aDeliveryIsVerified);
    CPPUNIT_TEST(theChallengeIsAnswered);
    CPPUNIT_TEST(messagesOfThePageAreRead);
    CPPUNIT_TEST(echoesAreOurs);
    CPPUNIT_TEST(attachmentsNameTheKind);
    CPPUNIT_TEST(marksOfReadingAreNoted);
    CPPUNIT_TEST(unreadableMessagesAreBad);
    CPPUNIT_TEST_SUITE_END();

    Webhooks webhooks_;
    PageStage stage_;

    static constexpr const char* kSettled =
        R"({"object":"catalog","entry":[{"id":"880001","time":1760000000,"changes":[{"field":"items_batch",)"
        R"("value":{"catalog_id":"880001","handle":"AcT","status":"Finished"}}]}]})";

    static std::string messaging(const std::string& event) {
        return R"({"object":"page","entry":[{"id":"990001","time":1760000000123,"messaging":[)" +
               event + "]}]}";
    }
    static std::string event(const std::string& rest,
                             const std::string& sender = "6001",
                             const std::string& recipient = "990001") {
        return R"({"sender":{"id":")" + sender + R"("},"recipient":{"id":")" + recipient +
               R"("},"timestamp":1760000000123,)" + rest + "}";
    }

    std::vector<sdk::EventSlice> split(const std::string& body) {
        return valueOf(webhooks_.split(delivery(body)));
    }

    sdk::Result<std::vector<sdk::Record>> translated(const sdk::EventSlice& slice) {
        return webhooks_.translate({.account = slice.account,
                                    .topic = slice.topic,
                                    .headers = {},
                                    .body = slice.slice,
                                    .triggeredAt = slice.triggeredAt},
                                   stage_.account);
    }
    sdk::Record only(const std::string& body) {
        auto records = valueOf(translated(split(body).at(0)));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, records.size());
        return records[0];
    }
    sdk::Message messageOf(const std::string& one) {
        return as<sdk::Message>(only(messaging(one)));
    }

public:
    void everyUpdateIsAnEventOfItsOwn() {
        const auto slices = split(
            R"({"object":"page","entry":[{"id":"990001","time":5,"messaging":[)" +
            event(R"("message":{"mid":"m_1","text":"hi"})") + "," +
            event(R"("message":{"mid":"m_2","text":"ho"})") +
            R"(]},{"id":"990002","time":6,"changes":[{"field":"feed","value":{"from":{"id":"77"},"verb":"add"}},)"
            R"({"field":"feed","value":{"verb":"edited"}}]}]})");
        std::string told;
        for (const auto& one : slices)
            told += one.account + " " + one.topic + " " + one.key.substr(0, 12) +
                    (one.people.empty() ? "" : " " + one.people[0]) + "\n";
        CPPUNIT_ASSERT_EQUAL(
            std::string("990001 messaging m:m_1 6001\n990001 messaging m:m_2 6001\n"
                        "990002 page/feed page/feed:6: 77\n990002 page/feed page/feed:6:\n"),
            told);
        CPPUNIT_ASSERT(slices[2].key != slices[3].key);
    }

    void theSameEventHasTheSameKey() {
        CPPUNIT_ASSERT_EQUAL(std::string("catalog/items_batch:AcT"), split(kSettled)[0].key);
        const auto read = event(R"("read":{"watermark":1760000000000})");
        CPPUNIT_ASSERT_EQUAL(split(messaging(read))[0].key, split(messaging(read))[0].key);
    }

    void aBatchThatIsDoneIsSettled() {
        CPPUNIT_ASSERT_EQUAL(std::string("880001"), split(kSettled)[0].account);
        CPPUNIT_ASSERT_EQUAL(std::string("AcT"), as<sdk::BatchSettled>(only(kSettled)).ticket);
    }

    void otherChangesAreNoted() {
        const auto feed = only(
            R"({"object":"catalog","entry":[{"id":"880001","time":1,"changes":[{"field":"product_feed",)"
            R"("value":{"catalog_id":"880001","product_feed_id":"3","status":"Finished"}}]}]})");
        CPPUNIT_ASSERT_EQUAL(std::string("catalog/product_feed"), as<sdk::Notice>(feed).topic);
        CPPUNIT_ASSERT_EQUAL(std::string("Finished"), as<sdk::Notice>(feed).detail);
        const auto post = only(
            R"({"object":"page","entry":[{"id":"990001","time":1,"changes":[{"field":"feed","value":{"post_id":"9_1"}}]}]})");
        CPPUNIT_ASSERT_EQUAL(std::string("9_1"), as<sdk::Notice>(post).externalId);
        const auto nameless = only(
            R"({"object":"catalog","entry":[{"id":"880001","time":1,"changes":[{"field":"items_batch","value":{"handle":""}}]}]})");
        as<sdk::Notice>(nameless);
    }

    void whatCannotBeReadIsRefused() {
        for (const auto* body :
             {"",
              "[]",
              "{\"object\":",
              R"({"entry":[]})",
              R"({"object":"page"})",
              R"({"object":"page","entry":{}})",
              R"({"object":"page","entry":[{"time":1,"changes":[{"field":"feed"}]}]})"})
            CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"),
                                 kindOf(errorOf(webhooks_.split(delivery(body)))));
    }

    void unprovenBodiesStayInProportion() {
        const std::string longer(101, '1');
        for (
            const auto& body :
            {R"({"object":")" + longer + R"(","entry":[]})",
             R"({"object":"page","entry":[{"id":")" + longer +
                 R"(","changes":[{"field":"feed"}]}]})",
             R"({"object":"page","entry":[{"id":"1","changes":[{"field":")" + longer + "\"}]}]}",
             R"({"object":"page","entry":[{"id":"1","changes":[{"field":"f","value":{"catalog_id":")" +
                 longer + "\"}}]}]}"})
            assertMentions(errorOf(webhooks_.split(delivery(body))).message, "longer than any id");
        std::string many = "{}";
        for (int i = 0; i < 10000; ++i) many += ",{}";
        assertMentions(errorOf(webhooks_.split(delivery(messaging(many)))).message, "more updates");
    }

    void aDeliveryIsVerified() {
        CPPUNIT_ASSERT(webhooks_.verify(delivery(kSettled), stage_.secrets));
        auto forged = delivery(kSettled);
        forged.body += " ";
        CPPUNIT_ASSERT_EQUAL(std::string("unauthorized"),
                             kindOf(errorOf(webhooks_.verify(forged, stage_.secrets))));
    }

    void theChallengeIsAnswered() {
        const sdk::WebhookRequest check{
            .method = "GET",
            .query = "hub.mode=subscribe&hub.challenge=77&hub.verify_token=say-friend",
            .headers = {},
            .body = {}};
        CPPUNIT_ASSERT_EQUAL(std::string("77"),
                             valueOf(webhooks_.challenge(check, stage_.secrets)));
    }

    void messagesOfThePageAreRead() {
        const auto one = messageOf(
            event(R"("message":{"mid":"m_1","text":"Is it blue?","reply_to":{"mid":"m_0"}})"));
        CPPUNIT_ASSERT_EQUAL(std::string("m_1"), one.externalId);
        CPPUNIT_ASSERT(one.direction == sdk::Direction::Incoming);
        CPPUNIT_ASSERT_EQUAL(std::string("6001"), one.person.externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("text|Is it blue?|m_0|{}"),
                             one.kind + "|" + one.text + "|" + one.replyTo + "|" + one.content);
        CPPUNIT_ASSERT_EQUAL(std::string("2025-10-09T08:53:20.123Z"),
                             sdk::rfc3339(one.sentAt).substr(0, 23) + "Z");
    }

    void echoesAreOurs() {
        for (const auto* text :
             {R"("message":{"mid":"m_1","text":"Yes","is_echo":true,"app_id":1})",
              R"("message":{"mid":"m_1","text":"Yes"})"}) {
            const auto one = messageOf(event(text, "990001", "6001"));
            CPPUNIT_ASSERT(one.direction == sdk::Direction::Outgoing);
            CPPUNIT_ASSERT_EQUAL(std::string("6001"), one.person.externalId);
        }
    }

    void attachmentsNameTheKind() {
        const auto kind = [&](const std::string& type) {
            return messageOf(event(R"("message":{"mid":"m_1","attachments":[{"type":")" + type +
                                   R"(","payload":{"url":"https://x"}}]})"))
                .kind;
        };
        CPPUNIT_ASSERT_EQUAL(std::string("image"), kind("image"));
        CPPUNIT_ASSERT_EQUAL(std::string("document"), kind("file"));
        CPPUNIT_ASSERT_EQUAL(std::string("location"), kind("location"));
        CPPUNIT_ASSERT_EQUAL(std::string("unsupported"), kind("reel"));
        assertMentions(
            messageOf(
                event(
                    R"("message":{"mid":"m_1","attachments":[{"type":"image","payload":{"url":"https://x"}}]})"))
                .content,
            R"("attachments":[{"type":"image","payload":{"url":"https://x"}}])");
    }

    void marksOfReadingAreNoted() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("messaging"),
            as<sdk::Notice>(only(messaging(event(R"("read":{"watermark":1})")))).topic);
    }

    void unreadableMessagesAreBad() {
        for (
            const auto& one :
            {event(R"("message":{"text":"no mid"})"),
             event(R"("message":{"mid":"","text":"no mid"})"),
             event(R"("message":"no object")"),
             std::string(R"({"sender":{"id":"6001"},"message":{"mid":"m","text":"no time"}})"),
             std::string(
                 R"({"sender":{"id":"6001"},"timestamp":99999999999999999,"message":{"mid":"m","text":"x"}})"),
             std::string(R"({"timestamp":1760000000123,"message":{"mid":"m","text":"nobody"}})")})
            CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"),
                                 kindOf(errorOf(translated(split(messaging(one)).at(0)))));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WebhooksTest);

}  // namespace souk::facebook::tests
