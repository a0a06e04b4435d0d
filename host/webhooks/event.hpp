#pragma once

#include "core/uuid.hpp"

#include <souk/sdk/record.hpp>

#include <optional>
#include <string>
#include <vector>

namespace souk::webhooks {

/// A verified event on its way into the inbox.
struct NewEvent {
    core::Uuid id;
    core::Uuid storeId;
    core::Uuid integrationId;
    std::string platform;
    std::string topic;
    std::string key;      ///< the platform's own key of the event
    std::string account;  ///< the platform's account id
    std::optional<sdk::Timestamp> triggeredAt;
    std::string headers;                      ///< JSON object, without credentials
    std::string body;                         ///< exact bytes
    std::vector<std::string> people;          ///< keyed hashes, hex
    std::optional<core::Uuid> correlation{};  ///< of the request that brought it
};

}  // namespace souk::webhooks
