#include "meta/reading.hpp"

#include <utility>

namespace souk::meta {

std::vector<sdk::Json> listIn(const sdk::Json& item, std::string_view key) {
    auto items = item.items(key);
    return items ? *std::move(items) : std::vector<sdk::Json>();
}

sdk::Result<std::string> idIn(const sdk::Json& item, std::string_view key) {
    constexpr std::size_t kLongest = 100;
    auto id = item.textOr(key, "");
    if (id.size() <= kLongest) return id;
    return sdk::Error{sdk::ErrorKind::BadPayload,
                      item.path() + "." + std::string(key) + ": longer than any id"};
}

sdk::Result<std::string> nameIn(const sdk::Json& item, std::string_view key) {
    auto name = SOUK_TRY(item.text(key));
    if (!name.empty()) return name;
    return sdk::Error{sdk::ErrorKind::BadPayload, item.path() + "." + std::string(key) + ": empty"};
}

std::string fieldOf(const sdk::Fields& fields, std::string_view name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
}

}  // namespace souk::meta
