#include "app/commands.hpp"

namespace souk::app {

namespace {

struct Wanted {
    std::string integration, state, topic, since, until, correlation, id;
    Paging paging;
    bool all = false;
};

void addFilters(CLI::App& command, Wanted& wanted) {
    command.add_option("--integration", wanted.integration, "Name or id");
    command.add_option("--state", wanted.state, "waiting, done, stale, ignored or dead")
        ->check(CLI::IsMember({"waiting", "done", "stale", "ignored", "dead"}));
    command.add_option("--topic", wanted.topic, "The platform's topic");
    command.add_option("--since", wanted.since, "Received at or after (RFC 3339)");
    command.add_option("--until", wanted.until, "Received before (RFC 3339)");
}

Parameters filters(Console& console, const Wanted& wanted) {
    return {{"store_id", console.storeId()},
            {"integration_id",
             wanted.integration.empty() ? "" : console.integrationId(wanted.integration)},
            {"state", wanted.state},
            {"topic", wanted.topic},
            {"since", wanted.since},
            {"until", wanted.until}};
}

void replay(Console& console, const Wanted& wanted) {
    if (!wanted.id.empty()) {
        console.show(console.client().post(
            "/api/v1/webhooks/" + wanted.id + "/replay", "{}", {{"store_id", console.storeId()}}));
        return;
    }
    const bool filtered = !wanted.state.empty() || !wanted.topic.empty() || !wanted.since.empty() ||
                          !wanted.until.empty();
    if (!filtered && !wanted.all)
        throw CommandError(
            "Name an event, filter with --state, --topic, --since or --until, or give --all.");
    sdk::JsonWriter body;
    body.object();
    for (const auto& [name, value] : filters(console, wanted))
        if (name != "store_id" && !value.empty()) body.key(name).text(value);
    const auto answer = console.client().post(
        "/api/v1/webhooks/replay", body.end().take(), {{"store_id", console.storeId()}});
    console.show(answer);
}

}  // namespace

void addWebhookCommands(CLI::App& app, Console& console) {
    auto* group = app.add_subcommand("webhook", "The inbox: events, dead letters, replay")
                      ->require_subcommand(1);
    auto wanted = std::make_shared<Wanted>();

    auto* list = addCommandInStore(*group, console, "list", "List events, newest first");
    addFilters(*list, *wanted);
    list->add_option("--correlation",
                     wanted->correlation,
                     "What one request delivered: the X-Request-Id of its answer");
    wanted->paging.addTo(*list);
    list->callback([&console, wanted] {
        auto query = filters(console, *wanted);
        query.emplace_back("correlation_id", wanted->correlation);
        wanted->paging.into(query);
        console.list(console.client().get("/api/v1/webhooks", query),
                     {column("ID", "id"),
                      column("RECEIVED", "received_at"),
                      column("TOPIC", "topic"),
                      column("STATE", "state"),
                      column("ATTEMPTS", "attempts"),
                      column("REASON", "reason")});
    });

    auto* show = addCommandInStore(*group, console, "show", "Show one event with headers and body");
    show->add_option("id", wanted->id, "Its id, as the list shows it")->required();
    show->callback([&console, wanted] {
        console.show(console.client().get("/api/v1/webhooks/" + wanted->id,
                                          {{"store_id", console.storeId()}}));
    });

    auto* again = addCommandInStore(
        *group,
        console,
        "replay",
        "Apply one event again, or all that the filters name; harmless when repeated");
    again->add_option("id", wanted->id, "One event");
    addFilters(*again, *wanted);
    again->add_flag("--all", wanted->all, "Everything that is kept");
    again->callback([&console, wanted] { replay(console, *wanted); });
}

}  // namespace souk::app
