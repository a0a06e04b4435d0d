#include "web/call.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/time.hpp>

#include <algorithm>
#include <charconv>

namespace souk::web {

namespace {

constexpr int kDefaultLimit = 50;
constexpr int kMostLimit = 250;

[[noreturn]] void bad(std::string_view parameter, std::string_view wanted) {
    throw Problem(400,
                  "Parameter " + std::string(parameter) + " must be " + std::string(wanted) + ".");
}

std::string decoded(std::string_view raw) {
    auto text = sdk::percentDecode(raw);
    if (!text) throw Problem(400, "The query string has a broken percent escape.");
    return *std::move(text);
}

}  // namespace

Values queryValues(std::string_view raw) {
    Values values;
    while (!raw.empty()) {
        const auto end = raw.find('&');
        const auto pair = raw.substr(0, end);
        raw = end == std::string_view::npos ? std::string_view{} : raw.substr(end + 1);
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const auto name = decoded(pair.substr(0, equals));
        auto value =
            equals == std::string_view::npos ? std::string() : decoded(pair.substr(equals + 1));
        if (!values.emplace(name, std::move(value)).second)
            throw Problem(400, "Parameter " + name + " is given twice; give it once.");
    }
    return values;
}

core::Uuid Call::id(std::string_view name) const {
    const auto found = path.find(name);
    auto parsed = core::Uuid::parse(found == path.end() ? std::string_view{}
                                                        : std::string_view(found->second));
    if (!parsed)
        throw Problem(404, "There is nothing with this id; ids are UUIDs as the lists show them.");
    return *parsed;
}

std::optional<std::string> Call::text(std::string_view parameter) const {
    const auto found = query.find(parameter);
    if (found == query.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

std::optional<core::Uuid> Call::uuid(std::string_view parameter) const {
    const auto value = text(parameter);
    if (!value) return std::nullopt;
    const auto parsed = core::Uuid::parse(*value);
    if (!parsed) bad(parameter, "a UUID");
    return *parsed;
}

std::optional<sdk::Timestamp> Call::time(std::string_view parameter) const {
    auto value = text(parameter);
    if (!value) return std::nullopt;
    // The sign of an offset that was not escaped has become a space.
    constexpr std::size_t kDateAndTime = 19;
    if (const auto sign = value->find(' ', kDateAndTime); sign != std::string::npos)
        (*value)[sign] = '+';
    const auto parsed = sdk::timestampFrom(*value);
    if (!parsed) bad(parameter, "an RFC 3339 time such as 2026-11-01T00:00:00Z");
    return *parsed;
}

std::optional<bool> Call::boolean(std::string_view parameter) const {
    const auto value = text(parameter);
    if (!value) return std::nullopt;
    if (*value == "true") return true;
    if (*value == "false") return false;
    bad(parameter, "true or false");
}

std::optional<std::string> Call::oneOf(std::string_view parameter,
                                       std::initializer_list<std::string_view> words) const {
    auto value = text(parameter);
    if (!value || std::find(words.begin(), words.end(), *value) != words.end()) return value;
    std::string listed;
    for (const auto word : words) listed += (listed.empty() ? "" : ", ") + std::string(word);
    bad(parameter, "one of " + listed);
}

int Call::limit() const {
    const auto value = text("limit");
    if (!value) return kDefaultLimit;
    int number = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (error != std::errc{} || end != value->data() + value->size() || number < 1 ||
        number > kMostLimit)
        bad("limit", "a number from 1 to 250");
    return number;
}

void Call::knows(std::initializer_list<std::string_view> parameters) const {
    for (const auto& [name, value] : query) {
        if (std::find(parameters.begin(), parameters.end(), name) != parameters.end()) continue;
        std::string known;
        for (const auto& parameter : parameters)
            known += (known.empty() ? "" : ", ") + std::string(parameter);
        throw Problem(400,
                      "Parameter " + name +
                          " is not known here; known: " + (known.empty() ? "none" : known) + ".");
    }
}

void Call::refusesKey() const {
    if (!sdk::valueOf(request.headers, "idempotency-key").empty())
        throw Problem(400,
                      "This cannot be done under an Idempotency-Key: the answer holds a secret, so "
                      "it is kept nowhere. Send the request without.");
}

std::string Call::requestKey() const {
    const auto key = sdk::valueOf(request.headers, "idempotency-key");
    return key.empty() ? std::string() : caller.tokenId.text() + '/' + std::string(key);
}

core::Uuid Call::store() const {
    const auto asked = uuid("store_id");
    if (caller.storeId) {
        if (asked && *asked != *caller.storeId)
            throw Problem(404, "There is no such store for this token.");
        return *caller.storeId;
    }
    if (!asked)
        throw Problem(400, "This token reaches all stores: name one with the parameter store_id.");
    return *asked;
}

sdk::Json Call::body(std::initializer_list<std::string_view> known) const {
    const auto type = sdk::valueOf(request.headers, "content-type");
    if (!request.body.empty() && type.substr(0, type.find(';')) != "application/json")
        throw Problem(415, "Send the body as Content-Type: application/json.");
    auto parsed = sdk::Json::parse(request.body.empty() ? std::string_view("{}")
                                                        : std::string_view(request.body));
    if (!parsed) throw Problem(400, "The body is not valid JSON: " + parsed.error().message);
    if (!parsed->isObject()) throw Problem(400, "The body must be a JSON object.");
    for (const auto& name : parsed->keys())
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw Problem(400, "The body's member " + name + " is not known here.");
    return *std::move(parsed);
}

}  // namespace souk::web
