#pragma once

#include "connect/credentials.hpp"
#include "core/log.hpp"
#include "loader/session.hpp"
#include "store/database.hpp"
#include "store/integrations.hpp"

#include <souk/sdk/connect.hpp>

#include <functional>
#include <stop_token>

namespace souk::connect {

/// Starts an integration's first sync, inside the transaction that connects it. Declared here,
/// wired by app to the room that syncs.
using FirstSync = std::function<void(store::Transaction& store, const store::IntegrationRow&)>;

/// The last part of every way to connect: a grant is checked for its scopes, tried on the platform,
/// its account compared, and all that follows is stored in one transaction. Thread-safe.
class Admission {
public:
    Admission(store::Database& database,
              const Credentials& credentials,
              loader::Sessions& sessions,
              const sdk::Clock& clock,
              core::Log& log,
              FirstSync firstSync);

    /// The integration, connected; or still pending, with its grant kept and the choices a person
    /// has to make. Rejected with a sentence: scopes are missing (by name), a pick is not among the
    /// options, the account is not the one that was asked for, the integration belongs to another
    /// account, or the account is connected elsewhere; errors of the plugin pass through.
    sdk::Result<store::IntegrationRow> admit(const store::IntegrationRow& integration,
                                             sdk::ConnectStart start,
                                             sdk::Grant grant,
                                             const std::stop_token& stop);

private:
    /// What is to be picked, as long as not all of it is; what leaves no choice goes into
    /// `start.form` like a pick.
    sdk::Result<std::vector<sdk::Choice>> open(const store::IntegrationRow& integration,
                                               sdk::ConnectStart& start,
                                               const sdk::Grant& grant,
                                               const std::stop_token& stop);
    sdk::Result<sdk::Grant> settled(const store::IntegrationRow& integration,
                                    const sdk::ConnectStart& start,
                                    const sdk::Grant& grant,
                                    const std::stop_token& stop);
    store::IntegrationRow waiting(const store::IntegrationRow& integration,
                                  const std::vector<sdk::Choice>& choices,
                                  const sdk::Grant& grant);
    sdk::Result<sdk::Account> probed(const store::IntegrationRow& integration,
                                     const sdk::ConnectStart& start,
                                     const sdk::Grant& grant,
                                     const std::stop_token& stop);
    sdk::Result<store::IntegrationRow> stored(const store::IntegrationRow& integration,
                                              const sdk::Account& account,
                                              const sdk::Grant& grant);

    store::Database& database_;
    const Credentials& credentials_;
    loader::Sessions& sessions_;
    const sdk::Clock& clock_;
    core::Log& log_;
    const FirstSync firstSync_;
};

}  // namespace souk::connect
