#pragma once

#include "jobs/queue.hpp"
#include "store/guard.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::inventory {

/// What was sold stays sold: such a job outlives the connection it came over.
inline constexpr std::string_view kSaleKind = "sale";

/// Asked for when an order sold what is kept elsewhere.
jobs::NewJob saleJob(const core::Uuid& integrationId, const core::Uuid& orderId);

/// Those of the orders of an integration that sold what is kept elsewhere: all of them where it
/// keeps no stock, else those with a line of something the hub offers there.
std::vector<core::Uuid> soldFromElsewhere(store::Transaction& tx,
                                          const store::RecordScope& scope,
                                          const std::vector<core::Uuid>& orders);

/// Jobs for orders that sold variants before the hub knew that these (the platform's ids) are its
/// offers.
std::vector<jobs::NewJob> salesOf(store::Transaction& tx,
                                  const core::Uuid& storeId,
                                  const core::Uuid& integrationId,
                                  const std::vector<std::string>& shownIds);

/// Units of a variant that an order holds now and that are kept elsewhere.
struct SoldUnits {
    std::optional<core::Uuid> variantId;  ///< none: the hub does not know what was sold
    std::int64_t units = 0;               ///< none once the order is cancelled or gone
};
std::vector<SoldUnits> soldBy(store::Transaction& tx,
                              const core::Uuid& storeId,
                              const core::Uuid& orderId);

/// How long the hub has known an order; none: it does not.
std::optional<std::chrono::seconds> ageOf(store::Transaction& tx,
                                          const core::Uuid& storeId,
                                          const core::Uuid& orderId);

}  // namespace souk::inventory
