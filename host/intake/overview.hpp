#pragma once

#include "store/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace souk::intake {

/// Live rows of one integration.
struct IntegrationCounts {
    core::Uuid integrationId;
    std::string name;
    std::int64_t products = 0;  ///< listings
    std::int64_t variants = 0;  ///< variant listings
    std::int64_t customers = 0;
    std::int64_t orders = 0;
    std::int64_t locations = 0;
    std::int64_t stockLevels = 0;
};

/// Live rows of a store; products and variants are unified ones.
struct Overview {
    std::int64_t products = 0;
    std::int64_t variants = 0;
    std::int64_t customers = 0;
    std::int64_t orders = 0;
    std::vector<IntegrationCounts> integrations;  ///< by name
};

Overview overviewOf(store::Transaction& tx, const core::Uuid& storeId);

/// Live rows of one integration and entity: what sync compares with the platform's own count.
std::int64_t countOf(store::Transaction& tx,
                     const core::Uuid& storeId,
                     const core::Uuid& integrationId,
                     sdk::Entity entity);

}  // namespace souk::intake
