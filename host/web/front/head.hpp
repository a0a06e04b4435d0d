#pragma once

#include "web/front/limits.hpp"
#include "web/front/message.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace souk::web {

/// A request the front answers itself; the connection closes after it, because what follows on it
/// can no longer be told apart.
struct Refusal {
    int status;
    std::string detail;
};

enum class Framing : std::uint8_t { None, Length, Chunked };

/// A request's head, taken apart and checked.
struct Head {
    Request request;  ///< without body, peer and time
    Framing framing = Framing::None;
    std::uint64_t length = 0;  ///< when framing is Length
    bool http11 = true;
    bool keepAlive = true;
    bool expectsContinue = false;
};

/// Finds the end of a head in bytes that arrive in pieces, looking at each byte once, and refuses
/// at the earliest byte that cannot be HTTP/1.
class HeadScanner {
public:
    enum class Progress : std::uint8_t { Incomplete, Complete, Refused };

    explicit HeadScanner(const Limits& limits) noexcept : limits_(&limits) {}

    /// `buffer` starts where the request starts and has grown since the last call.
    Progress scan(std::string_view buffer);

    [[nodiscard]] std::size_t start() const noexcept { return start_; }  ///< after an empty line
    [[nodiscard]] std::size_t end() const noexcept { return position_; }
    [[nodiscard]] const Refusal& refusal() const noexcept { return *refusal_; }
    void reset() noexcept { *this = HeadScanner(*limits_); }

private:
    bool endLine(std::string_view buffer);
    Progress refuse(int status, std::string detail);
    bool addressTooLong() const noexcept;
    bool tooLong() const noexcept;
    Progress refuseLength();

    const Limits* limits_;
    std::size_t start_ = 0;
    std::size_t position_ = 0;
    std::size_t lineStart_ = 0;
    std::size_t lines_ = 0;
    std::optional<Refusal> refusal_;
};

/// Takes a whole head apart: `bytes` from the request line to the empty line, which HeadScanner has
/// found complete and without fault. Values stay as sent: Poco's own reader would decode RFC 2047
/// words in them and so turn
/// "=?UTF-8?Q?=0D=0A?=" into a line break behind every check.
std::variant<Head, Refusal> readHead(std::string_view bytes);

/// What is wrong with a request line, if anything. `line` without its CRLF.
std::optional<Refusal> requestLineFault(std::string_view line, const Limits& limits);

/// What is wrong with one header or trailer line, if anything. `line` without its CRLF.
std::optional<Refusal> fieldFault(std::string_view line);

/// RFC 9110 token: the characters of method and header names.
bool isToken(std::string_view text) noexcept;

/// True for bytes no header value, target or chunk line may hold (controls but tab, and DEL).
constexpr bool isControl(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

/// Case-insensitive equality of ASCII text.
bool sameText(std::string_view a, std::string_view b) noexcept;

}  // namespace souk::web
