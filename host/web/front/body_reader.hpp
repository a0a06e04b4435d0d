#pragma once

#include "web/front/head.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace souk::web {

/// Collects one request's body from bytes that arrive in pieces, by length or by chunks, and knows
/// exactly where it ends: what follows is the next request.
class BodyReader {
public:
    /// `limit` in bytes; `head` says how the body is framed. Both limits are checked here, so a
    /// declared length beyond `limit` is refused before a byte is read.
    BodyReader(const Head& head, std::size_t limit, const Limits& limits);

    /// Takes what belongs to this body from the start of `input`; returns how many bytes. Stops
    /// at the body's end or at a refusal.
    std::size_t feed(std::string_view input);

    [[nodiscard]] bool done() const noexcept { return state_ == State::Done; }
    [[nodiscard]] const std::optional<Refusal>& refusal() const noexcept { return refusal_; }
    [[nodiscard]] std::size_t size() const noexcept { return body_.size(); }
    std::string take() { return std::move(body_); }

private:
    enum class State : std::uint8_t { Size, Data, DataEnd, Trailer, Done };

    std::size_t feedData(std::string_view input);
    std::size_t feedLine(std::string_view input);
    void endLine();
    void startChunk();
    void refuseLength();
    void refuse(int status, std::string detail);

    const Limits* limits_;
    std::size_t limit_;
    bool chunked_;
    State state_ = State::Done;
    std::uint64_t left_ = 0;  ///< bytes of the current chunk (or of the body) still to come
    std::string line_;        ///< the size or trailer line under way, with its CR
    std::size_t extensions_ = 0;
    std::size_t trailers_ = 0;
    std::string body_;
    std::optional<Refusal> refusal_;
};

}  // namespace souk::web
