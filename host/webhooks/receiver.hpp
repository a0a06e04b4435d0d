#pragma once

#include "core/log.hpp"
#include "core/metrics.hpp"
#include "loader/catalog.hpp"
#include "loader/session.hpp"
#include "webhooks/inbox.hpp"

#include <souk/sdk/webhook.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace souk::webhooks {

/// What the sender is told. The sentence is for whoever debugs the platform's delivery log.
struct Answer {
    int status = 200;
    std::string text;
    std::optional<int> retryAfterSeconds;
    bool json = false;  ///< the text is for a program
};

/// The road of one delivery: split (whose secret?) -> verify over the raw bytes -> only then the
/// inbox -> answer when durable. Thread-safe; knows no HTTP server.
class Receiver {
public:
    using Reply = std::function<void(Answer)>;
    using PersonHash = std::function<std::string(std::string_view person)>;

    Receiver(store::Database& database,
             const loader::Catalog& catalog,
             loader::Sessions& sessions,
             Inbox& inbox,
             PersonHash personHash,
             std::string publicUrl,
             const sdk::Clock& clock,
             core::Log& log,
             core::Metrics& metrics);

    /// Receives without waiting for the database: false, and `reply` is untouched, when the
    /// account's routing is not known here yet; then call receive() where waiting is allowed.
    bool tryReceive(const std::string& platform,
                    const sdk::WebhookRequest& request,
                    const Reply& reply);
    /// Receives. `reply` is called once, from any thread.
    void receive(const std::string& platform,
                 const sdk::WebhookRequest& request,
                 const Reply& reply);
    /// GET: the platform checks that the address is ours.
    Answer challenge(const std::string& platform, const sdk::WebhookRequest& request);

private:
    struct Holder {
        core::Uuid storeId;
        core::Uuid id;
        std::shared_ptr<const sdk::Secrets> secrets;
    };
    struct Route {
        std::vector<Holder> holders;  ///< whose account it is; several may share one
        std::shared_ptr<const sdk::Secrets> strangers;  ///< to check with when nobody holds it
        std::chrono::steady_clock::time_point until;
    };
    using SharedRoute = std::shared_ptr<const Route>;
    using Routes = std::map<std::string, SharedRoute, std::less<>>;  ///< by account
    using Holders = std::map<std::string, std::vector<const Holder*>, std::less<>>;
    struct Delivery {
        const loader::LoadedPlugin* plugin = nullptr;
        std::vector<sdk::EventSlice> slices;
        std::string code;    ///< of the page where people read what became of it
        std::string answer;  ///< what the sender is told in JSON; empty: nothing
    };

    std::optional<Delivery> open(const std::string& platform,
                                 const sdk::WebhookRequest& request,
                                 const Reply& reply);
    std::optional<Routes> knownRoutes(const Delivery& delivery);
    sdk::Result<Routes> findRoutes(const Delivery& delivery);
    sdk::Result<Holders> verified(const Delivery& delivery,
                                  const sdk::WebhookRequest& request,
                                  const Routes& routes);
    sdk::Result<sdk::Done> findAnswer(Delivery& delivery, const sdk::WebhookRequest& request);
    void accept(const Delivery& delivery,
                const Routes& routes,
                const sdk::WebhookRequest& request,
                const Reply& reply);
    void refuse(const std::string& platform, const Reply& reply, int status, std::string text);

    store::Database& database_;
    const loader::Catalog& catalog_;
    loader::Sessions& sessions_;
    Inbox& inbox_;
    PersonHash personHash_;
    std::string publicUrl_;
    const sdk::Clock& clock_;
    core::Log& log_;
    core::Metrics& metrics_;

    std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, SharedRoute> cache_;  ///< (platform, account)
};

}  // namespace souk::webhooks
