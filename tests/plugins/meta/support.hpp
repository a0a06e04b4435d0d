#pragma once

#include <souk/sdk/http.hpp>
#include <souk/testing/stage.hpp>

#include <string>
#include <utility>
#include <vector>

#include "support/plugin_checks.hpp"

/// What the tests of Meta's plugins share.
namespace souk::meta::tests {

using namespace souk::plugin_tests;

inline std::string graph(const std::string& path) {
    return "https://graph.facebook.com/v25.0" + path;
}

inline sdk::HttpReply ok(std::string body, sdk::Headers headers = {}) {
    return {200, std::move(headers), std::move(body)};
}

/// {"error": …} as the Graph API closes it.
inline sdk::HttpReply refused(int status,
                              int code,
                              const std::string& message = "no",
                              const std::string& more = "",
                              sdk::Headers headers = {}) {
    return {status,
            std::move(headers),
            R"({"error":{"message":"(#)" + std::to_string(code) + ") " + message +
                R"(","type":"OAuthException","code":)" + std::to_string(code) + more +
                R"(,"fbtrace_id":"A"}})"};
}

/// How full a catalogue's budget is, and when it is there again.
inline sdk::Headers usage(int percent, int minutes) {
    return {{"x-business-use-case-usage",
             R"({"880001":[{"type":"ads_management","call_count":)" + std::to_string(percent) +
                 R"(,"total_cputime":1,"total_time":2.5,"estimated_time_to_regain_access":)" +
                 std::to_string(minutes) + "}]}"}};
}

/// A connected account before an empty tape.
struct GraphStage : souk::testing::Stage {
    GraphStage() {
        account.externalId = "880001";
        secrets = souk::testing::FixedSecrets({
            {"client_id", {"4711"}},
            {"client_secret", {"new-secret", "hush"}},
            {"verify_token", {"say-friend"}},
        });
    }

    void expectGet(const std::string& path,
                   std::map<std::string, std::string> query,
                   sdk::Result<sdk::HttpReply> reply) {
        http.expect({.method = "GET", .url = graph(path), .query = std::move(query)},
                    std::move(reply));
    }
    void expectPost(const std::string& path,
                    std::vector<std::string> parts,
                    sdk::Result<sdk::HttpReply> reply) {
        http.expect({.method = "POST",
                     .url = graph(path),
                     .query = {},
                     .headers = {{"Content-Type", "application/json"}},
                     .bodyParts = std::move(parts)},
                    std::move(reply));
    }
    /// The body of the last request.
    const std::string& lastBody() const { return http.sent().back().body; }
};

}  // namespace souk::meta::tests
