// souk.properties. Input: such a file. What the strict reader takes is taken again when written
// anew, and a value the configuration accepted can be asked for in its form.
#include "core/config.hpp"
#include "core/properties.hpp"
#include "core/text.hpp"
#include "support/fuzz.hpp"

#include <algorithm>
#include <ranges>
#include <set>
#include <string>
#include <vector>

namespace souk::fuzz {

namespace {

using core::Config;
using core::Property;

std::string written(const std::vector<Property>& properties) {
    std::string text;
    for (const auto& property : properties)
        text.append(property.key).append(" = ").append(property.value).append("\n");
    return text;
}

bool sameValues(const std::vector<Property>& a, const std::vector<Property>& b) {
    return std::ranges::equal(a, b, [](const Property& one, const Property& other) {
        return one.key == other.key && one.value == other.value;
    });
}

void checkProperties(const std::vector<Property>& properties, std::string_view input) {
    std::set<std::string, std::less<>> keys;
    int line = 0;
    for (const auto& property : properties) {
        require(!property.key.empty() && property.key.find('=') == std::string::npos, "no key");
        require(keys.insert(property.key).second, "a key is there twice");
        require(core::trimmed(property.value) == property.value, "space around a value");
        require(property.line > line, "lines out of order");
        line = property.line;
    }
    require(line <= 1 + std::count(input.begin(), input.end(), '\n'), "a line that is not there");
    const auto again = core::readProperties("again", written(properties));
    require(again && sameValues(*again, properties), "written anew they are other properties");
}

/// Which getter answers for the key's own default; it must answer for any accepted value.
template <class Get>
void asBefore(const Config& plain, const Config& config, const std::string& key, Get get) {
    try {
        get(plain, key);
    } catch (const std::logic_error&) {
        return;
    }
    try {
        get(config, key);
    } catch (const std::logic_error&) {
        require(false, "an accepted value has not the form of its default");
    }
}

void checkConfig(const std::vector<Property>& properties) {
    constexpr std::size_t kMost = 4;  // each reads all defaults, which takes its time
    static const auto kPlain = Config::defaults();
    for (const auto& [key, value, line] : properties | std::views::take(kMost)) {
        const auto config = Config::defaults({key + '=' + value});
        if (!config) {
            const auto& said = config.error().message;
            require(said.find(key) != std::string::npos, "an error that does not name the key");
            continue;
        }
        require(config->text(key) == value, "a value became another");
        require(config->origin(key) == "--set", "a value forgot where it came from");
        asBefore(*kPlain, *config, key, [](auto& c, auto& k) { (void)c.integer(k); });
        asBefore(*kPlain, *config, key, [](auto& c, auto& k) { (void)c.boolean(k); });
        asBefore(*kPlain, *config, key, [](auto& c, auto& k) { (void)c.duration(k); });
        asBefore(*kPlain, *config, key, [](auto& c, auto& k) { (void)c.bytes(k); });
        for (const auto& item : config->list(key)) require(!item.empty(), "an empty list item");
    }
}

}  // namespace

void fuzzOne(std::string_view input) {
    const auto properties = core::readProperties("souk.properties", input);
    if (!properties) {
        require(properties.error().message.starts_with("souk.properties:"), "no file named");
        return;
    }
    checkProperties(*properties, input);
    checkConfig(*properties);
}

}  // namespace souk::fuzz
