#include "app/foundation.hpp"

#include "core/uuid.hpp"
#include "store/migrator.hpp"

#include <unistd.h>

#include <array>

namespace souk::app {

namespace {

sdk::LogLevel levelFrom(const std::string& text) {
    if (text == "debug") return sdk::LogLevel::Debug;
    if (text == "warning") return sdk::LogLevel::Warning;
    if (text == "error") return sdk::LogLevel::Error;
    return sdk::LogLevel::Info;
}

store::EmbeddedOptions embeddedOptions(const core::Config& config) {
    store::EmbeddedOptions options;
    options.folder = config.text("database.embedded.folder");
    options.serviceUser = config.text("database.embedded.user");
    return options;
}

std::string hostIdOf(const core::Config& config) {
    auto name = config.text("host.id");
    if (name.empty()) {
        std::array<char, 256> buffer{};
        name = ::gethostname(buffer.data(), buffer.size() - 1) == 0 ? buffer.data() : "host";
    }
    // A restarted host is another owner: what it held before it died is not its own.
    return name + '-' + std::to_string(::getpid()) + '-' + core::newId().text().substr(24);
}

}  // namespace

std::string keyFileOf(const core::Config& config) {
    const auto& named = config.text("vault.key_file");
    if (!named.empty() || config.text("database.url") != "embedded") return named;
    return config.text("database.embedded.folder") + "/vault.key";
}

sdk::Result<std::unique_ptr<Foundation>> Foundation::begin(const GlobalOptions& options) {
    auto base = std::make_unique<Foundation>();
    base->config = SOUK_TRY(core::Config::load(options.configFile, environ, options.overrides));
    const auto format = base->config.text("log.format") == "text" ? core::Log::Format::Text
                                                                  : core::Log::Format::Json;
    const auto level =
        options.quiet ? sdk::LogLevel::Error : levelFrom(base->config.text("log.level"));
    base->log =
        std::make_unique<core::Log>(base->clock,
                                    format,
                                    level,
                                    [scrubber = base->scrubber, out = core::Log::toStderr()](
                                        std::string_view line) { out(scrubber->scrubbed(line)); });
    base->hostId = hostIdOf(base->config);
    base->databaseUrl = base->config.text("database.url");
    return base;
}

sdk::Result<std::unique_ptr<Foundation>> Foundation::openForServing(const GlobalOptions& options) {
    auto base = SOUK_TRY(begin(options));
    if (base->databaseUrl == "embedded") {
        base->embedded = SOUK_TRY(store::EmbeddedServer::start(embeddedOptions(base->config)));
        base->databaseUrl = base->embedded->url();
    }
    SOUK_TRY(base->finish());
    return base;
}

sdk::Result<std::unique_ptr<Foundation>> Foundation::openForCommand(const GlobalOptions& options) {
    auto base = SOUK_TRY(begin(options));
    if (base->databaseUrl == "embedded") {
        const auto embedded = embeddedOptions(base->config);
        if (auto running = store::EmbeddedServer::running(embedded.folder)) {
            base->databaseUrl = *std::move(running);
        } else {
            base->embedded = SOUK_TRY(store::EmbeddedServer::start(embedded));
            base->databaseUrl = base->embedded->url();
        }
    }
    SOUK_TRY(base->finish());
    return base;
}

sdk::Result<sdk::Done> Foundation::finish() {
    try {
        const auto migrated = store::migrate(databaseUrl);
        for (const auto& name : migrated.applied)
            log->info("store", "migrated", {{"migration", name}});
    } catch (const store::Failure& failure) {
        return sdk::Error{
            failure.transient() ? sdk::ErrorKind::Transient : sdk::ErrorKind::Rejected,
            std::string("The database cannot be used: ") + failure.what() +
                " Check database.url, or set it to \"embedded\"."};
    }
    store::PoolLimits limits;
    limits.connections = static_cast<int>(config.integer("database.pool.connections"));
    limits.wait = config.duration("database.pool.wait");
    limits.statementTimeout = config.duration("database.statement_timeout");
    limits.lockTimeout = config.duration("database.lock_timeout");
    database = std::make_unique<store::Database>(databaseUrl, limits);
    SOUK_TRY(openVault());
    catalog = loader::Catalog::load(config.text("plugins.folder"), *log);
    return sdk::Done{};
}

sdk::Result<sdk::Done> Foundation::openVault() {
    const bool ownDatabase = config.text("database.url") == "embedded";
    auto keys =
        SOUK_TRY(vault::Keyring::load(config.text("vault.key"), keyFileOf(config), ownDatabase));
    vault.emplace(std::move(keys), scrubber);
    {
        auto worker = database->asWorker();
        SOUK_TRY(vault::agree(worker, vault->keys(), clock.now()));
        worker.commit();
    }
    personHash = SOUK_TRY(vault::PersonHash::load(*database, *vault));
    return sdk::Done{};
}

}  // namespace souk::app
