#pragma once

#include <souk/sdk/http.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace souk::net {

/// Takes the bytes of one HTTP/1.1 answer as they come and says when it is whole. An answer that
/// ends early is an error (Transient), never a shorter answer; one that is larger than allowed is
/// BadPayload. Knows nothing of sockets.
class ReplyReader {
public:
    /// `method` decides whether there is a body at all (HEAD).
    ReplyReader(std::string_view method, std::size_t maxBodyBytes);

    /// True when the answer is whole.
    sdk::Result<bool> feed(std::string_view bytes);
    /// The peer closed. Fine only for an answer whose body lasts until then.
    sdk::Result<sdk::Done> ended();

    sdk::HttpReply take() { return std::move(reply_); }
    /// Something of this answer arrived.
    bool heard() const noexcept { return heard_; }
    /// Another request may follow on the same connection.
    bool reusable() const noexcept { return state_ == State::Whole && keepAlive_; }

private:
    enum class State : std::uint8_t {
        Head,
        Length,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailer,
        Close,
        Whole
    };

    sdk::Result<sdk::Done> step();
    sdk::Result<sdk::Done> readHead(std::string_view head);
    sdk::Result<sdk::Done> chooseBody(std::string_view transferEncoding, std::string_view length);
    sdk::Result<sdk::Done> readChunkSize(std::string_view line);
    sdk::Result<sdk::Done> takeBody(std::size_t most);
    /// The next line without its end, or false when it is not there yet.
    sdk::Result<bool> line(std::string& out);

    std::size_t maxBodyBytes_;
    bool noBody_;
    State state_ = State::Head;
    std::string pending_;  ///< arrived, not yet understood
    std::uint64_t left_ = 0;
    bool heard_ = false;
    bool keepAlive_ = true;
    bool stuck_ = false;  ///< the last step needed more bytes
    sdk::HttpReply reply_;
};

}  // namespace souk::net
