#pragma once

#include "core/config.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace souk::net {

/// A platform's host names, played by something on this machine. Development only: the
/// certificate is still checked against the true name, under `Options::platformCa`.
struct LoopbackHost {
    std::string pattern;  ///< "*.example.com"
    std::string address;  ///< "127.0.0.1" or "::1"
    std::uint16_t port = 0;
};

struct Options {
    std::chrono::milliseconds timeout{30000};        ///< one whole exchange
    std::chrono::milliseconds connectTimeout{5000};  ///< TCP and TLS, each
    std::size_t maxReplyBytes = std::size_t{64} << 20U;
    std::size_t connectionsPerHost = 8;
    std::size_t idleConnections = 128;  ///< kept open over all hosts
    std::chrono::seconds idleTime{60};  ///< then an idle connection is closed
    /// How long one request may wait for its account's rate budget before it is RateLimited.
    std::chrono::milliseconds patience{60000};
    int throttledTries = 5;  ///< when the platform refuses for want of budget all the same
    std::vector<LoopbackHost> platformHosts;
    std::string platformCa;  ///< PEM file

    /// From net.* and dev.*. Rejected when dev.platform_hosts leads anywhere but to loopback.
    static sdk::Result<Options> from(const core::Config& config);

    /// The mapping for a host, or null.
    const LoopbackHost* loopbackFor(std::string_view host) const noexcept;
};

}  // namespace souk::net
