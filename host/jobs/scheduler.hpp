#pragma once

#include "core/log.hpp"
#include "store/database.hpp"

#include <souk/sdk/context.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace souk::jobs {

/// One thread that runs registered ticks at their intervals, the first round at once. A tick that
/// throws is logged and comes again. Runs on every host: ticks are written so that several hosts
/// running them do no harm.
class Scheduler {
public:
    using Tick = std::function<void(const std::stop_token&)>;

    Scheduler(const sdk::Clock& clock, core::Log& log);
    ~Scheduler();  ///< stops
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    /// Before start().
    void add(std::string name, std::chrono::milliseconds interval, Tick tick);
    void start();
    void stop();

    /// Runs what is due now; answers when the next one is. What the thread does between waits.
    sdk::Timestamp runDue(const std::stop_token& stop);

private:
    struct Entry {
        std::string name;
        std::chrono::milliseconds interval{};
        Tick tick;
        sdk::Timestamp due{};
    };
    void run(const std::stop_token& stop);

    const sdk::Clock& clock_;
    core::Log& log_;
    std::vector<Entry> entries_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;
};

/// How long is kept what grows for good; zero: for good.
struct Keep {
    std::chrono::milliseconds changes{0};   ///< the change feed
    std::chrono::milliseconds webhooks{0};  ///< stored events, by whole weeks
    std::chrono::milliseconds syncs{0};     ///< sync_log by whole weeks, and ended runs
};

/// The hub's own upkeep, hourly: partitions of webhook and sync_log are made ahead of time, and old
/// ones dropped; webhook keys older than seven days, idempotency keys older than a day, connect
/// attempts that ended a day ago, old changes and old runs are pruned. Of the runs of each
/// integration and mode the newest that came to its end stays: the next one goes by it.
void addHousekeeping(Scheduler& scheduler,
                     store::Database& database,
                     const sdk::Clock& clock,
                     const Keep& keep);

}  // namespace souk::jobs
