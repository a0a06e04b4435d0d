#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace souk::web {

/// Threads for handlers that wait (database, network), so that io threads never do. Bounded: what
/// does not fit is refused, not queued without end. Thread-safe.
class WorkerPool {
public:
    WorkerPool(std::size_t threads, std::size_t queue);
    ~WorkerPool();  ///< stops
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// False when the queue is full or the pool stops; `work` is then not run. It must not throw.
    [[nodiscard]] bool run(std::function<void()> work);
    /// Runs what was taken, then ends the threads. Before what the work uses goes.
    void stop();
    std::size_t waiting() const;
    /// Taken and not yet done, what waits included.
    std::size_t inHand() const;

private:
    void loop();

    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
    std::size_t running_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace souk::web
