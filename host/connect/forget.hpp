#pragma once

#include "connect/credentials.hpp"
#include "store/integrations.hpp"

#include <cstdint>
#include <string>

namespace souk::connect {

/// When the account was connected through this person: the grant they gave, what was asked of them
/// while connecting and their id go; a connected account must be connected anew. Answers 1 then, 0
/// when it was not through them.
std::int64_t forgetPerson(store::Transaction& store,
                          const Credentials& credentials,
                          const store::IntegrationRow& integration,
                          const std::string& personId,
                          sdk::Timestamp now);

/// Everything the account itself told or was given: grant, attempts to connect, settings, facts,
/// its id and title. What stays is a disconnected stub with its name. Answers 1, or 0 when it was
/// empty before.
std::int64_t forgetAccount(store::Transaction& store,
                           const Credentials& credentials,
                           const store::IntegrationRow& integration,
                           sdk::Timestamp now);

}  // namespace souk::connect
