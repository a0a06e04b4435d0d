#include <souk/sdk/http.hpp>
#include <souk/sdk/record.hpp>

#include <algorithm>
#include <array>

namespace souk::sdk {

namespace {

constexpr std::array<std::string_view, 8> kKinds{"unauthorized",
                                                 "rate_limited",
                                                 "transient",
                                                 "bad_payload",
                                                 "rejected",
                                                 "not_found",
                                                 "unsupported",
                                                 "bug"};
constexpr std::array<std::string_view, 6> kEntities{
    "product", "customer", "order", "location", "stock", "message"};

/// ASCII only: header names are, and the locale must not decide what they equal.
constexpr unsigned char lower(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 'A' && byte <= 'Z' ? static_cast<unsigned char>(byte + 32) : byte;
}

}  // namespace

std::string_view name(ErrorKind kind) noexcept {
    const auto index = static_cast<std::size_t>(kind);
    return index < kKinds.size() ? kKinds[index] : "unknown";
}

std::string_view name(Entity entity) noexcept {
    const auto index = static_cast<std::size_t>(entity);
    return index < kEntities.size() ? kEntities[index] : "unknown";
}

Result<Entity> entityFrom(std::string_view name) {
    const auto* const found = std::find(kEntities.begin(), kEntities.end(), name);
    if (found == kEntities.end()) {
        std::string known;
        for (const auto one : kEntities) known.append(known.empty() ? "" : ", ").append(one);
        return Error{ErrorKind::BadPayload,
                     "unknown entity '" + std::string(name) + "'; one of " + known};
    }
    return static_cast<Entity>(found - kEntities.begin());
}

std::string StockLevel::key(std::string_view inventoryItemId, std::string_view locationExternalId) {
    std::string key(inventoryItemId);
    key += '@';
    key += locationExternalId;
    return key;
}

bool CaseInsensitive::operator()(std::string_view a, std::string_view b) const noexcept {
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) < lower(y); });
}

std::string_view valueOf(const Headers& headers, std::string_view name) noexcept {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace souk::sdk
