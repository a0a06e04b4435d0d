#include "jobs/scheduler.hpp"

#include <algorithm>

namespace souk::jobs {
namespace {

// What the thread waits at most before it looks at the clock again: a clock that was set does not
// stop the schedule.
constexpr std::chrono::minutes kLongestWait(1);

}  // namespace

Scheduler::Scheduler(const sdk::Clock& clock, core::Log& log) : clock_(clock), log_(log) {}

Scheduler::~Scheduler() {
    stop();
}

void Scheduler::add(std::string name, std::chrono::milliseconds interval, Tick tick) {
    entries_.push_back({std::move(name), interval, std::move(tick), sdk::Timestamp{}});
}

void Scheduler::start() {
    if (thread_.joinable()) return;
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Scheduler::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

sdk::Timestamp Scheduler::runDue(const std::stop_token& stop) {
    sdk::Timestamp next = clock_.now() + kLongestWait;
    for (Entry& entry : entries_) {
        if (stop.stop_requested()) break;
        if (entry.due <= clock_.now()) {
            try {
                entry.tick(stop);
            } catch (const std::exception& exception) {
                log_.warning("scheduler",
                             "a tick failed and will come again",
                             {{"tick", entry.name}, {"error", exception.what()}});
            }
            entry.due = clock_.now() + entry.interval;
        }
        next = std::min(next, entry.due);
    }
    return next;
}

void Scheduler::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const sdk::Timestamp next = runDue(stop);
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, stop, next - clock_.now(), [] { return false; });
    }
}

}  // namespace souk::jobs
