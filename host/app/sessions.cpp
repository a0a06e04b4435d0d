#include "app/sessions.hpp"

#include "core/watch.hpp"
#include "loader/guarded.hpp"

#include <utility>

namespace souk::app {

namespace {

net::Priority priorityOf(loader::Priority priority) {
    switch (priority) {
        case loader::Priority::Live:
            return net::Priority::Live;
        case loader::Priority::WebhookFollowUp:
            return net::Priority::WebhookFollowUp;
        case loader::Priority::Manual:
            return net::Priority::Manual;
        case loader::Priority::Scheduled:
            break;
    }
    return net::Priority::Scheduled;
}

std::shared_ptr<const net::PlatformRules> rulesOf(const loader::LoadedPlugin& plugin) {
    const auto& manifest = plugin.manifest;
    auto rules = std::make_shared<net::PlatformRules>();
    rules->platform = manifest.domain;
    rules->hosts = manifest.hosts;
    rules->authHeader = manifest.auth.header;
    rules->authFormat = manifest.auth.format;
    rules->proofParameter = manifest.auth.proof.parameter;
    rules->proofTimeParameter = manifest.auth.proof.timeParameter;
    rules->rate = {manifest.rate.capacity, manifest.rate.restorePerSecond};
    rules->costPerRequest = manifest.rate.costPerRequest;
    rules->throttleFrom = [&plugin](const sdk::HttpReply& reply) -> std::optional<sdk::Throttle> {
        auto figures = loader::guarded(
            plugin, "throttleFrom", [&] { return plugin.plugin->throttleFrom(reply); });
        return figures ? *figures : std::nullopt;
    };
    return rules;
}

/// A grant that is not stored yet: its tokens, and nothing to refresh them by.
class OneGrant final : public net::Authorizer {
public:
    explicit OneGrant(sdk::Grant grant) : grant_(std::move(grant)) {}
    sdk::Result<sdk::Secret> token(const net::AccountKey&, const std::stop_token&) override {
        return grant_.accessToken;
    }
    sdk::Result<sdk::Secret> other(const net::AccountKey&, std::string_view name) override {
        const auto found = grant_.secrets.find(name);
        if (found != grant_.secrets.end()) return found->second;
        return sdk::Error{sdk::ErrorKind::Unauthorized,
                          "The grant holds no " + std::string(name) + "; connect again."};
    }
    sdk::Result<sdk::Secret> refreshed(const net::AccountKey&,
                                       const sdk::Secret&,
                                       const std::stop_token&) override {
        return sdk::Error{sdk::ErrorKind::Unauthorized,
                          "The platform refused the new access token; connect again."};
    }

private:
    sdk::Grant grant_;
};

/// What a plugin speaks to the platform through: the time that takes is not the plugin's. A plugin
/// asks once and returns; one that asks for ever is not heard any more, and so runs into its
/// deadline.
class Door final : public sdk::Http {
public:
    explicit Door(std::unique_ptr<sdk::Http> way) : way_(std::move(way)) {}
    sdk::Result<sdk::HttpReply> send(const sdk::HttpRequest& request) override {
        if (core::HostTime::passes() >= kMostRequests)
            return sdk::Error{sdk::ErrorKind::Bug,
                              "one call sends " + std::to_string(kMostRequests) +
                                  " requests at most; the host owns loops"};
        const core::HostTime time;
        return way_->send(request);
    }

private:
    static constexpr std::size_t kMostRequests = 100;
    std::unique_ptr<sdk::Http> way_;
};

class HubSession final : public loader::Session {
public:
    HubSession(const loader::LoadedPlugin& plugin,
               net::Gateway& gateway,
               net::Passage passage,
               sdk::Account account,
               std::unique_ptr<sdk::Secrets> secrets,
               std::unique_ptr<net::Authorizer> ownAuthorizer,
               const sdk::Clock& clock,
               core::Log& log)
        : plugin_(plugin),
          gateway_(gateway),
          passage_(std::move(passage)),
          account_(std::move(account)),
          secrets_(std::move(secrets)),
          ownAuthorizer_(std::move(ownAuthorizer)),
          clock_(clock),
          log_(log) {}

    sdk::Context context(std::stop_token stop) override {
        passage_.stop = stop;
        http_ = std::make_unique<Door>(gateway_.open(passage_));
        return {account_, *http_, *secrets_, clock_, log_, std::move(stop)};
    }
    const loader::LoadedPlugin& plugin() const override { return plugin_; }

private:
    const loader::LoadedPlugin& plugin_;
    net::Gateway& gateway_;
    net::Passage passage_;
    sdk::Account account_;
    std::unique_ptr<sdk::Secrets> secrets_;
    std::unique_ptr<net::Authorizer> ownAuthorizer_;
    const sdk::Clock& clock_;
    core::Log& log_;
    std::unique_ptr<sdk::Http> http_;
};

}  // namespace

HubSessions::HubSessions(const loader::Catalog& catalog,
                         net::Gateway& gateway,
                         connect::AppSecrets& appSecrets,
                         connect::OwnSecrets& ownSecrets,
                         const sdk::Clock& clock,
                         core::Log& log)
    : catalog_(catalog),
      gateway_(gateway),
      appSecrets_(appSecrets),
      ownSecrets_(ownSecrets),
      clock_(clock),
      log_(log) {
    for (const auto& plugin : catalog_.loaded())
        rules_.emplace(plugin.manifest.domain, rulesOf(plugin));
}

sdk::Result<const loader::LoadedPlugin*> HubSessions::pluginOf(const std::string& platform) const {
    const auto* plugin = catalog_.find(platform);
    if (plugin == nullptr)
        return sdk::Error{
            sdk::ErrorKind::Unsupported,
            "The plugin " + platform + " is not loaded here; `souk plugin list` says why."};
    return plugin;
}

std::unique_ptr<loader::Session> HubSessions::make(const store::IntegrationRow& integration,
                                                   const loader::LoadedPlugin& plugin,
                                                   loader::Priority priority,
                                                   std::unique_ptr<sdk::Secrets> secrets,
                                                   std::unique_ptr<net::Authorizer> ownAuthorizer,
                                                   net::Authorizer* authorizer) {
    net::Passage passage{rules_.at(integration.platform),
                         {integration.storeId, integration.id},
                         authorizer,
                         priorityOf(priority),
                         {}};
    const auto& proof = plugin.manifest.auth.proof.secret;
    if (!proof.empty())
        if (auto key = secrets->find(proof)) passage.proofKey = *std::move(key);
    return std::make_unique<HubSession>(plugin,
                                        gateway_,
                                        std::move(passage),
                                        integration.account,
                                        std::move(secrets),
                                        std::move(ownAuthorizer),
                                        clock_,
                                        log_);
}

sdk::Result<std::unique_ptr<loader::Session>> HubSessions::open(
    const store::IntegrationRow& integration, loader::Priority priority) {
    const auto* plugin = SOUK_TRY(pluginOf(integration.platform));
    auto secrets = SOUK_TRY(secretsOf(integration));
    return make(integration, *plugin, priority, std::move(secrets), nullptr, authorizer_);
}

sdk::Result<std::unique_ptr<loader::Session>> HubSessions::openUnstored(
    const store::IntegrationRow& integration, const std::optional<sdk::Grant>& grant) {
    const auto* plugin = SOUK_TRY(pluginOf(integration.platform));
    if (!grant) {
        auto secrets = SOUK_TRY(this->secrets(integration.platform, integration.storeId));
        return make(
            integration, *plugin, loader::Priority::Live, std::move(secrets), nullptr, nullptr);
    }
    auto secrets =
        SOUK_TRY(ownSecrets_.openWith(integration.platform, integration.storeId, *grant));
    auto authorizer = std::make_unique<OneGrant>(*grant);
    auto* const borrowed = authorizer.get();
    return make(integration,
                *plugin,
                loader::Priority::Live,
                std::move(secrets),
                std::move(authorizer),
                borrowed);
}

sdk::Result<std::unique_ptr<sdk::Secrets>> HubSessions::secrets(
    const std::string& platform, const std::optional<core::Uuid>& storeId) {
    return appSecrets_.open(platform, storeId);
}

sdk::Result<std::unique_ptr<sdk::Secrets>> HubSessions::secretsOf(
    const store::IntegrationRow& integration) {
    return ownSecrets_.open(integration.platform, {integration.storeId, integration.id});
}

sdk::Result<std::unique_ptr<sdk::Secrets>> HubSessions::secretsOfAll(const std::string& platform) {
    return ownSecrets_.openAll(platform);
}

}  // namespace souk::app
