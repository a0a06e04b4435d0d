#include "store/connection.hpp"
#include "store/database.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <system_error>
#include <utility>

namespace souk::store {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// A file descriptor that poll can wait on and a stop request can make readable.
class WakeUp {
public:
    WakeUp() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    ~WakeUp() { ::close(descriptor_); }
    WakeUp(const WakeUp&) = delete;
    WakeUp& operator=(const WakeUp&) = delete;

    int descriptor() const noexcept { return descriptor_; }
    void ring() const noexcept {
        const std::uint64_t one = 1;
        // The only failure is a counter already at its limit: readable all the same.
        [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
    }
    void silence() const noexcept {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto got = ::read(descriptor_, &count, sizeof count);
    }

private:
    int descriptor_;
};

int millisecondsUntil(SteadyTime deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

}  // namespace

struct Listener::Connection {
    Connection(const std::string& url, std::string name)
        : link(connectionString(url)), channel(std::move(name)) {}

    /// True when it listens now and did not before.
    bool beganToListen() {
        if (link.open()) return false;
        link.makeReady();
        char* const quoted = PQescapeIdentifier(link.raw(), channel.data(), channel.size());
        if (quoted == nullptr) throw Failure("42602", "no name for a channel: " + channel);
        const std::string command = std::string("LISTEN ") + quoted;
        PQfreemem(quoted);
        link.command(command);
        return true;
    }

    /// Takes in what has arrived; true when a notification was among it.
    bool drain() {
        // A failure shows as a closed connection, which the next round opens again.
        PQconsumeInput(link.raw());
        bool notified = false;
        while (PGnotify* const notice = PQnotifies(link.raw())) {
            notified = true;
            PQfreemem(notice);
        }
        return notified;
    }

    store::Connection link;
    std::string channel;
    WakeUp wakeUp;
};

Listener::Listener(const std::string& url, std::string channel)
    : connection_(std::make_unique<Connection>(url, std::move(channel))) {}

Listener::~Listener() = default;

bool Listener::wait(std::chrono::milliseconds timeout, const std::stop_token& stop) {
    const auto& wakeUp = connection_->wakeUp;
    wakeUp.silence();
    const std::stop_callback onStop(stop, [&wakeUp] { wakeUp.ring(); });
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    bool reachable = true;
    while (!stop.stop_requested()) {
        if (reachable) {
            try {
                if (connection_->beganToListen()) return true;
            } catch (const Failure&) {
                reachable = false;  // the caller polls and sees the trouble itself
            }
        }
        pollfd waiting[2] = {{wakeUp.descriptor(), POLLIN, 0},
                             {reachable ? PQsocket(connection_->link.raw()) : -1, POLLIN, 0}};
        const int left = millisecondsUntil(deadline);
        const int ready = ::poll(waiting, 2, left);
        if (stop.stop_requested() || left == 0) return false;
        if (ready > 0 && waiting[1].revents != 0 && connection_->drain()) return true;
    }
    return false;
}

}  // namespace souk::store
