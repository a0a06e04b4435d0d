#include "web/front/server.hpp"

#include "web/front/loop.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace souk::web {

namespace {

constexpr int kBacklog = 4096;

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

/// Fills `listener`, or says why not.
std::optional<sdk::Error> listenOn(const std::string& text, Descriptor& listener) {
    Poco::Net::SocketAddress address;
    try {
        address = Poco::Net::SocketAddress(text);
    } catch (const Poco::Exception& error) {
        return rejected("'" + text + "' is no address to listen on (" + error.displayText() +
                        "); write it as 127.0.0.1:8080 or [::]:8080");
    }
    listener = Descriptor(::socket(address.af(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int yes = 1;
    const bool listening =
        listener && ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
        // Accepted connections inherit it.
        ::setsockopt(listener.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0 &&
        ::bind(listener.get(), address.addr(), address.length()) == 0 &&
        ::listen(listener.get(), kBacklog) == 0;
    if (listening) return std::nullopt;
    return rejected("cannot listen on " + address.toString() + ": " +
                    std::generic_category().message(errno) + "; free it or choose another address");
}

std::uint16_t boundPort(int socket) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    ::getsockname(socket, raw, &length);
    return Poco::Net::SocketAddress(raw, length).port();
}

/// Without these nothing could be served. Those that have a key in souk.properties are named by it.
std::optional<sdk::Error> limitFault(const Limits& limits) {
    const auto millis = [](std::chrono::milliseconds time) {
        return static_cast<std::size_t>(std::max<std::int64_t>(0, time.count()));
    };
    const std::array<std::pair<const char*, std::size_t>, 11> positive = {{
        {"web.header_bytes", limits.headerBytes},
        {"web.header_count", limits.headerCount},
        {"web.uri_bytes", limits.uriBytes},
        {"web.max_connections", limits.connections},
        {"web.io_threads", limits.ioThreads},
        {"web.idle_timeout", millis(limits.idle)},
        {"web.header_timeout", millis(limits.headerArrival)},
        {"web.body_timeout", millis(limits.bodyArrival)},
        {"web.write_timeout", millis(limits.write)},
        {"writeBytes", limits.writeBytes},
        {"pipelineDepth", limits.pipelineDepth},
    }};
    const auto* const zero =
        std::ranges::find_if(positive, [](const auto& limit) { return limit.second == 0; });
    if (zero == positive.end()) return std::nullopt;
    return rejected(std::string(zero->first) + " is 0; give it a positive value");
}

}  // namespace

Server::Server(std::string address, Limits limits, Handler handler, Report report)
    : address_(std::move(address)), commons_(std::make_shared<Commons>()) {
    commons_->limits = std::move(limits);
    commons_->handler = std::move(handler);
    commons_->report = std::move(report);
}

Server::~Server() {
    stop(std::chrono::milliseconds::zero());
}

sdk::Result<sdk::Done> Server::start() {
    if (auto fault = limitFault(commons_->limits)) return *std::move(fault);
    Descriptor listener;
    if (auto fault = listenOn(address_, listener)) return *std::move(fault);
    port_ = boundPort(listener.get());
    std::vector<std::shared_ptr<Mailbox>> mailboxes;
    for (std::size_t i = 0; i < commons_->limits.ioThreads; ++i) {
        loops_.push_back(std::make_unique<Loop>(commons_));
        mailboxes.push_back(loops_.back()->mailbox());
    }
    commons_->busyLoops = loops_.size();
    loops_.front()->accept(std::move(listener), std::move(mailboxes));
    for (const auto& loop : loops_) loop->start();
    return sdk::Done{};
}

void Server::announceStop() noexcept {
    commons_->stopAnnounced = true;
}

bool Server::stop(std::chrono::milliseconds drain) {
    if (loops_.empty()) return true;
    // The accepting loop tells the others once it has dealt out its last connection.
    loops_.front()->mailbox()->post(DrainLetter{std::chrono::steady_clock::now() + drain});
    for (const auto& loop : loops_) loop->join();
    loops_.clear();
    return commons_->counters.cut == 0;
}

ServerStats Server::stats() const {
    const auto& counters = commons_->counters;
    ServerStats stats;
    stats.accepted = counters.accepted;
    stats.turnedAway = counters.turnedAway;
    stats.requests = counters.requests;
    stats.refusals = counters.refusals;
    stats.timeouts = counters.timeouts;
    stats.handlerFailures = counters.handlerFailures;
    stats.bytesIn = counters.bytesIn;
    stats.bytesOut = counters.bytesOut;
    stats.openConnections = commons_->seats;
    stats.bufferedBytes = commons_->buffered;
    return stats;
}

}  // namespace souk::web
