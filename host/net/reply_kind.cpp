#include "net/reply_kind.hpp"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>
#include <Poco/Exception.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace souk::net {

namespace {

using std::chrono::milliseconds;

constexpr double kMillisPerSecond = 1000;
constexpr milliseconds kLongest = std::chrono::hours(1);
constexpr milliseconds kUntold{1000};
constexpr int kUnauthorized = 401;
constexpr int kRequestTimeout = 408;
constexpr int kTooMany = 429;
constexpr int kServerError = 500;

milliseconds fromSeconds(double seconds) noexcept {
    if (!(seconds > 0)) return milliseconds::zero();
    const double millis = std::ceil(seconds * kMillisPerSecond);
    if (millis > static_cast<double>(kLongest.count())) return kLongest;
    return milliseconds(static_cast<std::int64_t>(millis));
}

}  // namespace

std::optional<milliseconds> retryAfter(const sdk::HttpReply& reply, sdk::Timestamp now) {
    const auto text = sdk::valueOf(reply.headers, "Retry-After");
    if (text.empty()) return std::nullopt;
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size()) return fromSeconds(seconds);
    constexpr std::size_t kDateLength = 29;  // Poco reads a date into nearly anything
    if (text.size() != kDateLength || !text.ends_with(" GMT")) return std::nullopt;
    try {
        int zone = 0;
        Poco::DateTime at;
        if (!Poco::DateTimeParser::tryParse(
                Poco::DateTimeFormat::HTTP_FORMAT, std::string(text), at, zone))
            return std::nullopt;
        const std::chrono::microseconds since(at.timestamp().epochMicroseconds());
        const auto left = since - now.time_since_epoch();
        return std::clamp(
            std::chrono::duration_cast<milliseconds>(left), milliseconds::zero(), kLongest);
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
}

sdk::Result<sdk::HttpReply> byStatus(sdk::HttpReply reply,
                                     const std::string& host,
                                     bool repeatable,
                                     sdk::Timestamp now) {
    const auto answered = host + " answered " + std::to_string(reply.status);
    if (reply.status == kUnauthorized)
        return sdk::Error{sdk::ErrorKind::Unauthorized,
                          answered + ": the credentials are not accepted; connect again."};
    if (reply.status == kTooMany)
        return sdk::Error{sdk::ErrorKind::RateLimited,
                          answered + ": too many requests.",
                          retryAfter(reply, now).value_or(kUntold)};
    if (reply.status == kRequestTimeout || (reply.status >= kServerError && repeatable))
        return sdk::Error{sdk::ErrorKind::Transient,
                          answered + ": trouble on the platform's side.",
                          retryAfter(reply, now)};
    return reply;
}

milliseconds waitFor(const sdk::Throttle& figures) noexcept {
    constexpr milliseconds kLeast{100};
    if (!(figures.restorePerSecond > 0)) return kUntold;
    const double points = figures.requested - figures.available;
    return std::max(kLeast, fromSeconds(points / figures.restorePerSecond));
}

}  // namespace souk::net
