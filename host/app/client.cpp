#include "app/client.hpp"

#include <souk/sdk/crypto.hpp>

namespace souk::app {

namespace {

std::string queryOf(const Parameters& parameters) {
    std::string query;
    for (const auto& [name, value] : parameters) {
        if (value.empty()) continue;
        query += (query.empty() ? "" : "&") + name + '=' + sdk::percentEncode(value);
    }
    return query;
}

}  // namespace

sdk::Json Client::get(const std::string& path, const Parameters& query) const {
    return call("GET", path, {}, query);
}

sdk::Json Client::post(const std::string& path, std::string body, const Parameters& query) const {
    return call("POST", path, std::move(body), query);
}

sdk::Json Client::remove(const std::string& path, const Parameters& query) const {
    return call("DELETE", path, {}, query);
}

sdk::Json Client::call(std::string method,
                       const std::string& path,
                       std::string body,
                       const Parameters& query) const {
    web::Request request;
    request.method = std::move(method);
    request.path = path;
    request.query = queryOf(query);
    request.headers["Content-Type"] = "application/json";
    request.body = std::move(body);
    request.receivedAt = std::chrono::steady_clock::now();
    const auto answer = router_.call(request, web::Caller{{}, std::nullopt, "admin"});
    auto json = sdk::Json::parse(answer.body.empty() ? std::string_view("{}")
                                                     : std::string_view(answer.body));
    if (!json) throw CommandError("The hub's answer was not JSON: " + json.error().message);
    if (answer.status >= 400) throw CommandError(json->textOr("detail", "The hub refused this."));
    return *std::move(json);
}

}  // namespace souk::app
