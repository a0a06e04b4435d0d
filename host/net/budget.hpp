#pragma once

#include "core/metrics.hpp"
#include "core/waiter.hpp"
#include "net/authorizer.hpp"
#include "store/database.hpp"

#include <souk/sdk/context.hpp>

#include <map>
#include <mutex>
#include <stop_token>

namespace souk::net {

/// Who may take the last points of a budget; the others leave a reserve.
enum class Priority : std::uint8_t { Live, WebhookFollowUp, Manual, Scheduled };

/// The budget of an account until its platform tells figures.
struct Rate {
    double capacity = 40;
    double restorePerSecond = 2;
};

/// The leaky bucket of each account in PostgreSQL, shared by all hosts. A request takes its points
/// before it is sent, in one short transaction; what the platform says afterwards corrects them.
/// Thread-safe.
class Budget {
public:
    Budget(store::Database& database,
           const sdk::Clock& clock,
           core::Waiter& waiter,
           core::Metrics& metrics);

    /// Points taken for one request; given back to the count of what is in hand when it ends.
    class Taken {
    public:
        Taken(Budget& budget, const AccountKey& account, double cost) noexcept;
        ~Taken();
        Taken(Taken&& other) noexcept;
        Taken& operator=(Taken&&) = delete;

    private:
        Budget* budget_;
        AccountKey account_;
        double cost_;
    };

    struct Ask {
        AccountKey account;
        Rate rate;
        double cost = 1;
        Priority priority = Priority::Scheduled;
    };
    /// Waits for the points, until `until` at the longest: RateLimited with the rest of the wait.
    /// Transient when stopped. Throws store::Failure.
    sdk::Result<Taken> take(const Ask& ask, sdk::Timestamp until, const std::stop_token& stop);

    /// The platform's own figures of this moment; what other requests in hand will still take is
    /// subtracted. `taken` is the request that was answered. Throws store::Failure.
    void correct(const AccountKey& account, const sdk::Throttle& figures, Taken taken);

private:
    /// No wait: the points are taken.
    std::chrono::milliseconds tryTake(const Ask& ask);
    void hold(const AccountKey& account, double cost);
    void release(const AccountKey& account, double cost) noexcept;
    double inHand(const AccountKey& account) const;

    store::Database& database_;
    const sdk::Clock& clock_;
    core::Waiter& waiter_;
    core::Counter& waits_;
    core::Counter& waited_;
    mutable std::mutex mutex_;
    std::map<AccountKey, double> inHand_;
};

}  // namespace souk::net
