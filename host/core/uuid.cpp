#include "core/uuid.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <system_error>

namespace souk::core {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::array<std::size_t, 4> kDashes{8, 13, 18, 23};

void fillRandom(void* out, std::size_t bytes) {
    auto* at = static_cast<unsigned char*>(out);
    while (bytes > 0) {
        const auto got = ::getrandom(at, bytes, 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            throw std::system_error(errno, std::generic_category(), "getrandom");
        }
        at += got;
        bytes -= static_cast<std::size_t>(got);
    }
}

/// The clock of UUIDv7: milliseconds in the upper 48 bits, 4096ths of a millisecond in the lower
/// twelve, and never the same value twice.
class IdSource {
public:
    Uuid next() {
        const std::lock_guard lock(mutex_);
        last_ = std::max(last_ + 1, ticks());
        if (used_ == random_.size()) {
            fillRandom(random_.data(), random_.size());
            used_ = 0;
        }
        Uuid id;
        const std::uint64_t milliseconds = last_ >> 12U;
        for (std::size_t i = 0; i < 6; ++i)
            id.bytes[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
        id.bytes[6] = static_cast<std::uint8_t>(0x70U | ((last_ >> 8U) & 0x0fU));
        id.bytes[7] = static_cast<std::uint8_t>(last_ & 0xffU);
        std::copy_n(random_.begin() + static_cast<std::ptrdiff_t>(used_), 8, id.bytes.begin() + 8);
        used_ += 8;
        id.bytes[8] = static_cast<std::uint8_t>(0x80U | (id.bytes[8] & 0x3fU));
        return id;
    }

private:
    static std::uint64_t ticks() {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        const auto nanoseconds = static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
        const std::uint64_t fraction = (nanoseconds % 1'000'000) * 4096 / 1'000'000;
        return (nanoseconds / 1'000'000) << 12U | fraction;
    }

    std::mutex mutex_;
    std::uint64_t last_ = 0;
    std::array<std::uint8_t, 1024> random_{};
    std::size_t used_ = random_.size();
};

int hexValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

sdk::Error notAnId() {
    return {sdk::ErrorKind::BadPayload,
            "not an id: expected a UUID like 0190a5d2-7c1e-7b4a-9f00-3d2b1c4e5f60"};
}

}  // namespace

std::string Uuid::text() const {
    std::string out;
    out.reserve(36);
    for (const auto byte : bytes) {
        if (std::find(kDashes.begin(), kDashes.end(), out.size()) != kDashes.end()) out += '-';
        out += kHex[byte >> 4U];
        out += kHex[byte & 0x0fU];
    }
    return out;
}

sdk::Result<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != 36) return notAnId();
    Uuid id;
    std::size_t nibble = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = std::find(kDashes.begin(), kDashes.end(), i) != kDashes.end();
        if (dash != (text[i] == '-')) return notAnId();
        if (dash) continue;
        const int value = hexValue(text[i]);
        if (value < 0) return notAnId();
        auto& byte = id.bytes[nibble / 2];
        byte = static_cast<std::uint8_t>(byte * 16 + value);
        ++nibble;
    }
    return id;
}

Uuid newId() {
    static IdSource source;
    return source.next();
}

std::string randomBytes(std::size_t bytes) {
    std::string out(bytes, '\0');
    fillRandom(out.data(), out.size());
    return out;
}

}  // namespace souk::core
