#pragma once

#include "connect.hpp"
#include "messenger.hpp"
#include "publisher.hpp"
#include "subscriptions.hpp"
#include "webhooks.hpp"

#include <souk/sdk/plugin.hpp>

namespace souk::whatsapp {

/// WhatsApp Business by the Cloud API: wiring only, every capability is a file of its own.
class WhatsAppPlugin final : public sdk::Plugin {
public:
    const sdk::ConnectFlow* connectFlow() const noexcept override { return &connect_; }
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }
    const sdk::Subscriptions* subscriptions() const noexcept override { return &subscriptions_; }
    const sdk::Publisher* publisher() const noexcept override { return &publisher_; }
    const sdk::Messenger* messenger() const noexcept override { return &messenger_; }

private:
    Connect connect_;
    Webhooks webhooks_;
    AccountSubscription subscriptions_;
    CataloguePublisher publisher_;
    WhatsAppMessenger messenger_;
};

}  // namespace souk::whatsapp
