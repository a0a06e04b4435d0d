#include "web/front/responder.hpp"

#include "web/front/mailbox.hpp"
#include "web/front/problem.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace souk::web {

namespace {

Address addressOf(const Ticket& ticket) noexcept {
    return {ticket.connection, ticket.request};
}

bool deliver(const Ticket& ticket, Letter letter) {
    if (Dispatch::keep(ticket.mailbox.get(), addressOf(ticket), letter)) return true;
    return ticket.mailbox->post(std::move(letter));
}

std::string chunkOf(std::string bytes) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bytes.size(), 16);
    bytes.insert(0, std::string(digits.data(), end.ptr) + "\r\n");
    return bytes += "\r\n";
}

}  // namespace

Stream::Stream(Ticket ticket, std::shared_ptr<StreamState> state) noexcept
    : ticket_(std::move(ticket)), state_(std::move(state)) {}

Stream::~Stream() {
    close();
}

bool Stream::open() const noexcept {
    return state_->open.load();
}

bool Stream::write(std::string bytes) {
    if (!open()) return false;
    if (bytes.empty()) return true;  // an empty chunk would end the answer
    if (state_->chunked) bytes = chunkOf(std::move(bytes));
    auto pending = state_->pending.load();
    do {
        if (pending + bytes.size() > state_->capacity) return false;
    } while (!state_->pending.compare_exchange_weak(pending, pending + bytes.size()));
    if (ticket_.mailbox->post(StreamBytesLetter{addressOf(ticket_), std::move(bytes)})) return true;
    state_->open = false;
    return false;
}

void Stream::close() {
    if (!state_->open.exchange(false)) return;
    ticket_.mailbox->post(StreamEndLetter{addressOf(ticket_)});
}

Responder::Responder(Ticket ticket) noexcept : ticket_(std::move(ticket)) {}

Responder::Responder(Responder&& other) noexcept : ticket_(std::exchange(other.ticket_, {})) {}

Responder& Responder::operator=(Responder&& other) noexcept {
    // What this one owed goes with `old`, which answers it.
    const Responder old(std::exchange(ticket_, std::exchange(other.ticket_, {})));
    return *this;
}

Responder::~Responder() {
    if (ticket_.mailbox)
        send(problem(500, "The request was given up without an answer; try again."));
}

void Responder::send(Response response) {
    const auto ticket = std::exchange(ticket_, {});
    if (ticket.mailbox) deliver(ticket, AnswerLetter{addressOf(ticket), std::move(response)});
}

std::shared_ptr<Stream> Responder::stream(Response head) {
    auto ticket = std::exchange(ticket_, {});
    auto state = std::make_shared<StreamState>();
    state->capacity = ticket.streamBuffer;
    state->chunked = ticket.chunked;
    const bool started =
        ticket.mailbox && deliver(ticket, StreamLetter{addressOf(ticket), std::move(head), state});
    if (!started) state->open = false;
    return std::make_shared<Stream>(std::move(ticket), std::move(state));
}

}  // namespace souk::web
