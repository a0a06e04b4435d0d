#pragma once

#include <souk/sdk/http.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace souk::net {

/// Where a request goes: always https, always port 443.
struct Address {
    std::string host;    ///< lower case, no trailing dot
    std::string target;  ///< path and query, "/" at least
};

/// Reads a plugin's URL strictly: https alone, no user, no other port, no IP address, printable
/// ASCII without spaces. Bug names what is wrong; the message holds no path and no query.
sdk::Result<Address> addressOf(std::string_view url);

/// "shop.example" is itself; "*." stands for one or more labels.
bool matches(std::string_view pattern, std::string_view host) noexcept;
bool matchesAny(const std::vector<std::string>& patterns, std::string_view host) noexcept;

/// Bug when a header could split the request, when the host alone may set it (Host,
/// Content-Length, Connection, ...), or when it is `authHeader`.
sdk::Result<sdk::Done> checkHeaders(const sdk::Headers& headers, std::string_view authHeader);

}  // namespace souk::net
