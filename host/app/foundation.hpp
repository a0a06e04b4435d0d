#pragma once

#include "core/clock.hpp"
#include "core/config.hpp"
#include "core/log.hpp"
#include "core/metrics.hpp"
#include "core/scrubber.hpp"
#include "loader/catalog.hpp"
#include "store/database.hpp"
#include "store/embedded.hpp"
#include "vault/person_hash.hpp"
#include "vault/rotation.hpp"
#include "vault/vault.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace souk::app {

/// What every command begins with.
struct GlobalOptions {
    std::filesystem::path configFile;
    std::vector<std::string> overrides;  ///< "key=value"
    /// Commands write for people and log only what went wrong.
    bool quiet = false;
};

/// The vault key of an embedded database lives beside its folder unless a file is named.
std::string keyFileOf(const core::Config& config);

/// The ground everything stands on: configuration, clock, log, a migrated database, keys, plugins.
class Foundation {
public:
    /// For `souk serve`: starts the embedded database when there is one, migrates, makes a vault
    /// key when the database is embedded and none is there yet.
    static sdk::Result<std::unique_ptr<Foundation>> openForServing(const GlobalOptions& options);
    /// For a command: joins the embedded database of a running host, or starts it for the
    /// command's duration.
    static sdk::Result<std::unique_ptr<Foundation>> openForCommand(const GlobalOptions& options);

    core::Config config;
    core::SystemClock clock;
    std::shared_ptr<core::Scrubber> scrubber = std::make_shared<core::Scrubber>();
    std::unique_ptr<core::Log> log;  ///< without secrets, whoever writes to it
    core::Metrics metrics;
    std::unique_ptr<store::EmbeddedServer> embedded;  ///< null: not ours to stop
    std::string databaseUrl;
    std::unique_ptr<store::Database> database;
    std::optional<vault::Vault> vault;
    std::optional<vault::PersonHash> personHash;
    loader::Catalog catalog;
    std::string hostId;  ///< unique to this process: lease owner

private:
    static sdk::Result<std::unique_ptr<Foundation>> begin(const GlobalOptions& options);
    sdk::Result<sdk::Done> finish();
    sdk::Result<sdk::Done> openVault();
};

}  // namespace souk::app
