#include "core/watch.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace souk::core {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view kRoom = "watch";
constexpr std::int64_t kInHost = 0;
constexpr std::int64_t kLeft = -1;

std::int64_t nanoseconds(std::chrono::nanoseconds time) {
    return time.count();
}

std::string sentenceFor(const ForeignCall& call, std::chrono::milliseconds deadline) {
    return "The plugin '" + std::string(call.whose) + "' did not return from " +
           std::string(call.what) + " within " + std::to_string(deadline.count()) +
           " ms and was left behind.";
}

}  // namespace

/// Where one thread is. `until` is kInHost, kLeft or the moment when its call is overdue; it is
/// written last by the thread, and whoever changes it owns the rest.
struct CallWatch::Slot {
    Slot();
    ~Slot();
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

    std::atomic<std::int64_t> until{kInHost};
    std::atomic<CallWatch*> watch{nullptr};
    Errand* errand = nullptr;
    ForeignCall call;
    std::int64_t began = 0;    ///< the call
    std::int64_t entered = 0;  ///< foreign code, last
    std::size_t passes = 0;
    bool alone = false;
};

/// Of every thread that ever made a watched call and still runs.
struct CallWatch::Slots {
    std::mutex mutex;
    std::vector<Slot*> all;
};

CallWatch::Slots& CallWatch::slots() {
    static auto* const slots = new Slots;  // threads that were left behind outlive everything
    return *slots;
}

CallWatch::Slot::Slot() {
    const std::lock_guard lock(slots().mutex);
    slots().all.push_back(this);
}

CallWatch::Slot::~Slot() {
    const std::lock_guard lock(slots().mutex);
    std::erase(slots().all, this);
}

CallWatch::Slot& CallWatch::slot() {
    thread_local Slot slot;
    return slot;
}

void CallWatch::sleepForEver() {
    for (;;) std::this_thread::sleep_for(24h);
}

std::int64_t CallWatch::now() noexcept {
    return nanoseconds(std::chrono::steady_clock::now().time_since_epoch());
}

CallWatch::CallWatch(const WatchLimits& limits, Log& log)
    : limits_(limits),
      tick_(std::clamp<std::chrono::milliseconds>(limits.deadline / 10, 5ms, 1000ms)),
      log_(log) {}

CallWatch::~CallWatch() {
    stop();
}

void CallWatch::start() {
    lastLook_ = now();
    thread_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

void CallWatch::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

bool CallWatch::enter(Slot& slot, std::int64_t allowance) noexcept {
    if (slot.errand->suspicion() != nullptr) return enterAlone(slot, allowance);
    enterAmongOthers(slot, allowance);
    return true;
}

/// Says first that it is inside and looks then; a suspect does it the other way round, so that at
/// least one of the two sees the other.
void CallWatch::enterAmongOthers(Slot& slot, std::int64_t allowance) noexcept {
    for (auto moment = slot.entered;; moment = now()) {
        slot.until.store(moment + allowance);
        if (alone_.load() == nullptr) return;
        if (slot.until.exchange(kInHost) == kLeft) sleepForEver();
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return alone_.load() == nullptr; });
    }
}

bool CallWatch::enterAlone(Slot& slot, std::int64_t allowance) noexcept {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return alone_.load() == nullptr; });
        alone_.store(&slot);
    }
    while (othersInside(slot)) std::this_thread::sleep_for(1ms);
    const bool written = slot.errand->suspicion()->inHand();
    if (!written) {
        letOthersIn(slot);
        return false;
    }
    slot.alone = true;
    slot.until.store(now() + allowance);
    return true;
}

bool CallWatch::othersInside(const Slot& slot) const {
    auto& known = slots();
    const std::lock_guard lock(known.mutex);
    return std::any_of(known.all.begin(), known.all.end(), [&](const Slot* other) {
        return other != &slot && other->watch.load() == this && other->until.load() > kInHost;
    });
}

void CallWatch::leave(Slot& slot) noexcept {
    if (slot.until.exchange(kInHost) == kLeft) sleepForEver();
    if (!std::exchange(slot.alone, false)) return;
    slot.errand->suspicion()->outOfHand();
    slot.watch.load()->letOthersIn(slot);
}

void CallWatch::letOthersIn(const Slot& slot) noexcept {
    {
        const std::lock_guard lock(mutex_);
        if (alone_.load() == &slot) alone_.store(nullptr);
    }
    changed_.notify_all();
}

void CallWatch::watch(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, stop, tick_, [] { return false; });
        }
        if (!stop.stop_requested()) look();
    }
}

void CallWatch::look() {
    const auto moment = now();
    const auto since = moment - std::exchange(lastLook_, moment);
    // The whole machine stood still (suspended, starved): no call is to blame for that.
    if (since > nanoseconds(5 * tick_ + 1s)) return;
    std::vector<Slot*> overdue;
    {
        auto& known = slots();
        const std::lock_guard lock(known.mutex);
        for (auto* const slot : known.all) {
            auto until = slot->until.load();
            if (until > kInHost && until < moment && slot->watch.load() == this &&
                slot->until.compare_exchange_strong(until, kLeft))
                overdue.push_back(slot);
        }
    }
    for (auto* const slot : overdue) leaveBehind(*slot);
}

/// The slot's thread will never touch it again.
void CallWatch::leaveBehind(Slot& slot) {
    const auto why = sentenceFor(slot.call, limits_.deadline);
    log_.error(kRoom, why);
    const auto count = ++left_;
    if (slot.alone) letOthersIn(slot);
    if (whenLeft_) whenLeft_(slot.call, std::chrono::nanoseconds(now() - slot.began));
    try {
        slot.errand->leaveBehind(why);
    } catch (const std::exception& error) {
        log_.error(kRoom,
                   "what was left behind could not be put in order; its lease will run out",
                   {{"error", error.what()}});
    }
    if (count == limits_.mostLeft && whenExhausted_) whenExhausted_();
}

HostTime::HostTime() noexcept {
    auto& slot = CallWatch::slot();
    if (slot.until.load() == kInHost) return;
    const auto until = slot.until.load();
    CallWatch::leave(slot);
    remaining_ = std::max<std::int64_t>(until - CallWatch::now(), 1);
    watch_ = slot.watch.load();
    call_ = slot.call;
    began_ = slot.began;
    passes_ = slot.passes + 1;
    slot.passes = passes_;
}

HostTime::~HostTime() {
    if (watch_ == nullptr) return;
    auto& slot = CallWatch::slot();
    slot.watch.store(watch_);
    slot.call = call_;
    slot.began = began_;
    slot.entered = CallWatch::now();
    slot.passes = passes_;
    // What cannot be written down now is in the middle of its call: it goes on uncounted.
    if (!watch_->enter(slot, remaining_)) watch_->enterAmongOthers(slot, remaining_);
}

std::size_t HostTime::passes() noexcept {
    return CallWatch::slot().passes;
}

Watched::Watched(CallWatch* watch, const ForeignCall& call) noexcept
    : watch_(Errand::current() == nullptr ? nullptr : watch) {
    if (watch_ == nullptr) return;
    auto& slot = CallWatch::slot();
    slot.watch.store(watch_);
    slot.errand = Errand::current();
    slot.call = call;
    slot.began = slot.entered = CallWatch::now();
    slot.passes = 0;
    admitted_ = watch_->enter(slot, nanoseconds(watch_->limits_.deadline));
}

Watched::~Watched() {
    if (watch_ == nullptr) return;
    auto& slot = CallWatch::slot();
    if (admitted_) CallWatch::leave(slot);
    slot.passes = 0;
}

}  // namespace souk::core
