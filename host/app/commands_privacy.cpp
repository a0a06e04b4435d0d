#include "app/commands.hpp"

#include <filesystem>
#include <fstream>

namespace souk::app {

namespace {

struct Wanted {
    std::string integration, state, id, customer, file;
    std::vector<std::string> orders;
    bool yes = false;
    Paging paging;
};

/// Written as it came: only its owner may read it.
void keep(const std::string& file, std::string_view document) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << document << '\n';
    out.flush();
    if (!out) throw CommandError("Cannot write " + file + ".");
    std::filesystem::permissions(
        file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

sdk::Json ask(Console& console, const Wanted& wanted, std::string_view what) {
    sdk::JsonWriter body;
    body.object().key("integration_id").text(console.integrationId(wanted.integration));
    body.key("what").text(what);
    if (!wanted.customer.empty()) body.key("customer_external_id").text(wanted.customer);
    body.key("order_external_ids").array();
    for (const auto& order : wanted.orders) body.text(order);
    return console.client().post(
        "/api/v1/privacy-requests", body.end().end().take(), {{"store_id", console.storeId()}});
}

void addPerson(CLI::App& command, Wanted& wanted) {
    command.add_option(
        "--integration", wanted.integration, "Name or id (not needed when there is only one)");
    command.add_option("--order", wanted.orders, "A platform's id of an order of a guest");
}

/// The document of a request that is there, or of a new one.
void exported(Console& console, const Wanted& wanted) {
    auto id = wanted.id;
    if (id.empty()) {
        if (wanted.customer.empty() && wanted.orders.empty())
            throw CommandError("Name a request, or a person with --customer or --order.");
        id = ask(console, wanted, "export").textOr("id", "");
    }
    const auto document = console.client().get("/api/v1/privacy-requests/" + id + "/document",
                                               {{"store_id", console.storeId()}});
    if (wanted.file.empty())
        console.out << document.raw() << '\n';
    else
        keep(wanted.file, document.raw());
}

void addReading(CLI::App& group, Console& console) {
    auto wanted = std::make_shared<Wanted>();
    auto* list =
        addCommandInStore(group, console, "list", "Requests of platforms and people, newest first");
    list->add_option("--integration", wanted->integration, "Name or id");
    list->add_option("--state", wanted->state, "received, working, done, refused or failed")
        ->check(CLI::IsMember({"received", "working", "done", "refused", "failed"}));
    wanted->paging.addTo(*list);
    list->callback([&console, wanted] {
        Parameters query{
            {"store_id", console.storeId()},
            {"integration_id",
             wanted->integration.empty() ? "" : console.integrationId(wanted->integration)},
            {"state", wanted->state}};
        wanted->paging.into(query);
        console.list(console.client().get("/api/v1/privacy-requests", query),
                     {column("ID", "id"),
                      column("WHAT", "what"),
                      column("ORIGIN", "origin"),
                      column("STATE", "state"),
                      column("RECEIVED", "received_at"),
                      column("DUE", "due_at"),
                      column("DONE", "done_at"),
                      column("REASON", "reason")});
    });
    auto* show = addCommandInStore(group, console, "show", "One request and what was done");
    show->add_option("id", wanted->id, "Its id, as the list shows it")->required();
    show->callback([&console, wanted] {
        console.show(console.client().get("/api/v1/privacy-requests/" + wanted->id,
                                          {{"store_id", console.storeId()}}));
    });
}

}  // namespace

void addPrivacyCommands(CLI::App& app, Console& console) {
    auto* group = app.add_subcommand("privacy", "People's data: what is kept, export, erasure")
                      ->require_subcommand(1);
    addReading(*group, console);
    auto wanted = std::make_shared<Wanted>();

    auto* out =
        addCommandInStore(*group, console, "export", "Everything kept of one person, as JSON");
    out->add_option("id", wanted->id, "A request for an export");
    out->add_option("--customer", wanted->customer, "The platform's id of the person");
    addPerson(*out, *wanted);
    out->add_option("--file", wanted->file, "Where to write it; without: standard output");
    out->callback([&console, wanted] { exported(console, *wanted); });

    auto* erase = addCommandInStore(
        *group, console, "erase", "Erase one person for good; a running `souk serve` does it");
    erase->add_option("--customer", wanted->customer, "The platform's id of the person");
    addPerson(*erase, *wanted);
    erase->add_flag("--yes", wanted->yes, "It cannot be undone");
    erase->callback([&console, wanted] {
        if (!wanted->yes) throw CommandError("Erasure cannot be undone; repeat it with --yes.");
        console.show(ask(console, *wanted, "erase_customer"));
    });
}

}  // namespace souk::app
