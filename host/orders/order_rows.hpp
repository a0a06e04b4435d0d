#pragma once

#include "store/guard.hpp"

#include <souk/sdk/record.hpp>

#include <string>
#include <vector>

namespace souk::orders {

/// One order that is to be written, under the row's lock.
struct OrderPlan {
    const sdk::Order* order = nullptr;
    core::Uuid id;
    std::string hash;
    sdk::Timestamp stamp{};
    bool fresh = false;  ///< there was no row: no children to take away
};

void writeOrderRows(store::Transaction& tx,
                    const store::RecordScope& scope,
                    const std::vector<OrderPlan>& plans);

/// The children of these orders as they are now: missing ones go, others keep their ids. A cut
/// order takes none away.
void writeLines(store::Transaction& tx,
                const store::RecordScope& scope,
                const std::vector<OrderPlan>& plans);
void writeRefunds(store::Transaction& tx,
                  const store::RecordScope& scope,
                  const std::vector<OrderPlan>& plans);
void writeFulfilments(store::Transaction& tx,
                      const store::RecordScope& scope,
                      const std::vector<OrderPlan>& plans);

}  // namespace souk::orders
