#pragma once

#include "web/front/limits.hpp"
#include "web/front/message.hpp"
#include "web/front/responder.hpp"

#include <souk/sdk/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace souk::web {

class Loop;
struct Commons;

/// Called on an io thread with a whole, checked request; it must not block: what waits (database,
/// network) takes the Responder elsewhere. What it throws is reported and answered 500.
using Handler = std::function<void(Request, Responder)>;

/// Told in a sentence what went wrong inside (a throwing handler, an unfit answer, no descriptors
/// left). Called on io threads.
using Report = std::function<void(std::string_view)>;

/// Figures since the start, and of now.
struct ServerStats {
    std::uint64_t accepted = 0;         ///< connections
    std::uint64_t turnedAway = 0;       ///< connections told 503 or closed: too many
    std::uint64_t requests = 0;         ///< handed to the handler
    std::uint64_t refusals = 0;         ///< requests the front answered itself (4xx, 5xx)
    std::uint64_t timeouts = 0;         ///< late heads, bodies and readers
    std::uint64_t handlerFailures = 0;  ///< handlers that threw or made an unfit answer
    std::uint64_t bytesIn = 0;
    std::uint64_t bytesOut = 0;
    std::size_t openConnections = 0;
    std::size_t bufferedBytes = 0;  ///< of bodies
};

/// Souk's HTTP/1.1 server: few io threads, each with its own epoll, carry all connections. Idle,
/// half-sent and slowly reading clients cost no thread; bodies arrive whole before the handler sees
/// them; answers may come later from any thread. TLS belongs to the proxy in front.
class Server {
public:
    /// `address` as "127.0.0.1:8080" or "[::]:8080"; port 0 takes a free one.
    Server(std::string address, Limits limits, Handler handler, Report report = {});
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Binds, listens and starts the io threads. Rejected, with the reason, when the address
    /// cannot be had or a limit is zero that must not be.
    sdk::Result<sdk::Done> start();

    /// The port bound by start().
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// A stop is to come: from now on every answer says "Connection: close", so that clients and
    /// balancers come back elsewhere. New connections are still let in.
    void announceStop() noexcept;

    /// Takes no new connections, ends streams, finishes requests under way with "Connection:
    /// close" for at most `drain`, then closes everything. True when nothing was cut short.
    /// Responders still held by others stay valid and do nothing.
    bool stop(std::chrono::milliseconds drain);

    [[nodiscard]] ServerStats stats() const;

private:
    std::string address_;
    std::shared_ptr<Commons> commons_;
    std::vector<std::unique_ptr<Loop>> loops_;
    std::uint16_t port_ = 0;
};

}  // namespace souk::web
