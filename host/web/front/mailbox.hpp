#pragma once

#include "web/front/descriptor.hpp"
#include "web/front/message.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace souk::web {

/// What a stream's writers and its connection share.
struct StreamState {
    std::atomic<bool> open{true};
    std::atomic<std::size_t> pending{0};  ///< bytes handed over and not yet sent
    std::size_t capacity = 0;
    bool chunked = true;
};

/// Takes one from a counter when it goes: a connection's place among those allowed.
struct LeaveSeat {
    void operator()(std::atomic<std::size_t>* taken) const noexcept { taken->fetch_sub(1); }
};
using Seat = std::unique_ptr<std::atomic<std::size_t>, LeaveSeat>;

/// Names the request an answer belongs to; a connection's requests are numbered.
struct Address {
    std::uint64_t connection = 0;
    std::uint64_t request = 0;
    bool operator==(const Address&) const = default;
};

struct AnswerLetter {
    Address to;
    Response response;
};
struct StreamLetter {
    Address to;
    Response head;
    std::shared_ptr<StreamState> state;
};
struct StreamBytesLetter {
    Address to;
    std::string bytes;  ///< framed
};
struct StreamEndLetter {
    Address to;
};
/// A connection accepted by one loop for another to serve, or to turn away with a 503.
struct AdoptLetter {
    Descriptor socket;
    std::string peer;
    Seat seat;
    bool turnAway = false;
};
struct DrainLetter {
    std::chrono::steady_clock::time_point deadline;
};
using Letter = std::variant<AnswerLetter,
                            StreamLetter,
                            StreamBytesLetter,
                            StreamEndLetter,
                            AdoptLetter,
                            DrainLetter>;

/// The way from any thread into one io loop. Outlives the loop: letters posted after it has gone
/// are dropped.
class Mailbox {
public:
    Mailbox();

    /// Hands `letter` over and wakes the loop; false (and nothing happens) when it has gone.
    bool post(Letter letter);

    std::vector<Letter> collect();
    void close();

    /// Readable in an edge-triggered epoll whenever a first letter arrives.
    [[nodiscard]] int wakeDescriptor() const noexcept { return wake_.get(); }

private:
    Descriptor wake_;
    std::mutex mutex_;
    std::vector<Letter> letters_;
    bool closed_ = false;
};

/// The handler call this thread is in: an answer given inside it is picked up when the handler
/// returns, which saves the mailbox and keeps handlers from nesting.
class Dispatch {
public:
    Dispatch(const Mailbox* mailbox, Address to) noexcept;
    ~Dispatch();
    Dispatch(const Dispatch&) = delete;
    Dispatch& operator=(const Dispatch&) = delete;

    /// Keeps `letter` when this thread is in the handler call it answers.
    static bool keep(const Mailbox* mailbox, Address to, Letter& letter);
    std::optional<Letter> take() { return std::move(kept_); }

private:
    const Mailbox* mailbox_;
    Address to_;
    std::optional<Letter> kept_;
};

}  // namespace souk::web
