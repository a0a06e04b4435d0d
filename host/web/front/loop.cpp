#include "web/front/loop.hpp"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Timestamp.h>

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>

namespace souk::web {

namespace {

constexpr std::uint64_t kMailboxId = 0;
constexpr std::uint64_t kListenerId = 1;
constexpr std::uint64_t kFirstConnection = 2;
constexpr std::size_t kScratchBytes = 64 * kKilobyte;
constexpr std::size_t kEventsAtOnce = 256;
constexpr std::size_t kAcceptsAtOnce = 64;
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::milliseconds kDrainCheck{10};

Carrier::Time now() {
    return std::chrono::steady_clock::now();
}

void addToEpoll(int epoll, int fd, std::uint32_t events, std::uint64_t id) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

}  // namespace

Loop::Loop(std::shared_ptr<Commons> commons)
    : commons_(std::move(commons)),
      mailbox_(std::make_shared<Mailbox>()),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      lastId_(kFirstConnection),
      scratch_(kScratchBytes, '\0') {
    if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    addToEpoll(epoll_.get(), mailbox_->wakeDescriptor(), EPOLLIN | EPOLLET, kMailboxId);
}

Loop::~Loop() {
    join();
}

void Loop::accept(Descriptor listener, std::vector<std::shared_ptr<Mailbox>> all) {
    listener_ = std::move(listener);
    all_ = std::move(all);
    addToEpoll(epoll_.get(), listener_.get(), EPOLLIN, kListenerId);
}

void Loop::start() {
    thread_ = std::thread([this] { run(); });
    ::pthread_setname_np(thread_.native_handle(), "souk-io");
}

void Loop::join() {
    if (thread_.joinable()) thread_.join();
}

void Loop::run() {
    std::array<epoll_event, kEventsAtOnce> events{};
    for (bool quiet = false; !finished(quiet);) {
        const int count = ::epoll_wait(
            epoll_.get(), events.data(), static_cast<int>(events.size()), waitMillis());
        quiet = count == 0 && turns_.empty();
        for (int i = 0; i < count; ++i) {
            const auto& event = events.at(static_cast<std::size_t>(i));
            handle(event.data.u64, event.events);
        }
        runTurns();
        runCalls();
    }
    commons_->counters.cut += static_cast<std::uint64_t>(std::ranges::count_if(
        connections_, [](const auto& entry) { return entry.second->busy(); }));
    mailbox_->close();
    connections_.clear();
}

/// A stop is complete: no loop has work under way and nothing new came here in the last wait, or
/// its time is up. Until then idle connections stay, so that what their clients are just sending is
/// still answered.
bool Loop::finished(bool quiet) {
    if (!draining_) return false;
    const auto time = now();
    if (time >= drainDeadline_) return true;
    if (!quiet || time < drainCheck_) return false;
    drainCheck_ = time + kDrainCheck;
    const bool busy =
        std::ranges::any_of(connections_, [](const auto& entry) { return entry.second->busy(); });
    if (busy && !busy_) ++commons_->busyLoops;
    if (!busy && busy_) --commons_->busyLoops;
    busy_ = busy;
    return commons_->busyLoops == 0;
}

int Loop::waitMillis() const {
    if (!turns_.empty()) return 0;
    if (draining_) return kDrainCheck.count();
    if (calls_.empty()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(calls_.top().first - now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

void Loop::handle(std::uint64_t id, std::uint32_t events) {
    if (id == kMailboxId) return readMail();
    if (id == kListenerId) return acceptWaiting(kAcceptsAtOnce);
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    found->second->onEvents(events, now());
    if (found->second->dead()) connections_.erase(found);
}

void Loop::removeIfDead(std::uint64_t id) {
    const auto found = connections_.find(id);
    if (found != connections_.end() && found->second->dead()) connections_.erase(found);
}

void Loop::runTurns() {
    for (const auto id : std::exchange(turns_, {})) {
        const auto found = connections_.find(id);
        if (found == connections_.end()) continue;
        found->second->onTurn(now());
        removeIfDead(id);
    }
}

void Loop::runCalls() {
    const auto time = now();
    while (!calls_.empty() && calls_.top().first <= time) {
        const auto [due, id] = calls_.top();
        calls_.pop();
        if (id == kListenerId) resumeAccepting();
        const auto found = connections_.find(id);
        if (found == connections_.end()) continue;
        found->second->onTime(due, time);
        removeIfDead(id);
    }
}

void Loop::readMail() {
    for (auto& letter : mailbox_->collect()) open(letter);
}

void Loop::open(Letter& letter) {
    std::visit([this](auto& mail) { deliver(mail); }, letter);
}

template <class Mail>
void Loop::deliver(Mail& mail) {
    if constexpr (std::is_same_v<Mail, AdoptLetter>) {
        adopt(mail);
    } else if constexpr (std::is_same_v<Mail, DrainLetter>) {
        drain(mail);
    } else {
        const auto id = mail.to.connection;
        if (const auto found = connections_.find(id); found != connections_.end()) {
            found->second->onLetter(std::move(mail), now());
            removeIfDead(id);
        } else if constexpr (std::is_same_v<Mail, StreamLetter>) {
            mail.state->open = false;
        }
    }
}

void Loop::adopt(AdoptLetter& letter) {
    const int socket = letter.socket.get();
    const bool turnAway = letter.turnAway;
    const auto id = ++lastId_;
    addToEpoll(epoll_.get(), socket, EPOLLIN, id);
    const auto time = now();
    auto& place = connections_[id];
    place = std::make_unique<Connection>(*this, id, std::move(letter), time);
    if (turnAway) place->turnAway(time);
    removeIfDead(id);
}

void Loop::drain(const DrainLetter& letter) {
    if (draining_) return;
    draining_ = true;
    drainDeadline_ = letter.deadline;
    if (listener_) {
        // Those who already stand in the queue are served; the others go elsewhere.
        acceptWaiting(commons_->limits.connections);
        listener_ = Descriptor();
        for (const auto& mailbox : all_)
            if (mailbox != mailbox_) mailbox->post(letter);
    }
    std::vector<std::uint64_t> ids;
    ids.reserve(connections_.size());
    for (const auto& [id, connection] : connections_) ids.push_back(id);
    for (const auto id : ids) {
        connections_.at(id)->onDrain(now());
        removeIfDead(id);
    }
}

void Loop::acceptWaiting(std::size_t most) {
    for (std::size_t i = 0; listener_ && i < most; ++i)
        if (!acceptOne()) return;
}

/// False when nobody waits.
bool Loop::acceptOne() {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    AdoptLetter letter;
    letter.socket =
        Descriptor(::accept4(listener_.get(), raw, &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!letter.socket) {
        const int error = errno;
        if (error == ECONNABORTED || error == EINTR) return true;
        if (error != EAGAIN) pauseAccepting(error);
        return false;
    }
    ++commons_->counters.accepted;
    auto* seats = &commons_->seats;
    if (seats->load() >= commons_->limits.connections) {
        ++commons_->counters.turnedAway;
        seats = &commons_->refusedSeats;
        if (seats->load() >= commons_->limits.refusedConnections) return true;
        letter.turnAway = true;
    }
    seats->fetch_add(1);
    letter.seat.reset(seats);
    letter.peer = Poco::Net::SocketAddress(raw, length).host().toString();
    const auto& target = all_[nextLoop_++ % all_.size()];
    if (target == mailbox_)
        adopt(letter);
    else
        target->post(std::move(letter));
    return true;
}

/// Out of descriptors or memory: the queue is left alone for a moment instead of being asked
/// without end; connections that close meanwhile make room.
void Loop::pauseAccepting(int error) {
    if (commons_->report)
        commons_->report(
            "cannot accept connections for a moment: " + std::generic_category().message(error) +
            "; raise the process's limit of open files (LimitNOFILE, ulimit -n)");
    epoll_event none{};
    none.data.u64 = kListenerId;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, listener_.get(), &none);
    calls_.emplace(now() + kAcceptPause, kListenerId);
}

void Loop::resumeAccepting() {
    if (!listener_) return;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kListenerId;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, listener_.get(), &event);
}

void Loop::watch(std::uint64_t connection, int socket, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = connection;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, socket, &event);
}

std::string_view Loop::date() {
    const auto second = std::time(nullptr);
    if (second != dateSecond_) {
        dateSecond_ = second;
        date_ = Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(second),
                                                Poco::DateTimeFormat::HTTP_FORMAT);
    }
    return date_;
}

}  // namespace souk::web
