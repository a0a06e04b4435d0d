#pragma once

#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace souk::webhooks {

/// A delivery that was answered with an address where people can read what became of it.
struct Answered {
    std::string platform;
    sdk::Timestamp receivedAt{};
    std::int64_t accounts = 0;                ///< integrations it was stored for
    std::optional<core::Uuid> correlation{};  ///< of the request that delivered it
};

/// Kept before the sender is answered; the same delivery again changes nothing.
void keepAnswered(store::Transaction& worker, const std::string& code, const Answered& answered);
std::optional<Answered> findAnswered(store::Transaction& worker,
                                     const std::string& platform,
                                     const std::string& code);

/// The code of the delivery that came with this request, if it was answered with one.
std::optional<std::string> answeredCode(store::Transaction& worker, const core::Uuid& correlation);

}  // namespace souk::webhooks
