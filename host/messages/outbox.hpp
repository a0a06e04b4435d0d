#pragma once

#include "core/uuid.hpp"
#include "loader/catalog.hpp"
#include "store/database.hpp"
#include "store/integrations.hpp"

#include <souk/sdk/messenger.hpp>

#include <optional>
#include <string>

namespace souk::messages {

/// What a person or an agent wants to be sent.
struct Draft {
    std::string kind = "text";
    std::string text;
    std::string replyTo;  ///< external id of the message it answers
    std::string content = "{}";
    /// Of the request that asks for it; one that comes again within a day means the same message.
    std::string requestKey = {};
};

/// Takes messages to be sent: checked against the platform's limits and the service window, then
/// journaled with the job that sends them, in one transaction. Thread-safe.
class Outbox {
public:
    /// All must outlive it.
    Outbox(store::Database& database, const loader::Catalog& catalog, const sdk::Clock& clock);

    /// The new message's id. Rejected, with the fix named: the integration is not connected, its
    /// platform sends no messages, a limit is exceeded, or the window is closed for this kind.
    /// NotFound when there is no such conversation.
    sdk::Result<core::Uuid> post(const core::Uuid& storeId,
                                 const core::Uuid& conversationId,
                                 const Draft& draft);
    /// The conversation with somebody who has not written yet; the one there is if they have.
    sdk::Result<core::Uuid> begin(const core::Uuid& storeId,
                                  const core::Uuid& integrationId,
                                  const std::string& to);
    /// Everything of the person is read; the platform is told by a job.
    sdk::Result<sdk::Done> markRead(const core::Uuid& storeId, const core::Uuid& conversationId);

private:
    sdk::Result<const loader::LoadedPlugin*> messenger(
        const store::IntegrationRow& integration) const;

    store::Database& database_;
    const loader::Catalog& catalog_;
    const sdk::Clock& clock_;
};

}  // namespace souk::messages
