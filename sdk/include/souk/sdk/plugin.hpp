#pragma once

#include <souk/sdk/abi.hpp>
#include <souk/sdk/connect.hpp>
#include <souk/sdk/messenger.hpp>
#include <souk/sdk/publisher.hpp>
#include <souk/sdk/subscriptions.hpp>
#include <souk/sdk/sync.hpp>
#include <souk/sdk/webhook.hpp>

#include <optional>

namespace souk::sdk {

/// One platform. Stateless after construction; every capability is const and may be called from
/// several workers at once. A capability the platform lacks is a null pointer; a capability is
/// owned by the plugin. What is declared in the manifest must be there, and nothing else.
class Plugin {
public:
    virtual ~Plugin();
    /// Reads the platform's budget from a reply; the host's rate limiter listens. [pure]
    virtual std::optional<Throttle> throttleFrom(const HttpReply& reply) const;

    virtual const ConnectFlow* connectFlow() const noexcept { return nullptr; }
    virtual const WebhookHandler* webhooks() const noexcept { return nullptr; }
    /// By leading entity: Customer, Product, Order.
    virtual const SyncSource* sync(Entity) const noexcept { return nullptr; }
    virtual const Subscriptions* subscriptions() const noexcept { return nullptr; }
    virtual const Publisher* publisher() const noexcept { return nullptr; }
    virtual const StockKeeper* stockKeeper() const noexcept { return nullptr; }
    virtual const Messenger* messenger() const noexcept { return nullptr; }
};

}  // namespace souk::sdk
