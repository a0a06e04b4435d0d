#include <souk/sdk/json.hpp>

#include "json_tape.hpp"
#include "json_text.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_set>

namespace souk::sdk {

struct Json::Document final : json::Tape {};

namespace {

using json::Tape;
using Type = Tape::Type;

std::string_view nameOf(Type type) noexcept {
    switch (type) {
        case Type::Object:
            return "an object";
        case Type::Array:
            return "a list";
        case Type::Text:
            return "text";
        case Type::Number:
            return "a number";
        case Type::Boolean:
            return "a boolean";
        case Type::Null:
            return "null";
    }
    return "nothing";
}

std::string expected(std::string_view wanted, Type found) {
    return std::string("expected ").append(wanted).append(", found ").append(nameOf(found));
}

std::string textOf(const Tape& tape, const Tape::Node& node) {
    auto raw = tape.raw(node);
    if (tape.type(node) == Type::Number) return std::string(raw);
    raw = raw.substr(1, raw.size() - 2);
    return node.escaped != 0 ? json::unescape(raw) : std::string(raw);
}

bool isTextual(Type type) noexcept {
    return type == Type::Text || type == Type::Number;
}

/// The member of a value that may be absent itself; kNone for null as for absent. Accessors go by
/// node: a Json made on the way would count its document's owners up and down, which costs more
/// than the search.
std::uint32_t presentIn(const Tape* tape, std::uint32_t object, std::string_view key) {
    if (tape == nullptr) return Tape::kNone;
    const auto member = tape->member(object, key);
    if (member == Tape::kNone || tape->type(tape->nodes[member]) == Type::Null) return Tape::kNone;
    return member;
}

/// "[3]", ".total_price", or "total_price" for a member of the document itself.
std::string stepTo(const Tape& tape, const Tape::Node& node) {
    const auto& parent = tape.nodes[node.parent];
    if (tape.type(parent) == Type::Object)
        return (parent.parent == Tape::kNone ? "" : ".") + tape.key(node);
    std::size_t index = 0;
    for (auto before = node.previous; before != Tape::kNone; before = tape.nodes[before].previous)
        ++index;
    return "[" + std::to_string(index) + "]";
}

}  // namespace

Json::Json(std::shared_ptr<const Document> document, std::uint32_t node) noexcept
    : document_(std::move(document)), node_(node) {}

Result<Json> Json::parse(std::string_view bytes) {
    auto document = std::make_shared<Document>();
    if (auto problem = document->read(bytes)) return *std::move(problem);
    return Json(std::move(document), 0);
}

std::optional<Json> Json::find(std::string_view key) const {
    const auto member = presentIn(document_.get(), node_, key);
    if (member == Tape::kNone) return std::nullopt;
    return Json(document_, member);
}

Error Json::wrong(std::string_view key, std::string_view what) const {
    auto where = path();
    const bool atRoot = document_ && node_ == 0;
    if (!key.empty()) where = (atRoot ? "" : where + ".") + std::string(key);
    return {ErrorKind::BadPayload, where.append(": ").append(what)};
}

Result<Json> Json::object(std::string_view key) const {
    auto found = find(key);
    if (!found) return wrong(key, "missing");
    if (found->isObject()) return *std::move(found);
    return wrong(key, expected("an object", document_->type(document_->nodes[found->node_])));
}

Result<std::vector<Json>> Json::items(std::string_view key) const {
    const auto found = find(key);
    if (!found) return wrong(key, "missing");
    return found->items();
}

Result<std::vector<Json>> Json::items() const {
    if (!document_) return wrong("", "missing");
    if (!isArray()) return wrong("", expected("a list", document_->type(document_->nodes[node_])));
    const auto& list = document_->nodes[node_];
    std::vector<Json> items(list.children, Json(nullptr, 0));
    auto child = list.lastChild;
    for (auto item = items.rbegin(); item != items.rend(); ++item) {
        *item = Json(document_, child);
        child = document_->nodes[child].previous;
    }
    return items;
}

Result<std::string> Json::text(std::string_view key) const {
    const auto member = presentIn(document_.get(), node_, key);
    if (member == Tape::kNone) return wrong(key, "missing");
    const auto& node = document_->nodes[member];
    if (isTextual(document_->type(node))) return textOf(*document_, node);
    return wrong(key, expected("text", document_->type(node)));
}

Result<std::string> Json::text() const {
    if (!document_) return wrong("", "missing");
    const auto& node = document_->nodes[node_];
    const auto type = document_->type(node);
    if (!isTextual(type)) return wrong("", expected("text", type));
    return textOf(*document_, node);
}

Result<std::int64_t> Json::integer(std::string_view key) const {
    const auto member = presentIn(document_.get(), node_, key);
    if (member == Tape::kNone) return wrong(key, "missing");
    const auto& node = document_->nodes[member];
    if (document_->type(node) != Type::Number)
        return wrong(key, expected("a whole number", document_->type(node)));
    const auto digits = document_->raw(node);
    const auto* const end = digits.data() + digits.size();
    std::int64_t value = 0;
    const auto [rest, problem] = std::from_chars(digits.data(), end, value);
    if (problem != std::errc()) return wrong(key, "a number beyond 64 bits");
    if (rest != end) return wrong(key, "a number that is not whole");
    return value;
}

Result<bool> Json::boolean(std::string_view key) const {
    const auto member = presentIn(document_.get(), node_, key);
    if (member == Tape::kNone) return wrong(key, "missing");
    const auto& node = document_->nodes[member];
    if (document_->type(node) != Type::Boolean)
        return wrong(key, expected("a boolean", document_->type(node)));
    return document_->raw(node).front() == 't';
}

bool Json::has(std::string_view key) const {
    return presentIn(document_.get(), node_, key) != Tape::kNone;
}

bool Json::isArray() const noexcept {
    return document_ && document_->type(document_->nodes[node_]) == Type::Array;
}

bool Json::isObject() const noexcept {
    return document_ && document_->type(document_->nodes[node_]) == Type::Object;
}

bool Json::isString() const noexcept {
    return document_ && document_->type(document_->nodes[node_]) == Type::Text;
}

std::string Json::textOr(std::string_view key, std::string_view fallback) const {
    const auto member = presentIn(document_.get(), node_, key);
    if (member == Tape::kNone) return std::string(fallback);
    const auto& node = document_->nodes[member];
    return isTextual(document_->type(node)) ? textOf(*document_, node) : std::string(fallback);
}

std::int64_t Json::integerOr(std::string_view key, std::int64_t fallback) const {
    const auto value = integer(key);
    return value ? *value : fallback;
}

bool Json::booleanOr(std::string_view key, bool fallback) const {
    const auto value = boolean(key);
    return value ? *value : fallback;
}

Json Json::at(std::string_view key) const {
    auto found = find(key);
    return found ? *std::move(found) : Json(nullptr, 0);
}

std::vector<std::string> Json::keys() const {
    std::vector<std::string> keys;
    if (!isObject()) return keys;
    // Last to first, so that a repeated key keeps its last place, as find() does.
    std::unordered_set<std::string> seen;
    for (auto child = document_->nodes[node_].lastChild; child != Tape::kNone;
         child = document_->nodes[child].previous) {
        auto key = document_->key(document_->nodes[child]);
        if (seen.insert(key).second) keys.push_back(std::move(key));
    }
    std::reverse(keys.begin(), keys.end());
    return keys;
}

std::string_view Json::raw() const noexcept {
    return document_ ? document_->raw(document_->nodes[node_]) : std::string_view();
}

std::string Json::path() const {
    if (!document_) return "(absent)";
    if (node_ == 0) return "(root)";
    std::string path;
    for (auto at = node_; at != 0; at = document_->nodes[at].parent)
        path.insert(0, stepTo(*document_, document_->nodes[at]));
    return path;
}

}  // namespace souk::sdk
