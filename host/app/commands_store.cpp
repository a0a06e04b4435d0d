#include "app/commands.hpp"
#include "app/secret_input.hpp"

#include <souk/sdk/time.hpp>

namespace souk::app {

namespace {

struct WantedSecrets {
    std::string platform, clientId, clientSecretFile;
    std::vector<std::string> files;  ///< NAME=FILE
    std::string name = "client_secret";
};

/// The store whose own app is meant; none: the app of all stores.
std::optional<core::Uuid> storeOf(Console& console) {
    if (console.store.empty()) return std::nullopt;
    return *core::Uuid::parse(console.storeId());
}

void setSecrets(Console& console, const WantedSecrets& wanted) {
    std::map<std::string, sdk::Secret> values;
    if (!wanted.clientId.empty()) values.emplace("client_id", sdk::Secret(wanted.clientId));
    if (!wanted.clientSecretFile.empty())
        values.emplace("client_secret", secretFromFile(wanted.clientSecretFile));
    for (const auto& pair : wanted.files) values.insert(namedSecretFromFile(pair));
    if (values.empty())
        throw CommandError(
            "Nothing to set; give --client-id, --client-secret-file or --secret-file NAME=FILE.");
    const auto set = console.hub().appSecrets().set(wanted.platform, storeOf(console), values);
    if (!set) throw CommandError(set.error().message);
    sdk::JsonWriter json;
    json.object().key("platform").text(wanted.platform).key("set").array();
    for (const auto& [name, value] : values) json.text(name);
    json.end();
    console.show(jsonFrom(json));
}

void listApps(Console& console) {
    sdk::JsonWriter json;
    json.object().key("data").array();
    for (const auto& app : console.hub().appSecrets().list())
        for (const auto& [name, at] : app.secrets) {
            json.object().key("platform").text(app.platform).key("store_id");
            if (app.storeId)
                json.text(app.storeId->text());
            else
                json.null();
            json.key("secret").text(name).key("set_at").text(sdk::rfc3339(at)).end();
        }
    json.end();
    console.list(jsonFrom(json),
                 {column("PLATFORM", "platform"),
                  column("STORE", "store_id"),
                  column("SECRET", "secret"),
                  column("SET AT", "set_at")});
}

}  // namespace

void addStoreCommands(CLI::App& app, Console& console) {
    auto* group =
        app.add_subcommand("store", "Stores (tenants) of this hub")->require_subcommand(1);
    auto* add = addCommand(*group, console, "add", "Add a store");
    struct Wanted {
        std::string name, currency = "USD", timeZone = "UTC";
    };
    auto wanted = std::make_shared<Wanted>();
    add->add_option("name", wanted->name, "What people call it")->required();
    add->add_option("--currency", wanted->currency, "ISO 4217 code it reports in")
        ->capture_default_str();
    add->add_option("--time-zone", wanted->timeZone, "IANA time zone")->capture_default_str();
    add->callback([&console, wanted] {
        const auto body = sdk::JsonWriter()
                              .object()
                              .key("name")
                              .text(wanted->name)
                              .key("currency")
                              .text(wanted->currency)
                              .key("time_zone")
                              .text(wanted->timeZone)
                              .end()
                              .take();
        console.show(console.client().post("/api/v1/stores", body));
    });
    auto* list = addCommand(*group, console, "list", "List stores");
    auto paging = std::make_shared<Paging>();
    paging->addTo(*list);
    list->callback([&console, paging] {
        Parameters query;
        paging->into(query);
        console.list(console.client().get("/api/v1/stores", query),
                     {column("ID", "id"),
                      column("NAME", "name"),
                      column("CURRENCY", "currency"),
                      column("TIME ZONE", "time_zone")});
    });
}

void addTokenCommands(CLI::App& app, Console& console) {
    auto* group = app.add_subcommand("token", "API tokens")->require_subcommand(1);
    auto* create = addCommandInStore(*group, console, "create", "Create a token; it is shown once");
    struct Wanted {
        std::string role = "viewer", name;
        bool allStores = false;
    };
    auto wanted = std::make_shared<Wanted>();
    create->add_option("--role", wanted->role, "admin, operator, viewer or agent")
        ->check(CLI::IsMember({"admin", "operator", "viewer", "agent"}))
        ->capture_default_str();
    create->add_option("--name", wanted->name, "What it is for");
    create->add_flag("--all-stores", wanted->allStores, "For every store");
    create->callback([&console, wanted] {
        sdk::JsonWriter body;
        body.object()
            .key("role")
            .text(wanted->role)
            .key("name")
            .text(wanted->name.empty() ? wanted->role : wanted->name);
        if (!wanted->allStores) body.key("store_id").text(console.storeId());
        const auto answer = console.client().post("/api/v1/tokens", body.end().take());
        if (console.json)
            console.show(answer);
        else
            console.out << answer.textOr("token", "") << '\n';
    });
    addCommand(*group, console, "list", "List tokens (never their values)")->callback([&console] {
        console.list(console.client().get("/api/v1/tokens"),
                     {column("ID", "id"),
                      column("NAME", "name"),
                      column("ROLE", "role"),
                      column("STORE", "store_id"),
                      column("LAST USED", "last_used_at"),
                      column("REVOKED", "revoked_at")});
    });
    auto* revoke =
        addCommand(*group, console, "revoke", "Revoke a token; hosts refuse it within ten seconds");
    auto id = std::make_shared<std::string>();
    revoke->add_option("id", *id, "Its id, as the list shows it")->required();
    revoke->callback([&console, id] {
        console.client().remove("/api/v1/tokens/" + *id);
        console.show(jsonFrom(sdk::JsonWriter().object().key("revoked").text(*id)));
    });
}

void addAppCommands(CLI::App& app, Console& console) {
    auto* group = app.add_subcommand("app", "Apps registered with platforms, and their secrets")
                      ->require_subcommand(1);
    auto wanted = std::make_shared<WantedSecrets>();
    auto* set = addCommand(
        *group,
        console,
        "set",
        "Set secrets of a platform's app; a new value joins the old ones while it rotates");
    set->add_option("platform", wanted->platform, "Plugin domain")->required();
    set->add_option("--client-id", wanted->clientId, "The app's client id");
    set->add_option("--client-secret-file",
                    wanted->clientSecretFile,
                    "File that holds the client secret; - for standard input");
    set->add_option("--secret-file", wanted->files, "Any secret of the manifest: NAME=FILE");
    set->add_option("--store", console.store, "Only for this store (by name or id); else for all");
    set->callback([&console, wanted] { setSecrets(console, *wanted); });
    addCommand(
        *group, console, "list", "List apps and the names of their secrets (never their values)")
        ->callback([&console] { listApps(console); });
    auto* retire = addCommand(
        *group, console, "retire", "End a rotation: retire all but the newest values of a secret");
    retire->add_option("platform", wanted->platform, "Plugin domain")->required();
    retire->add_option("--name", wanted->name, "Which secret")->capture_default_str();
    retire->add_option("--store", console.store, "Of this store's own app");
    retire->callback([&console, wanted] {
        const auto retired =
            console.hub().appSecrets().retireOld(wanted->platform, storeOf(console), wanted->name);
        if (!retired) throw CommandError(retired.error().message);
        console.show(jsonFrom(sdk::JsonWriter().object().key("retired").integer(*retired)));
    });
}

}  // namespace souk::app
