#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace souk::core {

/// Threads that run one loop. A thread that can no longer be waited for is left behind and another
/// one takes its place, so the crew keeps its strength. Thread-safe.
class Crew {
public:
    /// Runs until the stop is requested.
    using Loop = std::function<void(const std::stop_token&)>;

    Crew() = default;
    ~Crew();  ///< stops
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    void start(std::size_t threads, Loop loop);
    /// Requests the stop and waits for every thread that was not left behind.
    void stop();

private:
    friend class Errand;
    struct Hand {
        Crew* crew = nullptr;
        std::jthread thread;
        bool ended = false;
        bool left = false;
    };
    static std::shared_ptr<Hand>& currentHand() noexcept;

    void sendOut();
    void run(const std::shared_ptr<Hand>& hand, const std::stop_token& stop);
    /// The hand is not waited for any more; another one takes its place unless the crew stops.
    void replace(Hand& hand);

    Loop loop_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::shared_ptr<Hand>> hands_;
    bool stopping_ = false;
};

/// Told when foreign code gets hold of work that may have ended a host before, so that a crash
/// finds its culprit written down. On the errand's thread.
class Suspicion {
public:
    virtual ~Suspicion() = default;
    /// Durable when it returns. False: it could not be written down, so the call must not be made.
    virtual bool inHand() noexcept = 0;
    virtual void outOfHand() noexcept = 0;
};

/// One piece of a crew's work, seen from outside: how it is ended when its thread is left behind.
/// On the thread that does the work, for as long as that takes. One within another is ended first.
class Errand {
public:
    /// Called at most once, from another thread, with a sentence that says why. The errand's own
    /// thread never runs code of the host again, so what stands on its stack may be read.
    using Left = std::function<void(const std::string& why)>;

    explicit Errand(Left left, Suspicion* suspicion = nullptr);
    ~Errand();
    Errand(const Errand&) = delete;
    Errand& operator=(const Errand&) = delete;

    /// Of this thread; null: its work cannot be ended without it.
    static Errand* current() noexcept;
    Suspicion* suspicion() const noexcept { return suspicion_; }
    /// Replaces the thread, then ends the work of this errand and of those around it.
    void leaveBehind(const std::string& why);

private:
    Left left_;
    Suspicion* suspicion_;
    std::shared_ptr<Crew::Hand> hand_;
    Errand* outer_;
};

}  // namespace souk::core
