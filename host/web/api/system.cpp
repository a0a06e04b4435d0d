#include "embedded/openapi.hpp"
#include "store/migrator.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"

namespace souk::web {

namespace {

struct DatabaseState {
    bool ready = false;
    std::string detail;
};

DatabaseState databaseState(Services& services) {
    try {
        const int here = store::schemaVersion(services.database);
        const int wanted = store::embeddedMigrations().back().number;
        if (here == wanted) return {true, "reachable, schema version " + std::to_string(here)};
        return {false,
                "schema version " + std::to_string(here) + ", this host needs " +
                    std::to_string(wanted) + "; run `souk migrate`"};
    } catch (const store::Failure& failure) {
        // Anybody may ask, so the reason, which may name hosts and users, goes to the log alone.
        services.log.warning("web", "the database is not reachable", {{"error", failure.what()}});
        return {false, "not reachable; the hub's log says why"};
    }
}

Response ready(Services& services, const Call&) {
    const auto database = databaseState(services);
    const bool retired = services.retired;
    const bool isReady = database.ready && !retired;
    Render json;
    json.object().text("status", retired ? "stopping" : isReady ? "ready" : "not ready");
    json.key("database").object();
    json.boolean("ready", database.ready).text("detail", database.detail).end();
    json.key("plugins").object().key("loaded").array();
    for (const auto& plugin : services.catalog.loaded()) json.item(plugin.manifest.domain);
    json.end().key("refused").array();
    for (const auto& refused : services.catalog.refused()) {
        json.object()
            .text("platform", refused.domain)
            .text("reason", refused.reason)
            .text("fix", refused.fix)
            .end();
    }
    return jsonAnswer(isReady ? 200 : 503, json.end().end().end().take());
}

Response text(std::string type, std::string body) {
    Response answer;
    answer.headers["Content-Type"] = std::move(type);
    answer.body = std::move(body);
    return answer;
}

}  // namespace

void addSystemRoutes(Router& router, Services& services) {
    // Answered on the io thread: the process lives as long as this answers, whatever the workers
    // do.
    router.addDirect("GET", "/healthz", [](const Request&, const Values&, Responder responder) {
        responder.send(jsonAnswer(200, R"({"status":"alive"})"));
    });
    router.add(
        "GET", "/readyz", Access::Public, [&](const Call& call) { return ready(services, call); });
    router.add("GET", "/metrics", Access::Public, [&](const Call&) {
        return text("text/plain; version=0.0.4; charset=utf-8", services.metrics.text());
    });
    router.add("GET", "/openapi.json", Access::Public, [](const Call&) {
        return text("application/json", std::string(embedded::openapi().front().content));
    });
}

}  // namespace souk::web
