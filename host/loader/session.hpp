#pragma once

#include "core/uuid.hpp"
#include "loader/catalog.hpp"
#include "store/integrations.hpp"

#include <souk/sdk/connect.hpp>
#include <souk/sdk/context.hpp>

#include <memory>
#include <optional>
#include <stop_token>

namespace souk::loader {

/// Who goes first when an account's rate budget is short.
enum class Priority : std::uint8_t { Live, WebhookFollowUp, Manual, Scheduled };

/// What a plugin call may use, put together for one account: account, network door with
/// credentials, app secrets, clock, log. Lives on one thread.
class Session {
public:
    virtual ~Session() = default;
    virtual sdk::Context context(std::stop_token stop) = 0;
    virtual const LoadedPlugin& plugin() const = 0;
};

/// Opens sessions. Declared here, fulfilled by app from net, vault and connect, so that sync,
/// webhooks and connect need not know each other. Thread-safe.
class Sessions {
public:
    virtual ~Sessions() = default;
    /// For a connected account. Unsupported when its plugin is not loaded.
    virtual sdk::Result<std::unique_ptr<Session>> open(const store::IntegrationRow& integration,
                                                       Priority priority) = 0;
    /// Before there is a grant (code exchange), or with a grant that is not stored yet (probe).
    virtual sdk::Result<std::unique_ptr<Session>> openUnstored(
        const store::IntegrationRow& integration, const std::optional<sdk::Grant>& grant) = 0;
    /// The app's secrets for the platform as this store uses it.
    virtual sdk::Result<std::unique_ptr<sdk::Secrets>> secrets(
        const std::string& platform, const std::optional<core::Uuid>& storeId) = 0;
    /// The same joined with the integration's own, which come first.
    virtual sdk::Result<std::unique_ptr<sdk::Secrets>> secretsOf(
        const store::IntegrationRow& integration) {
        return secrets(integration.platform, integration.storeId);
    }
    /// The common app's joined with those of every integration of the platform: for a check that
    /// names no account.
    virtual sdk::Result<std::unique_ptr<sdk::Secrets>> secretsOfAll(const std::string& platform) {
        return secrets(platform, std::nullopt);
    }
};

}  // namespace souk::loader
