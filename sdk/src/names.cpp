#include <souk/sdk/http.hpp>
#include <souk/sdk/publisher.hpp>
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

constexpr std::array<std::string_view, 5> kOfferStates{
    "pending", "in_review", "live", "rejected", "absent"};
constexpr std::array<std::string_view, 5> kAccountNews{
    "uninstalled", "scopes_changed", "restricted", "restored", "facts_changed"};
constexpr std::array<std::string_view, 4> kStages{"sent", "delivered", "read", "failed"};

template <class Enum, std::size_t count>
constexpr std::string_view nameIn(const std::array<std::string_view, count>& names,
                                  Enum value) noexcept {
    const auto index = static_cast<std::size_t>(value);
    return index < count ? names[index] : "unknown";
}

/// ASCII only: header names are, and the locale must not decide what they equal.
constexpr unsigned char lower(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 'A' && byte <= 'Z' ? static_cast<unsigned char>(byte + 32) : byte;
}

}  // namespace

std::string_view name(ErrorKind kind) noexcept {
    return nameIn(kKinds, kind);
}

std::string_view name(Entity entity) noexcept {
    return nameIn(kEntities, entity);
}

std::string_view name(OfferState state) noexcept {
    return nameIn(kOfferStates, state);
}

std::string_view name(AccountChange::What what) noexcept {
    return nameIn(kAccountNews, what);
}

std::string_view name(MessageStatus::Stage stage) noexcept {
    return nameIn(kStages, stage);
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
    const auto common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (a[i] == b[i]) continue;
        const auto x = lower(a[i]);
        const auto y = lower(b[i]);
        if (x != y) return x < y;
    }
    return a.size() < b.size();
}

std::string_view valueOf(const Headers& headers, std::string_view name) noexcept {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace souk::sdk
