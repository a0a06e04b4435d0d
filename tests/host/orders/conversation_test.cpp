#include "host/intake/world.hpp"
#include "orders/conversation_reader.hpp"
#include "orders/conversation_writer.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <thread>

namespace souk::orders {

using namespace souk::test;
using Stage = sdk::MessageStatus::Stage;
using store::Verdict;

namespace {

sdk::Message messageOf(const std::string& id, int at, const std::string& person = "49") {
    sdk::Message message;
    message.externalId = id;
    message.person.externalId = person;
    message.kind = "text";
    message.text = "text of " + id;
    message.content = R"({"a":1})";
    message.sentAt = second(at);
    message.extra = R"({"own":"bytes"})";
    return message;
}

struct Desk : World {
    store::Effect put(const sdk::Message& message) const {
        return inStore(
            [&](store::Transaction& tx) { return writeMessages(tx, scope(), {&message}).at(0); });
    }
    store::Effect stage(const std::string& id,
                        Stage to,
                        const std::string& correlation = "",
                        const std::string& code = "") const {
        sdk::MessageStatus status;
        status.messageExternalId = id;
        status.correlation = correlation;
        status.stage = to;
        status.code = code;
        status.at = second(50);
        return inStore(
            [&](store::Transaction& tx) { return writeStatuses(tx, scope(), {&status}).at(0); });
    }
    std::vector<ConversationRow> list(const ConversationFilter& filter = {}) const {
        return inStore([&](store::Transaction& tx) {
            return listConversations(tx, storeId, filter, std::nullopt, 10);
        });
    }
    std::vector<MessageRow> messages(
        const core::Uuid& conversation,
        const std::optional<store::KeysetPosition>& before = std::nullopt,
        std::int32_t limit = 10) const {
        return inStore([&](store::Transaction& tx) {
            return listMessages(tx, storeId, conversation, before, limit);
        });
    }
    /// A message of ours, as it stands before the platform has named it.
    core::Uuid sending(const std::string& status = "sending") const {
        put(messageOf("first", 1));
        const auto id = core::newId();
        auto tx = database->asOwner();
        tx.query(
            "INSERT INTO message (store_id, id, integration_id, conversation_id, direction, "
            "kind, status, status_at, sent_at) SELECT store_id, $1, integration_id, id, "
            "'outgoing', 'text', $2, now(), now() FROM conversation",
            id,
            status);
        tx.commit();
        return id;
    }
    std::string statusOf(const core::Uuid& id) const {
        return text(
            "SELECT status || coalesce(' ' || external_id, '') || coalesce(' ' || "
            "error_code, '') AS n FROM message WHERE id = '" +
            id.text() + "'");
    }
};

}  // namespace

class ConversationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConversationTest);
    CPPUNIT_TEST(aMessageOpensItsConversation);
    CPPUNIT_TEST(aMessageIsOneHoweverOftenItComes);
    CPPUNIT_TEST(anOlderMessageMovesNothingBack);
    CPPUNIT_TEST(whatWeWroteElsewhereOpensNoWindow);
    CPPUNIT_TEST(aPersonOfSeveralIdsHasOneConversation);
    CPPUNIT_TEST(twoConversationsThatWereOneBecomeTheOlder);
    CPPUNIT_TEST(aPersonWhoChangesTheirIdKeepsTheirConversation);
    CPPUNIT_TEST(whatComesLateTellsOnlyWhatWasNotKnown);
    CPPUNIT_TEST(whatIsLeftOutIsNotForgotten);
    CPPUNIT_TEST(statusesOnlyGoForward);
    CPPUNIT_TEST(aFailureEndsIt);
    CPPUNIT_TEST(aLostAnswerIsFoundByItsCorrelation);
    CPPUNIT_TEST(aStatusOfNoMessageOfOursIsStale);
    CPPUNIT_TEST(twoAtOnceMakeOneConversation);
    CPPUNIT_TEST(conversationsAreFoundAndPaged);
    CPPUNIT_TEST(anotherStoreSeesNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void aMessageOpensItsConversation() {
        const Desk desk;
        auto message = messageOf("m1", 10);
        message.person.name = "Ada";
        message.person.username = "ada.l";
        message.person.phone = "+4930";
        message.replyTo = "m0";
        const auto effect = desk.put(message);
        CPPUNIT_ASSERT(effect.verdict == Verdict::Created);
        CPPUNIT_ASSERT_EQUAL(std::string("created"), std::string(effect.change));
        const auto row = desk.list().at(0);
        CPPUNIT_ASSERT_EQUAL(std::string("49"), row.externalId);
        CPPUNIT_ASSERT(row.name == "Ada" && row.username == "ada.l" && row.phone == "+4930");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, row.unread);
        CPPUNIT_ASSERT(row.lastIncomingAt == second(10) && row.lastMessageAt == second(10));
        const auto kept = desk.messages(row.id).at(0);
        CPPUNIT_ASSERT(kept.externalId == "m1" && kept.replyTo == "m0");
        CPPUNIT_ASSERT_EQUAL(
            std::string("incoming received text text of m1"),
            kept.direction + ' ' + kept.status + ' ' + kept.kind + ' ' + kept.text);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"a": 1})"), kept.content);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"own":"bytes"})"),
                             desk.text("SELECT extra AS n FROM message"));
    }

    void aMessageIsOneHoweverOftenItComes() {
        const Desk desk;
        desk.put(messageOf("m1", 10));
        const auto again = desk.put(messageOf("m1", 10));
        CPPUNIT_ASSERT(again.verdict == Verdict::Unchanged);
        CPPUNIT_ASSERT(again.change.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, desk.count("message"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, desk.list().at(0).unread);
    }

    void anOlderMessageMovesNothingBack() {
        const Desk desk;
        desk.put(messageOf("m2", 20));
        desk.put(messageOf("m1", 10));
        const auto row = desk.list().at(0);
        CPPUNIT_ASSERT(row.lastIncomingAt == second(20) && row.lastMessageAt == second(20));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, row.unread);
        CPPUNIT_ASSERT_EQUAL(std::string("m2"), *desk.messages(row.id).at(0).externalId);
    }

    void whatWeWroteElsewhereOpensNoWindow() {
        const Desk desk;
        auto ours = messageOf("m1", 10);
        ours.direction = sdk::Direction::Outgoing;
        desk.put(ours);
        const auto row = desk.list().at(0);
        CPPUNIT_ASSERT(!row.lastIncomingAt && row.lastMessageAt == second(10));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, row.unread);
        CPPUNIT_ASSERT_EQUAL(std::string("sent"), desk.messages(row.id).at(0).status);
    }

    void aPersonOfSeveralIdsHasOneConversation() {
        const Desk desk;
        auto both = messageOf("m1", 10, "49");
        both.person.otherIds = {"US.1", "US.1", ""};
        desk.put(both);
        desk.put(messageOf("m2", 20, "US.1"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, desk.list().size());
        CPPUNIT_ASSERT_EQUAL(std::string("US.1"), desk.list().at(0).externalId);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, desk.count("conversation_person"));
    }

    void twoConversationsThatWereOneBecomeTheOlder() {
        const Desk desk;
        desk.put(messageOf("m1", 10, "49"));
        const auto first = desk.list().at(0).id;
        desk.put(messageOf("m2", 20, "US.1"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, desk.list().size());
        auto both = messageOf("m3", 5, "49");
        both.person.otherIds = {"US.1"};
        desk.put(both);
        const auto rows = desk.list();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rows.size());
        CPPUNIT_ASSERT(rows[0].id == first);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, rows[0].unread);
        CPPUNIT_ASSERT(rows[0].lastIncomingAt == second(20));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, desk.messages(first).size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             desk.count("conversation_person p WHERE NOT EXISTS (SELECT 1 FROM "
                                        "conversation c WHERE c.id = p.conversation_id)"));
    }

    void aPersonWhoChangesTheirIdKeepsTheirConversation() {
        const Desk desk;
        desk.put(messageOf("m1", 10, "49"));
        const sdk::PersonChange change{"49", {"50", {}, "", "", "+50"}};
        desk.inStore([&](store::Transaction& tx) {
            changePeople(tx, desk.scope(), {&change});
            return 0;
        });
        desk.put(messageOf("m2", 20, "50"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, desk.list().size());
        CPPUNIT_ASSERT_EQUAL(std::string("50"), desk.list().at(0).externalId);
        CPPUNIT_ASSERT(desk.list().at(0).phone == "+50");
    }

    void whatComesLateTellsOnlyWhatWasNotKnown() {
        const Desk desk;
        auto newer = messageOf("m2", 20);
        newer.person.phone = "+50";
        desk.put(newer);
        auto older = messageOf("m1", 10);
        older.person.phone = "+49";
        older.person.username = "ada";
        desk.put(older);
        CPPUNIT_ASSERT(desk.list().at(0).phone == "+50");
        CPPUNIT_ASSERT(desk.list().at(0).username == "ada");
    }

    void whatIsLeftOutIsNotForgotten() {
        const Desk desk;
        auto named = messageOf("m1", 10);
        named.person.name = "Ada";
        desk.put(named);
        desk.put(messageOf("m2", 20));
        CPPUNIT_ASSERT(desk.list().at(0).name == "Ada");
    }

    void statusesOnlyGoForward() {
        const Desk desk;
        const auto id = desk.sending();
        CPPUNIT_ASSERT(desk.stage("w1", Stage::Read, id.text()).verdict == Verdict::Updated);
        CPPUNIT_ASSERT_EQUAL(std::string("read w1"), desk.statusOf(id));
        for (const auto late : {Stage::Sent, Stage::Delivered, Stage::Read}) {
            const auto effect = desk.stage("w1", late, id.text());
            CPPUNIT_ASSERT(effect.verdict == Verdict::Stale);
            CPPUNIT_ASSERT(effect.entityId == id);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("read w1"), desk.statusOf(id));
    }

    void aFailureEndsIt() {
        const Desk desk;
        const auto id = desk.sending();
        desk.stage("w1", Stage::Sent, id.text());
        CPPUNIT_ASSERT(desk.stage("w1", Stage::Failed, "", "131047").verdict == Verdict::Updated);
        CPPUNIT_ASSERT(desk.stage("w1", Stage::Delivered).verdict == Verdict::Stale);
        CPPUNIT_ASSERT_EQUAL(std::string("failed w1 131047"), desk.statusOf(id));
    }

    void aLostAnswerIsFoundByItsCorrelation() {
        const Desk desk;
        const auto id = desk.sending("unknown");
        CPPUNIT_ASSERT(desk.stage("w1", Stage::Delivered, id.text()).verdict == Verdict::Updated);
        CPPUNIT_ASSERT_EQUAL(std::string("delivered w1"), desk.statusOf(id));
    }

    void aStatusOfNoMessageOfOursIsStale() {
        const Desk desk;
        desk.put(messageOf("m1", 10));
        CPPUNIT_ASSERT(desk.stage("m1", Stage::Read).verdict == Verdict::Stale);
        const auto foreign = desk.stage("w9", Stage::Read, "no uuid at all");
        CPPUNIT_ASSERT(foreign.verdict == Verdict::Stale && !foreign.entityId);
    }

    void twoAtOnceMakeOneConversation() {
        const Desk desk;
        const auto write = [&desk](const std::string& id) {
            return std::jthread([&desk, id] { desk.put(messageOf(id, 10)); });
        };
        {
            const auto first = write("m1");
            const auto second = write("m2");
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, desk.list().size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, desk.list().at(0).unread);
    }

    void conversationsAreFoundAndPaged() {
        const Desk desk;
        auto ada = messageOf("m1", 10, "49");
        ada.person.name = "Ada Lovelace";
        desk.put(ada);
        desk.put(messageOf("m2", 20, "50"));
        for (int i = 3; i < 6; ++i) desk.put(messageOf("m" + std::to_string(i), 10 * i, "50"));
        const auto found = desk.list({std::nullopt, true, "lovel"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, found.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, desk.list({core::newId(), {}, {}}).size());
        desk.inStore([&](store::Transaction& tx) {
            markConversationRead(tx, desk.storeId, found.at(0).id);
            return 0;
        });
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, desk.list({std::nullopt, true, {}}).size());
        const auto other = desk.list({std::nullopt, true, {}}).at(0).id;
        const auto newest = desk.messages(other, std::nullopt, 2);
        CPPUNIT_ASSERT_EQUAL(std::string("m5"), *newest.at(0).externalId);
        const auto older =
            desk.messages(other, store::KeysetPosition{newest.at(1).sentAt, newest.at(1).id}, 10);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, older.size());
        CPPUNIT_ASSERT_EQUAL(std::string("m2"), *older.at(1).externalId);
    }

    void anotherStoreSeesNothing() {
        const Desk desk;
        desk.put(messageOf("m1", 10));
        const auto id = desk.list().at(0).id;
        const auto other = insertStore(*desk.database, "Other store");
        auto tx = desk.database->forStore(other);
        CPPUNIT_ASSERT(!findConversation(tx, desk.storeId, id));
        CPPUNIT_ASSERT(listMessages(tx, desk.storeId, id, std::nullopt, 10).empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConversationTest);

}  // namespace souk::orders
