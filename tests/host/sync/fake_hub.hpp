#pragma once

#include "host/jobs/manual_clock.hpp"
#include "host/sync/fake_platform.hpp"
#include "jobs/executor.hpp"
#include "jobs/queue.hpp"
#include "store/integrations.hpp"
#include "support/test_database.hpp"
#include "sync/refetcher.hpp"
#include "sync/runner.hpp"
#include "sync/service.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::test {

/// A hub of one store and one connected integration, whose host the test plays by hand.
class FakeHub {
public:
    FakeHub()
        : database(TestDatabase::instance().emptied()),
          storeId(insertStore(*database)),
          integrationId(insertIntegration(*database, storeId)) {}

    core::Uuid start(std::vector<sdk::Entity> entities = {},
                     std::optional<sync::Mode> mode = std::nullopt) {
        sync::SyncRequest wanted;
        wanted.storeId = storeId;
        wanted.integrationId = integrationId;
        wanted.entities = std::move(entities);
        wanted.mode = mode;
        const auto started = service.request(wanted);
        CPPUNIT_ASSERT_MESSAGE(started ? "" : started.error().message, bool(started));
        return started->runId;
    }

    std::optional<jobs::Job> lease(const std::string& kind, const std::string& owner = "host-1") {
        jobs::LeaseRequest request;
        request.owner = owner;
        request.kinds = {{kind, kind == "sync" ? 1 : 50, 1, kind == "refetch"}};
        request.perLane = 50;
        request.now = clock.now();
        request.until = request.now + std::chrono::seconds(60);
        auto tx = database->asWorker();
        auto taken = jobs::lease(tx, request);
        tx.commit();
        if (taken.empty()) return std::nullopt;
        return taken[0];
    }

    /// Runs one leased job of the kind to its end, as a host would. False: nothing is due.
    bool work(const std::string& kind) {
        const auto job = lease(kind);
        if (!job) return false;
        finish(*job);
        return true;
    }
    void finish(const jobs::Job& job) {
        jobs::Executor executor(*database, clock, log, metrics);
        if (job.kind == "sync")
            executor.run(
                job, sync::SyncRunner(tools()), sync::SyncRunner::rules(4), stop.get_token());
        else
            executor.run(
                job, sync::Refetcher(tools()), sync::Refetcher::rules(4), stop.get_token());
    }
    /// Everything that is or becomes due within `rounds` waits of a minute.
    void settle(int rounds = 10) {
        for (int i = 0; i < rounds; ++i) {
            while (work("refetch") || work("sync")) {
            }
            clock.advance(std::chrono::seconds(60));
        }
    }

    sync::RunProgress progress(const core::Uuid& runId) {
        auto found = service.status(storeId, runId);
        CPPUNIT_ASSERT(found);
        return *found;
    }

    std::int64_t count(const std::string& what) {
        auto tx = database->asOwner();
        return tx.query("SELECT count(*) AS n FROM " + what)[0].integer("n");
    }
    store::IntegrationRow integration() {
        auto tx = database->asWorker();
        return *store::Integrations::find(tx, integrationId);
    }
    void setStatus(store::IntegrationStatus status) {
        auto tx = database->asWorker();
        store::Integrations::setStatus(tx, integrationId, status, "by the test", clock.now());
        tx.commit();
    }
    /// How long until the sync job is due.
    std::chrono::seconds untilNextTry() {
        auto tx = database->asOwner();
        const auto rows = tx.query("SELECT run_at FROM job WHERE kind = 'sync'");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rows.size());
        return std::chrono::round<std::chrono::seconds>(rows[0].time("run_at") - clock.now());
    }

    sync::RunnerTools tools() { return {*database, sessions, clock, log, waiter, limits, metrics}; }

    ManualClock clock;
    core::Log log{clock, core::Log::Format::Json, sdk::LogLevel::Debug, core::Log::nowhere()};
    core::Metrics metrics;
    FakeWaiter waiter;
    sync::RunnerLimits limits;
    std::stop_source stop;
    std::shared_ptr<FakePlugin> plugin = std::make_shared<FakePlugin>();
    loader::Catalog catalog = catalogOf(plugin);
    FakeSessions sessions{catalog, clock, log};
    std::unique_ptr<store::Database> database;
    sync::SyncService service{*database, catalog, clock};
    core::Uuid storeId;
    core::Uuid integrationId;
};

}  // namespace souk::test
