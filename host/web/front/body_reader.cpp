#include "web/front/body_reader.hpp"

#include <algorithm>
#include <charconv>

namespace souk::web {

namespace {

constexpr std::size_t kSizeDigits = 16;
constexpr std::size_t kReserve = 64 * kKilobyte;  // a declared length is a promise, not yet memory

}  // namespace

BodyReader::BodyReader(const Head& head, std::size_t limit, const Limits& limits)
    : limits_(&limits), limit_(limit), chunked_(head.framing == Framing::Chunked) {
    if (chunked_) {
        state_ = State::Size;
        return;
    }
    left_ = head.length;
    if (left_ == 0) return;
    state_ = State::Data;
    if (left_ > limit_)
        refuseLength();
    else
        body_.reserve(std::min<std::size_t>(left_, kReserve));
}

void BodyReader::refuseLength() {
    refuse(413,
           "The body is longer than " + std::to_string(limit_) +
               " bytes, the most this address takes; send less at once.");
}

void BodyReader::refuse(int status, std::string detail) {
    refusal_ = Refusal{status, std::move(detail)};
}

std::size_t BodyReader::feed(std::string_view input) {
    std::size_t used = 0;
    while (used < input.size() && state_ != State::Done && !refusal_) {
        const auto rest = input.substr(used);
        used += state_ == State::Data ? feedData(rest) : feedLine(rest);
    }
    return used;
}

std::size_t BodyReader::feedData(std::string_view input) {
    const auto piece = input.substr(0, std::min<std::uint64_t>(left_, input.size()));
    body_ += piece;
    left_ -= piece.size();
    if (left_ == 0) state_ = chunked_ ? State::DataEnd : State::Done;
    return piece.size();
}

/// Everything between chunk data is lines: sizes, the CRLF after data, trailers.
std::size_t BodyReader::feedLine(std::string_view input) {
    const char c = input.front();
    const bool afterReturn = !line_.empty() && line_.back() == '\r';
    if (afterReturn != (c == '\n') || (c != '\n' && c != '\r' && isControl(c))) {
        refuse(400,
               "A line of the chunked body holds a control character or does not end in CRLF.");
        return 1;
    }
    if (c == '\n') {
        line_.pop_back();
        endLine();
        line_.clear();
        return 1;
    }
    line_ += c;
    if (state_ == State::DataEnd && c != '\r') {
        refuse(400, "A chunk is longer than its size says.");
    } else if (state_ == State::Size && line_.size() > kSizeDigits + limits_->chunkExtensionBytes) {
        refuse(400, "A chunk size line is too long; send chunks without extensions.");
    } else if (state_ == State::Trailer && ++trailers_ > limits_->trailerBytes) {
        refuse(431,
               "The trailers are longer than " + std::to_string(limits_->trailerBytes) +
                   " bytes; send none, they are dropped here.");
    }
    return 1;
}

void BodyReader::endLine() {
    if (state_ == State::DataEnd) {
        state_ = State::Size;
    } else if (state_ == State::Size) {
        startChunk();
    } else if (line_.empty()) {
        state_ = State::Done;
    } else {
        refusal_ = fieldFault(line_);
    }
}

void BodyReader::startChunk() {
    const std::string_view line = line_;
    const auto digits = line.substr(0, line.find(';'));
    std::uint64_t size = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    if (digits.empty() || digits.size() > kSizeDigits || error != std::errc{} ||
        end != digits.data() + digits.size())
        return refuse(400, "A chunk size must be 1 to 16 hexadecimal digits.");
    extensions_ += line.size() - digits.size();
    if (extensions_ > limits_->chunkExtensionBytes)
        return refuse(400, "The chunk extensions are too long; send chunks without them.");
    if (size > limit_ - std::min(limit_, body_.size())) return refuseLength();
    left_ = size;
    state_ = size == 0 ? State::Trailer : State::Data;
}

}  // namespace souk::web
