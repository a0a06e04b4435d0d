#pragma once

#include "connect.hpp"
#include "publisher.hpp"
#include "subscriptions.hpp"
#include "webhooks.hpp"

#include <souk/sdk/plugin.hpp>

namespace souk::facebook {

/// A Facebook catalogue and the page that sells out of it: wiring only. There is no order API any
/// more (removed 2026-10-27): orders come from where the buyer pays.
class FacebookPlugin final : public sdk::Plugin {
public:
    const sdk::ConnectFlow* connectFlow() const noexcept override { return &connect_; }
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }
    const sdk::Subscriptions* subscriptions() const noexcept override { return &subscriptions_; }
    const sdk::Publisher* publisher() const noexcept override { return &publisher_; }

private:
    Connect connect_;
    Webhooks webhooks_;
    AssetSubscriptions subscriptions_;
    CataloguePublisher publisher_;
};

}  // namespace souk::facebook
