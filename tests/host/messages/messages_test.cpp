#include "host/intake/job_world.hpp"
#include "host/messages/fake_messenger.hpp"
#include "messages/outbox.hpp"
#include "messages/send_job.hpp"
#include "orders/conversation_writer.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

namespace souk::messages {

using namespace souk::test;
using sdk::ErrorKind;

namespace {

class TalkingPlugin final : public sdk::Plugin {
public:
    const sdk::Messenger* messenger() const noexcept override { return &talk; }
    FakeMessenger talk;
};

struct Desk : JobWorld {
    Desk() : Desk(std::make_shared<TalkingPlugin>()) {}

    /// What a person writes, this long ago.
    core::Uuid hears(const std::string& person, std::chrono::seconds ago) {
        sdk::Message message;
        message.externalId = "in-" + std::to_string(++heard);
        message.person.externalId = person;
        message.kind = "text";
        message.sentAt = clock.now() - ago;
        inStore([&](store::Transaction& tx) {
            return orders::writeMessages(tx, scope(), {&message}).size();
        });
        return *core::Uuid::parse(
            text("SELECT conversation_id::text AS n FROM conversation_person WHERE person_id = '" +
                 person + "'"));
    }
    sdk::Result<core::Uuid> post(const core::Uuid& conversation,
                                 const std::string& words = "hello",
                                 const std::string& kind = "text") {
        return outbox.post(storeId, conversation, {kind, words, "", "{}", ""});
    }
    bool send() {
        const auto one = lease("send", 4);
        if (one) finish(*one, job);
        return one.has_value();
    }
    std::string statusOf(const core::Uuid& id) const {
        return text(
            "SELECT status || coalesce(' ' || external_id, '') || coalesce(' ' || "
            "error_code, '') AS n FROM message WHERE id = '" +
            id.text() + "'");
    }
    void tell(const std::string& id, const core::Uuid& message, sdk::MessageStatus::Stage stage) {
        sdk::MessageStatus status;
        status.messageExternalId = id;
        status.correlation = message.text();
        status.stage = stage;
        status.at = clock.now();
        inStore([&](store::Transaction& tx) {
            return orders::writeStatuses(tx, scope(), {&status}).size();
        });
    }
    FakeMessenger& talk() { return plugin->talk; }

    std::shared_ptr<TalkingPlugin> plugin;
    Outbox outbox{*database, catalog, clock};
    SendTools tools{*database, sessions, clock, log};
    SendJob job{tools};
    MarkReadJob reading{tools};
    int heard = 0;

private:
    explicit Desk(std::shared_ptr<TalkingPlugin> made)
        : JobWorld(loaded(made)), plugin(std::move(made)) {}
    static loader::LoadedPlugin loaded(const std::shared_ptr<TalkingPlugin>& plugin) {
        loader::LoadedPlugin loaded;
        loaded.manifest.domain = "example";
        loaded.manifest.name = "Example";
        loaded.manifest.messages.outsideWindow = {"template"};
        loaded.manifest.messages.personBurst = 2;
        loaded.manifest.messages.personInterval = std::chrono::seconds(6);
        loaded.plugin = plugin;
        return loaded;
    }
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

class MessagesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MessagesTest);
    CPPUNIT_TEST(aMessageIsJournaledBeforeThePlatformIsCalled);
    CPPUNIT_TEST(aMessageThatGoesOutIsSent);
    CPPUNIT_TEST(aRequestThatComesAgainIsTheSameMessage);
    CPPUNIT_TEST(theWindowIsKeptBeforeThePlatformRefuses);
    CPPUNIT_TEST(aTemplateGoesOutsideTheWindow);
    CPPUNIT_TEST(whatThePlatformWouldNotTakeIsRefusedAtOnce);
    CPPUNIT_TEST(whoIsNotConnectedOrSendsNothingIsToldSo);
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
    CPPUNIT_TEST(aConversationIsBegunOnce);
    CPPUNIT_TEST(readingIsToldToThePlatform);
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

CPPUNIT_TEST_SUITE_REGISTRATION(MessagesTest);

}  // namespace souk::messages
