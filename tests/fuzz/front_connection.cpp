// A whole connection of the HTTP front over a real socket: however the bytes of many requests are
// cut into reads, the same requests reach the handler, each is answered once, and no byte serves
// twice.
#include "support/front_limits.hpp"
#include "support/fuzz.hpp"
#include "web/front/connection.hpp"

#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace souk::fuzz {

namespace {

using web::Carrier;

constexpr std::size_t kScratch = 512;

std::string described(const web::Request& request) {
    std::string text = request.method + ' ' + request.path + '?' + request.query + '\n';
    for (const auto& [name, value] : request.headers) text += name + ": " + value + '\n';
    return text + '\n' + request.body;
}

/// The loop's part, played by the test: it only remembers what the connection asked for.
class Stand final : public Carrier {
public:
    explicit Stand(std::vector<std::string>& requests) : scratch_(kScratch, '\0') {
        commons_.limits = frontLimits();
        commons_.limits.pipelineDepth = 3;
        commons_.handler = [&requests](web::Request request, web::Responder responder) {
            requests.push_back(described(request));
            web::Response response;
            response.body = "ok";
            responder.send(std::move(response));
        };
        commons_.report = [](std::string_view what) { require(false, what); };
    }

    web::Commons& commons() noexcept override { return commons_; }
    const std::shared_ptr<web::Mailbox>& mailbox() noexcept override { return mailbox_; }
    std::string& scratch() noexcept override { return scratch_; }
    std::string_view date() override { return "Sun, 01 Nov 2026 10:00:00 GMT"; }
    bool draining() const noexcept override { return false; }
    void watch(std::uint64_t, int, std::uint32_t events) override { watched = events; }
    void callAt(Time, std::uint64_t) override {}
    void callAgain(std::uint64_t) override { again = true; }

    std::uint32_t watched = EPOLLIN;
    bool again = false;

private:
    static inline const std::shared_ptr<web::Mailbox> mailbox_ = std::make_shared<web::Mailbox>();
    web::Commons commons_;
    std::string scratch_;
};

struct Played {
    std::vector<std::string> requests;
    std::string answers;
    bool idle = false;  ///< waits for another request, nothing of one has come
};

/// A client and one connection of the front, joined by a pair of sockets.
class Talk {
public:
    Talk() : stand_(played_.requests) {
        std::array<int, 2> pair{};
        require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair.data()) == 0,
                "no sockets");
        client_ = web::Descriptor(pair[0]);
        socket_ = pair[1];
        seats_ = 1;
        connection_.emplace(stand_,
                            1,
                            web::AdoptLetter{web::Descriptor(pair[1]), "peer", web::Seat(&seats_)},
                            now_);
    }

    Played play(std::string_view bytes, std::size_t most) {
        for (Cuts cuts(bytes, most); !cuts.done() && !connection_->dead();) {
            for (auto piece = cuts.next(); !piece.empty() && !connection_->dead();) {
                const auto sent =
                    ::send(client_.get(), piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
                if (sent > 0) piece.remove_prefix(static_cast<std::size_t>(sent));
                if (!turn() && sent <= 0) return std::move(played_);  // it reads no more
            }
            while (turn()) {
            }
        }
        played_.idle = !connection_->dead() && !connection_->busy();
        ::shutdown(client_.get(), SHUT_WR);
        while (turn()) {
        }
        require(stand_.commons().buffered == 0 || connection_->busy(),
                "an idle connection keeps memory charged");
        return std::move(played_);
    }

private:
    /// One round of the loop: what the connection listens for and what is there. False: nothing.
    bool turn() {
        if (connection_->dead()) return false;
        const auto listens = stand_.watched;
        int readable = 0;
        ::ioctl(socket_, FIONREAD, &readable);
        char next = 0;
        const bool ended = readable == 0 && ::recv(socket_, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
        std::uint32_t events = listens & EPOLLOUT;
        if (readable > 0 || ended) events |= listens & EPOLLIN;
        const bool again = std::exchange(stand_.again, false);
        if (again) connection_->onTurn(now_);
        if (events != 0 && !connection_->dead()) connection_->onEvents(events, now_);
        return takeAnswers() || again || events != 0;
    }

    bool takeAnswers() {
        std::array<char, 4096> buffer{};
        const auto count = ::recv(client_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count <= 0) return false;
        played_.answers.append(buffer.data(), static_cast<std::size_t>(count));
        return true;
    }

    Played played_;
    Stand stand_;
    web::Descriptor client_;
    int socket_ = -1;
    std::atomic<std::size_t> seats_{0};
    Carrier::Time now_{};
    std::optional<web::Connection> connection_;
};

Played play(std::string_view bytes, std::size_t most) {
    return Talk().play(bytes, most);
}

/// The statuses of all answers; every byte must belong to one.
std::vector<int> statusesIn(std::string_view answers, std::size_t requests) {
    std::vector<int> statuses;
    while (!answers.empty()) {
        require(answers.starts_with("HTTP/1.1 "), "an answer that does not begin as one");
        const int status = std::atoi(answers.data() + 9);
        const auto end = answers.find("\r\n\r\n");
        require(end != std::string_view::npos, "an answer's head has no end");
        const auto head = answers.substr(0, end + 2);
        answers.remove_prefix(end + 4);
        if (status == 100) continue;
        statuses.push_back(status);
        constexpr std::string_view kLength = "\r\nContent-Length: ";
        const auto at = head.find(kLength);
        require(at != std::string_view::npos, "an answer without a length");
        const auto length = std::strtoul(head.data() + at + kLength.size(), nullptr, 10);
        // To HEAD the length is told and no body sent; a body never begins as an answer does.
        if (answers.starts_with("HTTP/1.1 ") || answers.empty()) continue;
        require(length <= answers.size(), "an answer is cut");
        answers.remove_prefix(length);
    }
    require(statuses.size() == requests || statuses.size() == requests + 1,
            "an answer too many or too few");
    for (std::size_t i = 0; i < statuses.size(); ++i)
        require((statuses[i] == 200) == (i < requests), "a request was not answered in its turn");
    return statuses;
}

}  // namespace

void fuzzOne(std::string_view input) {
    const auto whole = play(input, kAllAtOnce);
    const auto statuses = statusesIn(whole.answers, whole.requests.size());
    for (const std::size_t most : {std::size_t{1}, std::size_t{0}}) {
        const auto cut = play(input, most);
        require(cut.requests == whole.requests, "cut in pieces they are other requests");
        require(statusesIn(cut.answers, cut.requests.size()) == statuses,
                "cut in pieces they are answered otherwise");
        require(cut.idle == whole.idle, "cut in pieces the connection ends otherwise");
    }
    if (!whole.idle) return;
    const auto twice = play(std::string(input).append(input), kAllAtOnce);
    auto expected = whole.requests;
    expected.insert(expected.end(), whole.requests.begin(), whole.requests.end());
    require(twice.requests == expected, "sent twice they are not the same requests twice");
}

}  // namespace souk::fuzz
