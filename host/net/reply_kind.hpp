#pragma once

#include <souk/sdk/context.hpp>
#include <souk/sdk/http.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace souk::net {

/// Retry-After in seconds (with decimals) or as an HTTP date; nothing when it is absent or odd.
std::optional<std::chrono::milliseconds> retryAfter(const sdk::HttpReply& reply,
                                                    sdk::Timestamp now);

/// What the host makes of a status: 401 Unauthorized, 429 RateLimited, 408 and 5xx Transient;
/// every other reply is the plugin's, as is a 5xx to a request that may not be `repeatable`.
sdk::Result<sdk::HttpReply> byStatus(sdk::HttpReply reply,
                                     const std::string& host,
                                     bool repeatable,
                                     sdk::Timestamp now);

/// How long a refused request should wait by the platform's own figures.
std::chrono::milliseconds waitFor(const sdk::Throttle& figures) noexcept;

}  // namespace souk::net
