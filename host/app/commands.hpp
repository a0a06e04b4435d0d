#pragma once

#include "app/client.hpp"
#include "app/exit_code.hpp"
#include "app/foundation.hpp"
#include "app/hub.hpp"
#include "app/table.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace souk::app {

/// What commands share: global options, output, and the hub in this process, opened on first use.
class Console {
public:
    Console(std::ostream& standardOut, std::ostream& standardError)
        : out(standardOut), err(standardError) {}

    GlobalOptions global;
    bool json = false;
    ExitCode exitCode = ExitCode::Done;  ///< of a command that did not fail
    std::string store;                   ///< --store NAME|ID, empty: the only one there is
    std::ostream& out;
    std::ostream& err;

    Foundation& foundation();
    Hub& hub();
    Client client() { return Client(hub().router()); }

    /// The id behind --store. A CommandError names the choices when it is not clear.
    std::string storeId();
    /// The id behind a name or id of an integration of that store.
    std::string integrationId(const std::string& nameOrId);

    /// A listing: the API's answer with --json, else a table of its `data`.
    void list(const sdk::Json& answer, const std::vector<Column>& columns);
    /// One thing: its JSON with --json, else name: value lines.
    void show(const sdk::Json& answer);

private:
    std::unique_ptr<Foundation> foundation_;
    std::unique_ptr<Hub> hub_;
};

/// The answer of a command that asks no route: an object that is still open.
sdk::Json jsonFrom(sdk::JsonWriter& object);

/// --limit and --cursor of a listing.
struct Paging {
    std::string cursor;
    int limit = 50;

    void addTo(CLI::App& command);
    void into(Parameters& query) const;
};

/// A subcommand with --json and, where it acts in one store, --store.
CLI::App* addCommand(CLI::App& parent,
                     Console& console,
                     const std::string& name,
                     const std::string& help);
CLI::App* addCommandInStore(CLI::App& parent,
                            Console& console,
                            const std::string& name,
                            const std::string& help);

void addServeCommands(CLI::App& app, Console& console);        ///< serve, migrate
void addAppCommands(CLI::App& app, Console& console);          ///< app set, list, retire
void addStoreCommands(CLI::App& app, Console& console);        ///< store add, list
void addIntegrationCommands(CLI::App& app, Console& console);  ///< integration …
void addSyncCommands(CLI::App& app, Console& console);         ///< sync …
void addWebhookCommands(CLI::App& app, Console& console);      ///< webhook …
void addLogCommand(CLI::App& app, Console& console);           ///< log
void addPluginCommands(CLI::App& app, Console& console);       ///< plugin list
void addTokenCommands(CLI::App& app, Console& console);        ///< token …
void addKeyCommands(CLI::App& app, Console& console);          ///< key …
void addPrivacyCommands(CLI::App& app, Console& console);      ///< privacy …
void addDoctorCommand(CLI::App& app, Console& console);        ///< doctor
/// product, order, customer, conversation
void addReadingCommands(CLI::App& app, Console& console);
void addConversationCommands(CLI::App& app, Console& console);  ///< more of `conversation`

}  // namespace souk::app
