#include "net/budget.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace souk::net {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShortestWait{20};
/// Waited in pieces: another host's reply may correct the bucket meanwhile.
constexpr milliseconds kLongestPiece{5000};
constexpr double kMillisPerSecond = 1000;
constexpr double kSlowestRestore = 0.001;

/// Points are worth less than a disk write: a lost update is corrected by the next reply.
constexpr std::string_view kRelaxed = "SELECT set_config('synchronous_commit', 'off', true)";

/// $1 store, $2 integration, $3 now, $4 cost, $5 reserve share. A request dearer than what the
/// reserve leaves waits for a full bucket.
constexpr std::string_view kTake = R"sql(
UPDATE rate_budget
SET available = least(capacity, available + restore_per_second
                      * greatest(0, extract(epoch FROM $3::timestamptz - updated_at))) - $4::float8,
    updated_at = greatest(updated_at, $3::timestamptz)
WHERE store_id = $1 AND integration_id = $2
  AND least(capacity, available + restore_per_second
            * greatest(0, extract(epoch FROM $3::timestamptz - updated_at)))
      >= least(capacity, $4::float8 + capacity * $5::float8)
)sql";

/// Seconds until the same take would pass.
constexpr std::string_view kLook = R"sql(
SELECT ((least(capacity, $4::float8 + capacity * $5::float8)
         - least(capacity, available + restore_per_second
                 * greatest(0, extract(epoch FROM $3::timestamptz - updated_at))))
        / greatest(restore_per_second, $6::float8))::float8 AS seconds
FROM rate_budget WHERE store_id = $1 AND integration_id = $2
)sql";

constexpr std::string_view kBegin = R"sql(
INSERT INTO rate_budget (store_id, integration_id, available, capacity, restore_per_second, updated_at)
VALUES ($1, $2, $3, $3, $4, $5)
ON CONFLICT DO NOTHING
)sql";

/// $3 available, $4 capacity, $5 restore (zero: not told), $6 now.
constexpr std::string_view kCorrect = R"sql(
UPDATE rate_budget
SET available = $3::float8,
    capacity = CASE WHEN $4::float8 > 0 THEN $4::float8 ELSE capacity END,
    restore_per_second = CASE WHEN $5::float8 > 0 THEN $5::float8 ELSE restore_per_second END,
    updated_at = greatest(updated_at, $6::timestamptz)
WHERE store_id = $1 AND integration_id = $2
)sql";

double reserveOf(Priority priority) noexcept {
    switch (priority) {
        case Priority::Live:
            return 0;
        case Priority::WebhookFollowUp:
            return 0.1;
        case Priority::Manual:
            return 0.2;
        case Priority::Scheduled:
            break;
    }
    return 0.3;
}

}  // namespace

Budget::Taken::Taken(Budget& budget, const AccountKey& account, double cost) noexcept
    : budget_(&budget), account_(account), cost_(cost) {}

Budget::Taken::Taken(Taken&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)),
      account_(other.account_),
      cost_(other.cost_) {}

Budget::Taken::~Taken() {
    if (budget_ != nullptr) budget_->release(account_, cost_);
}

Budget::Budget(store::Database& database,
               const sdk::Clock& clock,
               core::Waiter& waiter,
               core::Metrics& metrics)
    : database_(database),
      clock_(clock),
      waiter_(waiter),
      waits_(metrics.counter("souk_net_throttle_waits_total",
                             "Requests that waited for their account's rate budget.")),
      waited_(metrics.counter("souk_net_throttle_wait_seconds_total",
                              "Time requests waited for their account's rate budget.")) {}

sdk::Result<Budget::Taken> Budget::take(const Ask& ask,
                                        sdk::Timestamp until,
                                        const std::stop_token& stop) {
    for (bool first = true;; first = false) {
        milliseconds wait{};
        {
            // In hand before it is taken: a reply that comes between must not forget it.
            hold(ask.account, ask.cost);
            Taken taken(*this, ask.account, ask.cost);
            wait = tryTake(ask);
            if (wait == milliseconds::zero()) return taken;
        }
        if (first) waits_.add();
        if (wait > std::chrono::duration_cast<milliseconds>(until - clock_.now()))
            return sdk::Error{
                sdk::ErrorKind::RateLimited, "The account's rate budget is used up for now.", wait};
        const auto piece = std::clamp(wait, kShortestWait, kLongestPiece);
        waited_.add(static_cast<double>(piece.count()) / kMillisPerSecond);
        if (!waiter_.wait(piece, stop))
            return sdk::Error{sdk::ErrorKind::Transient,
                              "Stopped while waiting for the account's rate budget."};
    }
}

milliseconds Budget::tryTake(const Ask& ask) {
    const auto& [store, integration] = ask.account;
    const double reserve = reserveOf(ask.priority);
    const auto now = clock_.now();
    auto tx = database_.forStore(store);
    tx.query(kRelaxed);
    if (tx.query(kTake, store, integration, now, ask.cost, reserve).affected() == 0) {
        const auto rows =
            tx.query(kLook, store, integration, now, ask.cost, reserve, kSlowestRestore);
        if (!rows.empty()) {
            const auto millis = std::ceil(rows[0].real("seconds") * kMillisPerSecond);
            return std::max(kShortestWait, milliseconds(static_cast<std::int64_t>(millis)));
        }
        tx.query(kBegin,
                 store,
                 integration,
                 ask.rate.capacity,
                 std::max(ask.rate.restorePerSecond, kSlowestRestore),
                 now);
        if (tx.query(kTake, store, integration, now, ask.cost, reserve).affected() == 0) {
            tx.commit();
            return kShortestWait;
        }
    }
    tx.commit();
    return milliseconds::zero();
}

void Budget::correct(const AccountKey& account, const sdk::Throttle& figures, Taken taken) {
    {
        const Taken answered = std::move(taken);  // no longer in hand: the figures include it
    }
    auto tx = database_.forStore(account.store);
    tx.query(kRelaxed);
    tx.query(kCorrect,
             account.store,
             account.integration,
             figures.available - inHand(account),
             figures.capacity,
             figures.restorePerSecond,
             clock_.now());
    tx.commit();
}

void Budget::hold(const AccountKey& account, double cost) {
    const std::lock_guard lock(mutex_);
    inHand_[account] += cost;
}

void Budget::release(const AccountKey& account, double cost) noexcept {
    const std::lock_guard lock(mutex_);
    const auto held = inHand_.find(account);
    if (held == inHand_.end()) return;
    held->second -= cost;
    constexpr double kNothing = 1e-9;
    if (held->second < kNothing) inHand_.erase(held);
}

double Budget::inHand(const AccountKey& account) const {
    const std::lock_guard lock(mutex_);
    const auto held = inHand_.find(account);
    return held == inHand_.end() ? 0 : held->second;
}

}  // namespace souk::net
