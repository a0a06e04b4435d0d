#include "support/raw_http.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace souk::support {

namespace {

using Clock = std::chrono::steady_clock;

bool waitFor(int socket, short events, Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd wanted{socket, events, 0};
    return left.count() > 0 && ::poll(&wanted, 1, static_cast<int>(left.count())) > 0;
}

std::size_t number(std::string_view text, int base) {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, base);
    return value;
}

void parseHead(std::string_view head, RawAnswer& answer) {
    answer.status =
        static_cast<int>(number(head.substr(std::min<std::size_t>(9, head.size())), 10));
    auto at = head.find("\r\n");
    while (at != std::string_view::npos && at + 2 < head.size()) {
        const auto end = std::min(head.find("\r\n", at + 2), head.size());
        const auto line = head.substr(at + 2, end - at - 2);
        const auto colon = line.find(": ");
        if (colon != std::string_view::npos)
            answer.headers.insert_or_assign(std::string(line.substr(0, colon)),
                                            std::string(line.substr(colon + 2)));
        at = end;
    }
}

}  // namespace

RawHttp::RawHttp(std::uint16_t port, int receiveBuffer)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receiveBuffer > 0) {
        // Segments as on a real network: with loopback's 64 KB ones a small window opens so rarely
        // that the sender falls back to probing it, in ever longer intervals.
        const int segment = 1400;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
    }
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return;
    ::close(socket_);
    throw std::runtime_error("nobody listens on 127.0.0.1:" + std::to_string(port));
}

RawHttp::RawHttp(RawHttp&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      ended_(other.ended_),
      buffer_(std::move(other.buffer_)) {}

RawHttp& RawHttp::operator=(RawHttp&& other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(ended_, other.ended_);
    std::swap(buffer_, other.buffer_);
    return *this;
}

RawHttp::~RawHttp() {
    if (socket_ >= 0) ::close(socket_);
}

bool RawHttp::send(std::string_view bytes, std::chrono::milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    while (!bytes.empty()) {
        const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno != EAGAIN || !waitFor(socket_, POLLOUT, deadline)) {
            return false;
        }
    }
    return true;
}

bool RawHttp::more(Clock::time_point deadline) {
    if (ended_ || !waitFor(socket_, POLLIN, deadline)) return false;
    std::array<char, 16384> piece{};
    const auto count = ::recv(socket_, piece.data(), piece.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return true;
    ended_ = count <= 0;
    if (count > 0) buffer_.append(piece.data(), static_cast<std::size_t>(count));
    return !ended_;
}

bool RawHttp::readUntil(std::string_view mark,
                        std::size_t from,
                        std::size_t& at,
                        Clock::time_point deadline) {
    while ((at = buffer_.find(mark, from)) == std::string::npos)
        if (!more(deadline)) return false;
    return true;
}

bool RawHttp::readChunks(std::size_t& at, RawAnswer& answer, Clock::time_point deadline) {
    for (;;) {
        std::size_t lineEnd = 0;
        if (!readUntil("\r\n", at, lineEnd, deadline)) return false;
        const auto size = number(std::string_view(buffer_).substr(at, lineEnd - at), 16);
        at = lineEnd + 2;
        while (buffer_.size() < at + size + 2)
            if (!more(deadline)) return false;
        answer.body += buffer_.substr(at, size);
        at += size + 2;
        if (size == 0) return true;
    }
}

RawAnswer RawHttp::read(std::chrono::milliseconds patience, bool bodiless) {
    const auto deadline = Clock::now() + patience;
    RawAnswer answer;
    std::size_t at = 0;
    if (!readUntil("\r\n\r\n", 0, at, deadline)) {
        answer.text = std::exchange(buffer_, {});
        return answer;
    }
    parseHead(std::string_view(buffer_).substr(0, at), answer);
    at += 4;
    const auto length = sdk::valueOf(answer.headers, "Content-Length");
    if (bodiless || answer.status < 200 || answer.status == 204 || answer.status == 304) {
        answer.complete = true;
    } else if (answer.headers.contains("Transfer-Encoding")) {
        answer.complete = readChunks(at, answer, deadline);
    } else {
        const auto wanted = length.empty() ? std::string::npos - at : number(length, 10);
        while (buffer_.size() < at + wanted && more(deadline)) continue;
        answer.body = buffer_.substr(at, wanted);
        answer.complete = length.empty() ? ended_ : answer.body.size() == wanted;
        at += answer.body.size();
    }
    at = std::min(at, buffer_.size());
    answer.text = buffer_.substr(0, at);
    buffer_.erase(0, at);
    return answer;
}

std::string RawHttp::readBytes(std::size_t count, std::chrono::milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    while (buffer_.size() < count && more(deadline)) continue;
    return std::exchange(buffer_, {});
}

std::string RawHttp::readThrough(std::string_view mark, std::chrono::milliseconds patience) {
    std::size_t at = 0;
    if (!readUntil(mark, 0, at, Clock::now() + patience)) return std::exchange(buffer_, {});
    auto read = buffer_.substr(0, at + mark.size());
    buffer_.erase(0, at + mark.size());
    return read;
}

bool RawHttp::ends(std::chrono::milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    while (more(deadline)) buffer_.clear();
    return ended_;
}

void RawHttp::endSending() {
    ::shutdown(socket_, SHUT_WR);
}

void RawHttp::reset() {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(socket_, -1));
}

RawAnswer ask(std::uint16_t port, std::string_view request) {
    RawHttp client(port);
    client.send(request);
    return client.read();
}

}  // namespace souk::support
