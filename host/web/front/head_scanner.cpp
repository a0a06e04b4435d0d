#include "web/front/head.hpp"

namespace souk::web {

namespace {

constexpr std::size_t kRequestLineExtra = 48;  // method, spaces and version beside the target
constexpr char kTlsHandshake = 0x16;

std::string controlDetail(char c, bool first) {
    if (first && c == kTlsHandshake)
        return "This port speaks plain HTTP but was sent a TLS handshake; use http:// or put the "
               "TLS proxy in front.";
    return "The request head holds a control character; remove it or percent-encode it.";
}

}  // namespace

HeadScanner::Progress HeadScanner::refuse(int status, std::string detail) {
    refusal_ = Refusal{status, std::move(detail)};
    return Progress::Refused;
}

bool HeadScanner::addressTooLong() const noexcept {
    return lines_ == 0 && position_ - lineStart_ > limits_->uriBytes + kRequestLineExtra;
}

bool HeadScanner::tooLong() const noexcept {
    return position_ - start_ > limits_->headerBytes || addressTooLong();
}

HeadScanner::Progress HeadScanner::refuseLength() {
    if (addressTooLong())
        return refuse(414,
                      "The address is longer than " + std::to_string(limits_->uriBytes) +
                          " bytes; shorten it or send the data in a body.");
    return refuse(431,
                  "The request head is longer than " + std::to_string(limits_->headerBytes) +
                      " bytes; send fewer or shorter headers.");
}

/// A line ended at position_ (its LF). True when it was the empty line after the head.
bool HeadScanner::endLine(std::string_view buffer) {
    const auto line = buffer.substr(lineStart_, position_ - 1 - lineStart_);
    lineStart_ = position_ + 1;
    if (lines_ == 0) {
        // One empty line before a request is an old client's habit; more is not HTTP.
        if (line.empty() && start_ == 0) {
            start_ = lineStart_;
            return false;
        }
        refusal_ = requestLineFault(line, *limits_);
    } else if (line.empty()) {
        return true;
    } else {
        refusal_ = fieldFault(line);
        if (!refusal_ && lines_ > limits_->headerCount)
            refusal_ = Refusal{431,
                               "The request has more than " + std::to_string(limits_->headerCount) +
                                   " headers; send fewer."};
    }
    ++lines_;
    return false;
}

/// The size is looked at after every byte: what is refused, and why, must not hang on how the bytes
/// were cut on their way.
HeadScanner::Progress HeadScanner::scan(std::string_view buffer) {
    while (position_ < buffer.size()) {
        const char c = buffer[position_];
        const bool afterReturn = position_ > lineStart_ && buffer[position_ - 1] == '\r';
        bool complete = false;
        if (c == '\n') {
            if (!afterReturn)
                return refuse(400, "A line of the request head ends in a bare LF; end it in CRLF.");
            complete = endLine(buffer);
            if (refusal_) return Progress::Refused;
        } else if (afterReturn) {
            return refuse(400, "The request head holds a bare CR; end lines in CRLF.");
        } else if (c != '\r' && isControl(c)) {
            return refuse(400, controlDetail(c, position_ == 0));
        }
        ++position_;
        if (tooLong()) return refuseLength();
        if (complete) return Progress::Complete;
    }
    return Progress::Incomplete;
}

}  // namespace souk::web
