#include "app/cli.hpp"

#include "app/commands.hpp"
#include "store/failure.hpp"

#include <algorithm>

namespace souk::app {

namespace {

int number(ExitCode code) {
    return static_cast<int>(code);
}

void build(CLI::App& app, Console& console) {
    app.require_subcommand(1);
    app.set_help_all_flag("--help-all", "Help of every command");
    app.add_option(
        "--config",
        console.global.configFile,
        "Configuration file (default: ./config/souk.properties or /etc/souk/souk.properties)");
    app.add_option("--set", console.global.overrides, "Set one configuration key: --set key=value")
        ->allow_extra_args(false);
    addServeCommands(app, console);
    addAppCommands(app, console);
    addStoreCommands(app, console);
    addIntegrationCommands(app, console);
    addSyncCommands(app, console);
    addWebhookCommands(app, console);
    addLogCommand(app, console);
    addPluginCommands(app, console);
    addTokenCommands(app, console);
    addKeyCommands(app, console);
    addDoctorCommand(app, console);
    addReadingCommands(app, console);
    addConversationCommands(app, console);
    addPrivacyCommands(app, console);
}

}  // namespace

int runCommandLine(const std::vector<std::string>& arguments,
                   std::ostream& out,
                   std::ostream& err) {
    Console console(out, err);
    CLI::App app("Souk, a self-hosted integration hub for commerce", "souk");
    build(app, console);
    try {
        auto reversed = arguments;  // what CLI11 wants
        std::reverse(reversed.begin(), reversed.end());
        app.parse(reversed);
        return number(console.exitCode);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error, out, err);
        return number(code == 0 ? ExitCode::Done : ExitCode::NotUnderstood);
    } catch (const CommandError& error) {
        err << "souk: " << error.what() << '\n';
    } catch (const store::Failure& failure) {
        err << "souk: the database refused: " << failure.what() << '\n';
    } catch (const std::exception& error) {
        err << "souk: " << error.what() << '\n';
    }
    return number(ExitCode::Failed);
}

}  // namespace souk::app
