#pragma once

#include "web/front/connection.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace souk::web {

/// One io thread: an epoll, the connections it carries, their deadlines and a mailbox. The first
/// loop of a server also accepts and deals connections out in turn.
class Loop final : public Carrier {
public:
    explicit Loop(std::shared_ptr<Commons> commons);
    ~Loop() override;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Makes this the accepting loop. Before start(); `all` holds this loop's own mailbox too.
    void accept(Descriptor listener, std::vector<std::shared_ptr<Mailbox>> all);
    void start();
    void join();

    const std::shared_ptr<Mailbox>& mailbox() noexcept override { return mailbox_; }

private:
    using Entry = std::pair<Time, std::uint64_t>;

    Commons& commons() noexcept override { return *commons_; }
    std::string& scratch() noexcept override { return scratch_; }
    std::string_view date() override;
    bool draining() const noexcept override { return draining_; }
    void watch(std::uint64_t connection, int socket, std::uint32_t events) override;
    void callAt(Time time, std::uint64_t connection) override { calls_.emplace(time, connection); }
    void callAgain(std::uint64_t connection) override { turns_.push_back(connection); }

    void run();
    bool finished(bool quiet);
    [[nodiscard]] int waitMillis() const;
    void handle(std::uint64_t id, std::uint32_t events);
    void runTurns();
    void runCalls();
    void readMail();
    void open(Letter& letter);
    template <class Mail>
    void deliver(Mail& mail);
    void adopt(AdoptLetter& letter);
    void drain(const DrainLetter& letter);
    void acceptWaiting(std::size_t most);
    bool acceptOne();
    void pauseAccepting(int error);
    void resumeAccepting();
    void removeIfDead(std::uint64_t id);

    std::shared_ptr<Commons> commons_;
    std::shared_ptr<Mailbox> mailbox_;
    Descriptor epoll_;
    Descriptor listener_;
    std::vector<std::shared_ptr<Mailbox>> all_;
    std::size_t nextLoop_ = 0;

    std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
    std::uint64_t lastId_;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> calls_;
    std::vector<std::uint64_t> turns_;
    std::string scratch_;

    bool draining_ = false;
    bool busy_ = true;  ///< as counted in Commons::busyLoops
    Time drainDeadline_{};
    Time drainCheck_{};
    std::time_t dateSecond_ = 0;
    std::string date_;
    std::thread thread_;
};

}  // namespace souk::web
