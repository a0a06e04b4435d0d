#include "web/api/page.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"

namespace souk::web {

namespace {

/// A person reads this, so the kind of failure becomes a page, not a problem document.
Response refused(const sdk::Error& error) {
    const auto known = answerFor(error);
    auto page = pageFor(known.status, "Not connected", error.message);
    const auto wait = sdk::valueOf(known.headers, "Retry-After");
    if (!wait.empty()) page.headers["Retry-After"] = wait;
    return page;
}

Response start(Services& services, const Call& call) {
    call.knows({"ticket"});
    const auto opened =
        services.connect.open(call.path.at("platform"), call.text("ticket").value_or(""));
    if (!opened) return refused(opened.error());
    Response answer;
    answer.status = 302;
    answer.headers["Location"] = opened->redirect;
    answer.headers["Set-Cookie"] = opened->setCookie;
    answer.headers["Cache-Control"] = "no-store";
    answer.headers["Referrer-Policy"] = "no-referrer";
    return answer;
}

Response callback(Services& services, const Call& call) {
    const sdk::Fields query(call.query.begin(), call.query.end());
    const auto cookies = std::string(sdk::valueOf(call.request.headers, "cookie"));
    const auto finished =
        services.connect.callback(call.path.at("platform"), query, cookies, std::stop_token{});
    if (!finished) return refused(finished.error());
    const auto& integration = finished->integration;
    const bool waits = integration.status == store::IntegrationStatus::Pending;
    auto answer =
        waits ? pageFor(200,
                        "One step is left",
                        integration.statusReason.value_or("") +
                            " The hub shows what there is to choose; you may close this page.")
              : pageFor(200,
                        "Connected",
                        integration.account.title + " is connected as \"" + integration.name +
                            "\". Its first synchronisation has started; you may close this page.");
    answer.headers["Set-Cookie"] = finished->setCookie;
    return answer;
}

}  // namespace

void addAuthRoutes(Router& router, Services& services) {
    router.add("GET", "/api/auth/{platform}/start", Access::Public, [&](const Call& call) {
        return start(services, call);
    });
    router.add("GET", "/api/auth/{platform}/callback", Access::Public, [&](const Call& call) {
        return callback(services, call);
    });
}

}  // namespace souk::web
