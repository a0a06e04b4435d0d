#include "web/api/render.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/time.hpp>

#include <charconv>

namespace souk::web {

namespace {

constexpr std::size_t kTagCharacters = 32;
/// Far beyond any time a row holds, and well within what PostgreSQL and the clock's type can.
constexpr std::int64_t kFarMicros = 250'000'000'000'000'000;

[[noreturn]] void badCursor() {
    throw Problem(400, "Parameter cursor is not one this list gave; start again without it.");
}
core::Uuid uuidIn(const std::string& part) {
    const auto id = core::Uuid::parse(part);
    if (!id) badCursor();
    return *id;
}

}  // namespace

Render& Render::text(std::string_view name, std::string_view value) {
    return with(json_.key(name).text(value));
}

Render& Render::text(std::string_view name, const std::optional<std::string>& value) {
    json_.key(name);
    return with(value ? json_.text(*value) : json_.null());
}

Render& Render::id(std::string_view name, const core::Uuid& value) {
    return text(name, std::string_view(value.text()));
}

Render& Render::id(std::string_view name, const std::optional<core::Uuid>& value) {
    return text(name, value ? std::optional(value->text()) : std::nullopt);
}

Render& Render::number(std::string_view name, std::int64_t value) {
    return with(json_.key(name).integer(value));
}

Render& Render::number(std::string_view name, const std::optional<std::int64_t>& value) {
    json_.key(name);
    return with(value ? json_.integer(*value) : json_.null());
}

Render& Render::boolean(std::string_view name, bool value) {
    return with(json_.key(name).boolean(value));
}

Render& Render::boolean(std::string_view name, const std::optional<bool>& value) {
    json_.key(name);
    return with(value ? json_.boolean(*value) : json_.null());
}

Render& Render::time(std::string_view name, const std::optional<sdk::Timestamp>& value) {
    return text(name, value ? std::optional(sdk::rfc3339(*value)) : std::nullopt);
}

Render& Render::money(std::string_view name, const std::optional<sdk::Money>& value) {
    json_.key(name);
    if (!value) return with(json_.null());
    return with(json_.object()
                    .key("amount")
                    .integer(value->minor)
                    .key("currency")
                    .text(value->currency)
                    .end());
}

Render& Render::price(std::string_view name, const std::optional<sdk::Price>& value) {
    json_.key(name);
    if (!value) return with(json_.null());
    json_.object();
    money("shop", value->shop).money("presentment", value->presentment);
    return with(json_.end());
}

Render& Render::texts(std::string_view name, const std::vector<std::string>& values) {
    json_.key(name).array();
    for (const auto& value : values) json_.text(value);
    return with(json_.end());
}

Render& Render::raw(std::string_view name, std::string_view json) {
    return with(json_.key(name).raw(json));
}

Response jsonAnswer(int status, std::string body) {
    Response answer;
    answer.status = status;
    answer.headers["Content-Type"] = "application/json";
    answer.headers["Cache-Control"] = "no-store";
    answer.headers["X-Content-Type-Options"] = "nosniff";
    answer.body = std::move(body);
    return answer;
}

Response createdAnswer(std::string body, std::string location) {
    auto answer = jsonAnswer(201, std::move(body));
    answer.headers["Location"] = std::move(location);
    return answer;
}

Response tagged(const Call& call, std::string body) {
    const auto tag = '"' + sdk::hex(sdk::sha256(body)).substr(0, kTagCharacters) + '"';
    const auto known = sdk::valueOf(call.request.headers, "if-none-match");
    auto answer = jsonAnswer(200, std::move(body));
    answer.headers["ETag"] = tag;
    answer.headers["Cache-Control"] = "private, no-cache";
    if (known == "*" || known.find(tag) != std::string_view::npos) {
        answer.status = 304;
        answer.headers.erase("Content-Type");
        answer.body.clear();
    }
    return answer;
}

std::optional<std::pair<sdk::Timestamp, core::Uuid>> keyset(const PageCursor& cursor) {
    const auto parts = cursor.position(2);
    if (!parts) return std::nullopt;
    const auto& text = parts->front();
    std::int64_t micros = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), micros);
    if (error != std::errc{} || end != text.data() + text.size()) badCursor();
    if (micros > kFarMicros || micros < -kFarMicros) badCursor();
    return std::pair{sdk::Timestamp(std::chrono::microseconds(micros)), uuidIn(parts->back())};
}

core::Uuid idCursor(const PageCursor& cursor) {
    const auto parts = cursor.position(1);
    return parts ? uuidIn(parts->front()) : core::Uuid{};
}

}  // namespace souk::web
