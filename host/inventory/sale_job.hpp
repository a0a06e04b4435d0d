#pragma once

#include "core/log.hpp"
#include "inventory/ledger.hpp"
#include "inventory/sold.hpp"
#include "jobs/workers.hpp"
#include "loader/catalog.hpp"
#include "loader/session.hpp"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace souk::inventory {

/// To be called when a keeper was read as a whole, as it is once it is connected again: what was
/// sold while it was disconnected goes off its stock now. Answers how many orders that is. What is
/// older than kLongestAbsence is refused.
std::int64_t resumeSales(store::Transaction& tx,
                         const core::Uuid& storeId,
                         const core::Uuid& keeper,
                         sdk::Timestamp now);
inline constexpr std::chrono::days kLongestAbsence{30};
/// How long what was sold before the hub was told any stock of it waits for that.
inline constexpr std::chrono::hours kLongestSilence{24};

struct SaleTools {
    store::Database& database;
    loader::Sessions& sessions;
    const loader::Catalog& catalog;
    const sdk::Clock& clock;
    core::Log& log;
};

/// Job "sale", payload {"order": id}: what the order holds now, less what it took before, goes off
/// the stock of the platforms that keep it; what it no longer holds comes back. A call is in the
/// ledger before it is made and is repeated under its key until its answer is known, so that a
/// crash takes nothing twice. While a keeper is paused or must connect again, the job waits for it,
/// as it does, for kLongestSilence, where a keeper has told of the variant but of no stock yet.
/// What only a disconnected one keeps stays planned in the ledger until it is back (resumeSales).
class SaleJob {
public:
    explicit SaleJob(SaleTools tools) : tools_(tools) {}
    sdk::Result<jobs::Outcome> run(const jobs::Job& job, const std::stop_token& stop);
    static jobs::KindRules rules();

private:
    /// Of what was sold, and no stock is taken for: why, for the log.
    struct Untaken {
        std::string_view why;
        core::LogField about;
    };
    struct Plan {
        std::vector<MoveBatch> calls;  ///< those begun before first
        /// Stock is still to be told of: when to look again.
        std::optional<sdk::Timestamp> again;
        std::vector<Untaken> untaken;
    };
    sdk::Result<Plan> plan(const jobs::Job& job, const core::Uuid& orderId);
    Plan missing(store::Transaction& tx, const core::Uuid& storeId, const core::Uuid& orderId);
    bool stockIsToCome(store::Transaction& tx,
                       const core::Uuid& storeId,
                       const core::Uuid& variantId);
    std::vector<VariantStock> keptOf(store::Transaction& tx,
                                     const core::Uuid& storeId,
                                     const std::vector<core::Uuid>& variantIds);
    sdk::Result<sdk::Done> carryOut(const jobs::Job& job,
                                    const core::Uuid& orderId,
                                    const MoveBatch& batch,
                                    const std::stop_token& stop);
    sdk::Result<sdk::Done> settle(const jobs::Job& job,
                                  const MoveBatch& batch,
                                  std::string_view refusal);

    SaleTools tools_;
};

}  // namespace souk::inventory
