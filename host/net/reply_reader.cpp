#include "net/reply_reader.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPResponse.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace souk::net {

namespace {

constexpr std::size_t kMaxHeadBytes = 65536;
constexpr std::size_t kMaxLineBytes = 8192;
constexpr int kMaxFields = 200;
constexpr int kNoContent = 204;
constexpr int kNotModified = 304;
constexpr int kFirstFinal = 200;
constexpr int kSwitching = 101;

sdk::Error transient(std::string message) {
    return {sdk::ErrorKind::Transient, std::move(message)};
}

template <class Number>
bool parse(std::string_view text, Number& out, int base) noexcept {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
    return error == std::errc() && end == text.data() + text.size();
}

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

ReplyReader::ReplyReader(std::string_view method, std::size_t maxBodyBytes)
    : maxBodyBytes_(maxBodyBytes), noBody_(method == "HEAD") {}

sdk::Result<bool> ReplyReader::feed(std::string_view bytes) {
    heard_ = heard_ || !bytes.empty();
    pending_.append(bytes);
    stuck_ = false;
    while (state_ != State::Whole && !stuck_) SOUK_TRY(step());
    // Bytes behind a whole answer belong to nothing we asked for.
    if (state_ == State::Whole && !pending_.empty()) keepAlive_ = false;
    return state_ == State::Whole;
}

sdk::Result<sdk::Done> ReplyReader::ended() {
    if (state_ == State::Close) {
        state_ = State::Whole;
        keepAlive_ = false;
        return sdk::Done{};
    }
    return transient("The connection ended in the middle of the answer.");
}

sdk::Result<sdk::Done> ReplyReader::step() {
    switch (state_) {
        case State::Head: {
            const auto end = pending_.find("\r\n\r\n");
            if (end == std::string::npos) {
                if (pending_.size() > kMaxHeadBytes)
                    return transient("The answer's headers are larger than 64 KB.");
                stuck_ = true;
                return sdk::Done{};
            }
            const auto head = pending_.substr(0, end + 4);
            pending_.erase(0, end + 4);
            return readHead(head);
        }
        case State::Length:
        case State::Chunk:
            return takeBody(
                static_cast<std::size_t>(std::min<std::uint64_t>(left_, pending_.size())));
        case State::Close:
            return takeBody(pending_.size());
        case State::ChunkSize:
        case State::ChunkEnd:
        case State::Trailer: {
            std::string text;
            if (!SOUK_TRY(line(text))) return sdk::Done{};
            if (state_ == State::ChunkSize) return readChunkSize(text);
            if (state_ == State::ChunkEnd) {
                if (!text.empty()) return transient("The answer's chunks do not fit together.");
                state_ = State::ChunkSize;
            } else if (text.empty()) {
                state_ = State::Whole;
            }
            return sdk::Done{};
        }
        case State::Whole:
            break;
    }
    return sdk::Done{};
}

sdk::Result<sdk::Done> ReplyReader::readHead(std::string_view head) {
    Poco::Net::HTTPResponse response;
    response.setFieldLimit(kMaxFields);
    try {
        std::istringstream in{std::string(head)};
        response.read(in);
    } catch (const Poco::Exception&) {
        return transient("The answer is not HTTP.");
    }
    const int status = response.getStatus();
    if (status < 100 || status > 999 || status == kSwitching)
        return transient("The answer is not one to an HTTP request.");
    if (status < kFirstFinal) return sdk::Done{};  // 1xx: the real one follows
    reply_.status = status;
    for (const auto& [name, value] : response) {
        auto& held = reply_.headers[name];
        if (!held.empty()) held += ", ";
        held += value;
    }
    keepAlive_ = response.getKeepAlive();
    noBody_ = noBody_ || status == kNoContent || status == kNotModified;
    return chooseBody(sdk::valueOf(reply_.headers, "Transfer-Encoding"),
                      sdk::valueOf(reply_.headers, "Content-Length"));
}

sdk::Result<sdk::Done> ReplyReader::chooseBody(std::string_view transferEncoding,
                                               std::string_view length) {
    if (noBody_) {
        state_ = State::Whole;
        return sdk::Done{};
    }
    if (!transferEncoding.empty()) {
        if (!length.empty()) keepAlive_ = false;  // two lengths: trust the framing, not the peer
        if (transferEncoding != "chunked")
            return transient("The answer comes in an encoding nobody asked for.");
        state_ = State::ChunkSize;
        return sdk::Done{};
    }
    if (length.empty()) {
        state_ = State::Close;
        return sdk::Done{};
    }
    if (!parse(length, left_, 10)) return transient("The answer's length is not a number.");
    if (left_ > maxBodyBytes_)
        return sdk::Error{sdk::ErrorKind::BadPayload,
                          "The answer is larger than net.max_reply_bytes allows."};
    state_ = left_ == 0 ? State::Whole : State::Length;
    return sdk::Done{};
}

sdk::Result<sdk::Done> ReplyReader::readChunkSize(std::string_view line) {
    const auto size = trimmed(line.substr(0, line.find(';')));
    if (!parse(size, left_, 16)) return transient("A chunk of the answer has no size.");
    state_ = left_ == 0 ? State::Trailer : State::Chunk;
    return sdk::Done{};
}

sdk::Result<sdk::Done> ReplyReader::takeBody(std::size_t most) {
    if (most > maxBodyBytes_ - std::min(maxBodyBytes_, reply_.body.size()))
        return sdk::Error{sdk::ErrorKind::BadPayload,
                          "The answer is larger than net.max_reply_bytes allows."};
    reply_.body.append(pending_, 0, most);
    pending_.erase(0, most);
    if (state_ == State::Close) {
        stuck_ = true;
        return sdk::Done{};
    }
    left_ -= most;
    if (left_ > 0)
        stuck_ = true;
    else
        state_ = state_ == State::Chunk ? State::ChunkEnd : State::Whole;
    return sdk::Done{};
}

sdk::Result<bool> ReplyReader::line(std::string& out) {
    const auto end = pending_.find("\r\n");
    if (end == std::string::npos) {
        if (pending_.size() > kMaxLineBytes) return transient("A chunk's line does not end.");
        stuck_ = true;
        return false;
    }
    out = pending_.substr(0, end);
    pending_.erase(0, end + 2);
    return true;
}

}  // namespace souk::net
