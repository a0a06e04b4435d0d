#include "core/crew.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace souk::core {

namespace {

Errand*& currentErrand() noexcept {
    thread_local Errand* current = nullptr;
    return current;
}

}  // namespace

std::shared_ptr<Crew::Hand>& Crew::currentHand() noexcept {
    thread_local std::shared_ptr<Hand> current;
    return current;
}

Crew::~Crew() {
    stop();
}

void Crew::start(std::size_t threads, Loop loop) {
    const std::lock_guard lock(mutex_);
    loop_ = std::move(loop);
    stopping_ = false;
    for (std::size_t i = 0; i < threads; ++i) sendOut();
}

/// Under the mutex.
void Crew::sendOut() {
    auto hand = std::make_shared<Hand>();
    hand->crew = this;
    hand->thread = std::jthread([this, hand](const std::stop_token& stop) { run(hand, stop); });
    hands_.push_back(std::move(hand));
}

void Crew::run(const std::shared_ptr<Hand>& hand, const std::stop_token& stop) {
    currentHand() = hand;
    loop_(stop);
    const std::lock_guard lock(mutex_);
    hand->ended = true;
    changed_.notify_all();
}

void Crew::replace(Hand& hand) {
    const std::lock_guard lock(mutex_);
    hand.left = true;
    hand.thread.detach();
    if (!stopping_) sendOut();
    changed_.notify_all();
}

void Crew::stop() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    for (const auto& hand : hands_) hand->thread.request_stop();
    changed_.wait(lock, [this] {
        return std::all_of(
            hands_.begin(), hands_.end(), [](const auto& one) { return one->ended || one->left; });
    });
    for (const auto& hand : hands_)
        if (!hand->left) hand->thread.join();
    hands_.clear();
}

Errand::Errand(Left left, Suspicion* suspicion)
    : left_(std::move(left)),
      suspicion_(suspicion),
      hand_(Crew::currentHand()),
      outer_(std::exchange(currentErrand(), this)) {}

Errand::~Errand() {
    currentErrand() = outer_;
}

Errand* Errand::current() noexcept {
    return currentErrand();
}

void Errand::leaveBehind(const std::string& why) {
    if (hand_) hand_->crew->replace(*hand_);
    std::exception_ptr trouble;
    for (const auto* one = this; one != nullptr; one = one->outer_) try {
            one->left_(why);
        } catch (...) {
            if (!trouble) trouble = std::current_exception();  // the others are ended all the same
        }
    if (trouble) std::rethrow_exception(trouble);
}

}  // namespace souk::core
