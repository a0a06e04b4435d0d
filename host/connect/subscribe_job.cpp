#include "connect/handlers.hpp"

#include "loader/guarded.hpp"

#include <set>
#include <utility>
#include <vector>

namespace souk::connect {

namespace {

constexpr std::string_view kRoom = "connect";

struct Plan {
    std::vector<std::string> create;  ///< topics
    std::vector<std::string> remove;  ///< external ids
    std::size_t kept = 0;
};

/// Ours are those that lead to a webhook address of this platform, on this hub or on an older
/// address of it; anything else at the platform is somebody else's business.
Plan planFor(const std::vector<std::string>& wanted,
             const std::vector<sdk::Subscription>& held,
             const std::string& address,
             const std::string& path) {
    Plan plan;
    std::set<std::string, std::less<>> missing(wanted.begin(), wanted.end());
    for (const auto& subscription : held) {
        const bool apps = subscription.address.empty();
        if (!apps && !subscription.address.ends_with(path)) continue;
        if ((apps || subscription.address == address) && missing.erase(subscription.topic) > 0)
            ++plan.kept;
        else if (!apps)
            plan.remove.push_back(subscription.externalId);
    }
    for (const auto& topic : wanted)
        if (missing.contains(topic)) plan.create.push_back(topic);
    return plan;
}

/// Worth to go on with the other topics after such an error?
bool concernsOne(const sdk::Error& error) {
    return error.kind == sdk::ErrorKind::Rejected || error.kind == sdk::ErrorKind::NotFound ||
           error.kind == sdk::ErrorKind::BadPayload || error.kind == sdk::ErrorKind::Unsupported;
}

/// One look at one integration's subscriptions.
class Look {
public:
    Look(const HandlerTools& tools, const core::Uuid& integration, loader::Session& session)
        : tools_(tools), integration_(integration), plugin_(session.plugin()) {}

    sdk::Result<sdk::Done> heal(sdk::Context& context, const std::string& platform) {
        const auto& subscriptions = *plugin_.plugin->subscriptions();
        const auto path = "/api/webhooks/" + platform;
        const auto address = tools_.webhookUrl + path;
        const auto wanted = SOUK_TRY(loader::guarded(plugin_, "subscriptions.wanted", [&] {
            return subscriptions.wanted(context.account);
        }));
        const auto held = SOUK_TRY(loader::guarded(
            plugin_, "subscriptions.list", [&] { return subscriptions.list(context); }));
        const auto plan = planFor(wanted, held, address, path);
        SOUK_TRY(create(context, plan.create, address));
        SOUK_TRY(remove(context, plan.remove));
        tools_.log.info(kRoom,
                        "subscriptions looked at",
                        {{"integration", integration_.text()},
                         {"kept", std::to_string(plan.kept)},
                         {"created", std::to_string(created_)},
                         {"removed", std::to_string(removed_)}});
        if (refused_) return *std::move(refused_);
        return sdk::Done{};
    }

private:
    sdk::Result<sdk::Done> create(sdk::Context& context,
                                  const std::vector<std::string>& topics,
                                  const std::string& address) {
        for (const auto& topic : topics) {
            if (context.stop.stop_requested()) return stopped();
            const auto made = loader::guarded(plugin_, "subscriptions.create", [&] {
                return plugin_.plugin->subscriptions()->create(context, topic, address);
            });
            if (made)
                ++created_;
            else
                SOUK_TRY(judge(made.error(), "a subscription was refused: " + topic));
        }
        return sdk::Done{};
    }

    sdk::Result<sdk::Done> remove(sdk::Context& context, const std::vector<std::string>& ids) {
        for (const auto& id : ids) {
            if (context.stop.stop_requested()) return stopped();
            const auto removed = loader::guarded(plugin_, "subscriptions.remove", [&] {
                return plugin_.plugin->subscriptions()->remove(context, id);
            });
            if (removed || removed.error().kind == sdk::ErrorKind::NotFound)
                ++removed_;
            else
                SOUK_TRY(judge(removed.error(), "a stale subscription stays"));
        }
        return sdk::Done{};
    }

    /// Remembers what concerns one subscription, gives up on the rest.
    sdk::Result<sdk::Done> judge(const sdk::Error& error, const std::string& what) {
        if (!concernsOne(error)) return error;
        if (!refused_) refused_ = error;
        tools_.log.warning(
            kRoom, what, {{"integration", integration_.text()}, {"reason", error.message}});
        return sdk::Done{};
    }

    static sdk::Error stopped() { return {sdk::ErrorKind::Transient, "Stopped."}; }

    const HandlerTools& tools_;
    const core::Uuid integration_;
    const loader::LoadedPlugin& plugin_;
    std::optional<sdk::Error> refused_;
    std::size_t created_ = 0;
    std::size_t removed_ = 0;
};

}  // namespace

sdk::Result<sdk::Done> SubscribeJob::run(const jobs::Job& job, const std::stop_token& stop) {
    if (!job.integrationId) return sdk::Done{};
    std::optional<store::IntegrationRow> integration;
    {
        auto tx = tools_.database.forStore(job.storeId);
        integration = store::Integrations::find(tx, *job.integrationId);
    }
    if (!integration || integration->status != store::IntegrationStatus::Connected)
        return sdk::Done{};
    const auto session = SOUK_TRY(tools_.sessions.open(*integration, loader::Priority::Live));
    if (session->plugin().plugin->subscriptions() == nullptr) return sdk::Done{};
    auto context = session->context(stop);
    return Look(tools_, integration->id, *session).heal(context, integration->platform);
}

}  // namespace souk::connect
