#pragma once

#include "core/uuid.hpp"
#include "web/call.hpp"
#include "web/front/message.hpp"
#include "web/page_cursor.hpp"

#include <souk/sdk/json.hpp>
#include <souk/sdk/money.hpp>
#include <souk/sdk/record.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::web {

/// JSON as the API speaks it: members by type, absent values as null. Wraps sdk::JsonWriter.
class Render {
public:
    Render& object() { return with(json_.object()); }
    Render& array() { return with(json_.array()); }
    Render& end() { return with(json_.end()); }
    Render& key(std::string_view name) { return with(json_.key(name)); }
    Render& item(std::string_view value) { return with(json_.text(value)); }

    Render& text(std::string_view name, std::string_view value);
    Render& text(std::string_view name, const std::string& value) {
        return text(name, std::string_view(value));
    }
    Render& text(std::string_view name, const char* value) {
        return text(name, std::string_view(value));
    }
    Render& text(std::string_view name, const std::optional<std::string>& value);
    Render& id(std::string_view name, const core::Uuid& value);
    Render& id(std::string_view name, const std::optional<core::Uuid>& value);
    Render& number(std::string_view name, std::int64_t value);
    Render& number(std::string_view name, const std::optional<std::int64_t>& value);
    Render& boolean(std::string_view name, bool value);
    Render& boolean(std::string_view name, const std::optional<bool>& value);
    /// RFC 3339 UTC.
    Render& time(std::string_view name, const std::optional<sdk::Timestamp>& value);
    /// {"amount": minor units, "currency": ISO 4217} or null.
    Render& money(std::string_view name, const std::optional<sdk::Money>& value);
    /// {"shop": money, "presentment": money} or null.
    Render& price(std::string_view name, const std::optional<sdk::Price>& value);
    Render& texts(std::string_view name, const std::vector<std::string>& values);
    /// Ready JSON.
    Render& raw(std::string_view name, std::string_view json);
    /// Ready JSON as an item of an array.
    Render& rawItem(std::string_view json) { return with(json_.raw(json)); }

    std::string take() { return json_.take(); }

private:
    Render& with(sdk::JsonWriter&) { return *this; }

    sdk::JsonWriter json_;
};

Response jsonAnswer(int status, std::string body);

/// 201 for something new, which can be read at `location`.
Response createdAnswer(std::string body, std::string location);

/// 200 with a strong ETag of the body, or 304 when the caller has it already. Of the body and not
/// of the row's version: stock, listings and progress move without one.
Response tagged(const Call& call, std::string body);

/// {"data": [...], "next_cursor": "…" or null}.
template <class Items, class One>
std::string page(const Items& items, const std::optional<std::string>& next, One&& one) {
    Render json;
    json.object().key("data").array();
    for (const auto& item : items) one(json, item);
    json.end().text("next_cursor", next);
    return json.end().take();
}

/// Lists by (updated_at, id): where the call's cursor stands, and the cursor after the last item
/// when the page is full.
std::optional<std::pair<sdk::Timestamp, core::Uuid>> keyset(const PageCursor& cursor);
template <class Items>
std::optional<std::string> nextKeyset(const PageCursor& cursor, const Items& items, int limit) {
    if (items.size() < static_cast<std::size_t>(limit)) return std::nullopt;
    const auto& last = items.back();
    return cursor.after(
        {std::to_string(last.updatedAt.time_since_epoch().count()), last.id.text()});
}

/// Lists by id alone.
core::Uuid idCursor(const PageCursor& cursor);
template <class Items, class IdOf>
std::optional<std::string> nextId(const PageCursor& cursor,
                                  const Items& items,
                                  int limit,
                                  IdOf&& idOf) {
    if (items.size() < static_cast<std::size_t>(limit)) return std::nullopt;
    return cursor.after({idOf(items.back()).text()});
}

}  // namespace souk::web
