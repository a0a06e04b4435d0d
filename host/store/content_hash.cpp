#include "store/content_hash.hpp"

#include <souk/sdk/crypto.hpp>

#include <array>

namespace souk::store {

namespace {

constexpr std::size_t kHashBytes = 16;

void putNumber(std::string& out, char kind, std::uint64_t value) {
    std::array<char, 1 + sizeof value> bytes{kind};
    for (std::size_t at = sizeof value; at > 0; --at, value >>= 8U)
        bytes[at] = static_cast<char>(value & 0xffU);
    out.append(bytes.data(), bytes.size());
}

}  // namespace

void ContentHash::none() {
    canonical_.push_back('-');
}

ContentHash& ContentHash::text(std::string_view value) {
    putNumber(canonical_, 't', value.size());
    canonical_.append(value);
    return *this;
}

ContentHash& ContentHash::texts(const std::vector<std::string>& values) {
    putNumber(canonical_, 'l', values.size());
    for (const std::string& value : values) text(value);
    return *this;
}

ContentHash& ContentHash::number(std::int64_t value) {
    putNumber(canonical_, 'n', static_cast<std::uint64_t>(value));
    return *this;
}

ContentHash& ContentHash::flag(bool value) {
    canonical_.push_back(value ? 'y' : 'x');
    return *this;
}

ContentHash& ContentHash::flag(const std::optional<bool>& value) {
    if (value) return flag(*value);
    none();
    return *this;
}

ContentHash& ContentHash::number(const std::optional<std::int64_t>& value) {
    if (value) return number(*value);
    none();
    return *this;
}

ContentHash& ContentHash::time(const std::optional<sdk::Timestamp>& value) {
    if (value) return number(std::int64_t{value->time_since_epoch().count()});
    none();
    return *this;
}

ContentHash& ContentHash::money(const sdk::Money& value) {
    return number(value.minor).text(value.currency);
}

ContentHash& ContentHash::money(const std::optional<sdk::Money>& value) {
    if (value) return money(*value);
    none();
    return *this;
}

ContentHash& ContentHash::price(const sdk::Price& value) {
    return money(value.shop).money(value.presentment);
}

std::string ContentHash::take() const {
    const sdk::Digest digest = sdk::sha256(canonical_);
    return {reinterpret_cast<const char*>(digest.data()), kHashBytes};
}

}  // namespace souk::store
