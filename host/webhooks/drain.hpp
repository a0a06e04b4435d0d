#pragma once

#include "core/crew.hpp"
#include "core/log.hpp"
#include "core/metrics.hpp"
#include "loader/catalog.hpp"
#include "store/integrations.hpp"
#include "webhooks/lanes.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

namespace souk::webhooks {

struct DrainOptions {
    std::string owner;  ///< this process, unique
    int workers = 4;
    std::int32_t attempts = 8;  ///< then an event is parked
    /// Hosts that ended, or threads that never came back, with the event in the plugin's hands;
    /// then it is parked.
    std::int32_t crashes = 3;
    std::chrono::milliseconds lease{30000};
    int batch = 20;  ///< events per turn of a lane: others get theirs in between
};

/// Drains the lanes: translate -> one transaction {rows, sync_log, changes, the event's state}.
/// One lane is drained by one worker at a time and in order; lanes do not wait for each other. An
/// event that the plugin does not return from pauses its integration.
class Drain {
public:
    Drain(store::Database& database,
          const loader::Catalog& catalog,
          const sdk::Clock& clock,
          core::Log& log,
          core::Metrics& metrics,
          DrainOptions options);

    /// One turn of the lane that waited longest; false when no lane was due. Workers call it in a
    /// loop; tests call it themselves.
    bool turn();

    /// Starts the workers; they wait for wake() and look by themselves every second.
    void start();
    /// Something was stored: called by whoever listens on the channel souk_lane.
    void wake();
    /// Finishes the events in hand.
    void stop();
    /// Lanes being drained right now.
    int lanesInHand() const noexcept { return inHand_; }
    ~Drain();

private:
    struct Taken {
        Lane lane;
        store::IntegrationRow integration;
        const loader::LoadedPlugin* plugin = nullptr;
    };

    void work(const std::stop_token& stop);
    void drain(const Taken& taken);
    bool process(const Taken& taken, const WaitingEvent& event, bool suspect);
    bool apply(const Taken& taken, const WaitingEvent& event, std::vector<sdk::Record> records);
    void leave(const Taken& taken, const WaitingEvent& event, const std::string& why);
    bool fail(const Taken& taken, const WaitingEvent& event, const sdk::Error& error);
    bool park(const Taken& taken, const WaitingEvent& event, const std::string& reason);
    void tellParked(const WaitingEvent& event, const std::string& reason);
    bool settle(const Taken& taken, const WaitingEvent& event, const Verdict& verdict);
    void release(const Lane& lane, sdk::Timestamp notBefore);

    store::Database& database_;
    const loader::Catalog& catalog_;
    const sdk::Clock& clock_;
    core::Log& log_;
    core::Metrics& metrics_;
    DrainOptions options_;
    core::Counter& applied_;
    core::Counter& parked_;
    core::Histogram& lag_;

    std::atomic<int> inHand_{0};
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::uint64_t wakes_ = 0;
    core::Crew crew_;
};

}  // namespace souk::webhooks
