#include "host/sync/run_fixture.hpp"
#include "sync/runner.hpp"

namespace souk::sync {
namespace {

using sdk::Error;
using sdk::ErrorKind;
using std::chrono::seconds;
using Cursors = std::vector<std::string>;

}  // namespace

/// A page is written while the next is fetched: what happens to both when the run must stop.
class RunAheadTest : public test::RunFixture {
    CPPUNIT_TEST_SUITE(RunAheadTest);
    CPPUNIT_TEST(thePageAfterIsFetchedWhileOneIsWritten);
    CPPUNIT_TEST(aPageFetchedAheadOfAHaltIsDropped);
    CPPUNIT_TEST(aHaltEndsWhatIsAskedAhead);
    CPPUNIT_TEST(whatCameSinceItWasAskedForIsNewer);
    CPPUNIT_TEST(aRunThatMayHaveEndedAHostIsNotFetchedAhead);
    CPPUNIT_TEST(aPageThatCannotBeWrittenIsTriedAgainLater);
    CPPUNIT_TEST(aLateHostCommitsNothing);
    CPPUNIT_TEST(cancelStopsWithinAPage);
    CPPUNIT_TEST(aPausedIntegrationStopsItsRun);
    CPPUNIT_TEST(aStoppingHostHandsTheRunOn);
    CPPUNIT_TEST(aHostThatStopsAtTheLastPageHandsTheRunOn);
    CPPUNIT_TEST(aTurnThatIsOverAtTheLastPageOfOneEntityReadsNoOther);
    CPPUNIT_TEST_SUITE_END();

private:
    /// The first page cannot be written before the second was asked for: the run's row is locked
    /// from the first fetch to the second.
    void thePageAfterIsFetchedWhileOneIsWritten() {
        fill(6);
        const auto run = startCustomers();
        std::optional<store::Transaction> locking;
        customers().beforeFetch = [&](std::size_t call) -> std::optional<Error> {
            if (call == 1) {
                locking.emplace(hub_->database->asOwner());
                locking->query("SELECT FROM sync_run WHERE id = $1 FOR UPDATE", run);
            } else {
                locking.reset();
            }
            return std::nullopt;
        };
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT(hub_->progress(run).verified);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, hub_->progress(run).processed);
        CPPUNIT_ASSERT(customers().asked == Cursors({"", "2", "4"}));
        CPPUNIT_ASSERT(hub_->waiter.waits.empty());
    }

    void aPageFetchedAheadOfAHaltIsDropped() {
        fill(6);
        const auto run = startCustomers();
        bool cancelled = false;
        atFetch(1,
                [&] { cancelled = static_cast<bool>(hub_->service.cancel(hub_->storeId, run)); });
        CPPUNIT_ASSERT(hub_->work("sync") && cancelled);
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), statusOf(run));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("customer"));
        CPPUNIT_ASSERT(customers().asked == Cursors({"", "2"}));
    }

    /// Nobody waits for the tries of a page that nobody needs.
    void aHaltEndsWhatIsAskedAhead() {
        fill(6);
        const auto run = startCustomers();
        bool cancelled = false;
        customers().beforeFetch = [&](std::size_t call) -> std::optional<Error> {
            if (call == 1) {
                cancelled = static_cast<bool>(hub_->service.cancel(hub_->storeId, run));
                return std::nullopt;
            }
            return Error{ErrorKind::Transient, "the shop does not answer"};
        };
        hub_->waiter.untilStopped = true;
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT(cancelled);
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), statusOf(run));
        CPPUNIT_ASSERT(customers().asked == Cursors({"", "2"}));
    }

    void whatCameSinceItWasAskedForIsNewer() {
        auto unstamped = test::customer("0");
        std::get<sdk::Customer>(unstamped).updatedAt = {};
        customers().records.push_back(unstamped);
        startCustomers();
        const auto asked = hub_->clock.now();
        atFetch(1, [&] { hub_->clock.advance(seconds(30)); });
        CPPUNIT_ASSERT(hub_->work("sync"));
        auto tx = hub_->database->asOwner();
        const auto rows = tx.query("SELECT source_version FROM customer");
        CPPUNIT_ASSERT(rows[0].time("source_version") == asked);
    }

    /// The host that had it let its lease run out: each page is in the tables before the next is
    /// asked for.
    void aRunThatMayHaveEndedAHostIsNotFetchedAhead() {
        fill(8);
        const auto run = startCustomers();
        CPPUNIT_ASSERT(hub_->lease("sync", "host-0"));
        hub_->clock.advance(seconds(61));
        std::vector<std::int64_t> written;
        customers().beforeFetch = [&](std::size_t) -> std::optional<Error> {
            written.push_back(hub_->count("customer"));
            return std::nullopt;
        };
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT(written == std::vector<std::int64_t>({0, 2, 4, 6}));
    }

    void aPageThatCannotBeWrittenIsTriedAgainLater() {
        fill(6);
        const auto run = startCustomers();
        const auto asOwner = [&](std::string_view sql) {
            auto tx = hub_->database->asOwner();
            tx.query(sql);
            tx.commit();
        };
        atFetch(1, [&] { asOwner("REVOKE INSERT ON sync_seen FROM souk_app"); });
        const bool worked = hub_->work("sync");
        asOwner("GRANT INSERT ON sync_seen TO souk_app");  // before anything may fail
        CPPUNIT_ASSERT(worked);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), customers().asked.back());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("customer"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->progress(run).processed);
        CPPUNIT_ASSERT(hub_->untilNextTry() > seconds(0));
        customers().beforeFetch = nullptr;
        customers().asked.clear();
        hub_->clock.advance(hub_->untilNextTry() + seconds(1));
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT(customers().asked == Cursors({"", "2", "4"}));
    }

    /// At the third fetch the first page is in the tables and the second is being written.
    void aLateHostCommitsNothing() {
        fill(8);
        const auto run = startCustomers();
        std::optional<jobs::Job> heir;
        atFetch(3, [&] {
            hub_->clock.advance(seconds(61));
            // While the page is being written the job is locked, and passed by.
            for (int i = 0; i < 10000 && !heir; ++i) heir = hub_->lease("sync", "host-2");
        });
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT(heir);
        const auto written = hub_->count("customer");
        CPPUNIT_ASSERT(written == 2 || written == 4);
        CPPUNIT_ASSERT_EQUAL(written, hub_->progress(run).processed);
        CPPUNIT_ASSERT_EQUAL(std::string("running"), statusOf(run));
        customers().beforeFetch = nullptr;
        customers().asked.clear();
        hub_->finish(*heir);
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT_EQUAL(std::to_string(written), customers().asked.at(0));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{8}, hub_->progress(run).processed);
    }

    void cancelStopsWithinAPage() {
        fill(8);
        const auto run = startCustomers();
        bool cancelled = false;
        atFetch(3,
                [&] { cancelled = static_cast<bool>(hub_->service.cancel(hub_->storeId, run)); });
        CPPUNIT_ASSERT(hub_->work("sync") && cancelled);
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), statusOf(run));
        const auto written = hub_->count("customer");
        CPPUNIT_ASSERT(written == 2 || written == 4);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("sync_seen"));
        CPPUNIT_ASSERT_EQUAL(std::string("idle"), hub_->integration().syncStatus);
    }

    void aPausedIntegrationStopsItsRun() {
        fill(8);
        const auto run = startCustomers();
        atFetch(3, [&] { hub_->setStatus(store::IntegrationStatus::Paused); });
        CPPUNIT_ASSERT(hub_->work("sync"));
        const auto progress = hub_->progress(run);
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), progress.status);
        CPPUNIT_ASSERT(progress.error->find("paused") != std::string::npos);
        const auto written = hub_->count("customer");
        CPPUNIT_ASSERT(written == 2 || written == 4);
    }

    void aStoppingHostHandsTheRunOn() {
        fill(6);
        const auto run = startCustomers();
        atFetch(2, [&] { hub_->stop.request_stop(); });
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("running"), statusOf(run));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, hub_->count("customer"));
        CPPUNIT_ASSERT(hub_->untilNextTry() <= seconds(0));
        hub_->stop = std::stop_source();
        customers().beforeFetch = nullptr;
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT(customers().asked == Cursors({"", "2", "2", "4"}));
    }

    /// The verification is another host's: this one could not ask the platform any more.
    void aHostThatStopsAtTheLastPageHandsTheRunOn() {
        fill(2);
        const auto run = startCustomers(sync::Mode::Incremental);
        atFetch(1, [&] { hub_->stop.request_stop(); });
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("running"), statusOf(run));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, hub_->count("customer"));
        hub_->stop = std::stop_source();
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT(customers().asked == Cursors({""}));
    }

    void aTurnThatIsOverAtTheLastPageOfOneEntityReadsNoOther() {
        fill(2);
        hub_->plugin->products.records.push_back(test::product("p1"));
        hub_->limits.slice = std::chrono::milliseconds(0);
        const auto run = hub_->start({sdk::Entity::Customer, sdk::Entity::Product});
        const auto asked = [this] {
            return customers().asked.size() + hub_->plugin->products.asked.size();
        };
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, asked());
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, asked());
        CPPUNIT_ASSERT_EQUAL(std::string("running"), statusOf(run));
        hub_->settle(1);
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
    }

    template <class F>
    void atFetch(std::size_t number, F act) {
        customers().beforeFetch = [number, act](std::size_t call) -> std::optional<Error> {
            if (call == number) act();
            return std::nullopt;
        };
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RunAheadTest);

}  // namespace souk::sync
