#pragma once

#include <souk/sdk/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string_view>

/// What the fuzz targets share. A target is one file that defines fuzzOne().
namespace souk::fuzz {

/// One input, whole. Returns when all that must hold held.
void fuzzOne(std::string_view input);

/// Ends the process with the sentence: libFuzzer keeps the input that led here as a finding.
inline void require(bool holds, std::string_view sentence) {
    if (holds) return;
    std::fprintf(stderr, "BROKEN: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
    std::abort();
}

/// True for one input of `many`, always the same: for what costs more than all the rest.
inline bool oneOf(std::size_t many, std::string_view input) {
    return std::hash<std::string_view>{}(input) % many == 0;
}

/// The first line without its LF; `rest` goes on behind it.
inline std::string_view takeLine(std::string_view& rest) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
}

/// The size of pieces that are not cut: no input is larger.
inline constexpr std::size_t kAllAtOnce = 1U << 20U;

/// Pieces of bytes, by a rule that the input alone decides: a finding repeats.
class Cuts {
public:
    /// `most` bytes a piece; 0: each of another length.
    Cuts(std::string_view bytes, std::size_t most) : rest_(bytes), most_(most) {
        for (const char c : bytes) state_ = (state_ ^ static_cast<unsigned char>(c)) * kPrime;
    }

    bool done() const { return rest_.empty(); }
    std::string_view next() {
        state_ = state_ * kPrime + 1;
        const auto size = most_ != 0 ? most_ : 1 + (state_ >> 40U) % 23;
        const auto piece = rest_.substr(0, size);
        rest_.remove_prefix(piece.size());
        return piece;
    }

private:
    static constexpr std::uint64_t kPrime = 0x100000001B3;
    std::string_view rest_;
    std::size_t most_;
    std::uint64_t state_ = 0xCBF29CE484222325;
};

}  // namespace souk::fuzz
