#include "web/errors.hpp"

#include "web/front/problem.hpp"

#include <souk/sdk/json.hpp>

#include <algorithm>
#include <chrono>

namespace souk::web {

namespace {

constexpr std::string_view kUnfitText = "22021";
constexpr std::string_view kUnfitJsonText = "22P05";

int statusFor(sdk::ErrorKind kind) {
    switch (kind) {
        case sdk::ErrorKind::Unauthorized:
            return 409;
        case sdk::ErrorKind::RateLimited:
            return 429;
        case sdk::ErrorKind::Transient:
            return 503;
        case sdk::ErrorKind::BadPayload:
            return 502;
        case sdk::ErrorKind::Rejected:
            return 422;
        case sdk::ErrorKind::NotFound:
            return 404;
        case sdk::ErrorKind::Unsupported:
            return 501;
        case sdk::ErrorKind::Bug:
            break;
    }
    return 500;
}

}  // namespace

Response answerFor(const sdk::Error& error) {
    const int status = statusFor(error.kind);
    Response answer;
    answer.status = status;
    answer.headers["Content-Type"] = "application/problem+json";
    answer.body = sdk::JsonWriter()
                      .object()
                      .key("type")
                      .text("about:blank")
                      .key("title")
                      .text(reasonFor(status))
                      .key("status")
                      .integer(status)
                      .key("detail")
                      .text(error.message)
                      .key("code")
                      .text(sdk::name(error.kind))
                      .end()
                      .take();
    if (error.retryAfter) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(*error.retryAfter).count();
        answer.headers["Retry-After"] = std::to_string(std::max<std::int64_t>(1, seconds));
    } else if (status == 503) {
        answer.headers["Retry-After"] = "5";
    }
    return answer;
}

Response answerFor(const store::Failure& failure) {
    if (failure.sqlState() == kUnfitText || failure.sqlState() == kUnfitJsonText)
        return problem(400, "A text in the request holds a NUL or is not UTF-8; leave that out.");
    if (!failure.transient())
        return problem(500, "The hub could not carry this out; its log says why.");
    auto answer = problem(503, "The hub's database is not available right now; try again.");
    answer.headers["Retry-After"] = "5";
    return answer;
}

}  // namespace souk::web
