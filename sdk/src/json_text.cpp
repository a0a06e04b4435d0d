#include "json_text.hpp"

#include "utf8.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>

namespace souk::sdk::json {

namespace {

constexpr std::uint32_t kNotHex = 0xFFFFFFFF;

/// The code unit after "\u" at `at`, or kNotHex.
std::uint32_t unitAt(std::string_view raw, std::size_t at) noexcept {
    if (at + 4 > raw.size()) return kNotHex;
    std::uint32_t unit = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
        const char c = raw[i];
        unit <<= 4;
        if (c >= '0' && c <= '9')
            unit |= static_cast<std::uint32_t>(c - '0');
        else if (c >= 'a' && c <= 'f')
            unit |= static_cast<std::uint32_t>(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            unit |= static_cast<std::uint32_t>(c - 'A' + 10);
        else
            return kNotHex;
    }
    return unit;
}

bool isHigh(std::uint32_t unit) noexcept {
    return unit >= 0xD800 && unit <= 0xDBFF;
}

bool isLow(std::uint32_t unit) noexcept {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

void appendUtf8(std::string& out, std::uint32_t point) {
    const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0 | (point >> 6));
        put(0x80 | (point & 63));
    } else if (point < 0x10000) {
        put(0xE0 | (point >> 12));
        put(0x80 | ((point >> 6) & 63));
        put(0x80 | (point & 63));
    } else {
        put(0xF0 | (point >> 18));
        put(0x80 | ((point >> 12) & 63));
        put(0x80 | ((point >> 6) & 63));
        put(0x80 | (point & 63));
    }
}

char simpleEscape(char letter) noexcept {
    switch (letter) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return letter;  // quote, backslash, slash stand for themselves
    }
}

bool needsEscape(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void appendEscaped(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += "\\u00";
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
}

}  // namespace

bool escapesAreLegal(std::string_view raw) noexcept {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    for (auto at = raw.find('\\'); at != std::string_view::npos; at = raw.find('\\', at)) {
        if (at + 1 >= raw.size()) return false;
        if (raw[at + 1] != 'u') {
            if (kLetters.find(raw[at + 1]) == std::string_view::npos) return false;
            at += 2;
            continue;
        }
        const auto unit = unitAt(raw, at + 2);
        at += 6;
        if (unit == kNotHex || isLow(unit)) return false;
        if (!isHigh(unit)) continue;
        if (raw.substr(at, 2) != "\\u" || !isLow(unitAt(raw, at + 2))) return false;
        at += 6;
    }
    return true;
}

std::string unescape(std::string_view raw) {
    std::string out;
    out.reserve(raw.size());
    while (!raw.empty()) {
        const auto slash = raw.find('\\');
        out += raw.substr(0, slash);
        if (slash == std::string_view::npos) break;
        raw.remove_prefix(slash);
        if (raw[1] != 'u') {
            out += simpleEscape(raw[1]);
            raw.remove_prefix(2);
            continue;
        }
        auto point = unitAt(raw, 2);
        raw.remove_prefix(6);
        if (isHigh(point)) {
            point = 0x10000 + ((point - 0xD800) << 10) + (unitAt(raw, 2) - 0xDC00);
            raw.remove_prefix(6);
        }
        appendUtf8(out, point);
    }
    return out;
}

bool isNumber(std::string_view token) noexcept {
    std::size_t at = 0;
    const auto digits = [&] {
        const auto from = at;
        while (at < token.size() && token[at] >= '0' && token[at] <= '9') ++at;
        return at - from;
    };
    const auto here = [&](char c) { return at < token.size() && token[at] == c; };

    if (here('-')) ++at;
    const auto first = at;
    const auto whole = digits();
    if (whole == 0 || (whole > 1 && token[first] == '0')) return false;
    if (here('.')) {
        ++at;
        if (digits() == 0) return false;
    }
    if (here('e') || here('E')) {
        ++at;
        if (here('+') || here('-')) ++at;
        if (digits() == 0) return false;
    }
    return at == token.size();
}

void appendQuoted(std::string& out, std::string_view text) {
    std::string copy;
    if (!simdjson::validate_utf8(text.data(), text.size())) {
        copy = utf8::mended(text);
        text = copy;
    }
    out += '"';
    for (;;) {  // what needs no escape goes over as a whole
        const auto* const end = std::find_if(text.begin(), text.end(), needsEscape);
        const auto plain = static_cast<std::size_t>(end - text.begin());
        out += text.substr(0, plain);
        if (plain == text.size()) break;
        appendEscaped(out, text[plain]);
        text.remove_prefix(plain + 1);
    }
    out += '"';
}

}  // namespace souk::sdk::json
