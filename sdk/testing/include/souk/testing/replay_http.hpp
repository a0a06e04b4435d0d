#pragma once

#include <souk/sdk/http.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace souk::testing {

/// What the next request must look like; what is empty is not looked at.
struct ExpectedRequest {
    std::string method{};
    std::string url{};                           ///< everything before '?', exactly
    std::map<std::string, std::string> query{};  ///< decoded; others are not looked at
    sdk::Headers headers{};                      ///< others are not looked at
    std::vector<std::string> bodyParts{};        ///< each must occur in the body
};

/// Thrown out of the plugin's call, so that no plugin code can turn it into something harmless:
/// the test fails with its message.
class UnexpectedRequest : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A tape instead of the network: requests must come in the order they were recorded, each gets
/// its recorded reply. Anything else fails the test.
class ReplayHttp final : public sdk::Http {
public:
    /// Appends to the tape. The reply may be an Error, as the host gives it for 401, 429 and 5xx.
    ReplayHttp& expect(ExpectedRequest request, sdk::Result<sdk::HttpReply> reply);

    sdk::Result<sdk::HttpReply> send(const sdk::HttpRequest& request) override;

    /// Everything asked so far.
    const std::vector<sdk::HttpRequest>& sent() const noexcept { return sent_; }
    /// Throws std::logic_error naming the next request if part of the tape was not played.
    void expectAllPlayed() const;

private:
    struct Exchange {
        ExpectedRequest request;
        sdk::Result<sdk::HttpReply> reply;
    };
    std::deque<Exchange> tape_;
    std::vector<sdk::HttpRequest> sent_;
};

}  // namespace souk::testing
