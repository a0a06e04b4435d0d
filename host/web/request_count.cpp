#include "web/request_count.hpp"

namespace souk::web {

void countRequest(core::Metrics& metrics,
                  const std::string& method,
                  const std::string& route,
                  int status,
                  std::chrono::steady_clock::time_point receivedAt) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - receivedAt;
    metrics
        .counter("souk_http_requests_total",
                 "Requests answered",
                 {{"method", method}, {"route", route}, {"status", std::to_string(status)}})
        .add();
    metrics
        .histogram("souk_http_request_seconds",
                   "From the last byte of the request to its answer",
                   {{"route", route}})
        .observe(took.count());
}

}  // namespace souk::web
