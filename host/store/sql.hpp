#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace souk::store {

/// SQL made of parts at compile time, so that two statements can share their column list and stay
/// constants: `constexpr auto kText = sqlOf(kColumns, "WHERE id = $1"); textOf(kText)`.
template <std::size_t... N>
constexpr auto sqlOf(const char (&... parts)[N]) {
    std::array<char, (N + ...)> text{};
    std::size_t end = 0;
    const auto append = [&](const char* part, std::size_t size) {
        for (std::size_t at = 0; at + 1 < size; ++at) text[end++] = part[at];
        text[end++] = ' ';
    };
    (append(parts, N), ...);
    return text;
}

template <std::size_t N>
constexpr std::string_view textOf(const std::array<char, N>& sql) {
    return {sql.data(), N};
}

/// A LIKE pattern that finds `text` anywhere, its own % and _ taken literally.
std::string likeAnywhere(std::string_view text);

}  // namespace souk::store
