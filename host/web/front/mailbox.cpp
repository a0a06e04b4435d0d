#include "web/front/mailbox.hpp"

#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace souk::web {

namespace {

thread_local Dispatch* currentDispatch = nullptr;

}  // namespace

Mailbox::Mailbox() : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

bool Mailbox::post(Letter letter) {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    letters_.push_back(std::move(letter));
    if (letters_.size() > 1) return true;
    // The counter is never read: the descriptor is watched edge-triggered, each write is an edge.
    return ::eventfd_write(wake_.get(), 1) == 0;
}

std::vector<Letter> Mailbox::collect() {
    const std::lock_guard lock(mutex_);
    return std::exchange(letters_, {});
}

void Mailbox::close() {
    std::vector<Letter> unread;  // destroyed outside the lock
    const std::lock_guard lock(mutex_);
    closed_ = true;
    unread.swap(letters_);
}

Dispatch::Dispatch(const Mailbox* mailbox, Address to) noexcept : mailbox_(mailbox), to_(to) {
    currentDispatch = this;
}

Dispatch::~Dispatch() {
    currentDispatch = nullptr;
}

bool Dispatch::keep(const Mailbox* mailbox, Address to, Letter& letter) {
    auto* const here = currentDispatch;
    if (here == nullptr || here->mailbox_ != mailbox || here->to_ != to) return false;
    here->kept_ = std::move(letter);
    return true;
}

}  // namespace souk::web
