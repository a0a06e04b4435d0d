#pragma once

#include <souk/sdk/result.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::sdk {

/// Read-only JSON that remembers where it is, so every error names its path
/// ("orders[3].total_price: missing") and no translator needs a try block.
/// `null` and absent are the same thing. Numbers keep their digits: 19.90 stays "19.90" and an
/// integer of any length is readable as text. Copies are cheap; a Json keeps its document alive.
class Json {
public:
    /// Parses a whole document. BadPayload names the offset's cause; depth is limited to 128.
    static Result<Json> parse(std::string_view bytes);

    /// Member access; an error names the full path.
    Result<Json> object(std::string_view key) const;
    Result<std::vector<Json>> items(std::string_view key) const;
    /// A string, or a number's own digits: ids and money come as both.
    Result<std::string> text(std::string_view key) const;
    Result<std::int64_t> integer(std::string_view key) const;
    Result<bool> boolean(std::string_view key) const;

    bool has(std::string_view key) const;
    bool isArray() const noexcept;
    bool isObject() const noexcept;
    bool isString() const noexcept;
    std::string textOr(std::string_view key, std::string_view fallback) const;
    std::int64_t integerOr(std::string_view key, std::int64_t fallback) const;
    bool booleanOr(std::string_view key, bool fallback) const;
    /// The member, or a Json that has no members; never an error.
    Json at(std::string_view key) const;

    /// This value itself.
    Result<std::vector<Json>> items() const;
    Result<std::string> text() const;
    std::vector<std::string> keys() const;

    /// The exact bytes of this value in the document, untouched.
    std::string_view raw() const noexcept;
    /// "orders[3].total_price", "(root)" for the document itself.
    std::string path() const;

private:
    struct Document;
    Json(std::shared_ptr<const Document> document, std::uint32_t node) noexcept;
    std::optional<Json> find(std::string_view key) const;
    Error wrong(std::string_view key, std::string_view what) const;

    std::shared_ptr<const Document> document_;
    std::uint32_t node_ = 0;
};

/// Builds compact JSON text: `JsonWriter().object().key("a").text("b").end().take()`.
/// Commas and escaping are its business; `raw` puts ready JSON in.
class JsonWriter {
public:
    JsonWriter& object();
    JsonWriter& array();
    JsonWriter& end();
    JsonWriter& key(std::string_view name);
    JsonWriter& text(std::string_view value);
    JsonWriter& integer(std::int64_t value);
    JsonWriter& boolean(bool value);
    JsonWriter& null();
    JsonWriter& raw(std::string_view json);
    std::string take();

private:
    void separate();

    std::string out_;
    std::string closers_;
    bool first_ = true;
};

}  // namespace souk::sdk
