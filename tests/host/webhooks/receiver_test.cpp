#include "webhooks/receiver.hpp"

#include "fake_platform.hpp"
#include "support/test_database.hpp"
#include "webhooks/answered.hpp"
#include "webhooks/ledger.hpp"

#include <souk/sdk/crypto.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <latch>
#include <thread>

namespace souk::webhooks {

class ReceiverTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReceiverTest);
    CPPUNIT_TEST(anAnsweredEventIsInTheTableWithItsExactBytes);
    CPPUNIT_TEST(whoIsInItIsKeptAsHashes);
    CPPUNIT_TEST(aWrongSignatureIs401AndLeavesNoRow);
    CPPUNIT_TEST(aStrangerWithAWrongSignatureLearnsNothing);
    CPPUNIT_TEST(anUnknownAccountIs404);
    CPPUNIT_TEST(aDisconnectedIntegrationStillRoutes);
    CPPUNIT_TEST(theOldSecretVerifiesWhileItRotates);
    CPPUNIT_TEST(theSameKeyIsStoredOnce);
    CPPUNIT_TEST(manyEventsOfOneDeliveryAreStoredTogether);
    CPPUNIT_TEST(anotherContentTypeIs415);
    CPPUNIT_TEST(anUnreadableDeliveryIs400);
    CPPUNIT_TEST(anEventWithoutASoundNameIs400);
    CPPUNIT_TEST(anUnknownPlatformIs404);
    CPPUNIT_TEST(tryReceiveKnowsTheWayOnlyAfterReceive);
    CPPUNIT_TEST(aFullQueueIs503WithRetryAfter);
    CPPUNIT_TEST(aDatabaseThatIsAwayIs503);
    CPPUNIT_TEST(oneUnfitEventFailsAloneInItsBatch);
    CPPUNIT_TEST(challengesAreAnsweredByThePlugin);
    CPPUNIT_TEST(credentialsAreNotKeptAmongTheHeaders);
    CPPUNIT_TEST(concurrentDeliveriesAreEachStoredOnce);
    CPPUNIT_TEST(theInboxIsNotAskedForItsDepth);
    CPPUNIT_TEST(everyHolderOfASharedAccountGetsItsEvent);
    CPPUNIT_TEST(aHolderWhoseSecretDoesNotFitGetsNothing);
    CPPUNIT_TEST(whoAsksForErasureIsToldWhereToLook);
    CPPUNIT_TEST(erasureIsAnsweredEvenWhereNobodyHoldsTheAccount);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().fresh();
        store_ = test::insertStore(*database_);
        integration_ = test::insertIntegration(*database_, store_, "example", "shop-1");
    }

    void anAnsweredEventIsInTheTableWithItsExactBytes() {
        const auto answer = deliver(
            R"({"events":[{"account":"shop-1","key":"k1","topic":"customers/update", "x":1.50}]})");
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        const auto events = list();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), events.size());
        auto tx = database_->forStore(store_);
        const auto whole = Ledger::find(tx, events[0].id);
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"account":"shop-1","key":"k1","topic":"customers/update", "x":1.50})"),
            whole->body);
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), events[0].state);
    }
    void whoIsInItIsKeptAsHashes() {
        deliver(R"({"events":[
            {"account":"shop-1","key":"two","topic":"t","person":"p","other":"q"},
            {"account":"shop-1","key":"none","topic":"t"}]})");
        auto tx = database_->forStore(store_);
        const auto rows = tx.query(
            "SELECT cardinality(people) AS n, people = ARRAY[sha256('p'), sha256('q')] AS same "
            "FROM webhook ORDER BY 1 DESC");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, rows.size());
        CPPUNIT_ASSERT(rows[0].boolean("same"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, rows[1].integer("n"));
    }
    void aWrongSignatureIs401AndLeavesNoRow() {
        CPPUNIT_ASSERT_EQUAL(401, deliver(one("shop-1", "k1"), "forged").status);
        CPPUNIT_ASSERT(list().empty());
    }
    void aStrangerWithAWrongSignatureLearnsNothing() {
        CPPUNIT_ASSERT_EQUAL(401, deliver(one("nobody", "k1"), "forged").status);
    }
    void anUnknownAccountIs404() { CPPUNIT_ASSERT_EQUAL(404, deliver(one("nobody", "k1")).status); }
    void aDisconnectedIntegrationStillRoutes() {
        auto tx = database_->asWorker();
        tx.query("UPDATE integration SET status = 'disconnected' WHERE id = $1", integration_);
        tx.commit();
        CPPUNIT_ASSERT_EQUAL(200, deliver(one("shop-1", "k1")).status);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), list().size());
    }
    void theOldSecretVerifiesWhileItRotates() {
        CPPUNIT_ASSERT_EQUAL(200, deliver(one("shop-1", "k1"), "old-secret").status);
    }
    void theSameKeyIsStoredOnce() {
        CPPUNIT_ASSERT_EQUAL(200, deliver(one("shop-1", "k1")).status);
        CPPUNIT_ASSERT_EQUAL(200, deliver(one("shop-1", "k1")).status);
        CPPUNIT_ASSERT_EQUAL(200, deliver(one("shop-1", "k2")).status);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), list().size());
    }
    void manyEventsOfOneDeliveryAreStoredTogether() {
        const auto body =
            R"({"events":[{"account":"shop-1","key":"a","topic":"t"},{"account":"shop-1","key":"b","topic":"t"},{"account":"shop-1","key":"a","topic":"t"}]})";
        CPPUNIT_ASSERT_EQUAL(200, deliver(body).status);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), list().size());
    }
    void anotherContentTypeIs415() {
        auto sent = request(one("shop-1", "k1"), "new-secret");
        sent.headers["Content-Type"] = "text/plain";
        CPPUNIT_ASSERT_EQUAL(415, deliver(sent).status);
    }
    void anUnreadableDeliveryIs400() { CPPUNIT_ASSERT_EQUAL(400, deliver("{").status); }
    void anEventWithoutASoundNameIs400() {
        CPPUNIT_ASSERT_EQUAL(400, deliver(one("shop-1", "")).status);
        CPPUNIT_ASSERT_EQUAL(400, deliver(one("shop-1", std::string(501, 'k'))).status);
        CPPUNIT_ASSERT_EQUAL(400, deliver(one("shop-1", "a\\u0000b")).status);
        CPPUNIT_ASSERT_EQUAL(400, deliver(one("", "k1")).status);
        CPPUNIT_ASSERT_EQUAL(200, deliver(one("shop-1", std::string(500, 'k'))).status);
    }
    void anUnknownPlatformIs404() {
        Room room(*this);
        std::promise<Answer> promise;
        room.receiver.receive("nowhere", request("{}", "x"), [&](Answer answer) {
            promise.set_value(std::move(answer));
        });
        CPPUNIT_ASSERT_EQUAL(404, promise.get_future().get().status);
    }
    void tryReceiveKnowsTheWayOnlyAfterReceive() {
        Room room(*this);
        std::latch answered(2);
        const auto reply = [&](const Answer& answer) {
            CPPUNIT_ASSERT_EQUAL(200, answer.status);
            answered.count_down();
        };
        CPPUNIT_ASSERT(!room.receiver.tryReceive(
            "example", request(one("shop-1", "k1"), "new-secret"), reply));
        room.receiver.receive("example", request(one("shop-1", "k1"), "new-secret"), reply);
        CPPUNIT_ASSERT(
            room.receiver.tryReceive("example", request(one("shop-1", "k2"), "new-secret"), reply));
        answered.wait();
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), list().size());
        CPPUNIT_ASSERT_EQUAL(1, room.sessions.asked.load());
    }
    void aFullQueueIs503WithRetryAfter() {
        limits_.queueEvents = 0;
        const auto answer = deliver(one("shop-1", "k1"));
        CPPUNIT_ASSERT_EQUAL(503, answer.status);
        CPPUNIT_ASSERT(answer.retryAfterSeconds.has_value());
    }
    void aDatabaseThatIsAwayIs503() {
        auto tx = database_->asOwner();
        tx.query("ALTER TABLE webhook RENAME TO webhook_away");
        tx.commit();
        CPPUNIT_ASSERT_EQUAL(503, deliver(one("shop-1", "k1")).status);
    }
    void oneUnfitEventFailsAloneInItsBatch() {
        Room room(*this);
        std::vector<std::promise<bool>> promises(3);
        for (std::size_t i = 0; i < promises.size(); ++i) {
            auto sent = event("k" + std::to_string(i));
            if (i == 1) sent.people = {"no hash"};
            CPPUNIT_ASSERT(room.inbox.submit(
                {sent}, [&promise = promises[i]](bool durable) { promise.set_value(durable); }));
        }
        CPPUNIT_ASSERT(promises[0].get_future().get());
        CPPUNIT_ASSERT(!promises[1].get_future().get());
        CPPUNIT_ASSERT(promises[2].get_future().get());
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), list().size());
    }
    void challengesAreAnsweredByThePlugin() {
        Room room(*this);
        sdk::WebhookRequest sent{"GET", "hub.challenge=42", {}, {}};
        CPPUNIT_ASSERT_EQUAL(std::string("42"), room.receiver.challenge("example", sent).text);
        sent.query = "hub.challenge=43";
        CPPUNIT_ASSERT_EQUAL(403, room.receiver.challenge("example", sent).status);
        CPPUNIT_ASSERT_EQUAL(404, room.receiver.challenge("nowhere", sent).status);
    }
    void credentialsAreNotKeptAmongTheHeaders() {
        auto sent = request(one("shop-1", "k1"), "new-secret");
        sent.headers["Authorization"] = "Bearer secret-value";
        CPPUNIT_ASSERT_EQUAL(200, deliver(sent).status);
        auto tx = database_->forStore(store_);
        const auto whole = Ledger::find(tx, list()[0].id);
        CPPUNIT_ASSERT(whole->headers.find("secret-value") == std::string::npos);
        CPPUNIT_ASSERT(whole->headers.find("X-Signature") != std::string::npos);
    }
    void concurrentDeliveriesAreEachStoredOnce() {
        constexpr int kThreads = 4;
        constexpr int kEach = 50;
        Room room(*this);
        std::latch answered(kThreads * kEach);
        std::atomic<int> durable{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < kThreads; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < kEach; ++i)  // every thread sends the same keys
                    room.receiver.receive(
                        "example",
                        request(one("shop-1", "k" + std::to_string(i)), "new-secret"),
                        [&](const Answer& answer) {
                            if (answer.status == 200) ++durable;
                            answered.count_down();
                        });
            });
        for (auto& thread : threads) thread.join();
        answered.wait();
        CPPUNIT_ASSERT_EQUAL(kThreads * kEach, durable.load());
        CPPUNIT_ASSERT_EQUAL(std::size_t(kEach), list().size());
    }

    void theInboxIsNotAskedForItsDepth() {
        core::Metrics metrics;
        const auto told = [&](const std::string& depth) {
            return metrics.text().find("\nsouk_inbox_depth " + depth + '\n') != std::string::npos;
        };
        std::promise<void> first;
        std::promise<void> goOn;
        auto inbox = std::make_unique<Inbox>(*database_, clock_, log_, metrics, limits_);
        CPPUNIT_ASSERT(inbox->submit({event("k0")}, [&](bool) {
            first.set_value();
            goOn.get_future().wait();
        }));
        first.get_future().wait();  // the writer is held up
        CPPUNIT_ASSERT(told("0"));
        CPPUNIT_ASSERT(inbox->submit({event("k1"), event("k2")}, [](bool) {}));
        CPPUNIT_ASSERT(inbox->submit({event("k3")}, [](bool) {}));
        CPPUNIT_ASSERT(told("3"));
        goOn.set_value();
        inbox.reset();
        CPPUNIT_ASSERT(told("0"));  // a scrape after its end touches nothing of it
        CPPUNIT_ASSERT_EQUAL(std::size_t(4), list().size());
    }
    void everyHolderOfASharedAccountGetsItsEvent() {
        share("family");
        CPPUNIT_ASSERT_EQUAL(200, deliver(one("family", "k1")).status);
        CPPUNIT_ASSERT_EQUAL(200, deliver(one("family", "k1")).status);
        auto tx = database_->asWorker();
        const auto rows =
            tx.query("SELECT integration_id FROM webhook ORDER BY integration_id = $1", second_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, rows.size());
        CPPUNIT_ASSERT(rows[0].uuid("integration_id") == integration_);
        CPPUNIT_ASSERT(rows[1].uuid("integration_id") == second_);
    }
    void aHolderWhoseSecretDoesNotFitGetsNothing() {
        share("family");
        ownValues_[second_] = {"their-own"};
        CPPUNIT_ASSERT_EQUAL(200, deliver(one("family", "k1"), "their-own").status);
        auto tx = database_->asWorker();
        const auto rows = tx.query("SELECT integration_id FROM webhook");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rows.size());
        CPPUNIT_ASSERT(rows[0].uuid("integration_id") == second_);
        CPPUNIT_ASSERT_EQUAL(401, deliver(one("family", "k2"), "forged").status);
    }
    void whoAsksForErasureIsToldWhereToLook() {
        const auto first = deliver(erasure("shop-1"));
        CPPUNIT_ASSERT_EQUAL(200, first.status);
        CPPUNIT_ASSERT(first.json);
        const auto told = *sdk::Json::parse(first.text);
        const auto code = *told.text("confirmation_code");
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, code.size());
        CPPUNIT_ASSERT_EQUAL("https://hub.test/api/webhooks/example/requests/" + code,
                             *told.text("url"));
        CPPUNIT_ASSERT_EQUAL(first.text, deliver(erasure("shop-1")).text);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, list().size());
        auto tx = database_->asWorker();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, findAnswered(tx, "example", code)->accounts);
        CPPUNIT_ASSERT(!findAnswered(tx, "other", code));
    }
    void erasureIsAnsweredEvenWhereNobodyHoldsTheAccount() {
        CPPUNIT_ASSERT_EQUAL(401, deliver(erasure("nobody"), "forged").status);
        const auto answer = deliver(erasure("nobody"));
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        auto tx = database_->asWorker();
        const auto rows = tx.query("SELECT code FROM answered_delivery WHERE accounts = 0");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rows.size());
        CPPUNIT_ASSERT(answer.text.find(rows[0].text("code")) != std::string::npos);
        CPPUNIT_ASSERT(list().empty());
    }

private:
    NewEvent event(const std::string& key) const {
        return {
            core::newId(), store_, integration_, "example", "t", key, "shop-1", {}, "{}", "x", {}};
    }
    static std::string erasure(const std::string& account) {
        return R"({"events":[{"account":")" + account +
               R"(","key":"e1","topic":"erase","person":"p"}]})";
    }
    /// Both integrations list this account among their other ids.
    void share(const std::string& account) {
        second_ = test::insertIntegration(*database_, store_, "example", "shop-2");
        auto tx = database_->asWorker();
        tx.query("UPDATE integration SET other_ids = ARRAY[$1::text]", account);
        tx.commit();
    }

    struct Room {
        explicit Room(ReceiverTest& test)
            : inbox(*test.database_, test.clock_, test.log_, metrics, test.limits_),
              receiver(
                  *test.database_,
                  test.catalog_,
                  sessions,
                  inbox,
                  [](std::string_view person) { return sdk::hex(sdk::sha256(person)); },
                  "https://hub.test",
                  test.clock_,
                  test.log_,
                  metrics) {}
        core::Metrics metrics;
        FakeSessions sessions;
        Inbox inbox;
        Receiver receiver;
    };

    static std::string one(const std::string& account, const std::string& key) {
        return R"({"events":[{"account":")" + account + R"(","key":")" + key +
               R"(","topic":"customers/update","person":"p"}]})";
    }
    static sdk::WebhookRequest request(std::string body, const std::string& signature) {
        return {"POST",
                "",
                {{"Content-Type", "application/json; charset=utf-8"}, {"X-Signature", signature}},
                std::move(body)};
    }
    Answer deliver(const sdk::WebhookRequest& sent) {
        Room room(*this);
        room.sessions.ownValues = ownValues_;
        std::promise<Answer> promise;
        room.receiver.receive(
            "example", sent, [&](Answer answer) { promise.set_value(std::move(answer)); });
        return promise.get_future().get();
    }
    Answer deliver(std::string body, const std::string& signature = "new-secret") {
        return deliver(request(std::move(body), signature));
    }
    std::vector<ListedEvent> list() {
        auto tx = database_->forStore(store_);
        return Ledger::list(tx, {}, {}, 250);
    }

    HandClock clock_;
    core::Log log_{clock_, core::Log::Format::Json, sdk::LogLevel::Error, core::Log::nowhere()};
    std::shared_ptr<FakePlugin> plugin_ = std::make_shared<FakePlugin>();
    loader::Catalog catalog_ = catalogWith(plugin_);
    InboxLimits limits_;
    std::unique_ptr<store::Database> database_;
    core::Uuid store_;
    core::Uuid integration_;
    core::Uuid second_;
    std::map<core::Uuid, std::vector<std::string>> ownValues_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(ReceiverTest);

}  // namespace souk::webhooks
