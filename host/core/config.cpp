#include "core/config.hpp"

#include "core/properties.hpp"
#include "core/text.hpp"
#include "embedded/defaults.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <stdexcept>

namespace souk::core {

namespace {

constexpr std::string_view kEnvironmentPrefix = "SOUK_";
/// Variables that tell a program something else than a key.
constexpr std::array<std::string_view, 4> kOtherVariables{
    "SOUK_CONFIG", "SOUK_CORPUS", "SOUK_TOKEN", "SOUK_URL"};

/// Keys whose value is one of a few words.
struct Choice {
    std::string_view key;
    std::string_view words;
};
constexpr std::array<Choice, 2> kChoices{
    {{"log.level", "debug, info, warning, error"}, {"log.format", "json, text"}}};

bool isWordOf(std::string_view words, std::string_view wanted) {
    while (!words.empty()) {
        const auto end = std::min(words.find(", "), words.size());
        if (words.substr(0, end) == wanted) return true;
        words.remove_prefix(std::min(end + 2, words.size()));
    }
    return false;
}

struct Unit {
    std::string_view name;
    std::int64_t factor;
};
constexpr std::array<Unit, 5> kDurations{
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::int64_t kKilobyte = 1024;
constexpr std::array<Unit, 4> kSizes{{{"B", 1},
                                      {"KB", kKilobyte},
                                      {"MB", kKilobyte* kKilobyte},
                                      {"GB", kKilobyte* kKilobyte* kKilobyte}}};

std::optional<std::int64_t> wholeNumber(std::string_view text) {
    std::int64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || at != end) return std::nullopt;
    return value;
}

template <std::size_t N>
std::optional<std::int64_t> scaled(std::string_view text, const std::array<Unit, N>& units) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = wholeNumber(text.substr(0, digits));
    if (!count) return std::nullopt;
    for (const auto& unit : units) {
        if (unit.name != text.substr(digits)) continue;
        if (*count > std::numeric_limits<std::int64_t>::max() / unit.factor) return std::nullopt;
        return *count * unit.factor;
    }
    return std::nullopt;
}

std::optional<std::int64_t> durationOf(std::string_view text) {
    return scaled(text, kDurations);
}

std::optional<std::int64_t> sizeOf(std::string_view text) {
    const auto plain = wholeNumber(text);
    if (plain) return *plain < 0 ? std::nullopt : plain;
    return scaled(text, kSizes);
}

std::string variableName(std::string_view key) {
    std::string name(kEnvironmentPrefix);
    for (const char c : key)
        name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

sdk::Error refused(std::string message) {
    return {sdk::ErrorKind::BadPayload, std::move(message)};
}

sdk::Error wrong(const std::string& origin,
                 const std::string& key,
                 const std::string& value,
                 const std::string& what) {
    return refused(origin + ": " + key + "=" + value + " is wrong: " + what);
}

std::filesystem::path usualFile(const Config::Environment& environment) {
    if (const char* const named = environment("SOUK_CONFIG"); named != nullptr && *named != '\0')
        return named;
    for (const char* const candidate : {"config/souk.properties", "/etc/souk/souk.properties"}) {
        std::error_code error;
        if (std::filesystem::exists(candidate, error)) return candidate;
    }
    return {};
}

}  // namespace

sdk::Result<Config> Config::defaults(const std::vector<std::string>& overrides) {
    Config config;
    const auto& file = embedded::defaults().front();
    for (const auto& [key, value, line] : SOUK_TRY(readProperties(file.name, file.content)))
        config.entries_[key] = {value, "default", formOf(value)};
    SOUK_TRY(config.readOverrides(overrides));
    return config;
}

Config::Form Config::formOf(std::string_view value) {
    if (value == "true" || value == "false") return Form::Boolean;
    if (wholeNumber(value)) return Form::Integer;
    if (durationOf(value)) return Form::Duration;
    if (sizeOf(value)) return Form::Size;
    return Form::Text;
}

sdk::Result<Config> Config::load(const std::filesystem::path& file,
                                 const Environment& environment,
                                 const std::vector<std::string>& overrides) {
    auto config = SOUK_TRY(defaults());
    const auto path = file.empty() ? usualFile(environment) : file;
    if (!path.empty()) SOUK_TRY(config.readFile(path));
    SOUK_TRY(config.readEnvironment(environment));
    SOUK_TRY(config.readOverrides(overrides));
    return config;
}

sdk::Result<Config> Config::load(const std::filesystem::path& file,
                                 const char* const* environment,
                                 const std::vector<std::string>& overrides) {
    const auto lookUp = [environment](const char* name) -> const char* {
        const std::string_view wanted(name);
        for (const auto* at = environment; *at != nullptr; ++at) {
            const std::string_view variable(*at);
            if (variable.size() > wanted.size() && variable.starts_with(wanted) &&
                variable[wanted.size()] == '=')
                return *at + wanted.size() + 1;
        }
        return nullptr;
    };
    const auto standard = SOUK_TRY(defaults());
    SOUK_TRY(standard.refuseStrangers(environment));
    return load(file, lookUp, overrides);
}

sdk::Result<sdk::Done> Config::refuseStrangers(const char* const* environment) const {
    for (const auto* at = environment; *at != nullptr; ++at) {
        const std::string_view variable(*at);
        const auto name = variable.substr(0, variable.find('='));
        if (!name.starts_with(kEnvironmentPrefix)) continue;
        const auto names = [name](const auto& item) { return variableName(item.first) == name; };
        const bool known = std::find(kOtherVariables.begin(), kOtherVariables.end(), name) !=
                               kOtherVariables.end() ||
                           std::any_of(entries_.begin(), entries_.end(), names);
        if (known) continue;
        const auto nearest = std::min_element(
            entries_.begin(), entries_.end(), [name](const auto& a, const auto& b) {
                return editDistance(variableName(a.first), name) <
                       editDistance(variableName(b.first), name);
            });
        return refused("environment: " + std::string(name) + " sets no known key; did you mean " +
                       variableName(nearest->first) + "?");
    }
    return sdk::Done{};
}

sdk::Error Config::unknown(std::string_view where, std::string_view key) const {
    const auto nearest =
        std::min_element(entries_.begin(), entries_.end(), [key](const auto& a, const auto& b) {
            return editDistance(a.first, key) < editDistance(b.first, key);
        });
    return refused(std::string(where) + ": unknown key '" + std::string(key) + "'; did you mean '" +
                   nearest->first + "'?");
}

sdk::Result<sdk::Done> Config::set(const std::string& key,
                                   const std::string& value,
                                   const std::string& origin) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return unknown(origin, key);
    const auto form = found->second.form;
    const auto number = wholeNumber(value);
    if (form == Form::Integer && (!number || *number < 0))
        return wrong(origin, key, value, "expected a whole number, 0 or more");
    if (form == Form::Boolean && value != "true" && value != "false")
        return wrong(origin, key, value, "expected true or false");
    if (form == Form::Duration && !durationOf(value))
        return wrong(origin, key, value, "expected a duration like 500ms, 30s, 5m, 2h or 7d");
    if (form == Form::Size && !sizeOf(value))
        return wrong(origin, key, value, "expected a size like 65536, 64KB, 5MB or 1GB");
    for (const auto& choice : kChoices)
        if (choice.key == key && !isWordOf(choice.words, value))
            return wrong(origin, key, value, "expected one of " + std::string(choice.words));
    found->second = {value, origin, form};
    return sdk::Done{};
}

sdk::Result<sdk::Done> Config::readOverrides(const std::vector<std::string>& overrides) {
    for (const auto& override : overrides) {
        const auto equals = override.find('=');
        if (equals == std::string::npos)
            return refused("--set " + override + ": expected key=value");
        SOUK_TRY(set(override.substr(0, equals), override.substr(equals + 1), "--set"));
    }
    return sdk::Done{};
}

sdk::Result<sdk::Done> Config::readFile(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return refused("cannot read " + file.string() + "; is it there and readable?");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (const auto& [key, value, line] : SOUK_TRY(readProperties(file.string(), text)))
        SOUK_TRY(set(key, value, "file " + file.string() + ':' + std::to_string(line)));
    return sdk::Done{};
}

sdk::Result<sdk::Done> Config::readEnvironment(const Environment& environment) {
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [key, entry] : entries_)
        if (const char* const value = environment(variableName(key).c_str()); value != nullptr)
            found.emplace_back(key, value);
    for (const auto& [key, value] : found)
        SOUK_TRY(set(key, value, "environment " + variableName(key)));
    return sdk::Done{};
}

const Config::Entry& Config::entry(std::string_view key) const {
    const auto found = entries_.find(key);
    if (found == entries_.end())
        throw std::logic_error("no default for the key " + std::string(key));
    return found->second;
}

const std::string& Config::text(std::string_view key) const {
    return entry(key).value;
}

std::int64_t Config::integer(std::string_view key) const {
    const auto value = wholeNumber(text(key));
    if (!value) throw std::logic_error(std::string(key) + " is not a whole number");
    return *value;
}

bool Config::boolean(std::string_view key) const {
    const auto& value = text(key);
    if (value != "true" && value != "false")
        throw std::logic_error(std::string(key) + " is not true or false");
    return value == "true";
}

std::chrono::milliseconds Config::duration(std::string_view key) const {
    const auto value = durationOf(text(key));
    if (!value) throw std::logic_error(std::string(key) + " is not a duration");
    return std::chrono::milliseconds(*value);
}

std::size_t Config::bytes(std::string_view key) const {
    const auto value = sizeOf(text(key));
    if (!value) throw std::logic_error(std::string(key) + " is not a size");
    return static_cast<std::size_t>(*value);
}

std::vector<std::string> Config::list(std::string_view key) const {
    std::vector<std::string> items;
    std::string_view rest = text(key);
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        const auto item = trimmed(rest.substr(0, comma));
        if (!item.empty()) items.emplace_back(item);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return items;
}

const std::string& Config::origin(std::string_view key) const {
    return entry(key).origin;
}

std::vector<std::string> Config::keys() const {
    std::vector<std::string> names;
    names.reserve(entries_.size());
    for (const auto& [key, entry] : entries_) names.push_back(key);
    return names;
}

}  // namespace souk::core
