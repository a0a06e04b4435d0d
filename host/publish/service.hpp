#pragma once

#include "loader/catalog.hpp"
#include "publish/settings.hpp"
#include "store/database.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace souk::publish {

/// Where an integration's publishing stands.
struct Standing {
    Settings settings;
    std::map<std::string, std::int64_t> offers;  ///< how many by state
    std::int64_t unread = 0;                     ///< changes of the feed, of 10000 at most
    std::int64_t waiting = 0;                    ///< changed and not yet handed over
    std::int64_t inHand = 0;                     ///< in a batch the platform works on
    std::optional<std::string> error;            ///< of the last turn
    std::optional<sdk::Timestamp> retryAt;
    std::optional<sdk::Timestamp> reconciledAt;
    std::string drift = "{}";  ///< JSON, what the last comparison found
};

/// What people and the clock ask of publishing. Thread-safe.
class PublishService {
public:
    /// All must outlive it.
    PublishService(store::Database& database,
                   const loader::Catalog& catalog,
                   const sdk::Clock& clock);

    /// Turned on, every product of the store is offered there, and changes follow by themselves.
    /// Turned off, what is there stays as it is. Rejected: the link is no https address (or
    /// {base_url}); Unsupported: the platform's plugin publishes nothing.
    sdk::Result<Standing> configure(const store::IntegrationRow& integration,
                                    const Settings& settings);
    /// Unsupported: the platform's plugin publishes nothing.
    sdk::Result<Standing> standing(const store::IntegrationRow& integration);

    /// These products (all when empty) are compared and pushed now, on one integration or on all
    /// that publish; refused offers are tried again. Answers how many offers that is. NotFound: one
    /// of the products is not there; Rejected: publishing is on nowhere.
    sdk::Result<std::int64_t> publish(const core::Uuid& storeId,
                                      const std::vector<core::Uuid>& productIds,
                                      const std::optional<core::Uuid>& integrationId);
    /// Compares the whole catalogue there with what was pushed. Rejected: publishing is off.
    sdk::Result<sdk::Done> reconcile(const store::IntegrationRow& integration);

    /// Queues a turn for every integration that something changed or is due for. Answers how many.
    int startDue();
    /// Queues the comparison of those that had none for this long.
    int startComparisons(std::chrono::milliseconds every);

private:
    sdk::Result<sdk::Done> checkPublishes(const store::IntegrationRow& integration) const;

    store::Database& database_;
    const loader::Catalog& catalog_;
    const sdk::Clock& clock_;
};

}  // namespace souk::publish
