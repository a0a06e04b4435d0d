#pragma once

#include "web/front/message.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace souk::web {

class Mailbox;
struct StreamState;

/// Which request is answered, and how a stream to it must be framed.
struct Ticket {
    std::shared_ptr<Mailbox> mailbox;  ///< null once answered
    std::uint64_t connection = 0;
    std::uint64_t request = 0;
    std::size_t streamBuffer = 0;
    bool chunked = true;
};

/// An answer in pieces (server-sent events), written from any thread. The last owner's going
/// closes it.
class Stream {
public:
    Stream(Ticket ticket, std::shared_ptr<StreamState> state) noexcept;
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Hands over all of `bytes` or nothing. False when the client is gone (`open()` is false then
    /// as well) or when its unsent bytes would exceed Limits::streamBufferBytes.
    bool write(std::string bytes);

    /// Ends the answer; what was written before is still sent. Harmless when repeated.
    void close();

    /// False once closed by either side. A client that went away shows here without a write.
    [[nodiscard]] bool open() const noexcept;

private:
    Ticket ticket_;
    std::shared_ptr<StreamState> state_;
};

/// The duty to answer one request, carried to wherever the answer is made. Usable from any thread
/// (one at a time); the first answer counts, later ones are ignored; one that is dropped unanswered
/// answers 500. After the client or the server has gone, answering does nothing.
class Responder {
public:
    explicit Responder(Ticket ticket) noexcept;
    Responder(Responder&& other) noexcept;
    Responder& operator=(Responder&& other) noexcept;
    Responder(const Responder&) = delete;
    Responder& operator=(const Responder&) = delete;
    ~Responder();

    /// Answers. Returns at once; a slow client never holds the caller.
    void send(Response response);

    /// Starts an answer in pieces. Never null; already closed when the request was HEAD (its head
    /// alone is sent), answered before, or its client has gone.
    std::shared_ptr<Stream> stream(Response head);

private:
    Ticket ticket_;
};

}  // namespace souk::web
