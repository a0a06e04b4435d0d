#include "messenger.hpp"

#include <chrono>

#include "plugins/whatsapp/support.hpp"

namespace souk::whatsapp::tests {

using namespace std::chrono_literals;

/// Every kind on its way out, as the exact bytes, and what comes back.
class MessengerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MessengerTest);
    CPPUNIT_TEST(aTextIsSent);
    CPPUNIT_TEST(aTemplateIsSent);
    CPPUNIT_TEST(mediaAreSent);
    CPPUNIT_TEST(aPlaceAndAReactionAreSent);
    CPPUNIT_TEST(aListIsSent);
    CPPUNIT_TEST(buttonsAreSent);
    CPPUNIT_TEST(aProductIsSent);
    CPPUNIT_TEST(aListOfProductsIsSent);
    CPPUNIT_TEST(thePersonIsWrittenToByWhatIsKnown);
    CPPUNIT_TEST(limitsAreKeptBeforeSending);
    CPPUNIT_TEST(charactersAreCountedNotBytes);
    CPPUNIT_TEST(withoutACatalogueNoProductIsShown);
    CPPUNIT_TEST(readingIsShown);
    CPPUNIT_TEST(aHeldMessageSaysSo);
    CPPUNIT_TEST(theWindowsEndIsARefusal);
    CPPUNIT_TEST(limitsOfRateAreRateLimits);
    CPPUNIT_TEST(aLostAnswerIsUncertain);
    CPPUNIT_TEST_SUITE_END();

    WhatsAppMessenger messenger_;
    NumberStage stage_;

    static sdk::OutgoingMessage outgoing(const std::string& kind,
                                         const std::string& text = "",
                                         const std::string& content = "{}") {
        sdk::OutgoingMessage message;
        message.correlation = "c-1";
        message.to.externalId = "16505551234";
        message.kind = kind;
        message.text = text;
        message.content = content;
        return message;
    }

    sdk::Result<sdk::Sent> send(
        const sdk::OutgoingMessage& message,
        sdk::Result<sdk::HttpReply> reply = ok(R"({"messages":[{"id":"wamid.N"}]})")) {
        stage_.expectPost(std::string("/") + kNumber + "/messages", {}, std::move(reply));
        auto context = stage_.context();
        return messenger_.send(context, message);
    }

    /// What stands in the body after the members all messages have.
    std::string sentAs(const sdk::OutgoingMessage& message) {
        CPPUNIT_ASSERT(messenger_.check(message));
        CPPUNIT_ASSERT_EQUAL(std::string("wamid.N"), valueOf(send(message)).externalId);
        CPPUNIT_ASSERT(!stage_.http.sent().back().repeatable);
        const std::string common =
            R"({"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234",)";
        CPPUNIT_ASSERT_EQUAL(common, stage_.lastBody().substr(0, common.size()));
        return stage_.lastBody().substr(common.size());
    }

    std::string refusalOf(const sdk::OutgoingMessage& message) {
        const auto error = errorOf(messenger_.check(message));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        auto context = stage_.context();
        errorOf(messenger_.send(context, message));  // and nothing is asked
        return error.message;
    }

public:
    void aTextIsSent() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"("biz_opaque_callback_data":"c-1","type":"text","text":{"body":"Hello \"you\""}})"),
            sentAs(outgoing("text", "Hello \"you\"")));
        auto answer = outgoing("text", "Hi", R"({"preview_url":true})");
        answer.replyTo = "wamid.B";
        answer.correlation = "";
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"("context":{"message_id":"wamid.B"},"type":"text","text":{"body":"Hi","preview_url":true}})"),
            sentAs(answer));
    }

    void aTemplateIsSent() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"("biz_opaque_callback_data":"c-1","type":"template","template":{"name":"ready","language":{"code":"en_US"},)"
                R"("components":[{"type":"body","parameters":[{"type":"text","text":"#1"}]}]}})"),
            sentAs(outgoing(
                "template",
                "",
                R"({"name":"ready","language":"en_US","components":[{"type":"body","parameters":[{"type":"text","text":"#1"}]}]})")));
    }

    void mediaAreSent() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"("biz_opaque_callback_data":"c-1","type":"image","image":{"id":"1003","caption":"A fern"}})"),
            sentAs(outgoing("image", "A fern", R"({"media_id":"1003"})")));
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"("biz_opaque_callback_data":"c-1","type":"document","document":{"link":"https://x.example/a.pdf","filename":"a.pdf"}})"),
            sentAs(outgoing(
                "document", "", R"({"link":"https://x.example/a.pdf","filename":"a.pdf"})")));
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"("biz_opaque_callback_data":"c-1","type":"audio","audio":{"id":"7"}})"),
            sentAs(outgoing("audio", "not shown", R"({"media_id":"7"})")));
        assertMentions(
            refusalOf(outgoing("video", "", R"({"media_id":"7","link":"https://x.example"})")),
            "either");
        assertMentions(refusalOf(outgoing("video", "", R"({"link":"http://x.example"})")), "https");
    }

    void aPlaceAndAReactionAreSent() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"("biz_opaque_callback_data":"c-1","type":"location","location":{"latitude":37.44,"longitude":-122.16,"name":"Shop"}})"),
            sentAs(outgoing(
                "location", "", R"({"latitude":37.44,"longitude":"-122.16","name":"Shop"})")));
        for (const auto* place : {"{}",
                                  R"({"latitude":"1,5","longitude":"2"})",
                                  R"({"latitude":"1e9","longitude":"2"})",
                                  R"({"latitude":"01","longitude":"2"})",
                                  R"({"latitude":"1.","longitude":"2"})"})
            assertMentions(refusalOf(outgoing("location", "", place)), "content.latitude");
        auto reaction = outgoing("reaction", "\xF0\x9F\x91\x8D");
        assertMentions(refusalOf(reaction), "reply_to");
        reaction.replyTo = "wamid.B";
        CPPUNIT_ASSERT_EQUAL(std::string("\"biz_opaque_callback_data\":\"c-1\",\"type\":"
                                         "\"reaction\",\"reaction\":{\"message_id\":"
                                         "\"wamid.B\",\"emoji\":\"\xF0\x9F\x91\x8D\"}}"),
                             sentAs(reaction));
    }

    void aListIsSent() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"("biz_opaque_callback_data":"c-1","type":"interactive","interactive":{"type":"list",)"
                R"("header":{"type":"text","text":"Shipping"},"body":{"text":"Which?"},"footer":{"text":"Souk"},)"
                R"("action":{"button":"Choose","sections":[{"title":"Fast","rows":[{"id":"ex","title":"Express",)"
                R"("description":"Next day"}]},{"title":"Slow","rows":[{"id":"st","title":"Standard"}]}]}}})"),
            sentAs(outgoing(
                "list",
                "Which?",
                R"({"header":"Shipping","footer":"Souk","button":"Choose","sections":[{"title":"Fast","rows":[{"id":"ex",)"
                R"("title":"Express","description":"Next day"}]},{"title":"Slow","rows":[{"id":"st","title":"Standard"}]}]})")));
    }

    void buttonsAreSent() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"("biz_opaque_callback_data":"c-1","type":"interactive","interactive":{"type":"button","body":{"text":"Sure?"},)"
                R"("action":{"buttons":[{"type":"reply","reply":{"id":"y","title":"Yes"}},{"type":"reply","reply":{"id":"n","title":"No"}}]}}})"),
            sentAs(outgoing("buttons",
                            "Sure?",
                            R"({"buttons":[{"id":"y","title":"Yes"},{"id":"n","title":"No"}]})")));
    }

    void aProductIsSent() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"("biz_opaque_callback_data":"c-1","type":"interactive","interactive":{"type":"product","body":{"text":"This one"},)"
                R"("action":{"catalog_id":"880001","product_retailer_id":"mug-blue"}}})"),
            sentAs(outgoing("product", "This one", R"({"external_id":"mug-blue"})")));
        assertMentions(refusalOf(outgoing("product", "", R"({"external_id":"mug","header":"no"})")),
                       "content.header");
    }

    void aListOfProductsIsSent() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"("biz_opaque_callback_data":"c-1","type":"interactive","interactive":{"type":"product_list",)"
                R"("header":{"type":"text","text":"Mugs"},"body":{"text":"Ours"},"action":{"catalog_id":"880001",)"
                R"("sections":[{"title":"All","product_items":[{"product_retailer_id":"a"},{"product_retailer_id":"b"}]}]}}})"),
            sentAs(outgoing(
                "products",
                "Ours",
                R"({"header":"Mugs","sections":[{"title":"All","external_ids":["a","b"]}]})")));
        assertMentions(refusalOf(outgoing("products", "Ours", R"({"sections":[]})")),
                       "content.header");
    }

    void thePersonIsWrittenToByWhatIsKnown() {
        auto scoped = outgoing("text", "Hi");
        scoped.to.externalId = "US.134";
        valueOf(send(scoped));
        assertMentions(stage_.lastBody(), R"("recipient_type":"individual","recipient":"US.134",)");
        scoped.to.phone = "+16505551234";
        valueOf(send(scoped));
        assertMentions(stage_.lastBody(), R"("to":"+16505551234")");
    }

    void limitsAreKeptBeforeSending() {
        const auto rows = [](int count) {
            std::string list = R"({"button":"b","sections":[{"title":"t","rows":[)";
            for (int i = 0; i < count; ++i)
                list += std::string(i ? "," : "") + R"({"id":"r","title":"t"})";
            return list + "]}]}";
        };
        assertMentions(refusalOf(outgoing("text")), "text: must not be empty");
        assertMentions(refusalOf(outgoing("text", std::string(4097, 'x'))), "4096");
        assertMentions(refusalOf(outgoing("template", "", R"({"language":"en"})")), "content.name");
        assertMentions(refusalOf(outgoing("list", "b", rows(11))), "between 1 and 10");
        assertMentions(refusalOf(outgoing("list", "b", rows(0))), "between 1 and 10");
        CPPUNIT_ASSERT(messenger_.check(outgoing("list", "b", rows(10))));
        assertMentions(refusalOf(outgoing(
                           "list", "b", R"({"button":"much longer than twenty","sections":[]})")),
                       "content.button");
        assertMentions(refusalOf(outgoing("buttons", "b", R"({"buttons":[{},{},{},{}]})")),
                       "between 1 and 3");
        assertMentions(refusalOf(outgoing(
                           "buttons",
                           "b",
                           R"({"buttons":[{"id":"a","title":"longer than twenty characters"}]})")),
                       "buttons[0].title");
        std::string ids = "\"a\"";
        for (int i = 0; i < 30; ++i) ids += ",\"a\"";
        assertMentions(
            refusalOf(outgoing(
                "products",
                "b",
                R"({"header":"h","sections":[{"title":"t","external_ids":[)" + ids + "]}]}")),
            "between 1 and 30");
        assertMentions(refusalOf(outgoing("hologram")), "known are product, products, text");
        errorOf(messenger_.check(outgoing("text", "x", "not json")));
    }

    void charactersAreCountedNotBytes() {
        std::string accents;
        for (int i = 0; i < 4096; ++i) accents += "é";
        CPPUNIT_ASSERT(messenger_.check(outgoing("text", accents)));
        refusalOf(outgoing("text", accents + "é"));
    }

    void withoutACatalogueNoProductIsShown() {
        stage_.account.settings = R"({"waba_id":"1"})";
        auto context = stage_.context();
        assertMentions(
            errorOf(messenger_.send(context, outgoing("product", "", R"({"external_id":"mug"})")))
                .message,
            "no catalogue");
    }

    void readingIsShown() {
        stage_.expectPost(
            std::string("/") + kNumber + "/messages",
            {R"({"messaging_product":"whatsapp","status":"read","message_id":"wamid.B"})"},
            ok(R"({"success":true})"));
        auto context = stage_.context();
        CPPUNIT_ASSERT(messenger_.markRead(context, "wamid.B"));
        CPPUNIT_ASSERT(stage_.http.sent().back().repeatable);
    }

    void aHeldMessageSaysSo() {
        const auto sent = [&](const std::string& status) {
            return valueOf(
                       send(outgoing("text", "x"),
                            ok(R"({"messages":[{"id":"w","message_status":")" + status + "\"}]}")))
                .held;
        };
        CPPUNIT_ASSERT(!sent("accepted"));
        CPPUNIT_ASSERT(sent("held_for_quality_assessment"));
    }

    void theWindowsEndIsARefusal() {
        const auto error =
            errorOf(send(outgoing("text", "x"), refused(400, 131047, "Re-engagement message")));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        CPPUNIT_ASSERT(!error.uncertain);
        assertMentions(error.message, "131047:");
    }

    void limitsOfRateAreRateLimits() {
        const auto pause = [&](int code) {
            const auto error = errorOf(send(outgoing("text", "x"), refused(400, code)));
            CPPUNIT_ASSERT_EQUAL(std::string("rate_limited"), kindOf(error));
            return *error.retryAfter;
        };
        CPPUNIT_ASSERT(pause(131056) == 6s);
        CPPUNIT_ASSERT(pause(130429) == 60s);
        CPPUNIT_ASSERT(pause(80007) == 60s);
    }

    void aLostAnswerIsUncertain() {
        CPPUNIT_ASSERT(errorOf(send(outgoing("text", "x"), sdk::HttpReply{502, {}, ""})).uncertain);
        CPPUNIT_ASSERT(errorOf(send(outgoing("text", "x"), ok("{}"))).uncertain);
        sdk::Error lost{sdk::ErrorKind::Transient, "the connection broke"};
        lost.uncertain = true;
        CPPUNIT_ASSERT(errorOf(send(outgoing("text", "x"), lost)).uncertain);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessengerTest);

}  // namespace souk::whatsapp::tests
