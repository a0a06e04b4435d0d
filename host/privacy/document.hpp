#pragma once

#include "privacy/turn.hpp"

#include <string>

namespace souk::privacy {

/// Whose account a person is known on.
struct Account {
    core::Uuid storeId;
    core::Uuid integrationId;
};

/// Everything that an erasure of the person would take, put together from the tables now: nothing
/// of it is kept. JSON: {"as_of", "integration_id", "person": {"customer", "orders"}, "customers",
/// "orders", "conversations", "events", "log", "jobs", "requests", "connection"}.
struct Document {
    std::string json;
    Counts counts;  ///< rows by table
};
Document documentOf(const PrivacyTools& tools,
                    const Account& account,
                    const orders::PersonIds& person);

}  // namespace souk::privacy
