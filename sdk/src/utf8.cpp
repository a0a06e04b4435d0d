#include "utf8.hpp"

#include <simdjson.h>

namespace souk::sdk::utf8 {

namespace {

/// How many bytes the UTF-8 sequence at the front of `text` has; 0 if it is not one.
std::size_t sequenceLength(std::string_view text) noexcept {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length > text.size()) return 0;
    return simdjson::validate_utf8(text.data(), length) ? length : 0;
}

}  // namespace

std::string mended(std::string_view text) {
    constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
    std::string out;
    while (!text.empty()) {
        const auto length = sequenceLength(text);
        out += length == 0 ? kReplacement : text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

std::string excerpt(std::string_view text, std::size_t most) {
    if (text.size() <= most) return mended(text);
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    while (most > 0 && continues(text[most])) --most;
    return mended(text.substr(0, most)) + "...";
}

}  // namespace souk::sdk::utf8
