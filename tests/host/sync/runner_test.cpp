#include "sync/runner.hpp"

#include "host/sync/run_fixture.hpp"

#include <stdexcept>
#include <utility>

namespace souk::sync {
namespace {

using sdk::Entity;
using sdk::Error;
using sdk::ErrorKind;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Cursors = std::vector<std::string>;

}  // namespace

class RunnerTest : public test::RunFixture {
    CPPUNIT_TEST_SUITE(RunnerTest);
    CPPUNIT_TEST(aFullRunBringsEverythingInOrderAndIsVerified);
    CPPUNIT_TEST(anEmptyShopIsCompleteAtOnce);
    CPPUNIT_TEST(anIncrementalRunStartsWhereTheLastOneEnded);
    CPPUNIT_TEST(aKilledHostsRunGoesOnAtItsCursor);
    CPPUNIT_TEST(aRunGivesItsTurnAndGoesOn);
    CPPUNIT_TEST(quickTriesComeBeforeTheLongSchedule);
    CPPUNIT_TEST(aFailingPlatformIsTriedForADayAndLeavesAResumableRun);
    CPPUNIT_TEST(progressStartsTheLongScheduleAnew);
    CPPUNIT_TEST(aRateLimitIsWaitedForAndIsNoFailure);
    CPPUNIT_TEST(aLongRateLimitGivesTheThreadBack);
    CPPUNIT_TEST(aDeadGrantStopsTheRunUntilItIsConnectedAgain);
    CPPUNIT_TEST(aRefusedPageEndsTheRunAndAFullOneStartsOver);
    CPPUNIT_TEST(aThrowingPluginIsTriedAgain);
    CPPUNIT_TEST(aPageThatMovesNoCursorIsABug);
    CPPUNIT_TEST(aPluginThatIsNotLoadedIsSaid);
    CPPUNIT_TEST_SUITE_END();

private:
    void aFullRunBringsEverythingInOrderAndIsVerified() {
        fill(5);
        for (int i = 0; i < 3; ++i)
            hub_->plugin->products.records.push_back(test::product("p" + std::to_string(i)));
        hub_->plugin->orders.records.push_back(test::order("o1", 10));
        const auto run = hub_->start();
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), hub_->integration().syncStatus);
        CPPUNIT_ASSERT(hub_->work("sync"));
        const auto progress = hub_->progress(run);
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), progress.status);
        CPPUNIT_ASSERT(progress.verified);
        CPPUNIT_ASSERT_EQUAL(std::string("full"), progress.mode);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9}, progress.processed);
        CPPUNIT_ASSERT(progress.total == 9);
        CPPUNIT_ASSERT_EQUAL(std::string("customer"), progress.entities.at(0).entity);
        CPPUNIT_ASSERT_EQUAL(std::string("order"), progress.entities.at(2).entity);
        CPPUNIT_ASSERT(progress.entities[1].remoteCount == 3 &&
                       progress.entities[1].localCount == 3);
        CPPUNIT_ASSERT(customers().asked == Cursors({"", "2", "4"}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, hub_->count("customer"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, hub_->count("product"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub_->count("orders"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("sync_seen"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("job"));
        const auto integration = hub_->integration();
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), integration.syncStatus);
        CPPUNIT_ASSERT(integration.lastSyncAt && integration.nextSyncAt);
        CPPUNIT_ASSERT(integration.syncCursor.find(R"("customer": "5")") != std::string::npos);
    }

    void anEmptyShopIsCompleteAtOnce() {
        const auto run = hub_->start();
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT(hub_->progress(run).verified);
    }

    void anIncrementalRunStartsWhereTheLastOneEnded() {
        fill(3);
        startCustomers();
        hub_->settle(1);
        customers().records.push_back(test::customer("new"));
        customers().asked.clear();
        const auto run = startCustomers();
        hub_->settle(1);
        CPPUNIT_ASSERT_EQUAL(std::string("incremental"), hub_->progress(run).mode);
        CPPUNIT_ASSERT(customers().asked == Cursors({"3"}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, hub_->count("customer"));
        CPPUNIT_ASSERT(hub_->progress(run).verified);
        // A full one starts from the beginning.
        customers().asked.clear();
        startCustomers(Mode::Full);
        hub_->settle(1);
        CPPUNIT_ASSERT(customers().asked == Cursors({"", "2"}));
    }

    void aKilledHostsRunGoesOnAtItsCursor() {
        fill(6);
        const auto run = startCustomers();
        const auto slice = std::exchange(hub_->limits.slice, milliseconds(0));
        for (int i = 0; i < 2; ++i) {
            // A host that dies after a page: nobody writes down how its job ended.
            const auto job = hub_->lease("sync");
            CPPUNIT_ASSERT(job);
            CPPUNIT_ASSERT(SyncRunner(hub_->tools())(*job, {}));
            hub_->clock.advance(seconds(61));
        }
        hub_->limits.slice = slice;
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, hub_->count("customer"));
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT(customers().asked == Cursors({"", "2", "4"}));
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, hub_->progress(run).processed);
    }

    void aRunGivesItsTurnAndGoesOn() {
        fill(4);
        hub_->limits.slice = milliseconds(0);
        const auto run = startCustomers();
        CPPUNIT_ASSERT(hub_->work("sync"));
        const auto progress = hub_->progress(run);
        CPPUNIT_ASSERT_EQUAL(std::string("running"), progress.status);
        CPPUNIT_ASSERT_EQUAL(std::string("customer"), progress.stage);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, progress.processed);
        CPPUNIT_ASSERT(progress.total == 4);
        hub_->settle(1);
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
    }

    void quickTriesComeBeforeTheLongSchedule() {
        fill(2);
        const auto run = startCustomers();
        customers().beforeFetch = [](std::size_t) {
            return Error{ErrorKind::Transient, "the shop does not answer"};
        };
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, customers().asked.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, hub_->waiter.waits.size());
        for (std::size_t i = 0; i < 3; ++i) {
            const auto base = seconds(1 << i);
            CPPUNIT_ASSERT(hub_->waiter.waits[i] >= base);
            CPPUNIT_ASSERT(hub_->waiter.waits[i] <= base + base / 4.0);
        }
        const auto progress = hub_->progress(run);
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), progress.status);
        CPPUNIT_ASSERT(progress.error == "the shop does not answer");
        CPPUNIT_ASSERT(hub_->integration().syncError == "the shop does not answer");
        CPPUNIT_ASSERT(hub_->untilNextTry() >= minutes(1) && hub_->untilNextTry() < seconds(73));
    }

    void aFailingPlatformIsTriedForADayAndLeavesAResumableRun() {
        fill(4);
        const auto run = startCustomers();
        bool down = false;
        customers().beforeFetch = [&](std::size_t call) -> std::optional<Error> {
            down = down || call == 2;
            if (down) return Error{ErrorKind::Transient, "down"};
            return std::nullopt;
        };
        std::chrono::seconds waited{};
        for (int i = 0; i < 20 && statusOf(run) != "failed"; ++i) {
            CPPUNIT_ASSERT(hub_->work("sync"));
            if (statusOf(run) == "failed") break;
            waited += hub_->untilNextTry();
            hub_->clock.advance(hub_->untilNextTry() + seconds(1));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), statusOf(run));
        CPPUNIT_ASSERT(waited > std::chrono::hours(20) && waited < std::chrono::hours(30));
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), hub_->integration().syncStatus);
        CPPUNIT_ASSERT(hub_->integration().nextSyncAt);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("job"));

        customers().beforeFetch = nullptr;
        customers().asked.clear();
        const auto next = startCustomers();
        hub_->settle(1);
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(next));
        CPPUNIT_ASSERT(hub_->progress(next).verified);
        CPPUNIT_ASSERT(customers().asked == Cursors({"2"}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, hub_->progress(next).processed);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("sync_seen"));
    }

    void progressStartsTheLongScheduleAnew() {
        fill(8);
        startCustomers();
        bool down = true;
        customers().beforeFetch = [&](std::size_t) -> std::optional<Error> {
            if (down) return Error{ErrorKind::Transient, "down"};
            return std::nullopt;
        };
        hub_->work("sync");
        hub_->clock.advance(minutes(2));
        hub_->work("sync");
        CPPUNIT_ASSERT(hub_->untilNextTry() >= minutes(5));
        hub_->clock.advance(minutes(7));
        down = false;
        hub_->waiter.waits.clear();
        const std::size_t before = customers().asked.size();
        customers().beforeFetch = [&](std::size_t call) -> std::optional<Error> {
            if (call > before + 1) return Error{ErrorKind::Transient, "down again"};
            return std::nullopt;
        };
        hub_->work("sync");
        CPPUNIT_ASSERT(hub_->untilNextTry() < minutes(2));
    }

    void aRateLimitIsWaitedForAndIsNoFailure() {
        fill(2);
        const auto run = startCustomers();
        customers().beforeFetch = [](std::size_t call) -> std::optional<Error> {
            if (call <= 6) return Error{ErrorKind::RateLimited, "slow down", seconds(3)};
            return std::nullopt;
        };
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, hub_->waiter.waits.size());
        CPPUNIT_ASSERT(hub_->waiter.waits[0] == seconds(3));
    }

    void aLongRateLimitGivesTheThreadBack() {
        fill(2);
        const auto run = startCustomers();
        customers().beforeFetch = [](std::size_t call) -> std::optional<Error> {
            if (call <= 30) return Error{ErrorKind::RateLimited, "come back later", seconds(90)};
            return std::nullopt;
        };
        for (int i = 0; i < 30; ++i) {
            CPPUNIT_ASSERT(hub_->work("sync"));
            CPPUNIT_ASSERT_EQUAL(std::string("waiting"), statusOf(run));
            CPPUNIT_ASSERT(hub_->untilNextTry() == seconds(90));
            hub_->clock.advance(seconds(91));
        }
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
    }

    void aDeadGrantStopsTheRunUntilItIsConnectedAgain() {
        fill(4);
        const auto run = startCustomers();
        customers().beforeFetch = [](std::size_t call) -> std::optional<Error> {
            if (call == 2) return Error{ErrorKind::Unauthorized, "the grant was taken back"};
            return std::nullopt;
        };
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), statusOf(run));
        CPPUNIT_ASSERT(hub_->integration().status == store::IntegrationStatus::ReauthRequired);
        CPPUNIT_ASSERT(hub_->waiter.waits.empty());
        SyncRequest wanted;
        wanted.storeId = hub_->storeId;
        wanted.integrationId = hub_->integrationId;
        CPPUNIT_ASSERT(!hub_->service.request(wanted));
        hub_->setStatus(store::IntegrationStatus::Connected);
        customers().asked.clear();
        const auto next = startCustomers(Mode::Full);
        hub_->settle(1);
        CPPUNIT_ASSERT(customers().asked == Cursors({"2"}));
        CPPUNIT_ASSERT(hub_->progress(next).verified);
    }

    void aRefusedPageEndsTheRunAndAFullOneStartsOver() {
        fill(4);
        const auto run = startCustomers();
        customers().beforeFetch = [](std::size_t call) -> std::optional<Error> {
            if (call == 2) return Error{ErrorKind::Rejected, "the cursor is not valid any more"};
            return std::nullopt;
        };
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), statusOf(run));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, customers().asked.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("sync_seen"));
        customers().asked.clear();
        customers().beforeFetch = nullptr;
        startCustomers();
        hub_->settle(1);
        CPPUNIT_ASSERT(customers().asked == Cursors({"", "2"}));
    }

    void aThrowingPluginIsTriedAgain() {
        fill(2);
        const auto run = startCustomers();
        customers().beforeFetch = [](std::size_t call) -> std::optional<Error> {
            if (call == 1) throw std::runtime_error("oops");
            return std::nullopt;
        };
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, hub_->waiter.waits.size());
    }

    void aPageThatMovesNoCursorIsABug() {
        fill(4);
        customers().stuck = true;
        const auto run = startCustomers();
        CPPUNIT_ASSERT(hub_->work("sync"));
        const auto progress = hub_->progress(run);
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), progress.status);
        CPPUNIT_ASSERT(progress.error->find("moves no cursor") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("customer"));
    }

    void aPluginThatIsNotLoadedIsSaid() {
        const auto run = startCustomers();
        hub_->sessions.refusal =
            Error{ErrorKind::Unsupported, "the plugin 'example' is not loaded"};
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), statusOf(run));
        CPPUNIT_ASSERT(hub_->progress(run).error == "the plugin 'example' is not loaded");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RunnerTest);

}  // namespace souk::sync
