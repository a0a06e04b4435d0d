// sdk::Json against RapidJSON, a parser that has nothing in common with it: both accept a document
// or neither does, both read the same values in it, and what is written anew is read the same.
#include "core/text.hpp"
#include "support/fuzz.hpp"
#include "support/plain_json.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

namespace souk::fuzz {

namespace {

using sdk::Json;
using Kind = PlainJson::Kind;

constexpr std::size_t kMostLevels = 128;

bool isNumber(const Json& json) {
    const char first = json.raw().empty() ? '\0' : json.raw().front();
    return first == '-' || (first >= '0' && first <= '9');
}

void compare(const Json& ours, const PlainJson& theirs);

void compareMembers(const Json& ours, const PlainJson& theirs) {
    const auto keys = ours.keys();
    for (const auto& key : theirs.keys)
        require(std::ranges::count(keys, key) == 1, "a member is missing or there twice");
    for (const auto& key : keys) {
        const auto* value = theirs.member(key);
        require(value != nullptr, "a member that is not there");
        require((value->kind != Kind::Null) == ours.has(key), "null and absent differ");
        if (ours.has(key)) compare(ours.at(key), *value);
    }
}

void compareItems(const Json& ours, const PlainJson& theirs) {
    const auto items = ours.items();
    require(items && items->size() == theirs.items.size(), "a list has items more or less");
    for (std::size_t i = 0; i < items->size(); ++i) compare((*items)[i], theirs.items[i]);
}

void compare(const Json& ours, const PlainJson& theirs) {
    require(ours.isObject() == (theirs.kind == Kind::Object), "one alone sees an object");
    require(ours.isArray() == (theirs.kind == Kind::List), "one alone sees a list");
    require(ours.isString() == (theirs.kind == Kind::Text), "one alone sees a text");
    require(isNumber(ours) == (theirs.kind == Kind::Number), "one alone sees a number");
    const auto text = ours.text();
    switch (theirs.kind) {
        case Kind::Null:
            return require(ours.raw() == "null", "a null became something");
        case Kind::Boolean:
            return require(ours.raw() == theirs.text, "a yes became a no");
        case Kind::Number:
            return require(text && *text == theirs.text, "a number lost its own digits");
        case Kind::Text:
            return require(text && *text == theirs.text, "a text became another");
        case Kind::List:
            return compareItems(ours, theirs);
        case Kind::Object:
            return compareMembers(ours, theirs);
    }
}

/// Whole numbers through integer(): the C library's opinion.
void checkInteger(const Json& parent, const std::string& key) {
    const auto value = parent.integer(key);
    if (!isNumber(parent.at(key))) return require(!value, "what is no number became one");
    const std::string digits(parent.at(key).raw());
    errno = 0;
    char* end = nullptr;
    const auto wanted = std::strtoll(digits.c_str(), &end, 10);
    const bool fits = errno == 0 && *end == '\0';
    require(static_cast<bool>(value) == fits, "a whole number is one to us and not to C");
    require(!fits || *value == wanted, "a whole number became another");
}

void write(const Json& json, sdk::JsonWriter& out) {
    if (json.isObject()) {
        out.object();
        for (const auto& key : json.keys()) {
            out.key(key);
            json.has(key) ? write(json.at(key), out) : void(out.null());
        }
        out.end();
    } else if (json.isArray()) {
        out.array();
        const auto items = json.items();
        for (const auto& item : *items) write(item, out);
        out.end();
    } else if (json.isString()) {
        out.text(*json.text());
    } else {
        out.raw(json.raw());
    }
}

std::string anew(const Json& json) {
    sdk::JsonWriter out;
    write(json, out);
    return out.take();
}

void checkInside(const Json& json) {
    const auto again = Json::parse(json.raw());
    require(again && anew(*again) == anew(json), "a value's own bytes are not that value");
    for (const auto& key : json.keys()) {
        require(core::isUtf8(key), "a name is not UTF-8");
        if (json.has(key)) checkInteger(json, key);
    }
}

/// Everything in it, a few levels deep: each level parses its bytes again.
void checkAll(const Json& json, int levels) {
    checkInside(json);
    if (levels == 0) return;
    for (const auto& key : json.keys())
        if (json.has(key)) checkAll(json.at(key), levels - 1);
    if (const auto items = json.items())
        for (const auto& item : *items) checkAll(item, levels - 1);
}

}  // namespace

void fuzzOne(std::string_view input) {
    const auto ours = Json::parse(input);
    const auto reading = plainJson(input);
    const auto& theirs = reading.value;
    if (!ours) {
        require(core::isUtf8(ours.error().message), "an error that cannot be printed");
        require(!theirs || theirs->depth() > kMostLevels, "only RapidJSON accepts it");
        return;
    }
    require(theirs || reading.abstains, "RapidJSON refuses it");
    if (theirs) compare(*ours, *theirs);
    checkAll(*ours, 3);
    const auto written = anew(*ours);
    const auto again = Json::parse(written);
    require(again && anew(*again) == written, "written anew it is another document");
}

}  // namespace souk::fuzz
