#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace souk::test {

/// Bytes one client sends on one connection, and all that must come of them.
struct WireCase {
    enum class Then : std::uint8_t {
        Serves,  ///< the connection answers the next request, and that one only
        Closes,  ///< the hub ends it, whatever else is sent
        Leaves,  ///< the client says it sends no more; the hub ends it
    };

    std::string name;
    std::string bytes;
    std::vector<int> statuses;  ///< of every answer, in order
    Then then = Then::Serves;
    std::string says;  ///< in the last answer's body
};

using Then = WireCase::Then;
using WireCases = std::vector<WireCase>;

/// A request hidden where another server might look for one. Were it answered, it would be a 405.
inline const std::string kSmuggled =
    "DELETE /healthz HTTP/1.1\r\nHost: souk.test\r\nX-Smuggled: yes\r\n\r\n";

// What reference/limits.md lists in section 1, case by case, and what else a public address meets.
// `token` is an administrator's.
WireCases soundRequests(const std::string& token);
WireCases unreadBodies(const std::string& token);
WireCases pipelines();
WireCases faultyHeads();
WireCases faultyLengths();
WireCases faultyChunks();
WireCases tooMuch();
WireCases broken();

}  // namespace souk::test
