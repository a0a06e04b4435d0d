#include "load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace souk::bench {

namespace {

using Steady = std::chrono::steady_clock;

[[noreturn]] void failed(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

int connectTo(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) failed("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        failed("cannot connect to 127.0.0.1:" + std::to_string(port));
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return socket;
}

/// The value of Content-Length in a head, 0 when it has none.
std::size_t lengthIn(std::string_view head) {
    constexpr std::string_view kName = "\r\nContent-Length: ";
    const auto at = head.find(kName);
    if (at == std::string_view::npos) return 0;
    std::size_t value = 0;
    std::from_chars(head.data() + at + kName.size(), head.data() + head.size(), value);
    return value;
}

struct Peer {
    int socket = -1;
    std::string in;
    Steady::time_point sentAt;

    explicit Peer(std::uint16_t port) : socket(connectTo(port)) {}
    ~Peer() { ::close(socket); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    /// Blocks at most as long as the kernel has no room, which a request of a few KB never fills.
    void send(const Shot& shot, std::string_view number) {
        std::array<iovec, 3> parts{{{const_cast<char*>(shot.before.data()), shot.before.size()},
                                    {const_cast<char*>(number.data()), number.size()},
                                    {const_cast<char*>(shot.after.data()), shot.after.size()}}};
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = parts.size();
        const auto size = shot.before.size() + number.size() + shot.after.size();
        sentAt = Steady::now();
        const auto sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
        if (sent < 0 || static_cast<std::size_t>(sent) != size) failed("send");
    }

    /// The status of the answer once it is whole, 0 before.
    int receive() {
        std::array<char, 4096> buffer{};
        const auto count = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
        if (count < 0) failed("recv");
        if (count == 0) throw std::runtime_error("the server closed a connection");
        in.append(buffer.data(), static_cast<std::size_t>(count));
        const auto end = in.find("\r\n\r\n");
        if (end == std::string::npos) return 0;
        if (in.size() < end + 4 + lengthIn(std::string_view(in).substr(0, end + 2))) return 0;
        int status = 0;
        std::from_chars(in.data() + 9, in.data() + 12, status);
        in.clear();
        return status;
    }
};

class Run {
public:
    explicit Run(const LoadPlan& plan) : plan_(plan), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        if (epoll_ < 0) failed("epoll_create1");
    }
    ~Run() { ::close(epoll_); }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    LoadResult run() {
        open();
        const auto begin = Steady::now();
        const bool counted = plan_.count > 0;
        countFrom_ = counted ? begin : begin + plan_.warmUp;
        const auto end = counted ? Steady::time_point::max() : countFrom_ + plan_.time;
        for (auto& peer : peers_) next(*peer);
        std::array<epoll_event, 256> events{};
        auto now = begin;
        while (now < end && !(counted && result_.answers == plan_.count)) {
            const int count = ::epoll_wait(epoll_, events.data(), events.size(), kPatienceMillis);
            if (count < 0 && errno != EINTR) failed("epoll_wait");
            if (count == 0) throw std::runtime_error("no answer for a minute");
            for (int i = 0; i < count; ++i)
                take(*static_cast<Peer*>(events.at(static_cast<std::size_t>(i)).data.ptr));
            now = Steady::now();
        }
        result_.seconds = std::chrono::duration<double>(now - countFrom_).count();
        std::ranges::sort(result_.micros);
        return std::move(result_);
    }

private:
    static constexpr int kPatienceMillis = 60'000;

    void open() {
        for (std::size_t i = 0; i < plan_.connections; ++i) {
            peers_.push_back(std::make_unique<Peer>(plan_.port));
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.ptr = peers_.back().get();
            if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, peers_.back()->socket, &event) != 0)
                failed("epoll_ctl");
        }
    }

    void next(Peer& peer) {
        if (plan_.count > 0 && sent_ == plan_.count) return;
        const auto& shot = plan_.shots[sent_++ % plan_.shots.size()];
        peer.send(shot, shot.numbered ? plan_.series + std::to_string(sent_) : std::string());
    }

    void take(Peer& peer) {
        const int status = peer.receive();
        if (status == 0) return;
        const auto now = Steady::now();
        ++result_.allAnswers;
        if (status < 200 || status > 299) ++result_.refused;
        if (now >= countFrom_) {
            ++result_.answers;
            const auto took =
                std::chrono::duration_cast<std::chrono::microseconds>(now - peer.sentAt);
            result_.micros.push_back(static_cast<std::uint32_t>(took.count()));
        }
        next(peer);
    }

    const LoadPlan& plan_;
    int epoll_;
    std::vector<std::unique_ptr<Peer>> peers_;
    std::size_t sent_ = 0;
    Steady::time_point countFrom_;
    LoadResult result_;
};

}  // namespace

LoadResult load(const LoadPlan& plan) {
    return Run(plan).run();
}

}  // namespace souk::bench
