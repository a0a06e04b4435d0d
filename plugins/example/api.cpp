#include "api.hpp"

namespace souk::example {

namespace {

constexpr int kNotFound = 404;
constexpr int kFirstRefusal = 400;

/// {"error": "a sentence"}
sdk::Error refusal(const sdk::HttpReply& reply) {
    const auto body = sdk::Json::parse(reply.body);
    const auto words = body ? body->textOr("error", "no reason given") : "no reason given";
    const auto kind =
        reply.status == kNotFound ? sdk::ErrorKind::NotFound : sdk::ErrorKind::Rejected;
    return {kind, "the platform answered " + std::to_string(reply.status) + ": " + words};
}

}  // namespace

sdk::Result<sdk::Json> call(sdk::Context& context, const sdk::HttpRequest& request) {
    const auto reply = SOUK_TRY(context.http.send(request));
    if (reply.status >= kFirstRefusal) return refusal(reply);
    return sdk::Json::parse(reply.body.empty() ? std::string_view("{}") : reply.body);
}

sdk::Result<sdk::Json> get(sdk::Context& context, std::string_view path) {
    sdk::HttpRequest request;
    request.url = std::string(kApi).append(path);
    return call(context, request);
}

}  // namespace souk::example
