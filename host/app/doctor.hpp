#pragma once

#include "app/foundation.hpp"
#include "store/health.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace souk::app {

/// One thing that was looked at.
struct Finding {
    enum class Level : std::uint8_t { Fine, Warning, Error };

    std::string check;  ///< configuration, database, schema, roles, ...
    Level level = Level::Fine;
    std::string sentence;  ///< what is so, and how to mend it where it is not right
};
std::string_view name(Finding::Level level) noexcept;

/// Looks at everything a hub needs and changes nothing: no migration, no key, no database is made.
class Doctor {
public:
    using SpaceOf = std::function<std::filesystem::space_info(const std::filesystem::path&)>;

    Doctor(GlobalOptions options, const sdk::Clock& clock, SpaceOf spaceOf)
        : options_(std::move(options)), clock_(clock), spaceOf_(std::move(spaceOf)) {}

    /// In the order of need; what cannot be looked at because of an error before it is left out.
    std::vector<Finding> examine();

private:
    void lookAtConfiguration(const core::Config& config);
    void lookAtDisk(const core::Config& config);
    void lookAtPlugins(const core::Config& config);
    /// The database's address; empty when there is none to look at.
    std::string findDatabase(const core::Config& config);
    void lookAtDatabase(const core::Config& config, const std::string& url);
    /// True when its tables may be read.
    bool lookAtSchema(store::Database& database);
    void lookAtKeys(const core::Config& config, store::Database& database);
    void lookAtHosts(store::Database& database);

    void fine(std::string check, std::string sentence);
    void warn(std::string check, std::string sentence);
    void fail(std::string check, std::string sentence);

    GlobalOptions options_;
    const sdk::Clock& clock_;
    SpaceOf spaceOf_;
    std::vector<Finding> findings_;
};

/// What a database's facts mean. `asked` and `answered`: when, by this host's clock.
std::vector<Finding> judged(const store::Health& health,
                            sdk::Timestamp asked,
                            sdk::Timestamp answered);

}  // namespace souk::app
