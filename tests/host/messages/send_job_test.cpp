#include "messages/send_job.hpp"

#include "host/messages/desk.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

namespace souk::messages {

using namespace souk::test;
using sdk::ErrorKind;

/// What becomes of a message that was taken.
class SendJobTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SendJobTest);
    CPPUNIT_TEST(aMessageIsJournaledBeforeThePlatformIsCalled);
    CPPUNIT_TEST(aMessageThatGoesOutIsSent);
    CPPUNIT_TEST(aLostAnswerIsNeverSentAgainAndSettledByAStatus);
    CPPUNIT_TEST(aHostThatDiedWhileSendingIsNotBelieved);
    CPPUNIT_TEST(aStatusThatOvertakesTheAnswerStays);
    CPPUNIT_TEST(whatWasCertainlyNotTakenIsTriedAgain);
    CPPUNIT_TEST(whoseJobWentToAnotherHostIsNotQueuedWithoutOne);
    CPPUNIT_TEST(messagesGoOutInTheOrderTheyWereWritten);
    CPPUNIT_TEST(oneThatCannotGoHoldsTheOthersUpForAWhileOnly);
    CPPUNIT_TEST(aRefusalFailsTheMessage);
    CPPUNIT_TEST(whatHasNothingToSendItWithFails);
    CPPUNIT_TEST(whatWasBegunAndHasNothingToSendItWithIsUnknown);
    CPPUNIT_TEST(onePersonIsNotWrittenToTooFast);
    CPPUNIT_TEST_SUITE_END();

public:
    void aMessageIsJournaledBeforeThePlatformIsCalled() {
        Desk desk;
        const auto id = *desk.post(desk.hears("49", std::chrono::minutes(1)));
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), desk.statusOf(id));
        std::string during;
        desk.talk().onSend = [&] { during = desk.statusOf(id); };
        CPPUNIT_ASSERT(desk.send());
        CPPUNIT_ASSERT_EQUAL(std::string("sending"), during);
    }

    void aMessageThatGoesOutIsSent() {
        Desk desk;
        const auto conversation = desk.hears("49", std::chrono::minutes(1));
        const auto id = *desk.post(conversation);
        desk.send();
        CPPUNIT_ASSERT_EQUAL(std::string("sent w1"), desk.statusOf(id));
        const auto& message = desk.talk().sent.at(0);
        CPPUNIT_ASSERT_EQUAL(id.text(), message.correlation);
        CPPUNIT_ASSERT_EQUAL(std::string("49"), message.to.externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("text hello"), message.kind + ' ' + message.text);
        CPPUNIT_ASSERT(!desk.send());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2},
                             desk.count("change WHERE entity = 'message' AND entity_id = '" +
                                        id.text() + "' AND kind LIKE 'message.%'") -
                                 1);
    }

    void aLostAnswerIsNeverSentAgainAndSettledByAStatus() {
        for (const bool thrown : {false, true}) {
            Desk desk;
            const auto id = *desk.post(desk.hears("49", std::chrono::minutes(1)));
            if (thrown)
                desk.talk().onSend = [] { throw std::runtime_error("after it was sent"); };
            else
                desk.talk().fails =
                    sdk::Error{ErrorKind::Transient, "no answer", std::nullopt, true};
            CPPUNIT_ASSERT(desk.send());
            CPPUNIT_ASSERT(desk.statusOf(id).starts_with("unknown"));
            desk.clock.advance(std::chrono::hours(1));
            CPPUNIT_ASSERT(!desk.send());
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, desk.talk().sent.size());
            desk.tell("w7", id, sdk::MessageStatus::Stage::Delivered);
            CPPUNIT_ASSERT(desk.statusOf(id).starts_with("delivered w7"));
        }
    }

    void aHostThatDiedWhileSendingIsNotBelieved() {
        Desk desk;
        const auto id = *desk.post(desk.hears("49", std::chrono::minutes(1)));
        const auto lost = desk.lease("send");
        {
            auto tx = desk.database->asOwner();
            tx.query("UPDATE message SET status = 'sending' WHERE id = $1", id);
            tx.commit();
        }
        desk.loseHost();
        CPPUNIT_ASSERT(desk.send());
        CPPUNIT_ASSERT(desk.statusOf(id).starts_with("unknown"));
        CPPUNIT_ASSERT(desk.talk().sent.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, desk.count("job"));
    }

    void aStatusThatOvertakesTheAnswerStays() {
        Desk desk;
        const auto id = *desk.post(desk.hears("49", std::chrono::minutes(1)));
        desk.talk().onSend = [&] { desk.tell("w1", id, sdk::MessageStatus::Stage::Read); };
        desk.send();
        CPPUNIT_ASSERT_EQUAL(std::string("read w1"), desk.statusOf(id));
    }

    void whatWasCertainlyNotTakenIsTriedAgain() {
        Desk desk;
        const auto id = *desk.post(desk.hears("49", std::chrono::minutes(1)));
        desk.talk().fails = sdk::Error{ErrorKind::Transient, "they are down"};
        desk.send();
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), desk.statusOf(id));
        desk.talk().fails =
            sdk::Error{ErrorKind::RateLimited, "too many", std::chrono::milliseconds(500)};
        desk.clock.advance(std::chrono::minutes(10));
        CPPUNIT_ASSERT(desk.send());
        desk.talk().fails.reset();
        desk.clock.advance(std::chrono::minutes(10));
        CPPUNIT_ASSERT(desk.send());
        CPPUNIT_ASSERT_EQUAL(std::string("sent w3"), desk.statusOf(id));
    }

    /// The host stood still past its lease, with the answer on the way.
    void whoseJobWentToAnotherHostIsNotQueuedWithoutOne() {
        Desk desk;
        const auto id = *desk.post(desk.hears("49", std::chrono::minutes(1)));
        desk.talk().fails = sdk::Error{ErrorKind::Transient, "they are down"};
        const auto late = desk.lease("send");
        desk.talk().onSend = [&] {
            desk.loseHost();
            CPPUNIT_ASSERT(desk.send());
            CPPUNIT_ASSERT_EQUAL(std::string("unknown"), desk.statusOf(id));
        };
        desk.finish(*late, desk.job);
        CPPUNIT_ASSERT_EQUAL(std::string("failed transient"), desk.statusOf(id));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, desk.count("job"));
    }

    void messagesGoOutInTheOrderTheyWereWritten() {
        Desk desk;
        const auto conversation = desk.hears("49", std::chrono::minutes(1));
        CPPUNIT_ASSERT(desk.post(conversation, "one"));
        CPPUNIT_ASSERT(desk.post(conversation, "two"));
        const auto first = *desk.lease("send");
        CPPUNIT_ASSERT(desk.send());  // the second, while the first is under way
        CPPUNIT_ASSERT(desk.talk().sent.empty());
        desk.finish(first, desk.job);
        desk.clock.advance(std::chrono::seconds(1));
        CPPUNIT_ASSERT(desk.send());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, desk.talk().sent.size());
        CPPUNIT_ASSERT_EQUAL(std::string("one"), desk.talk().sent.front().text);
    }

    void oneThatCannotGoHoldsTheOthersUpForAWhileOnly() {
        Desk desk;
        const auto conversation = desk.hears("49", std::chrono::minutes(1));
        CPPUNIT_ASSERT(desk.post(conversation, "stuck"));
        {
            auto tx = desk.database->asOwner();
            tx.query("DELETE FROM job");
            tx.commit();
        }
        CPPUNIT_ASSERT(desk.post(conversation, "two"));
        CPPUNIT_ASSERT(desk.send());
        CPPUNIT_ASSERT(desk.talk().sent.empty());
        CPPUNIT_ASSERT(!desk.send());
        desk.clock.advance(std::chrono::minutes(2));
        CPPUNIT_ASSERT(desk.send());
        CPPUNIT_ASSERT_EQUAL(std::string("two"), desk.talk().sent.at(0).text);
    }

    void aRefusalFailsTheMessage() {
        Desk desk;
        const auto id = *desk.post(desk.hears("49", std::chrono::minutes(1)));
        desk.talk().fails = sdk::Error{ErrorKind::Rejected, "131047: outside the window"};
        desk.send();
        CPPUNIT_ASSERT_EQUAL(std::string("failed rejected"), desk.statusOf(id));
        CPPUNIT_ASSERT_EQUAL(
            std::string("131047: outside the window"),
            desk.text("SELECT error_detail AS n FROM message WHERE direction = 'outgoing'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, desk.count("job"));
    }

    void whatHasNothingToSendItWithFails() {
        Desk desk;
        const auto id = *desk.post(desk.hears("49", std::chrono::minutes(1)));
        desk.sessions.refusal = sdk::Error{ErrorKind::Unsupported, "no such plugin here"};
        for (int i = 0; i < 2; ++i) {  // a host that has it may come
            CPPUNIT_ASSERT(desk.send());
            CPPUNIT_ASSERT_EQUAL(std::string("queued"), desk.statusOf(id));
            desk.clock.advance(std::chrono::minutes(10));
        }
        CPPUNIT_ASSERT(desk.send());
        CPPUNIT_ASSERT_EQUAL(std::string("failed unsupported"), desk.statusOf(id));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, desk.count("job"));
        CPPUNIT_ASSERT(desk.talk().sent.empty());
    }

    void whatWasBegunAndHasNothingToSendItWithIsUnknown() {
        Desk desk;
        const auto id = *desk.post(desk.hears("49", std::chrono::minutes(1)));
        {
            auto tx = desk.database->asOwner();
            tx.query("UPDATE message SET status = 'sending' WHERE id = $1", id);
            tx.commit();
        }
        desk.sessions.refusal = sdk::Error{ErrorKind::NotFound, "gone"};
        for (int i = 0; i < 3; ++i) {
            CPPUNIT_ASSERT(desk.send());
            desk.clock.advance(std::chrono::minutes(10));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("unknown"), desk.statusOf(id));
    }

    void onePersonIsNotWrittenToTooFast() {
        Desk desk;
        const auto conversation = desk.hears("49", std::chrono::minutes(1));
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT(desk.post(conversation));
        const auto sendAll = [&desk] {
            int turns = 0;
            while (desk.send()) CPPUNIT_ASSERT(++turns < 20);
            return desk.talk().sent.size();
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sendAll());
        desk.clock.advance(std::chrono::seconds(5));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sendAll());
        desk.clock.advance(std::chrono::seconds(2));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, sendAll());
        const auto other = desk.hears("50", std::chrono::minutes(1));
        CPPUNIT_ASSERT(desk.post(other));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, sendAll());
        for (int i = 0; i < 20; ++i) {
            desk.clock.advance(std::chrono::seconds(1));
            sendAll();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, sendAll());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SendJobTest);

}  // namespace souk::messages
