#pragma once

#include "web/front/body_reader.hpp"
#include "web/front/commons.hpp"
#include "web/front/head.hpp"
#include "web/front/mailbox.hpp"
#include "web/front/out_buffer.hpp"
#include "web/front/wire.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace souk::web {

/// What a connection needs of the loop that carries it.
class Carrier {
public:
    using Time = std::chrono::steady_clock::time_point;

    virtual ~Carrier() = default;
    virtual Commons& commons() noexcept = 0;
    virtual const std::shared_ptr<Mailbox>& mailbox() noexcept = 0;
    virtual std::string& scratch() noexcept = 0;  ///< shared read buffer of fixed size
    virtual std::string_view date() = 0;
    virtual bool draining() const noexcept = 0;
    virtual void watch(std::uint64_t connection, int socket, std::uint32_t events) = 0;
    virtual void callAt(Time time, std::uint64_t connection) = 0;  ///< then calls onTime()
    virtual void callAgain(std::uint64_t connection) = 0;  ///< next turn, then calls onTurn()
};

/// One client connection: reads requests one after another, hands each to the handler, writes the
/// answers. Lives on its loop's thread only. After every call the loop removes it when `dead()`.
class Connection {
public:
    using Time = Carrier::Time;

    Connection(Carrier& carrier, std::uint64_t id, AdoptLetter letter, Time now);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void onEvents(std::uint32_t events, Time now);
    void onTime(Time due, Time now);
    void onTurn(Time now);
    void onLetter(AnswerLetter letter, Time now);
    void onLetter(const StreamLetter& letter, Time now);
    void onLetter(StreamBytesLetter letter, Time now);
    void onLetter(const StreamEndLetter& letter, Time now);
    void turnAway(Time now);
    void onDrain(Time now);

    [[nodiscard]] bool dead() const noexcept { return dead_; }
    /// Something is under way that a graceful stop waits for.
    [[nodiscard]] bool busy() const noexcept;

private:
    /// Head: waiting for a request or in its head. Handling: the handler has it. Closing: an
    /// answer is leaving, then Lingering: our side is shut, what still comes is dropped so that
    /// the client is not reset before it has read.
    enum class Phase : std::uint8_t { Head, Body, Handling, Streaming, Closing, Lingering };

    void fill();
    void discard();
    void serve(Time now);
    bool takeRequest(Time now);
    bool takeHead(Time now);
    bool takeBody();
    void dispatch(Time now);
    std::optional<Letter> callHandler(Address to, Time now);
    void answer(Response response, Time now);
    void startStream(const StreamLetter& letter, Time now);
    void endStream(Time now);
    void finish(bool keepAlive, Time now);
    void refuse(int status, std::string_view detail);
    void flush(Time now);
    void allowWriting(Time now);
    [[nodiscard]] std::uint64_t taken() const noexcept;
    void proceed(Time now);
    void compact();
    void expire(Time now);
    void reportFailure(std::string_view what);
    void settle();
    [[nodiscard]] std::uint32_t wantedEvents() const noexcept;
    [[nodiscard]] Time due() const noexcept;
    [[nodiscard]] AnswerFrame frame(bool keepAlive);
    [[nodiscard]] bool mayGoOn() const noexcept;
    [[nodiscard]] bool awaits(Address to, Phase phase) const noexcept;
    void releaseCharge() noexcept;
    [[nodiscard]] bool receiving() const noexcept;

    Carrier& carrier_;
    Commons& commons_;
    std::uint64_t id_;
    Descriptor socket_;
    std::string peer_;
    Seat seat_;

    Phase phase_ = Phase::Head;
    bool dead_ = false;
    bool peerEnded_ = false;  ///< it sent its FIN
    bool hungry_ = true;      ///< what has been read holds no further whole request
    bool bodiless_ = false;   ///< the request is HEAD
    bool quiet_ = false;      ///< stop listening for input while a handler is busy
    std::uint32_t watched_ = 0;

    std::string in_;
    std::size_t used_ = 0;  ///< bytes of in_ already taken
    HeadScanner scanner_;
    std::optional<Head> head_;
    std::optional<BodyReader> body_;
    std::size_t charged_ = 0;  ///< body bytes counted in commons
    std::uint64_t request_ = 0;

    OutBuffer out_;
    std::uint64_t sent_ = 0;         ///< bytes given to the kernel since the beginning
    std::uint64_t takenAtMark_ = 0;  ///< bytes the client had acknowledged when writeDue_ was set
    std::shared_ptr<StreamState> stream_;

    Time inputDue_;  ///< idle, head, body or linger deadline, by phase
    Time writeDue_{Time::max()};
    Time called_{Time::max()};  ///< earliest call asked of the carrier
};

}  // namespace souk::web
