#pragma once

#include "connect.hpp"
#include "source.hpp"
#include "subscriptions.hpp"
#include "webhooks.hpp"

#include <souk/sdk/plugin.hpp>

namespace souk::example {

/// The example platform: wiring only, every capability is a file of its own.
class ExamplePlugin final : public sdk::Plugin {
public:
    std::optional<sdk::Throttle> throttleFrom(const sdk::HttpReply& reply) const override;

    const sdk::ConnectFlow* connectFlow() const noexcept override { return &connect_; }
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }
    const sdk::SyncSource* sync(sdk::Entity entity) const noexcept override;
    const sdk::Subscriptions* subscriptions() const noexcept override { return &subscriptions_; }

private:
    Connect connect_;
    Webhooks webhooks_;
    ExampleSubscriptions subscriptions_;
    Source customers_{{"customers", sdk::Entity::Customer}};
    Source products_{{"products", sdk::Entity::Product}};
    Source orders_{{"orders", sdk::Entity::Order}};
};

}  // namespace souk::example
