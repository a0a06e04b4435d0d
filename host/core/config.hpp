#pragma once

#include <souk/sdk/result.hpp>

#include <chrono>
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

    /// `file` may be empty: then ./config/souk.properties or /etc/souk/souk.properties if there.
    static sdk::Result<Config> load(const std::filesystem::path& file,
                                    const Environment& environment,
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
    struct Entry {
        std::string value;
        std::string origin;
    };
    std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace souk::core
