#include "app/commands.hpp"

namespace souk::app {

namespace {

struct Wanted {
    std::string correlation, entity, externalId, integration, action, cause, since, until;
    Paging paging;
};

Parameters queryOf(Console& console, const Wanted& wanted) {
    Parameters query{{"store_id", console.storeId()},
                     {"correlation_id", wanted.correlation},
                     {"entity", wanted.entity},
                     {"external_id", wanted.externalId},
                     {"integration_id",
                      wanted.integration.empty() ? "" : console.integrationId(wanted.integration)},
                     {"action", wanted.action},
                     {"cause", wanted.cause},
                     {"since", wanted.since},
                     {"until", wanted.until}};
    wanted.paging.into(query);
    return query;
}

}  // namespace

void addLogCommand(CLI::App& app, Console& console) {
    auto wanted = std::make_shared<Wanted>();
    auto* log = addCommandInStore(
        app, console, "log", "What was done to which record and why, newest first");
    log->add_option("--correlation",
                    wanted->correlation,
                    "What came of one request: the X-Request-Id of its answer");
    log->add_option("--entity", wanted->entity, "product, customer, order, location or stock");
    log->add_option("--external-id", wanted->externalId, "The platform's id of a record");
    log->add_option("--integration", wanted->integration, "Name or id");
    log->add_option("--action", wanted->action, "What was done")
        ->check(CLI::IsMember(
            {"created", "updated", "deleted", "stale", "refetch", "rejected", "noticed"}));
    log->add_option("--cause", wanted->cause, "By what")
        ->check(CLI::IsMember({"webhook", "sync", "refetch", "connect"}));
    log->add_option("--since", wanted->since, "At or after (RFC 3339)");
    log->add_option("--until", wanted->until, "Before (RFC 3339)");
    wanted->paging.addTo(*log);
    log->callback([&console, wanted] {
        console.list(console.client().get("/api/v1/sync-logs", queryOf(console, *wanted)),
                     {column("AT", "at"),
                      column("ENTITY", "entity"),
                      column("EXTERNAL ID", "external_id"),
                      column("ACTION", "action"),
                      column("CAUSE", "cause"),
                      column("CAUSE ID", "cause_id"),
                      column("DETAIL", "detail")});
    });
}

}  // namespace souk::app
