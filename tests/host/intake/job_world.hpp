#pragma once

#include "host/intake/world.hpp"
#include "host/jobs/manual_clock.hpp"
#include "host/sync/fake_platform.hpp"
#include "jobs/executor.hpp"
#include "jobs/queue.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace souk::test {

/// A world with one plugin, whose host the test plays by hand: jobs are leased and run one by one.
struct JobWorld : World {
    explicit JobWorld(loader::LoadedPlugin plugin) : catalog(listOf(std::move(plugin))) {}

    /// `perLane`: of the kind at once.
    std::optional<jobs::Job> lease(const std::string& kind, std::int32_t perLane = 1) {
        jobs::LeaseRequest request;
        request.owner = "host-1";
        request.kinds = {{kind, perLane, 1, true}};
        request.now = clock.now();
        request.until = request.now + std::chrono::seconds(60);
        auto tx = database->asWorker();
        auto taken = jobs::lease(tx, request);
        tx.commit();
        if (taken.empty()) return std::nullopt;
        return taken[0];
    }
    /// Runs one job of the kind to its end, as a host would. False: nothing is due.
    template <class Handler>
    bool work(const std::string& kind, Handler& handler) {
        const auto job = lease(kind);
        if (!job) return false;
        finish(*job, handler);
        return true;
    }
    template <class Handler>
    void finish(const jobs::Job& job, Handler& handler) {
        jobs::Executor executor(*database, clock, log, metrics);
        executor.run(
            job,
            [&](const jobs::Job& one, const std::stop_token& token) {
                return handler.run(one, token);
            },
            {},
            std::stop_token());
    }
    /// The hub as it is when its host died with leased jobs in hand: their leases have run out.
    void loseHost() { clock.advance(std::chrono::minutes(2)); }

    static std::vector<loader::LoadedPlugin> listOf(loader::LoadedPlugin plugin) {
        std::vector<loader::LoadedPlugin> all;
        all.push_back(std::move(plugin));
        return all;
    }

    ManualClock clock;
    core::Log log{clock, core::Log::Format::Json, sdk::LogLevel::Debug, core::Log::nowhere()};
    core::Metrics metrics;
    loader::Catalog catalog;
    FakeSessions sessions{catalog, clock, log};
};

}  // namespace souk::test
