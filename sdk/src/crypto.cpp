#include <souk/sdk/crypto.hpp>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstdint>
#include <memory>
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

unsigned char* bytesOf(Digest& digest) {
    return reinterpret_cast<unsigned char*>(digest.data());
}

/// The same text, never a null pointer.
std::string_view presence(std::string_view text) {
    return text.data() == nullptr ? std::string_view("") : text;
}

using Mac = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

/// Made once per thread: that costs as much as hashing a kilobyte.
Mac newHmac() {
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> algorithm(
        EVP_MAC_fetch(nullptr, "HMAC", nullptr), &EVP_MAC_free);
    Mac mac(algorithm ? EVP_MAC_CTX_new(algorithm.get()) : nullptr, &EVP_MAC_CTX_free);
    std::string name = "SHA256";
    const std::array params{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), name.size()),
        OSSL_PARAM_construct_end()};
    if (!mac || EVP_MAC_CTX_set_params(mac.get(), params.data()) != 1)
        throw std::runtime_error("hmacSha256: OpenSSL refused");
    return mac;
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
    thread_local const Mac mac = newHmac();
    Digest digest{};
    std::size_t size = 0;
    // Without a key it would go on with the one before.
    const bool done = EVP_MAC_init(mac.get(), bytesOf(presence(key)), key.size(), nullptr) == 1 &&
                      EVP_MAC_update(mac.get(), bytesOf(message), message.size()) == 1 &&
                      EVP_MAC_final(mac.get(), bytesOf(digest), &size, digest.size()) == 1;
    if (!done || size != digest.size()) throw std::runtime_error("hmacSha256: OpenSSL refused");
    return digest;
}

Digest sha256(std::string_view message) {
    // Looked up once: doing it by name costs as much as hashing a short text.
    static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm(
        EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free);
    Digest digest{};
    if (EVP_Digest(
            message.data(), message.size(), bytesOf(digest), nullptr, algorithm.get(), nullptr) !=
        1)
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
