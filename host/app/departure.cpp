#include "app/departure.hpp"

#include <unistd.h>

#include <csignal>
#include <future>
#include <thread>

namespace souk::app {

using namespace std::chrono_literals;

namespace {

/// What a second signal leaves to work in hand.
constexpr std::chrono::milliseconds kHurried = 1s;
/// Requests are cut off at the limit; so long the threads behind them have to notice.
constexpr std::chrono::milliseconds kNotice = 500ms;
constexpr std::chrono::milliseconds kLook = 20ms;

/// Waits for the end of the hub's stop; false when its time was up before.
bool awaitEnd(const std::future<bool>& stopped,
              std::chrono::milliseconds limit,
              const Interrupt& interrupt) {
    auto deadline = std::chrono::steady_clock::now() + limit;
    while (stopped.wait_for(0s) != std::future_status::ready) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= deadline) return false;
        if (interrupt.waitFor(kLook)) deadline = std::min(deadline, now + kHurried);
    }
    return true;
}

/// Ends the process with threads running: waiting for them is what did not work.
[[noreturn]] void leave(Hub& hub, Foundation& base) {
    base.log->error(
        "app",
        "the time to stop was up with work in hand; jobs go to the next host, unanswered "
        "senders send again; a longer shutdown.drain gives them more time",
        {{"in_hand", hub.inHand()}});
    hub.surrender();
    if (base.embedded) base.embedded->stop();
    ::_exit(static_cast<int>(ExitCode::CutShort));
}

/// Plugins that never returned may still touch anything of the hub's: nothing is destroyed.
[[noreturn]] void leaveAsItIs(Foundation& base, ExitCode code) {
    if (base.embedded) base.embedded->stop();
    ::_exit(static_cast<int>(code));
}

}  // namespace

ExitCode depart(Hub& hub, Foundation& base, const Interrupt& interrupt, int signal) {
    const auto lameDuck = signal == SIGINT ? 0ms : base.config.duration("shutdown.lame_duck");
    base.log->info("app", "stopping", {{"signal", std::to_string(signal)}});
    if (signal == kExhausted)
        base.log->error("app",
                        "too many plugin calls never returned; stopping to be started again",
                        {{"in_hand", hub.inHand()}});
    hub.retire();
    const bool hurried = interrupt.waitFor(lameDuck);
    const auto limit = hurried ? kHurried : base.config.duration("shutdown.drain");
    std::packaged_task<bool()> stop([&hub, limit] { return hub.stop(limit); });
    auto stopped = stop.get_future();
    std::thread stopping(std::move(stop));
    if (!awaitEnd(stopped, limit + kNotice, interrupt)) leave(hub, base);
    stopping.join();
    const bool whole = stopped.get();
    base.log->info("app", "stopped", {{"cut_short", whole ? "no" : "yes"}});
    auto code = whole ? ExitCode::Done : ExitCode::CutShort;
    if (signal == kExhausted) code = ExitCode::StartAgain;
    if (!hub.inHand().empty()) leaveAsItIs(base, code);
    return code;
}

}  // namespace souk::app
