#pragma once

#include "connect/credentials.hpp"
#include "core/log.hpp"
#include "jobs/queue.hpp"
#include "loader/catalog.hpp"
#include "loader/session.hpp"
#include "store/database.hpp"
#include "store/integrations.hpp"

#include <optional>
#include <stop_token>
#include <string>

namespace souk::connect {

/// What the handlers of this room share. References outlive them.
struct HandlerTools {
    store::Database& database;
    const Credentials& credentials;
    loader::Sessions& sessions;
    const sdk::Clock& clock;
    core::Log& log;
    std::string webhookUrl;  ///< webhooks.public_url or web.public_url, no slash at the end
};

/// Job "subscribe": compares what the plugin wants to hear of with what the platform has, creates
/// what is missing and removes what of ours is stale. One topic's refusal does not stop the others.
class SubscribeJob {
public:
    explicit SubscribeJob(HandlerTools tools) : tools_(std::move(tools)) {}
    sdk::Result<sdk::Done> run(const jobs::Job& job, const std::stop_token& stop);

private:
    HandlerTools tools_;
};

/// Job "disconnect": takes our subscriptions and the grant back on the platform, as far as it still
/// lets us, and deletes the credential. With the last attempt the credential goes in any case.
class DisconnectJob {
public:
    explicit DisconnectJob(HandlerTools tools) : tools_(std::move(tools)) {}
    sdk::Result<sdk::Done> run(const jobs::Job& job, const std::stop_token& stop);

private:
    sdk::Result<sdk::Done> takeBack(const store::IntegrationRow& integration,
                                    const std::stop_token& stop);
    HandlerTools tools_;
};

/// Job "account": the platform told of a change of the account. Payload {"what": a name of
/// sdk::AccountChange::What, "scopes": [...], "reason", "facts": {...}, "at": RFC 3339}. News from
/// before the last connect is old. Restricted stops the integration (status error) until Restored.
class AccountJob {
public:
    explicit AccountJob(HandlerTools tools) : tools_(std::move(tools)) {}
    sdk::Result<sdk::Done> run(const jobs::Job& job, const std::stop_token& stop);

private:
    sdk::Result<sdk::Done> uninstalled(const store::IntegrationRow& integration);
    sdk::Result<sdk::Done> scopesChanged(const store::IntegrationRow& integration,
                                         const std::vector<std::string>& scopes);
    sdk::Result<sdk::Done> moved(const store::IntegrationRow& integration,
                                 store::IntegrationStatus from,
                                 store::IntegrationStatus to,
                                 const std::optional<std::string>& reason);
    HandlerTools tools_;
};

/// Queues a look at the subscriptions of every connected integration whose plugin has any; one that
/// waits already is left as it is. For the scheduler. Answers how many were queued.
int enqueueSubscriptionChecks(store::Database& database, const loader::Catalog& catalog);

}  // namespace souk::connect
