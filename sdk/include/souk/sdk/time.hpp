#pragma once

#include <souk/sdk/record.hpp>

#include <string>
#include <string_view>

namespace souk::sdk {

/// RFC 3339 with any offset and up to nine decimals ("2026-11-01T10:00:00.123456+05:30");
/// decimals beyond microseconds are cut. BadPayload names what is wrong.
Result<Timestamp> timestampFrom(std::string_view rfc3339);

/// "2026-11-01T04:30:00Z"; microseconds only where there are any: "2026-11-01T04:30:00.123456Z".
std::string rfc3339(Timestamp at);

}  // namespace souk::sdk
