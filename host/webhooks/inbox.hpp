#pragma once

#include "core/log.hpp"
#include "core/metrics.hpp"
#include "store/database.hpp"
#include "webhooks/event.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace souk::webhooks {

struct InboxLimits {
    std::size_t queueEvents = 20000;  ///< beyond it submit() refuses
    std::size_t batchEvents = 500;    ///< per commit
};

/// The durable inbox, written by group commit: request threads hand events over, one writer turns
/// everything that waits into one statement and one commit, then tells each delivery, while the
/// database works on the next. Nothing is called durable that a kill -9 one instruction later would
/// lose. Thread-safe.
class Inbox {
public:
    /// Told once per delivery, on the writer's thread: true when every event of it is in the table
    /// (now, or from an earlier delivery of the same key).
    using Done = std::function<void(bool durable)>;

    Inbox(store::Database& database,
          const sdk::Clock& clock,
          core::Log& log,
          core::Metrics& metrics,
          const InboxLimits& limits);
    /// Writes what was handed over, then stops.
    ~Inbox();
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;

    /// One delivery. False, and `done` is not called, when the queue is full or the inbox stops.
    bool submit(std::vector<NewEvent> events, Done done);
    std::size_t depth() const;

private:
    struct Delivery {
        std::vector<NewEvent> events;
        Done done;
        bool durable = false;
    };
    using Batch = std::vector<Delivery>;

    /// With the mutex held.
    void count(std::size_t queued);
    void work(const std::stop_token& stop);
    /// All that waits; when nothing does, waits for it or answers none.
    Batch take(const std::stop_token& stop, bool waits);
    static void tell(Batch& batch);
    /// A batch on its way to the database, and how it ended there.
    class Statement;
    enum class End : std::uint8_t;
    void save(Batch& batch, Statement& first);
    static void mark(std::span<Delivery> deliveries, bool durable);

    store::Database& database_;
    const sdk::Clock& clock_;
    core::Log& log_;
    InboxLimits limits_;
    core::Counter& stored_;
    core::Counter& failed_;
    core::Gauge& depth_;  ///< the registry's: a scrape never asks the inbox, which may be gone
    core::Histogram& commitSeconds_;
    core::Histogram& commitEvents_;

    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<Delivery> queue_;
    std::size_t queued_ = 0;
    bool stopping_ = false;
    /// The writer's own: the last batch brought keys that were there. They come in runs.
    bool duplicates_ = false;
    std::jthread writer_;
};

}  // namespace souk::webhooks
