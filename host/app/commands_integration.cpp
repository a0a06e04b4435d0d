#include "app/commands.hpp"
#include "app/secret_input.hpp"

namespace souk::app {

namespace {

struct Wanted {
    std::string platform, name, tokenFile, integration;
    std::vector<std::string> fields;  ///< NAME=VALUE of the platform's connect form
};

constexpr std::string_view kFieldComplaint =
    "--field takes NAME=VALUE, for example shop=demo.example.com; `souk plugin list --json` shows "
    "the names.";

/// Each NAME=VALUE.
std::vector<std::pair<std::string, std::string>> pairsFrom(const std::vector<std::string>& fields,
                                                           std::string_view complaint) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& field : fields) {
        const auto equals = field.find('=');
        if (equals == std::string::npos || equals == 0) throw CommandError(std::string(complaint));
        pairs.emplace_back(field.substr(0, equals), field.substr(equals + 1));
    }
    return pairs;
}

/// {"shop": "demo.example.com"} from shop=demo.example.com.
std::string objectFrom(const std::vector<std::string>& fields, std::string_view complaint) {
    sdk::JsonWriter json;
    json.object();
    for (const auto& [name, value] : pairsFrom(fields, complaint)) json.key(name).text(value);
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
                          .raw(objectFrom(wanted.fields, kFieldComplaint))
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

/// {"fields": {...}}: what anybody may see is on the command line, secrets come from files.
void addForm(CLI::App& command, Console& console, const std::function<std::string()>& path) {
    struct Filled {
        std::vector<std::string> fields, files;
    };
    const auto filled = std::make_shared<Filled>();
    command.add_option("--field", filled->fields, "NAME=VALUE");
    command.add_option("--secret-file", filled->files, "A secret of the form: NAME=FILE");
    command.callback([&console, path, filled] {
        sdk::JsonWriter body;
        body.object().key("fields").object();
        for (const auto& [name, value] : pairsFrom(filled->fields, kFieldComplaint))
            body.key(name).text(value);
        for (const auto& pair : filled->files) {
            const auto [name, secret] = namedSecretFromFile(pair);
            body.key(name).text(secret.reveal());
        }
        console.show(console.client().post(path() + "/form", body.end().end().take()));
    });
}

struct Publishing {
    bool on = false, off = false, heal = false, noHeal = false, compare = false;
    std::string link;
};

/// What is to be changed; none: nothing.
std::optional<std::string> bodyOf(const Publishing& wanted) {
    if (!wanted.on && !wanted.off && !wanted.heal && !wanted.noHeal && wanted.link.empty())
        return std::nullopt;
    sdk::JsonWriter body;
    body.object();
    if (wanted.on || wanted.off) body.key("enabled").boolean(wanted.on);
    if (wanted.heal || wanted.noHeal) body.key("heal").boolean(wanted.heal);
    if (!wanted.link.empty()) body.key("link").text(wanted.link);
    return body.end().take();
}

void addPublishing(CLI::App& command, Console& console, const std::function<std::string()>& path) {
    const auto wanted = std::make_shared<Publishing>();
    auto* on = command.add_flag("--on", wanted->on, "Publish every product of the store there");
    command.add_flag("--off", wanted->off, "Stop; what is there stays")->excludes(on);
    auto* heal = command.add_flag(
        "--heal", wanted->heal, "Push again what a comparison finds missing or different");
    command.add_flag("--no-heal", wanted->noHeal, "Only show it")->excludes(heal);
    command.add_option(
        "--link", wanted->link, "Address of a product, with {base_url} and {handle}");
    command.add_flag("--compare", wanted->compare, "Compare what is shown there now");
    command.callback([&console, path, wanted] {
        const auto route = path() + "/publishing";
        if (const auto body = bodyOf(*wanted)) console.client().post(route, *body);
        if (wanted->compare) console.client().post(route + "/compare");
        console.show(console.client().get(route));
    });
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
    addForm(*one("form", "Connect with what the platform's form asks for"), console, path);
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
    addPublishing(*one("publishing", "Whether products are published there, and where they stand"),
                  console,
                  path);
    auto* choose = one("choose", "Finish connecting: pick what `show` lists under choices");
    const auto picks = std::make_shared<std::vector<std::string>>();
    choose->add_option("--pick", *picks, "FIELD=VALUE, once for each choice")->required();
    choose->callback([&console, path, picks] {
        const auto fields = objectFrom(
            *picks, "--pick takes FIELD=VALUE, as `souk integration show` lists the choices.");
        console.show(console.client().post(path() + "/choose", "{\"fields\":" + fields + "}"));
    });
    one("repair", "Create missing webhook subscriptions")->callback([&console, path] {
        console.show(console.client().post(path() + "/subscriptions/repair"));
    });
}

}  // namespace souk::app
