#pragma once

#include <souk/sdk/result.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace souk::core {

/// Everything that can be set. Sources, later ones win: the defaults of config/souk.properties
/// (embedded in the binary), a file, the environment (database.url -> SOUK_DATABASE_URL: upper
/// case, dots to underscores), the command line (--set key=value). Keys that the defaults do not
/// know are refused by name with the nearest known one.
class Config {
public:
    using Environment = std::function<const char*(const char* name)>;

    /// `file` may be empty: then SOUK_CONFIG, ./config/souk.properties or
    /// /etc/souk/souk.properties, the first that is there. BadPayload names file, line, key and
    /// fix.
    static sdk::Result<Config> load(const std::filesystem::path& file,
                                    const Environment& environment,
                                    const std::vector<std::string>& overrides);
    /// The same for a process: `environment` is its environ, so that a SOUK_ variable that matches
    /// no key is refused by name too.
    static sdk::Result<Config> load(const std::filesystem::path& file,
                                    const char* const* environment,
                                    const std::vector<std::string>& overrides);
    /// The defaults alone, with overrides "key=value"; for tests.
    static sdk::Result<Config> defaults(const std::vector<std::string>& overrides = {});

    /// The value; asking for a key the defaults do not know is a bug and throws std::logic_error.
    const std::string& text(std::string_view key) const;
    std::int64_t integer(std::string_view key) const;
    bool boolean(std::string_view key) const;
    /// "500ms", "30s", "5m", "2h", "7d".
    std::chrono::milliseconds duration(std::string_view key) const;
    /// "64KB", "5MB", or plain bytes.
    std::size_t bytes(std::string_view key) const;
    /// Comma-separated, trimmed, without empty ones.
    std::vector<std::string> list(std::string_view key) const;

    /// Where the value came from, for doctor and errors: "default", "file …", "environment …".
    const std::string& origin(std::string_view key) const;
    std::vector<std::string> keys() const;

private:
    /// What a value may look like is told by the default's own look: "5s" is a duration, "16KB" a
    /// size, "8" a whole number, "true" a yes or no, anything else text.
    enum class Form : std::uint8_t { Text, Integer, Boolean, Duration, Size };
    struct Entry {
        std::string value;
        std::string origin;
        Form form = Form::Text;
    };
    static Form formOf(std::string_view value);
    const Entry& entry(std::string_view key) const;
    sdk::Error unknown(std::string_view where, std::string_view key) const;
    sdk::Result<sdk::Done> set(const std::string& key,
                               const std::string& value,
                               const std::string& origin);
    sdk::Result<sdk::Done> readOverrides(const std::vector<std::string>& overrides);
    sdk::Result<sdk::Done> readFile(const std::filesystem::path& file);
    sdk::Result<sdk::Done> readEnvironment(const Environment& environment);
    sdk::Result<sdk::Done> refuseStrangers(const char* const* environment) const;

    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace souk::core
