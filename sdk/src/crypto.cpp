#include <souk/sdk/crypto.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdint>
#include <limits>
#include <stdexcept>

namespace souk::sdk {

namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kHex = "0123456789ABCDEF";

const unsigned char* bytesOf(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view viewOf(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string encode(std::string_view bytes, std::string_view alphabet) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(c);
        held += 8;
        while (held >= 6) {
            held -= 6;
            out += alphabet[(bits >> held) & 63U];
        }
    }
    if (held > 0) out += alphabet[(bits << (6 - held)) & 63U];
    return out;
}

/// `text` without its padding.
Result<std::string> decode(std::string_view text, std::string_view alphabet) {
    std::string out;
    out.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const auto value = alphabet.find(c);
        if (value == std::string_view::npos)
            return Error{ErrorKind::BadPayload, "base64: a character outside the alphabet"};
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out += static_cast<char>((bits >> held) & 255U);
    }
    if (held >= 6 || (bits & ((1U << held) - 1U)) != 0)
        return Error{ErrorKind::BadPayload, "base64: cut short"};
    return out;
}

int hexValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool isUnreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

}  // namespace

Digest hmacSha256(std::string_view key, std::string_view message) {
    // HMAC() counts keys in int; only a caller's mistake could make one that long.
    if (key.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw std::length_error("hmacSha256: key too long");
    Digest digest{};
    unsigned int size = 0;
    if (HMAC(EVP_sha256(),
             key.data() == nullptr ? "" : key.data(),
             static_cast<int>(key.size()),
             bytesOf(message),
             message.size(),
             reinterpret_cast<unsigned char*>(digest.data()),
             &size) == nullptr)
        throw std::runtime_error("hmacSha256: OpenSSL refused");
    return digest;
}

Digest sha256(std::string_view message) {
    Digest digest{};
    if (EVP_Digest(message.data(),
                   message.size(),
                   reinterpret_cast<unsigned char*>(digest.data()),
                   nullptr,
                   EVP_sha256(),
                   nullptr) != 1)
        throw std::runtime_error("sha256: OpenSSL refused");
    return digest;
}

std::string base64(std::string_view bytes) {
    auto out = encode(bytes, kStandard);
    out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

std::string base64(const Digest& digest) {
    return base64(viewOf(digest));
}

std::string base64Url(std::string_view bytes) {
    return encode(bytes, kUrl);
}

Result<std::string> fromBase64(std::string_view text) {
    if (text.size() % 4 != 0)
        return Error{ErrorKind::BadPayload, "base64: length is not a multiple of four"};
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    return decode(text, kStandard);
}

Result<std::string> fromBase64Url(std::string_view text) {
    return decode(text, kUrl);
}

std::string hex(const Digest& digest) {
    std::string out;
    out.reserve(digest.size() * 2);
    constexpr std::string_view kLower = "0123456789abcdef";
    for (const auto byte : digest) {
        out += kLower[std::to_integer<unsigned>(byte) >> 4U];
        out += kLower[std::to_integer<unsigned>(byte) & 15U];
    }
    return out;
}

bool equalConstantTime(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string percentEncode(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (const char c : text) {
        if (isUnreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kHex[byte >> 4U];
        out += kHex[byte & 15U];
    }
    return out;
}

Result<std::string> percentDecode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const int high = i + 1 < text.size() ? hexValue(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hexValue(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            return Error{ErrorKind::BadPayload,
                         "broken percent escape at byte " + std::to_string(i)};
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

}  // namespace souk::sdk
