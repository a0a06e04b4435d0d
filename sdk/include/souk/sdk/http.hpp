#pragma once

#include <souk/sdk/result.hpp>

#include <map>
#include <string>
#include <string_view>

namespace souk::sdk {

struct CaseInsensitive {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const noexcept;
};
using Headers = std::map<std::string, std::string, CaseInsensitive>;

/// The header's value, or an empty view.
std::string_view valueOf(const Headers& headers, std::string_view name) noexcept;

struct HttpRequest {
    std::string method = "GET";
    std::string url;  ///< absolute, https; its host must be listed in the manifest's "hosts"
    Headers headers;
    std::string body;
    /// Whose credentials the host adds: empty for the access token, else a name in Grant::secrets.
    std::string credential{};
    /// Budget points this request may cost, for platforms that price requests (0: one request).
    double cost = 0;
    /// May be sent twice without harm: the host then retries it by itself after a lost answer. The
    /// platform's 5xx to one that may not reaches the plugin, which knows what it means.
    bool repeatable = true;
};

struct HttpReply {
    int status = 0;
    Headers headers;
    std::string body;
};

/// What a reply says about the remaining budget, when the platform says it.
struct Throttle {
    double available = 0;         ///< points (or requests) left in the bucket
    double capacity = 0;          ///< size of the bucket
    double restorePerSecond = 0;  ///< how fast it refills
    bool refused = false;         ///< the platform refused this very request for want of budget
    double requested = 0;         ///< what the refused request would have cost
};

/// The one door to the network. [worker]
///
/// Behind it the host checks the address against the manifest, adds the grant's credentials, waits
/// for the rate budget, retries what is safe to retry, enforces the deadline and counts. A plugin
/// never sleeps and never loops over attempts. The host answers 401 with Unauthorized (after one
/// refresh), 429 and a reply whose Throttle says `refused` with RateLimited, 408 and 5xx with
/// Transient; every other status reaches the plugin as a reply.
class Http {
public:
    virtual ~Http();
    virtual Result<HttpReply> send(const HttpRequest& request) = 0;
};

}  // namespace souk::sdk
