#include "app/commands.hpp"
#include "app/secret_input.hpp"

namespace souk::app {

namespace {

struct Wanted {
    std::string platform, name, tokenFile, integration;
    std::vector<std::string> fields;  ///< NAME=VALUE of the platform's connect form
};

/// {"shop": "demo.example.com"} from shop=demo.example.com.
std::string configFrom(const std::vector<std::string>& fields) {
    sdk::JsonWriter json;
    json.object();
    for (const auto& field : fields) {
        const auto equals = field.find('=');
        if (equals == std::string::npos || equals == 0)
            throw CommandError(
                "--field takes NAME=VALUE, for example shop=demo.example.com; `souk plugin list "
                "--json` shows the names.");
        json.key(field.substr(0, equals)).text(field.substr(equals + 1));
    }
    return json.end().take();
}

void add(Console& console, const Wanted& wanted) {
    const auto body = sdk::JsonWriter()
                          .object()
                          .key("store_id")
                          .text(console.storeId())
                          .key("platform")
                          .text(wanted.platform)
                          .key("name")
                          .text(wanted.name)
                          .key("config")
                          .raw(configFrom(wanted.fields))
                          .end()
                          .take();
    const auto made = console.client().post("/api/v1/integrations", body);
    const auto path = "/api/v1/integrations/" + made.textOr("id", "");
    if (wanted.tokenFile.empty()) {
        console.show(made);
        if (!console.json)
            console.err << "next: souk integration connect " << made.textOr("name", "") << '\n';
        return;
    }
    const auto connected = console.hub().addToken(*core::Uuid::parse(made.textOr("id", "")),
                                                  secretFromFile(wanted.tokenFile));
    if (!connected) throw CommandError(connected.error().message);
    console.show(console.client().get(path));
}

}  // namespace

void addIntegrationCommands(CLI::App& app, Console& console) {
    auto* group =
        app.add_subcommand("integration", "Connected accounts of a store")->require_subcommand(1);
    auto wanted = std::make_shared<Wanted>();

    auto* make = addCommandInStore(*group, console, "add", "Add an integration of a platform");
    make->add_option("platform", wanted->platform, "Plugin domain, as `souk plugin list` shows it")
        ->required();
    make->add_option("--name", wanted->name, "Unique in the store (default: the platform's name)");
    make->add_option(
        "--field", wanted->fields, "What the platform's connect form asks: NAME=VALUE");
    make->add_option(
        "--token",
        wanted->tokenFile,
        "Development: connect with the access token in this file; - for standard input");
    make->callback([&console, wanted] { add(console, *wanted); });

    auto* list = addCommandInStore(*group, console, "list", "List integrations");
    auto paging = std::make_shared<Paging>();
    paging->addTo(*list);
    list->callback([&console, paging] {
        Parameters query{{"store_id", console.storeId()}};
        paging->into(query);
        console.list(console.client().get("/api/v1/integrations", query),
                     {column("ID", "id"),
                      column("NAME", "name"),
                      column("PLATFORM", "platform"),
                      column("STATUS", "status"),
                      column("ACCOUNT", "account.external_id"),
                      column("SYNC", "sync_status"),
                      column("LAST SYNC", "last_sync_at"),
                      column("ERROR", "sync_error"),
                      column("REASON", "status_reason")});
    });

    const auto one = [&](const std::string& name, const std::string& help) {
        auto* command = addCommandInStore(*group, console, name, help);
        command->add_option(
            "integration", wanted->integration, "Name or id (not needed when there is only one)");
        return command;
    };
    const auto path = [&console, wanted] {
        return "/api/v1/integrations/" + console.integrationId(wanted->integration);
    };
    one("show", "Show one, whole")->callback([&console, path] {
        console.show(console.client().get(path()));
    });
    one("connect", "Start connecting: prints the address to open in a browser")
        ->callback([&console, path] {
            const auto answer = console.client().post(path() + "/connect");
            if (console.json)
                console.show(answer);
            else
                console.out << answer.textOr("connect_url", "") << '\n';
        });
    one("disconnect", "Revoke, unsubscribe and stop; what was read stays")
        ->callback(
            [&console, path] { console.show(console.client().post(path() + "/disconnect")); });
    one("pause", "Keep its events and sync nothing until it is resumed")
        ->callback([&console, path] { console.show(console.client().post(path() + "/pause")); });
    one("resume", "Go on after a pause; `show` says why it was paused")->callback([&console, path] {
        console.show(console.client().post(path() + "/resume"));
    });
    one("subscriptions", "What the platform tells us, and what is missing")
        ->callback([&console, path] {
            console.list(
                console.client().get(path() + "/subscriptions"),
                {column("TOPIC", "topic"), column("STATE", "state"), column("ADDRESS", "address")});
        });
    one("repair", "Create missing webhook subscriptions")->callback([&console, path] {
        console.show(console.client().post(path() + "/subscriptions/repair"));
    });
}

}  // namespace souk::app
