#pragma once

#include "web/front/server.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace souk::web {

struct Counters {
    std::atomic<std::uint64_t> accepted{0};
    std::atomic<std::uint64_t> turnedAway{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> refusals{0};
    std::atomic<std::uint64_t> timeouts{0};
    std::atomic<std::uint64_t> handlerFailures{0};
    std::atomic<std::uint64_t> bytesIn{0};
    std::atomic<std::uint64_t> bytesOut{0};
    std::atomic<std::uint64_t> cut{0};  ///< requests under way that a stop's deadline ended
};

/// What all loops of one server share.
struct Commons {
    Limits limits;
    Handler handler;
    Report report;
    Counters counters;
    std::atomic<std::size_t> seats{0};         ///< connections served
    std::atomic<std::size_t> refusedSeats{0};  ///< connections being told 503
    std::atomic<std::size_t> buffered{0};      ///< body bytes of all requests
    std::atomic<std::size_t> busyLoops{0};     ///< a stop waits until none has work under way
    std::atomic<bool> stopAnnounced{false};    ///< every answer closes its connection
};

}  // namespace souk::web
