#include "app/commands.hpp"
#include "app/departure.hpp"
#include "app/interrupt.hpp"
#include "app/open_files.hpp"
#include "store/migrator.hpp"

namespace souk::app {

namespace {

void serve(Console& console) {
    const Interrupt interrupt;  // before any thread
    const auto files = raiseOpenFiles();
    auto foundation = Foundation::openForServing(console.global);
    if (!foundation) throw CommandError(foundation.error().message);
    auto hub = Hub::make(**foundation);
    if (!hub) throw CommandError(hub.error().message);
    if (const auto started = (*hub)->start(); !started) throw CommandError(started.error().message);
    auto& log = *(*foundation)->log;
    if (const auto fault = openFilesFault((*foundation)->config, files)) log.warning("app", *fault);
    log.info("app", "ready", {{"address", (*hub)->address()}});
    console.exitCode = depart(**hub, **foundation, interrupt, interrupt.wait());
}

void migrate(Console& console) {
    auto& foundation = console.foundation();  // opening migrates
    console.show(jsonFrom(sdk::JsonWriter()
                              .object()
                              .key("schema_version")
                              .integer(store::schemaVersion(*foundation.database))));
}

}  // namespace

void addServeCommands(CLI::App& app, Console& console) {
    app.add_subcommand("serve", "Run the hub until SIGINT or SIGTERM")->callback([&console] {
        serve(console);
    });
    addCommand(app, console, "migrate", "Bring the database to the newest schema")
        ->callback([&console] { migrate(console); });
}

}  // namespace souk::app
