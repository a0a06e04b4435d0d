#include "loader/manifest.hpp"

#include "core/text.hpp"
#include "loader/manifest_reader.hpp"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <array>
#include <regex>

namespace souk::loader {

namespace {

constexpr std::array<std::string_view, 9> kCapabilities{"connect",
                                                        "webhooks",
                                                        "subscriptions",
                                                        "publish",
                                                        "stock",
                                                        "messages",
                                                        "sync.customer",
                                                        "sync.product",
                                                        "sync.order"};
constexpr std::string_view kToken = "{token}";
constexpr std::string_view kSync = "sync.";

/// A letter, then letters, digits and underscores, all lower case.
bool isName(std::string_view text) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && letter(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return letter(c) || (c >= '0' && c <= '9') || c == '_';
           });
}

bool isHostPattern(std::string_view text) {
    if (text.starts_with("*.")) text.remove_prefix(2);
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
    return plain && text.find('.') != std::string_view::npos && !text.starts_with('.') &&
           !text.ends_with('.') && text.find("..") == std::string_view::npos;
}

bool hasRepeats(std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    return std::adjacent_find(texts.begin(), texts.end()) != texts.end();
}

void readNames(ManifestSection& root, const std::string& key, std::vector<std::string>& names) {
    names = root.textsOr(key, {});
    for (const auto& one : names)
        if (!isName(one))
            root.wrong(key, "holds '" + one + "'; names are lower case letters, digits and _");
    if (hasRepeats(names)) root.wrong(key, "names something twice");
}

void readWho(ManifestSection& root, Manifest& manifest) {
    manifest.domain = root.text("domain");
    if (!isName(manifest.domain))
        root.wrong("domain", "must be lower case letters, digits and _, beginning with a letter");
    manifest.name = root.text("name");
    if (manifest.name.empty()) root.wrong("name", "must not be empty");
    manifest.version = root.text("version");
    static const std::regex kVersion(R"(\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?)");
    if (!std::regex_match(manifest.version, kVersion))
        root.wrong("version", "must read like 1.0.0");
    manifest.documentation = root.textOr("documentation", "");
    if (!manifest.documentation.empty() && !manifest.documentation.starts_with("https://"))
        root.wrong("documentation", "must be an https:// address");
}

std::string unknownCapability(const std::string& name) {
    std::string sentence = "holds '" + name + "'; known are ";
    for (const auto known : kCapabilities)
        sentence.append(known == kCapabilities.front() ? "" : ", ").append(known);
    return sentence;
}

void readCapabilities(ManifestSection& root, Manifest& manifest) {
    manifest.capabilities = root.texts("capabilities");
    for (const auto& one : manifest.capabilities)
        if (std::find(kCapabilities.begin(), kCapabilities.end(), one) == kCapabilities.end())
            root.wrong("capabilities", unknownCapability(one));
    if (hasRepeats(manifest.capabilities)) root.wrong("capabilities", "names something twice");
    if (manifest.capabilities.empty()) root.wrong("capabilities", "must not be empty");
}

void readHosts(ManifestSection& root, Manifest& manifest) {
    manifest.hosts = root.texts("hosts");
    for (const auto& one : manifest.hosts)
        if (!isHostPattern(one))
            root.wrong("hosts",
                       "holds '" + one + "'; write api.example.com or *.example.com, lower case");
}

void readAuth(ManifestSection& root, Manifest& manifest) {
    if (!root.has("auth")) return;
    auto section = root.section("auth");
    manifest.auth.header = section.text("header");
    if (manifest.auth.header.empty()) section.wrong("header", "must not be empty");
    manifest.auth.format = section.textOr("format", std::string(kToken));
    const auto at = manifest.auth.format.find(kToken);
    if (at == std::string::npos || manifest.auth.format.find(kToken, at + 1) != std::string::npos)
        section.wrong("format", "must hold {token} once");
    if (section.has("proof")) {
        auto proof = section.section("proof");
        manifest.auth.proof.secret = proof.text("secret");
        manifest.auth.proof.parameter = proof.text("parameter");
        manifest.auth.proof.timeParameter = proof.text("time_parameter");
        for (const auto* key : {"secret", "parameter", "time_parameter"})
            if (!isName(proof.textOr(key, "x")))
                proof.wrong(key, "must be lower case letters, digits and _");
        proof.end();
    }
    section.end();
}

/// libstdc++ reads the numbers of "{2,5}" and "\1" into an int without a look whether they fit.
bool countsFit(std::string_view pattern) {
    constexpr std::size_t kMostDigits = 4;
    const auto digitsFrom = [&](std::size_t at) {
        const auto end = pattern.find_first_not_of("0123456789", at);
        return std::min(end, pattern.size()) - std::min(at, pattern.size());
    };
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] != '{' && pattern[at] != '\\') continue;
        const auto first = digitsFrom(at + 1);
        const auto comma = at + 1 + first;
        const bool range = comma < pattern.size() && pattern[comma] == ',';
        if (first > kMostDigits || (range && digitsFrom(comma + 1) > kMostDigits)) return false;
    }
    return true;
}

bool isRegex(const std::string& pattern) {
    if (!countsFit(pattern)) return false;
    try {
        const std::regex compiled(pattern);
        return true;
    } catch (const std::regex_error&) {
        return false;
    }
}

Manifest::Field fieldFrom(ManifestSection section) {
    Manifest::Field field;
    field.name = section.text("name");
    if (!isName(field.name)) section.wrong("name", "must be lower case letters, digits and _");
    field.label = section.text("label");
    field.secret = section.booleanOr("secret", false);
    field.required = section.booleanOr("required", true);
    field.help = section.textOr("help", "");
    field.pattern = section.textOr("pattern", "");
    if (!isRegex(field.pattern)) section.wrong("pattern", "is not a regular expression");
    section.end();
    return field;
}

/// A section must be there if its capability is declared, and only then.
bool wantsSection(ManifestSection& root, const std::string& key, bool declared) {
    if (!declared && root.has(key))
        root.wrong(key, "describes a capability that 'capabilities' does not declare");
    return declared;
}

void readConnect(ManifestSection& root, Manifest& manifest) {
    if (!wantsSection(root, "connect", manifest.declares("connect"))) return;
    auto section = root.section("connect");
    const auto kind = section.text("kind");
    if (kind == "oauth")
        manifest.connect.kind = Manifest::ConnectKind::OAuth;
    else if (kind == "form")
        manifest.connect.kind = Manifest::ConnectKind::Form;
    else if (kind == "token")
        manifest.connect.kind = Manifest::ConnectKind::Token;
    else
        section.wrong("kind", "must be oauth, form or token");
    manifest.connect.pkce = section.booleanOr("pkce", false);
    if (manifest.connect.pkce && kind != "oauth") section.wrong("pkce", "is for kind oauth only");
    std::vector<std::string> names;
    for (auto& one : section.sections("fields")) {
        manifest.connect.fields.push_back(fieldFrom(std::move(one)));
        names.push_back(manifest.connect.fields.back().name);
    }
    if (hasRepeats(names)) section.wrong("fields", "names a field twice");
    section.end();
}

void readRate(ManifestSection& root, Manifest& manifest) {
    if (!root.has("rate")) return;
    auto section = root.section("rate");
    manifest.rate.capacity = section.positiveOr("capacity", manifest.rate.capacity);
    manifest.rate.restorePerSecond =
        section.positiveOr("restore_per_second", manifest.rate.restorePerSecond);
    manifest.rate.costPerRequest =
        section.positiveOr("cost_per_request", manifest.rate.costPerRequest);
    if (manifest.rate.costPerRequest > manifest.rate.capacity)
        section.wrong("cost_per_request", "is more than the capacity: nothing could ever be sent");
    section.end();
}

void readWebhooks(ManifestSection& root, Manifest& manifest) {
    if (!wantsSection(root, "webhooks", manifest.declares("webhooks"))) return;
    constexpr std::int64_t kMostBytes = 64 << 20;
    auto section = root.section("webhooks");
    manifest.webhooks.contentTypes =
        section.textsOr("content_types", manifest.webhooks.contentTypes);
    if (manifest.webhooks.contentTypes.empty()) section.wrong("content_types", "must not be empty");
    const auto bytes = section.wholeOr("max_body_bytes", 1 << 20);
    if (bytes > kMostBytes) section.wrong("max_body_bytes", "is at most 67108864 (64 MB)");
    manifest.webhooks.maxBodyBytes = static_cast<std::size_t>(bytes);
    section.end();
}

void readMessages(ManifestSection& root, Manifest& manifest) {
    if (!wantsSection(root, "messages", manifest.declares("messages"))) return;
    constexpr std::int64_t kMostHours = 24LL * 365;
    auto section = root.section("messages");
    auto& messages = manifest.messages;
    const auto hours = section.wholeOr("window_hours", messages.window.count());
    if (hours > kMostHours) section.wrong("window_hours", "is at most 8760 (a year)");
    messages.window = std::chrono::hours(hours);
    messages.outsideWindow = section.textsOr("outside_window", {});
    messages.personBurst = section.wholeOr("person_burst", messages.personBurst);
    const auto seconds = section.positiveOr("person_interval_seconds", 1);
    messages.personInterval = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    section.end();
}

void readPublish(ManifestSection& root, Manifest& manifest) {
    if (!wantsSection(root, "publish", manifest.declares("publish"))) return;
    constexpr std::int64_t kMostOffers = 5000;
    auto section = root.section("publish");
    manifest.publish.batch = section.wholeOr("batch", manifest.publish.batch);
    if (manifest.publish.batch > kMostOffers) section.wrong("batch", "is at most 5000");
    manifest.publish.perMinute = section.positiveOr("per_minute", manifest.publish.perMinute);
    manifest.publish.wholeProducts =
        section.booleanOr("whole_products", manifest.publish.wholeProducts);
    section.end();
}

void readSync(ManifestSection& root, Manifest& manifest) {
    std::vector<std::string> declared;
    for (const auto& one : manifest.capabilities)
        if (one.starts_with(kSync)) declared.push_back(one.substr(kSync.size()));
    if (!wantsSection(root, "sync", !declared.empty())) return;
    constexpr std::int64_t kMostMinutes = 7LL * 24 * 60;
    auto section = root.section("sync");
    auto names = section.texts("entities");
    for (const auto& one : names)
        if (const auto entity = sdk::entityFrom(one)) manifest.sync.entities.push_back(*entity);
    std::sort(names.begin(), names.end());
    std::sort(declared.begin(), declared.end());
    if (names != declared)
        section.wrong("entities", "must name each declared sync capability once, in order");
    const auto minutes = section.wholeOr("interval_minutes", manifest.sync.interval.count());
    if (minutes > kMostMinutes) section.wrong("interval_minutes", "is at most 10080 (a week)");
    manifest.sync.interval = std::chrono::minutes(minutes);
    section.end();
}

sdk::Error notAnObject(std::string_view why) {
    // The parser quotes the byte it stumbled over, whatever it is.
    return {sdk::ErrorKind::BadPayload, "manifest.json is not a JSON object: " + core::asUtf8(why)};
}

}  // namespace

sdk::Result<Manifest> Manifest::parse(std::string_view json) try {
    const auto parsed = Poco::JSON::Parser().parse(std::string(json));
    if (parsed.type() != typeid(Poco::JSON::Object::Ptr))
        return notAnObject("it must begin with {");
    Problem problem;
    ManifestSection root(parsed.extract<Poco::JSON::Object::Ptr>(), "", problem);
    Manifest manifest;
    manifest.json = json;
    readWho(root, manifest);
    readCapabilities(root, manifest);
    readHosts(root, manifest);
    readAuth(root, manifest);
    readConnect(root, manifest);
    readNames(root, "secrets", manifest.secrets);
    manifest.scopes = root.textsOr("scopes", {});
    readRate(root, manifest);
    readWebhooks(root, manifest);
    readMessages(root, manifest);
    readPublish(root, manifest);
    readSync(root, manifest);
    root.end();
    if (problem.error()) return *problem.error();
    return manifest;
} catch (const Poco::Exception& problem) {
    return notAnObject(problem.displayText());
}

bool Manifest::declares(std::string_view capability) const noexcept {
    return std::find(capabilities.begin(), capabilities.end(), capability) != capabilities.end();
}

bool Manifest::mayReach(std::string_view host) const noexcept {
    return std::any_of(hosts.begin(), hosts.end(), [host](std::string_view pattern) {
        if (!pattern.starts_with("*.")) return host == pattern;
        pattern.remove_prefix(1);  // ".example.com" must end the name and leave a label before it
        return host.size() > pattern.size() && host.ends_with(pattern);
    });
}

}  // namespace souk::loader
