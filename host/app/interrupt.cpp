#include "app/interrupt.hpp"

#include <unistd.h>

namespace souk::app {

namespace {
sigset_t signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, kExhausted);
    return set;
}
}  // namespace

Interrupt::Interrupt() {
    const auto set = signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Interrupt::~Interrupt() {
    const auto set = signals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void Interrupt::exhausted() {
    ::kill(::getpid(), kExhausted);
}

int Interrupt::wait() const {
    const auto set = signals();
    int number = 0;
    sigwait(&set, &number);
    return number;
}

bool Interrupt::waitFor(std::chrono::milliseconds time) const {
    const auto set = signals();
    const timespec until{static_cast<time_t>(time.count() / 1000),
                         static_cast<long>(time.count() % 1000) * 1'000'000L};
    return sigtimedwait(&set, nullptr, &until) > 0;
}

}  // namespace souk::app
