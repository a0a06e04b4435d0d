#pragma once

#include "core/log.hpp"
#include "core/metrics.hpp"
#include "web/call.hpp"
#include "web/front/responder.hpp"
#include "web/idempotency.hpp"
#include "web/request_end.hpp"
#include "web/worker_pool.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::web {

/// Answers on a worker thread; may throw Problem, Refusal or store::Failure.
using Answering = std::function<Response(const Call&)>;
/// Begins a stream on the Responder; runs on a worker thread as well, and may throw before it has.
using Streaming = std::function<void(const Call&, Responder&)>;
/// Runs on the io thread and must not wait; gets path parameters but no caller.
using Direct = std::function<void(Request, Values path, Responder)>;

/// Routes by method and pattern ("/api/v1/products/{id}"), checks the caller, runs the handler
/// where it belongs and turns every failure into a problem answer. Filled before start, then
/// read-only: thread-safe.
class Router {
public:
    Router(Authenticator& authenticator,
           Idempotency& idempotency,
           WorkerPool& workers,
           core::Log& log,
           core::Metrics& metrics);

    void add(std::string method, std::string pattern, Access access, Answering handler);
    void addStream(std::string method, std::string pattern, Access access, Streaming handler);
    void addDirect(std::string method, std::string pattern, Direct handler);

    /// The front's handler.
    void handle(Request request, Responder responder);

    /// The same routes without a network: the answer to a caller who needs no token (the command
    /// line). Streams and direct routes are not to be had this way: 404.
    Response call(const Request& request, const Caller& caller) const;

    struct Listed {
        std::string method;
        std::string pattern;
        Access access;
    };
    /// Every route, for the test that compares them with openapi.json.
    std::vector<Listed> routes() const;

private:
    struct Route {
        std::string method;
        std::string pattern;
        std::vector<std::string> parts;
        Access access = Access::Public;
        Answering answering;
        Streaming streaming;
        Direct direct;
    };
    struct Match {
        const Route* route = nullptr;
        Values path;
        std::string allowed;  ///< methods of the path when only the method does not fit
    };

    void addRoute(Route route);
    Match match(const std::string& method, const std::string& path) const;
    void serve(const Route& route,
               const Values& path,
               const Request& request,
               const Asked& asked,
               Responder responder);
    Call authorised(const Route& route, const Values& path, const Request& request) const;
    Response answered(const Route& route, const Call& call) const;
    Response guarded(const std::string& pattern, const std::function<Response()>& act) const;

    Authenticator& authenticator_;
    Idempotency& idempotency_;
    WorkerPool& workers_;
    core::Log& log_;
    core::Metrics& metrics_;
    std::vector<Route> routes_;
};

}  // namespace souk::web
