#pragma once

#include <souk/sdk/messenger.hpp>

namespace souk::whatsapp {

/// POST /{phone number}/messages. There is no idempotency key: the correlation travels as
/// `biz_opaque_callback_data` and comes back with every status.
/// https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
class WhatsAppMessenger final : public sdk::Messenger {
public:
    sdk::Result<sdk::Done> check(const sdk::OutgoingMessage& message) const override;
    sdk::Result<sdk::Sent> send(sdk::Context& context,
                                const sdk::OutgoingMessage& message) const override;
    sdk::Result<sdk::Done> markRead(sdk::Context& context,
                                    std::string_view messageExternalId) const override;
};

}  // namespace souk::whatsapp
