#include "web/request_end.hpp"

#include "core/correlation.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace souk::web {

namespace {

constexpr std::array<std::string_view, 3> kAskedAllTheTime{"/healthz", "/readyz", "/metrics"};
constexpr std::array<std::string_view, 6> kMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

/// "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01": its second part.
std::string_view traceIdIn(std::string_view traceparent) {
    constexpr std::size_t kAt = 3;
    constexpr std::size_t kDigits = 32;
    return traceparent.size() < kAt ? std::string_view() : traceparent.substr(kAt, kDigits);
}

/// Whatever a client calls its method, the label has few values.
std::string methodLabel(const std::string& method) {
    return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end() ? method : "other";
}

void carry(Response& answer, const std::string& id) {
    answer.headers["X-Request-Id"] = id;
    if (sdk::valueOf(answer.headers, "content-type") != "application/problem+json") return;
    if (answer.body.ends_with('}'))
        answer.body.insert(answer.body.size() - 1, R"(,"instance":"urn:uuid:)" + id + '"');
}

}  // namespace

Asked askedBy(const Request& request) {
    auto id = core::correlationFrom(sdk::valueOf(request.headers, "x-request-id"));
    if (!id) id = core::correlationFrom(traceIdIn(sdk::valueOf(request.headers, "traceparent")));
    return {
        id ? *id : core::newId(), request.method, request.path, request.peer, request.receivedAt};
}

void endRequest(core::Metrics& metrics,
                core::Log& log,
                const Asked& asked,
                const std::string& route,
                Response& answer) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - asked.receivedAt;
    const auto status = std::to_string(answer.status);
    metrics
        .counter("souk_http_requests_total",
                 "Requests answered.",
                 {{"method", methodLabel(asked.method)}, {"route", route}, {"status", status}})
        .add();
    metrics
        .histogram("souk_http_request_seconds",
                   "From the last byte of a request to its answer.",
                   {{"route", route}})
        .observe(took.count());
    carry(answer, asked.id.text());
    const bool quiet =
        answer.status < 400 && std::find(kAskedAllTheTime.begin(), kAskedAllTheTime.end(), route) !=
                                   kAskedAllTheTime.end();
    // Without the query: it may name people.
    const core::Correlation scope(asked.id);
    log.write(quiet ? sdk::LogLevel::Debug : sdk::LogLevel::Info,
              "web",
              "answered",
              {{"method", asked.method},
               {"path", asked.path},
               {"route", route},
               {"status", status},
               {"ms", std::to_string(static_cast<std::int64_t>(took.count() * 1000))},
               {"bytes", std::to_string(answer.body.size())},
               {"peer", asked.peer}});
}

}  // namespace souk::web
