#include "app/commands.hpp"

#include <souk/sdk/json.hpp>

namespace souk::app {

namespace {

/// The one item whose id or name is `wanted`; a sentence with the choices otherwise.
std::string pick(const sdk::Json& answer,
                 const std::string& wanted,
                 const std::string& what,
                 const std::string& hint) {
    std::string names;
    const auto items = valueOrFail(answer.items("data"));
    for (const auto& item : items) {
        const auto id = item.textOr("id", "");
        const auto name = item.textOr("name", "");
        if (!wanted.empty() && (wanted == id || wanted == name)) return id;
        names += (names.empty() ? "" : ", ") + name;
    }
    if (wanted.empty() && items.size() == 1) return items.front().textOr("id", "");
    if (items.empty()) throw CommandError("There is no " + what + " yet; " + hint + " makes one.");
    if (wanted.empty()) throw CommandError("Name a " + what + "; there are: " + names + ".");
    throw CommandError("There is no " + what + " \"" + wanted + "\"; there are: " + names + ".");
}

}  // namespace

Foundation& Console::foundation() {
    if (!foundation_) {
        global.quiet = true;
        foundation_ = valueOrFail(Foundation::openForCommand(global));
    }
    return *foundation_;
}

Hub& Console::hub() {
    if (!hub_) hub_ = valueOrFail(Hub::make(foundation()));
    return *hub_;
}

std::string Console::storeId() {
    return pick(
        client().get("/api/v1/stores", {{"limit", "250"}}), store, "store", "`souk store add`");
}

std::string Console::integrationId(const std::string& nameOrId) {
    const auto answer =
        client().get("/api/v1/integrations", {{"store_id", storeId()}, {"limit", "250"}});
    return pick(answer, nameOrId, "integration", "`souk integration add`");
}

void Console::list(const sdk::Json& answer, const std::vector<Column>& columns) {
    if (json) {
        out << answer.raw() << '\n';
        return;
    }
    const auto items = valueOrFail(answer.items("data"));
    if (items.empty()) {
        err << "nothing to list\n";
        return;
    }
    printTable(out, items, columns);
    if (answer.has("next_cursor"))
        err << "more: repeat with --cursor " << answer.textOr("next_cursor", "") << '\n';
}

void Console::show(const sdk::Json& answer) {
    if (json)
        out << answer.raw() << '\n';
    else
        printDetails(out, answer);
}

sdk::Json jsonFrom(sdk::JsonWriter& object) {
    return valueOrFail(sdk::Json::parse(object.end().take()));
}

void Paging::addTo(CLI::App& command) {
    command.add_option("--limit", limit, "How many at most")
        ->check(CLI::Range(1, 250))
        ->capture_default_str();
    command.add_option("--cursor", cursor, "Go on where a former listing ended");
}

void Paging::into(Parameters& query) const {
    query.emplace_back("limit", std::to_string(limit));
    query.emplace_back("cursor", cursor);
}

CLI::App* addCommand(CLI::App& parent,
                     Console& console,
                     const std::string& name,
                     const std::string& help) {
    auto* command = parent.add_subcommand(name, help);
    command->add_flag("--json", console.json, "Print the answer as JSON");
    return command;
}

CLI::App* addCommandInStore(CLI::App& parent,
                            Console& console,
                            const std::string& name,
                            const std::string& help) {
    auto* command = addCommand(parent, console, name, help);
    command->add_option(
        "--store", console.store, "Store by name or id (not needed when there is only one)");
    return command;
}

}  // namespace souk::app
