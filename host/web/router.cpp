#include "web/router.hpp"

#include "core/correlation.hpp"
#include "core/crew.hpp"
#include "web/front/problem.hpp"

#include <souk/sdk/crypto.hpp>

#include <memory>
#include <utility>

namespace souk::web {

namespace {

constexpr std::string_view kRoom = "web";
constexpr const char* kNoRoute = "-";

std::vector<std::string> partsOf(std::string_view path) {
    std::vector<std::string> parts;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const auto end = path.find('/');
        parts.emplace_back(path.substr(0, end));
        path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
    }
    return parts;
}

bool isParameter(const std::string& part) {
    return part.size() > 2 && part.front() == '{' && part.back() == '}';
}

/// The parameters when `parts` fit the pattern.
std::optional<Values> fit(const std::vector<std::string>& pattern,
                          const std::vector<std::string>& parts) {
    if (pattern.size() != parts.size()) return std::nullopt;
    Values values;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (isParameter(pattern[i])) {
            auto value = sdk::percentDecode(parts[i]);
            if (!value || value->empty()) return std::nullopt;
            values.emplace(pattern[i].substr(1, pattern[i].size() - 2), *std::move(value));
        } else if (pattern[i] != parts[i]) {
            return std::nullopt;
        }
    }
    return values;
}

}  // namespace

Router::Router(Authenticator& authenticator,
               Idempotency& idempotency,
               WorkerPool& workers,
               core::Log& log,
               core::Metrics& metrics)
    : authenticator_(authenticator),
      idempotency_(idempotency),
      workers_(workers),
      log_(log),
      metrics_(metrics) {}

void Router::add(std::string method, std::string pattern, Access access, Answering handler) {
    addRoute({std::move(method), std::move(pattern), {}, access, std::move(handler), {}, {}});
}

void Router::addStream(std::string method, std::string pattern, Access access, Streaming handler) {
    addRoute({std::move(method), std::move(pattern), {}, access, {}, std::move(handler), {}});
}

void Router::addDirect(std::string method, std::string pattern, Direct handler) {
    addRoute(
        {std::move(method), std::move(pattern), {}, Access::Public, {}, {}, std::move(handler)});
}

void Router::addRoute(Route route) {
    route.parts = partsOf(route.pattern);
    routes_.push_back(std::move(route));
}

std::vector<Router::Listed> Router::routes() const {
    std::vector<Listed> listed;
    listed.reserve(routes_.size());
    for (const auto& route : routes_) listed.push_back({route.method, route.pattern, route.access});
    return listed;
}

Router::Match Router::match(const std::string& method, const std::string& path) const {
    const auto parts = partsOf(path);
    // HEAD is GET without its body; the front leaves the body out.
    const auto& wanted = method == "HEAD" ? std::string("GET") : method;
    Match match;
    for (const auto& route : routes_) {
        auto values = fit(route.parts, parts);
        if (!values) continue;
        if (route.method == wanted) return {&route, *std::move(values), {}};
        match.allowed += (match.allowed.empty() ? "" : ", ") + route.method;
    }
    return match;
}

void Router::handle(Request request, Responder responder) {
    const auto asked = askedBy(request);
    const core::Correlation scope(asked.id);
    // What is behind the direct routes finds it where a sender or a proxy would have put it.
    request.headers["X-Request-Id"] = asked.id.text();
    auto match = this->match(request.method, request.path);
    if (match.route == nullptr) {
        auto answer =
            match.allowed.empty()
                ? problem(404, "There is nothing here; /openapi.json lists every address.")
                : problem(405, "This address takes " + match.allowed + ".");
        if (!match.allowed.empty()) answer.headers["Allow"] = match.allowed;
        endRequest(metrics_, log_, asked, kNoRoute, answer);
        responder.send(std::move(answer));
        return;
    }
    if (match.route->direct) {
        match.route->direct(std::move(request), std::move(match.path), std::move(responder));
        return;
    }
    // std::function wants a copyable task; the request and the duty to answer it move in once.
    struct Task {
        Request request;
        Asked asked;
        Values path;
        Responder responder;
    };
    auto task = std::make_shared<Task>(
        Task{std::move(request), asked, std::move(match.path), std::move(responder)});
    const bool taken = workers_.run([this, route = match.route, task] {
        const core::Correlation taskScope(task->asked.id);
        serve(*route, task->path, task->request, task->asked, std::move(task->responder));
    });
    if (!taken) {
        auto answer = problem(503, "The hub has too many requests in hand; try again shortly.");
        answer.headers["Retry-After"] = "1";
        endRequest(metrics_, log_, asked, match.route->pattern, answer);
        task->responder.send(std::move(answer));
    }
}

Call Router::authorised(const Route& route, const Values& path, const Request& request) const {
    Call call{request, path, queryValues(request.query), {}};
    if (route.access == Access::Public) return call;
    const auto caller = authenticator_.callerOf(sdk::valueOf(request.headers, "authorization"));
    if (!caller)
        throw Problem(
            401, "Send a valid token as Authorization: Bearer …; `souk token create` makes one.");
    if (!caller->may(route.access))
        throw Problem(
            403, "A token of role " + caller->role + " may not do this; use one with more rights.");
    call.caller = *caller;
    return call;
}

void Router::serve(const Route& route,
                   const Values& path,
                   const Request& request,
                   const Asked& asked,
                   Responder responder) {
    const core::Errand errand([&](const std::string& why) {
        auto answer = problem(503, why);
        endRequest(metrics_, log_, asked, route.pattern, answer);
        responder.send(std::move(answer));
    });
    bool streaming = false;
    auto answer = guarded(route.pattern, [&] {
        const auto call = authorised(route, path, request);
        if (!route.streaming) return answered(route, call);
        route.streaming(call, responder);
        streaming = true;
        return Response{};
    });
    endRequest(metrics_, log_, asked, route.pattern, answer);
    if (!streaming) responder.send(std::move(answer));
}

Response Router::call(const Request& request, const Caller& caller) const {
    const auto match = this->match(request.method, request.path);
    if (match.route == nullptr || !match.route->answering)
        return problem(404, "There is no such route.");
    const core::Correlation scope(core::Correlation::current().value_or(core::newId()));
    return guarded(match.route->pattern, [&] {
        return match.route->answering({request, match.path, queryValues(request.query), caller});
    });
}

Response Router::guarded(const std::string& pattern, const std::function<Response()>& act) const
    try {
    return act();
} catch (const Problem& found) {
    auto answer = problem(found.status(), found.what());
    if (found.status() == 401) answer.headers["WWW-Authenticate"] = "Bearer";
    return answer;
} catch (const Failed& failed) {
    return answerFor(failed.error);
} catch (const store::Failure& failure) {
    log_.error(kRoom,
               "a request failed in the database",
               {{"route", pattern},
                {"sqlstate", failure.sqlState()},
                {"error", failure.what()},
                {"fix",
                 failure.transient() ? "see that PostgreSQL answers at database.url"
                                     : "report this line: a statement is wrong"}});
    return answerFor(failure);
} catch (const std::exception& error) {
    log_.error(
        kRoom,
        "a request failed",
        {{"route", pattern}, {"error", error.what()}, {"fix", "report this line: it is a bug"}});
    return problem(500, "The hub could not carry this out; its log says why.");
}

Response Router::answered(const Route& route, const Call& call) const {
    const auto key = sdk::valueOf(call.request.headers, "idempotency-key");
    if (route.method != "POST" || key.empty() || route.access == Access::Public)
        return route.answering(call);
    return idempotency_.once(
        call.caller.tokenId.text(), key, call.request, [&] { return route.answering(call); });
}

}  // namespace souk::web
