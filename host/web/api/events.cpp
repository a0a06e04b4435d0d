#include "store/changes.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"

namespace souk::web {

namespace {

constexpr auto kFullRetry = std::chrono::seconds(30);

/// "product.,sync.progress" -> its parts.
std::vector<std::string> parts(const std::optional<std::string>& list) {
    std::vector<std::string> found;
    std::string_view rest = list ? std::string_view(*list) : std::string_view{};
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        if (comma != 0) found.emplace_back(rest.substr(0, comma));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return found;
}

/// After the event the client saw last, or from now on. A database that is away shows here, while
/// the stream has not begun.
store::ChangePosition startOf(Services& services, const Call& call, const core::Uuid& store) {
    const auto last = sdk::valueOf(call.request.headers, "last-event-id");
    const auto after = last.empty() ? call.text("after") : std::optional(std::string(last));
    if (!after) {
        auto tx = services.database.forStore(store);
        return store::Changes::end(tx);
    }
    const auto position = events::positionFrom(*after);
    if (!position)
        throw Problem(400, "Last-Event-ID is not one this stream gave; begin again without it.");
    return *position;
}

void stream(Services& services, const Call& call, Responder& responder) {
    call.knows({"store_id", "after", "kinds", "integration_id"});
    events::Filter filter{parts(call.text("kinds")), call.uuid("integration_id")};
    const auto store = call.store();
    const auto from = startOf(services, call, store);
    if (services.events.begin(store, std::move(filter), from, responder)) return;
    throw Failed{{sdk::ErrorKind::Transient,
                  "The hub has as many event streams as it may (web.stream_clients); try again "
                  "later.",
                  kFullRetry}};
}

}  // namespace

void addEventRoutes(Router& router, Services& services) {
    router.addStream(
        "GET", "/api/v1/events", Access::Read, [&](const Call& call, Responder& responder) {
            stream(services, call, responder);
        });
}

}  // namespace souk::web
