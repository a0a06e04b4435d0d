#include "web/front/connection.hpp"

#include "web/front/problem.hpp"

#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace souk::web {

namespace {

std::string seconds(std::chrono::milliseconds time) {
    return std::to_string(static_cast<double>(time.count()) / 1000).substr(0, 5) + " s";
}

}  // namespace

Connection::Connection(Carrier& carrier, std::uint64_t id, AdoptLetter letter, Time now)
    : carrier_(carrier),
      commons_(carrier.commons()),
      id_(id),
      socket_(std::move(letter.socket)),
      peer_(std::move(letter.peer)),
      seat_(std::move(letter.seat)),
      watched_(EPOLLIN),
      scanner_(commons_.limits),
      inputDue_(now + commons_.limits.headerArrival) {
    settle();
}

Connection::~Connection() {
    releaseCharge();
    if (stream_) stream_->open = false;
}

void Connection::onEvents(std::uint32_t events, Time now) {
    const bool gone = (events & (EPOLLERR | EPOLLHUP)) != 0 ||
                      ((events & EPOLLRDHUP) != 0 && phase_ == Phase::Streaming);
    if (gone) {
        dead_ = true;
        return;
    }
    if ((events & EPOLLOUT) != 0) flush(now);
    if ((events & EPOLLIN) != 0 && !dead_) {
        if (phase_ == Phase::Lingering) {
            discard();
        } else if (!receiving()) {
            quiet_ = true;
        } else if (phase_ == Phase::Body || (hungry_ && out_.empty())) {
            fill();
            if (!dead_) serve(now);
        }
    }
    settle();
}

void Connection::onTurn(Time now) {
    if (receiving() && !hungry_ && out_.empty()) serve(now);
    settle();
}

void Connection::onTime(Time due, Time now) {
    if (due != called_) return;  // superseded by an earlier call
    called_ = Time::max();
    if (this->due() <= now) expire(now);
    settle();
}

void Connection::expire(Time now) {
    const auto& limits = commons_.limits;
    if (!out_.empty() && writeDue_ <= now && taken() - takenAtMark_ >= limits.writeBytes) {
        allowWriting(now);
    } else if (!out_.empty() && writeDue_ <= now) {
        ++commons_.counters.timeouts;
        dead_ = true;
    } else if (phase_ == Phase::Head && scanner_.end() > 0) {
        ++commons_.counters.timeouts;
        refuse(408,
               "The request's head did not arrive within " + seconds(limits.headerArrival) +
                   "; send it at once.");
        flush(now);
    } else if (phase_ == Phase::Body) {
        ++commons_.counters.timeouts;
        refuse(408,
               "The request's body did not arrive within " + seconds(limits.bodyArrival) +
                   "; send it faster or in smaller requests.");
        flush(now);
    } else {
        dead_ = true;  // idle, or lingered long enough
    }
}

bool Connection::busy() const noexcept {
    return phase_ != Phase::Head || !out_.empty() || !in_.empty();
}

bool Connection::receiving() const noexcept {
    return phase_ == Phase::Head || phase_ == Phase::Body;
}

bool Connection::awaits(Address to, Phase phase) const noexcept {
    return phase_ == phase && to.request == request_;
}

void Connection::onLetter(AnswerLetter letter, Time now) {
    if (!awaits(letter.to, Phase::Handling)) return;
    answer(std::move(letter.response), now);
    serve(now);
    settle();
}

void Connection::onLetter(const StreamLetter& letter, Time now) {
    if (!awaits(letter.to, Phase::Handling)) return;
    startStream(letter, now);
    serve(now);
    settle();
}

void Connection::onLetter(StreamBytesLetter letter, Time now) {
    if (!awaits(letter.to, Phase::Streaming)) return;
    out_.take(std::move(letter.bytes));
    flush(now);
    settle();
}

void Connection::onLetter(const StreamEndLetter& letter, Time now) {
    if (!awaits(letter.to, Phase::Streaming)) return;
    endStream(now);
    serve(now);
    settle();
}

void Connection::turnAway(Time now) {
    refuse(503, "Too many connections are open; try again in a moment.");
    flush(now);
    settle();
}

void Connection::onDrain(Time now) {
    if (phase_ != Phase::Streaming) return;
    endStream(now);
    flush(now);
    settle();
}

void Connection::reportFailure(std::string_view what) {
    ++commons_.counters.handlerFailures;
    if (commons_.report) commons_.report(what);
}

/// The client wants to use the connection again, and no stop is near.
bool Connection::mayGoOn() const noexcept {
    return head_->keepAlive && !carrier_.draining() && !commons_.stopAnnounced;
}

AnswerFrame Connection::frame(bool keepAlive) {
    return {carrier_.date(), !head_ || head_->http11, keepAlive, bodiless_};
}

void Connection::answer(Response response, Time now) {
    if (const auto fault = answerFault(response)) {
        reportFailure(*fault);
        response = problem(500, "The server made an answer it may not send; its log says why.");
    }
    const bool keep = mayGoOn() && !asksToClose(response);
    appendAnswer(out_, std::move(response), frame(keep));
    finish(keep, now);
}

void Connection::startStream(const StreamLetter& letter, Time now) {
    const auto fault = answerFault(letter.head);
    if (fault || bodiless_ || carrier_.draining()) {
        letter.state->open = false;
        Response instead = letter.head;
        if (!fault && !bodiless_)
            instead = problem(503, "The server is stopping; connect again to reach another.");
        return answer(std::move(instead), now);
    }
    appendStreamHead(out_, letter.head, frame(head_->http11 && head_->keepAlive));
    stream_ = letter.state;
    stream_->pending += out_.size();
    phase_ = Phase::Streaming;
}

void Connection::endStream(Time now) {
    stream_->open = false;
    if (stream_->chunked) out_.append("0\r\n\r\n");
    const bool keep = stream_->chunked && mayGoOn();
    stream_.reset();
    finish(keep, now);
}

void Connection::finish(bool keepAlive, Time now) {
    releaseCharge();
    head_.reset();
    body_.reset();
    quiet_ = false;
    inputDue_ = now + commons_.limits.idle;
    phase_ = keepAlive ? Phase::Head : Phase::Closing;
}

void Connection::refuse(int status, std::string_view detail) {
    ++commons_.counters.refusals;
    auto response = problem(status, detail);
    if (status == 503) response.headers.emplace("Retry-After", "1");
    appendAnswer(out_, std::move(response), frame(false));
    releaseCharge();
    head_.reset();
    body_.reset();
    used_ = in_.size();
    compact();
    phase_ = Phase::Closing;
}

void Connection::flush(Time now) {
    std::size_t sent = 0;
    if (out_.flush(socket_.get(), sent) == OutBuffer::Flushed::Broken) {
        dead_ = true;
        return;
    }
    commons_.counters.bytesOut += sent;
    if (stream_) stream_->pending -= sent;
    sent_ += sent;
    if (out_.empty()) {
        writeDue_ = Time::max();
        proceed(now);
    } else if (writeDue_ == Time::max()) {
        allowWriting(now);
    }
}

void Connection::allowWriting(Time now) {
    writeDue_ = now + commons_.limits.write;
    takenAtMark_ = taken();
}

/// What the client has acknowledged. The kernel may hold megabytes and says that it takes more only
/// when a third of them has gone, so progress cannot be told from what was given to it.
std::uint64_t Connection::taken() const noexcept {
    int held = 0;
    ::ioctl(socket_.get(), SIOCOUTQ, &held);
    return sent_ - std::min<std::uint64_t>(sent_, static_cast<std::uint64_t>(held));
}

/// Everything written has been sent: what next?
void Connection::proceed(Time now) {
    if (phase_ == Phase::Closing) {
        ::shutdown(socket_.get(), SHUT_WR);
        phase_ = Phase::Lingering;
        inputDue_ = now + commons_.limits.linger;
        dead_ = peerEnded_;
    } else if (receiving() && !hungry_) {
        carrier_.callAgain(id_);
    } else if (receiving() && peerEnded_) {
        dead_ = true;
    }
}

/// Input listened for and time to be called at follow from the state; told to the loop when
/// changed.
void Connection::settle() {
    if (dead_) return;
    if (const auto wanted = wantedEvents(); wanted != watched_) {
        carrier_.watch(id_, socket_.get(), wanted);
        watched_ = wanted;
    }
    if (const auto time = due(); time < called_) {
        called_ = time;
        carrier_.callAt(time, id_);
    }
}

std::uint32_t Connection::wantedEvents() const noexcept {
    const std::uint32_t output = out_.empty() ? 0U : std::uint32_t{EPOLLOUT};
    const std::uint32_t input = peerEnded_ ? 0U : std::uint32_t{EPOLLIN};
    switch (phase_) {
        case Phase::Head:
            return out_.empty() ? input : output;
        case Phase::Body:
            return output | input;
        // Left on until input really comes: most answers are quicker, and it saves two calls.
        case Phase::Handling:
            return output | (quiet_ ? 0U : input);
        case Phase::Streaming:
            return output | EPOLLRDHUP;
        case Phase::Closing:
            return output;
        case Phase::Lingering:
            return input;
    }
    return 0;
}

Carrier::Time Connection::due() const noexcept {
    const bool waitsForInput = phase_ == Phase::Body || phase_ == Phase::Lingering ||
                               (phase_ == Phase::Head && out_.empty());
    const auto input = waitsForInput ? inputDue_ : Time::max();
    return out_.empty() ? input : std::min(input, writeDue_);
}

}  // namespace souk::web
