#include "app/doctor.hpp"

#include "app/sealed.hpp"
#include "store/hosts.hpp"

#include <algorithm>
#include <array>

namespace souk::app {

namespace {

using Level = Finding::Level;

/// In the order of Finding::Level.
constexpr std::array<std::string_view, 3> kLevels{"ok", "warning", "error"};

constexpr std::uintmax_t kMegabyte = 1024UL * 1024UL;
constexpr std::uintmax_t kFewBytes = 512 * kMegabyte;
constexpr std::uintmax_t kScarceBytes = 2048 * kMegabyte;

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

}  // namespace

std::string_view name(Level level) noexcept {
    return kLevels[static_cast<std::size_t>(level)];
}

void Doctor::fine(std::string check, std::string sentence) {
    findings_.push_back({std::move(check), Level::Fine, std::move(sentence)});
}
void Doctor::warn(std::string check, std::string sentence) {
    findings_.push_back({std::move(check), Level::Warning, std::move(sentence)});
}
void Doctor::fail(std::string check, std::string sentence) {
    findings_.push_back({std::move(check), Level::Error, std::move(sentence)});
}

std::vector<Finding> Doctor::examine() {
    findings_.clear();
    const auto config = core::Config::load(options_.configFile, environ, options_.overrides);
    if (!config) {
        fail("configuration", config.error().message);
        return findings_;
    }
    lookAtConfiguration(*config);
    lookAtDisk(*config);
    lookAtPlugins(*config);
    const auto url = findDatabase(*config);
    if (!url.empty()) lookAtDatabase(*config, url);
    return findings_;
}

void Doctor::lookAtConfiguration(const core::Config& config) {
    const auto keys = config.keys();
    const auto set = std::count_if(
        keys.begin(), keys.end(), [&](const auto& key) { return config.origin(key) != "default"; });
    fine("configuration",
         std::to_string(set) + " of " + std::to_string(keys.size()) +
             " settings are set, the others have their defaults.");
    if (config.origin("vault.key").starts_with("file"))
        warn("configuration",
             "vault.key stands in a configuration file; move the key to vault.key_file or to the "
             "environment (SOUK_VAULT_KEY).");
    if (!config.text("dev.platform_hosts").empty())
        fail("development",
             "dev.platform_hosts is ON: platforms are played by this machine and no real store is "
             "reached. Remove it (set by " +
                 config.origin("dev.platform_hosts") + ") anywhere but on a developer's machine.");
    const auto& named = config.text("webhooks.public_url");
    const auto& address = named.empty() ? config.text("web.public_url") : named;
    if (!address.starts_with("https://"))
        warn("address",
             "Platforms deliver webhooks to https:// addresses only, and " + address +
                 " is none; set web.public_url or webhooks.public_url to the address of the proxy "
                 "in front of this host.");
    else
        fine("address", "Platforms reach this hub under " + address + ".");
}

void Doctor::lookAtDisk(const core::Config& config) {
    if (config.text("database.url") != "embedded") return;  // its disk is another machine's
    std::filesystem::path folder = config.text("database.embedded.folder");
    while (!folder.empty() && !std::filesystem::exists(folder)) folder = folder.parent_path();
    const auto space = spaceOf_(folder);
    const auto sentence = folder.string() + " has " + std::to_string(space.available / kMegabyte) +
                          " MB free of " + std::to_string(space.capacity / kMegabyte) + " MB";
    if (space.available < kFewBytes || space.available < space.capacity / 50)
        fail("disk", sentence + ": the database stops when it is full; make room now.");
    else if (space.available < kScarceBytes || space.available < space.capacity / 10)
        warn("disk", sentence + "; make room soon.");
    else
        fine("disk", sentence + ".");
}

void Doctor::lookAtPlugins(const core::Config& config) {
    core::Log nowhere(clock_, core::Log::Format::Json, sdk::LogLevel::Error, core::Log::nowhere());
    const auto catalog = loader::Catalog::load(config.text("plugins.folder"), nowhere);
    for (const auto& refused : catalog.refused())
        fail("plugins",
             (refused.domain.empty() ? "The plugins folder" : "The plugin " + refused.domain) +
                 " was refused: " + refused.reason + "; " + refused.fix + ".");
    std::vector<std::string> names;
    for (const auto& plugin : catalog.loaded())
        names.push_back(plugin.manifest.domain + " " + plugin.manifest.version);
    if (!names.empty())
        fine("plugins", "Loaded: " + joined(names) + ".");
    else if (catalog.refused().empty())
        warn("plugins",
             "There is no plugin in " + config.text("plugins.folder") +
                 "; without one no platform can be connected.");
}

std::string Doctor::findDatabase(const core::Config& config) {
    if (config.text("database.url") != "embedded") return config.text("database.url");
    const std::filesystem::path folder = config.text("database.embedded.folder");
    if (auto running = store::EmbeddedServer::running(folder)) return *running;
    if (std::filesystem::exists(folder / "data"))
        fail("database",
             "The embedded database in " + folder.string() +
                 " does not run; start the host (souk serve) and ask again.");
    else
        warn("database",
             "There is no embedded database in " + folder.string() +
                 " yet; the first `souk serve` makes it.");
    return {};
}

void Doctor::lookAtDatabase(const core::Config& config, const std::string& url) try {
    store::PoolLimits limits;
    limits.connections = 2;
    store::Database database(url, limits);
    const auto asked = clock_.now();
    const auto health = store::healthOf(database);
    for (auto& finding : judged(health, asked, clock_.now()))
        findings_.push_back(std::move(finding));
    if (!lookAtSchema(database)) return;
    lookAtKeys(config, database);
    lookAtHosts(database);
} catch (const store::Failure& failure) {
    fail("database",
         std::string("It cannot be used: ") + failure.what() +
             ". Check database.url, and that PostgreSQL runs and lets this user in.");
}

bool Doctor::lookAtSchema(store::Database& database) try {
    const auto missing = store::missingMigrations(database);
    if (missing.empty()) {
        fine("schema",
             "All " + std::to_string(store::embeddedMigrations().size()) +
                 " migrations are applied.");
        return true;
    }
    fail("schema", "Not applied yet: " + joined(missing) + "; run: souk migrate");
    return false;
} catch (const store::Failure& failure) {
    if (failure.transient()) throw;
    fail("schema", std::string("It does not fit this souk: ") + failure.what() + ".");
    return false;
}

void Doctor::lookAtKeys(const core::Config& config, store::Database& database) {
    auto keys = vault::Keyring::load(config.text("vault.key"), keyFileOf(config), false);
    if (!keys) return fail("keys", keys.error().message);
    const vault::Vault vault(*keys);
    {
        auto looking = database.asWorker();  // rolled back: a new database keeps its choice
        if (const auto agreed = vault::agree(looking, **keys, clock_.now()); !agreed)
            return fail("keys", agreed.error().message);
    }
    vault::Rotation rotation(database, vault, sealedTables(), clock_);
    const auto opened = rotation.tryAll();
    const auto count = std::to_string(opened.values);
    if (opened.unopened.empty())
        return fine("keys",
                    "All " + count + " sealed values open; the key \"" + (*keys)->now()->sealing +
                        "\" seals.");
    fail("keys",
         std::to_string(opened.unopened.size()) + " of " + count +
             " sealed values do not open, such as " + opened.unopened.front());
}

void Doctor::lookAtHosts(store::Database& database) {
    auto worker = database.asWorker();
    std::vector<std::string> at;
    for (const auto& host : store::Hosts::running(worker, clock_.now())) {
        at.push_back(host.id);
        if (host.sealing.empty())
            fail("hosts",
                 "The host " + host.id +
                     " has other vault keys than the database; its log says which, and its key "
                     "file must be put right.");
    }
    if (at.empty())
        warn("hosts", "No host serves this database now; start one: souk serve");
    else
        fine("hosts", "Serving: " + joined(at) + ".");
}

}  // namespace souk::app
