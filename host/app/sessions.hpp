#pragma once

#include "connect/own_secrets.hpp"
#include "core/log.hpp"
#include "loader/catalog.hpp"
#include "loader/session.hpp"
#include "net/gateway.hpp"

#include <map>
#include <memory>
#include <string>

namespace souk::app {

/// Puts together what a plugin call may use: the network door of net with the credentials of
/// connect, the app's secrets, clock and log. Thread-safe.
class HubSessions final : public loader::Sessions {
public:
    HubSessions(const loader::Catalog& catalog,
                net::Gateway& gateway,
                connect::AppSecrets& appSecrets,
                connect::OwnSecrets& ownSecrets,
                const sdk::Clock& clock,
                core::Log& log);

    /// Whose tokens are added to requests; set once, before the first session is opened (the
    /// keeper of tokens needs sessions itself, to refresh them).
    void authorizeBy(net::Authorizer& authorizer) noexcept { authorizer_ = &authorizer; }

    sdk::Result<std::unique_ptr<loader::Session>> open(const store::IntegrationRow& integration,
                                                       loader::Priority priority) override;
    sdk::Result<std::unique_ptr<loader::Session>> openUnstored(
        const store::IntegrationRow& integration, const std::optional<sdk::Grant>& grant) override;
    sdk::Result<std::unique_ptr<sdk::Secrets>> secrets(
        const std::string& platform, const std::optional<core::Uuid>& storeId) override;
    sdk::Result<std::unique_ptr<sdk::Secrets>> secretsOf(
        const store::IntegrationRow& integration) override;
    sdk::Result<std::unique_ptr<sdk::Secrets>> secretsOfAll(const std::string& platform) override;

private:
    std::unique_ptr<loader::Session> make(const store::IntegrationRow& integration,
                                          const loader::LoadedPlugin& plugin,
                                          loader::Priority priority,
                                          std::unique_ptr<sdk::Secrets> secrets,
                                          std::unique_ptr<net::Authorizer> ownAuthorizer,
                                          net::Authorizer* authorizer);
    sdk::Result<const loader::LoadedPlugin*> pluginOf(const std::string& platform) const;

    const loader::Catalog& catalog_;
    net::Gateway& gateway_;
    connect::AppSecrets& appSecrets_;
    connect::OwnSecrets& ownSecrets_;
    const sdk::Clock& clock_;
    core::Log& log_;
    net::Authorizer* authorizer_ = nullptr;
    std::map<std::string, std::shared_ptr<const net::PlatformRules>, std::less<>> rules_;
};

}  // namespace souk::app
