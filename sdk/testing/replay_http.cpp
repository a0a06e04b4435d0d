#include <souk/testing/replay_http.hpp>

#include <souk/sdk/crypto.hpp>

#include <algorithm>

namespace souk::testing {

namespace {

std::string_view beforeQuery(std::string_view url) {
    return url.substr(0, url.find('?'));
}

std::map<std::string, std::string> queryOf(std::string_view url) {
    std::map<std::string, std::string> query;
    const auto mark = url.find('?');
    auto rest = mark == std::string_view::npos ? std::string_view() : url.substr(mark + 1);
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const auto equals = pair.find('=');
        const auto value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
        const auto decodedKey = sdk::percentDecode(pair.substr(0, equals));
        const auto decodedValue = sdk::percentDecode(value);
        if (decodedKey && decodedValue) query[*decodedKey] = *decodedValue;
    }
    return query;
}

/// Why `request` is not what was expected; empty if it is.
std::string difference(const ExpectedRequest& expected, const sdk::HttpRequest& request) {
    if (!expected.method.empty() && expected.method != request.method)
        return "expected method " + expected.method;
    if (!expected.url.empty() && expected.url != beforeQuery(request.url))
        return "expected " + expected.url;
    const auto query = queryOf(request.url);
    for (const auto& [name, value] : expected.query) {
        const auto found = query.find(name);
        if (found == query.end() || found->second != value)
            return std::string("expected query parameter ").append(name).append("=").append(value);
    }
    for (const auto& [name, value] : expected.headers)
        if (sdk::valueOf(request.headers, name) != value)
            return std::string("expected header ").append(name).append(": ").append(value);
    for (const auto& part : expected.bodyParts)
        if (request.body.find(part) == std::string::npos) return "expected in the body: " + part;
    return {};
}

std::string shown(const sdk::HttpRequest& request) {
    constexpr std::size_t kShown = 400;
    auto text = request.method + " " + request.url;
    if (!request.body.empty()) text += "\n  body: " + request.body.substr(0, kShown);
    return text;
}

}  // namespace

ReplayHttp& ReplayHttp::expect(ExpectedRequest request, sdk::Result<sdk::HttpReply> reply) {
    tape_.push_back({std::move(request), std::move(reply)});
    return *this;
}

sdk::Result<sdk::HttpReply> ReplayHttp::send(const sdk::HttpRequest& request) {
    sent_.push_back(request);
    const auto place = "request " + std::to_string(sent_.size()) + ": " + shown(request);
    if (tape_.empty()) throw UnexpectedRequest(place + "\n  nothing more was expected");
    if (const auto why = difference(tape_.front().request, request); !why.empty())
        throw UnexpectedRequest(place + "\n  " + why);
    auto reply = std::move(tape_.front().reply);
    tape_.pop_front();
    return reply;
}

void ReplayHttp::expectAllPlayed() const {
    if (tape_.empty()) return;
    const auto& next = tape_.front().request;
    throw std::logic_error(std::to_string(tape_.size()) +
                           " expected request(s) never came; next: " + next.method + " " +
                           next.url);
}

}  // namespace souk::testing
