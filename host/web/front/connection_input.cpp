#include "web/front/connection.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <exception>
#include <utility>

namespace souk::web {

namespace {

constexpr std::size_t kReadsPerTurn = 4;
constexpr std::size_t kTurnBytes = 64 * kKilobyte;  // unsent answer bytes that end a pipelined turn
constexpr std::size_t kKeptInput = 16 * kKilobyte;  // capacity an idle connection may hold on to

}  // namespace

void Connection::fill() {
    auto& scratch = carrier_.scratch();
    // Only a body goes on to where it is counted; what is read of heads stays with the connection.
    const std::size_t most = phase_ == Phase::Body ? kReadsPerTurn : 1;
    for (std::size_t reads = 0; reads < most; ++reads) {
        const auto count = ::recv(socket_.get(), scratch.data(), scratch.size(), MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            dead_ = errno != EAGAIN;
            return;
        }
        peerEnded_ = count == 0;
        const auto size = static_cast<std::size_t>(count);
        in_.append(scratch.data(), size);
        commons_.counters.bytesIn += size;
        if (size < scratch.size()) return;
    }
}

void Connection::discard() {
    auto& scratch = carrier_.scratch();
    for (std::size_t reads = 0; reads < kReadsPerTurn; ++reads) {
        const auto count = ::recv(socket_.get(), scratch.data(), scratch.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (count <= 0) {
            dead_ = true;
            return;
        }
    }
}

/// Takes requests from what has been read and hands them on, until bytes are wanting, an answer is
/// awaited, or it is the others' turn.
void Connection::serve(Time now) {
    hungry_ = false;
    for (std::size_t taken = 0; receiving() && taken < commons_.limits.pipelineDepth; ++taken) {
        if (out_.size() >= kTurnBytes) break;
        if (!takeRequest(now)) {
            hungry_ = true;
            break;
        }
        dispatch(now);
    }
    compact();
    flush(now);
}

void Connection::compact() {
    if (used_ == in_.size()) {
        in_.clear();
        if (in_.capacity() > kKeptInput) std::string().swap(in_);
    } else {
        in_.erase(0, used_);
    }
    used_ = 0;
}

/// True when a whole request stands in head_ and body_.
bool Connection::takeRequest(Time now) {
    if (phase_ == Phase::Head && !takeHead(now)) return false;
    return takeBody();
}

bool Connection::takeHead(Time now) {
    const auto& limits = commons_.limits;
    const auto rest = std::string_view(in_).substr(used_);
    if (rest.empty()) return false;
    if (scanner_.end() == 0) inputDue_ = now + limits.headerArrival;
    const auto progress = scanner_.scan(rest);
    if (progress == HeadScanner::Progress::Incomplete) return false;
    bodiless_ = rest.substr(scanner_.start()).starts_with("HEAD ");
    if (progress == HeadScanner::Progress::Refused) {
        refuse(scanner_.refusal().status, scanner_.refusal().detail);
        return false;
    }
    auto read = readHead(rest.substr(scanner_.start(), scanner_.end() - scanner_.start()));
    if (const auto* refusal = std::get_if<Refusal>(&read)) {
        refuse(refusal->status, refusal->detail);
        return false;
    }
    used_ += scanner_.end();
    scanner_.reset();
    head_ = std::move(std::get<Head>(read));
    const auto& limitFor = limits.bodyBytesFor;
    const auto limit = limitFor ? limitFor(head_->request.path) : limits.bodyBytes;
    body_.emplace(*head_, limit, limits);
    phase_ = Phase::Body;
    inputDue_ = now + limits.bodyArrival;
    const bool waits = head_->expectsContinue && used_ == in_.size() && !body_->done();
    if (waits && !body_->refusal()) out_.append("HTTP/1.1 100 Continue\r\n\r\n");
    return true;
}

bool Connection::takeBody() {
    used_ += body_->feed(std::string_view(in_).substr(used_));
    const auto grown = body_->size() - charged_;
    charged_ += grown;
    const auto all = commons_.buffered.fetch_add(grown) + grown;
    if (const auto& refusal = body_->refusal()) {
        refuse(refusal->status, refusal->detail);
    } else if (grown > 0 && all > commons_.limits.bufferedBytes) {
        refuse(503, "The server holds too many request bodies; try again in a moment.");
    } else {
        return body_->done();
    }
    return false;
}

void Connection::releaseCharge() noexcept {
    commons_.buffered -= std::exchange(charged_, 0);
}

void Connection::dispatch(Time now) {
    phase_ = Phase::Handling;
    ++request_;
    ++commons_.counters.requests;
    auto given = callHandler({id_, request_}, now);
    if (!given) return;
    if (auto* whole = std::get_if<AnswerLetter>(&*given)) answer(std::move(whole->response), now);
    if (auto* stream = std::get_if<StreamLetter>(&*given)) startStream(*stream, now);
}

std::optional<Letter> Connection::callHandler(Address to, Time now) {
    Request request = std::move(head_->request);
    request.body = body_->take();
    request.peer = peer_;
    request.receivedAt = now;
    const auto& mailbox = carrier_.mailbox();
    Ticket ticket{
        mailbox, to.connection, to.request, commons_.limits.streamBufferBytes, head_->http11};
    Dispatch dispatch(mailbox.get(), to);
    try {
        commons_.handler(std::move(request), Responder(std::move(ticket)));
    } catch (const std::exception& error) {
        reportFailure(std::string("a handler threw: ") + error.what());
    } catch (...) {
        reportFailure("a handler threw something that is no std::exception");
    }
    return dispatch.take();
}

}  // namespace souk::web
