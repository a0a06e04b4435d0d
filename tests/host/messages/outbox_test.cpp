#include "messages/outbox.hpp"

#include "host/messages/desk.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::messages {

using namespace souk::test;
using sdk::ErrorKind;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

/// What is taken to be sent, and what is refused at once.
class OutboxTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OutboxTest);
    CPPUNIT_TEST(aRequestThatComesAgainIsTheSameMessage);
    CPPUNIT_TEST(theWindowIsKeptBeforeThePlatformRefuses);
    CPPUNIT_TEST(aTemplateGoesOutsideTheWindow);
    CPPUNIT_TEST(whatThePlatformWouldNotTakeIsRefusedAtOnce);
    CPPUNIT_TEST(whoIsNotConnectedOrSendsNothingIsToldSo);
    CPPUNIT_TEST(aConversationIsBegunOnce);
    CPPUNIT_TEST(readingIsToldToThePlatform);
    CPPUNIT_TEST_SUITE_END();

public:
    /// The host died before the answer to the request was kept.
    void aRequestThatComesAgainIsTheSameMessage() {
        Desk desk;
        const auto conversation = desk.hears("49", std::chrono::minutes(1));
        const auto ask = [&](const std::string& key) {
            return *desk.outbox.post(desk.storeId, conversation, {"text", "hello", "", "{}", key});
        };
        const auto first = ask("token/k1");
        CPPUNIT_ASSERT(desk.send());
        CPPUNIT_ASSERT(first == ask("token/k1"));
        CPPUNIT_ASSERT(first != ask("token/k2"));
        CPPUNIT_ASSERT(first != ask(""));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, desk.count("message WHERE direction = 'outgoing'"));
        desk.clock.advance(std::chrono::hours(23));
        CPPUNIT_ASSERT(first == ask("token/k1"));
        desk.clock.advance(std::chrono::hours(1));
        desk.hears("49", std::chrono::minutes(1));
        CPPUNIT_ASSERT(first != ask("token/k1"));
    }

    void theWindowIsKeptBeforeThePlatformRefuses() {
        Desk desk;
        const auto fresh = desk.hears("49", std::chrono::hours(24) - std::chrono::seconds(1));
        CPPUNIT_ASSERT(desk.post(fresh));
        const auto old = desk.hears("50", std::chrono::hours(24));
        const auto refused = desk.post(old);
        CPPUNIT_ASSERT(!refused && refused.error().kind == ErrorKind::Rejected);
        CPPUNIT_ASSERT_MESSAGE(refused.error().message,
                               contains(refused.error().message, "24 hours") &&
                                   contains(refused.error().message, "template"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, desk.count("message WHERE direction = 'outgoing'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, desk.count("job WHERE kind = 'send'"));
    }

    void aTemplateGoesOutsideTheWindow() {
        Desk desk;
        const auto old = desk.hears("50", std::chrono::hours(30));
        CPPUNIT_ASSERT(desk.post(old, "", "template"));
        const auto stranger = *desk.outbox.begin(desk.storeId, desk.shop, "+4930");
        const auto refused = desk.post(stranger);
        CPPUNIT_ASSERT(contains(refused.error().message, "has not written yet"));
        CPPUNIT_ASSERT(desk.post(stranger, "", "template"));
    }

    void whatThePlatformWouldNotTakeIsRefusedAtOnce() {
        Desk desk;
        const auto refused =
            desk.post(desk.hears("49", std::chrono::minutes(1)), std::string(21, 'x'));
        CPPUNIT_ASSERT_EQUAL(std::string("text: at most 20 characters"), refused.error().message);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, desk.count("message WHERE direction = 'outgoing'"));
    }

    void whoIsNotConnectedOrSendsNothingIsToldSo() {
        Desk desk;
        const auto conversation = desk.hears("49", std::chrono::minutes(1));
        CPPUNIT_ASSERT(desk.post(core::newId()).error().kind == ErrorKind::NotFound);
        const auto silent = insertIntegration(*desk.database, desk.storeId, "silent", "s");
        CPPUNIT_ASSERT(desk.outbox.begin(desk.storeId, silent, "+49").error().kind ==
                       ErrorKind::Unsupported);
        CPPUNIT_ASSERT(desk.outbox.begin(desk.storeId, desk.shop, "").error().kind ==
                       ErrorKind::Rejected);
        {
            auto tx = desk.database->asWorker();
            store::Integrations::setStatus(
                tx, desk.shop, store::IntegrationStatus::Paused, "by the test", desk.clock.now());
            tx.commit();
        }
        const auto refused = desk.post(conversation);
        CPPUNIT_ASSERT(refused.error().kind == ErrorKind::Rejected);
        CPPUNIT_ASSERT(contains(refused.error().message, "paused"));
    }

    void aConversationIsBegunOnce() {
        Desk desk;
        const auto first = desk.outbox.begin(desk.storeId, desk.shop, "+4930");
        CPPUNIT_ASSERT(first);
        CPPUNIT_ASSERT(*first == *desk.outbox.begin(desk.storeId, desk.shop, "+4930"));
        CPPUNIT_ASSERT(*first == desk.hears("4930", std::chrono::minutes(1)));
    }

    void readingIsToldToThePlatform() {
        Desk desk;
        desk.hears("49", std::chrono::minutes(5));
        const auto conversation = desk.hears("49", std::chrono::minutes(1));
        CPPUNIT_ASSERT(desk.outbox.markRead(desk.storeId, conversation));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             desk.number("SELECT unread::bigint AS n FROM conversation"));
        CPPUNIT_ASSERT(desk.work("mark_read", desk.reading));
        CPPUNIT_ASSERT(desk.talk().read == std::vector<std::string>{"in-2"});
        CPPUNIT_ASSERT(desk.outbox.markRead(desk.storeId, core::newId()).error().kind ==
                       ErrorKind::NotFound);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OutboxTest);

}  // namespace souk::messages
