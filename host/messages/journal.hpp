#pragma once

#include "core/uuid.hpp"
#include "store/database.hpp"

#include <souk/sdk/messenger.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace souk::messages {

/// The conversation as whoever writes into it needs it.
struct Addressee {
    core::Uuid integrationId;
    sdk::Person person;
    std::optional<sdk::Timestamp> lastIncomingAt;
};
std::optional<Addressee> addresseeOf(store::Transaction& store,
                                     const core::Uuid& storeId,
                                     const core::Uuid& conversationId);

/// An outgoing message as it stands in the journal.
struct Entry {
    core::Uuid id;
    core::Uuid conversationId;
    std::string status;
    sdk::OutgoingMessage message;
};

/// The entry that the request of this key asked for since then, if any.
std::optional<core::Uuid> askedFor(store::Transaction& store,
                                   const core::Uuid& storeId,
                                   const std::string& requestKey,
                                   sdk::Timestamp since);

/// A new entry, queued. `message.correlation` is its id; `requestKey` may be empty.
core::Uuid add(store::Transaction& store,
               const core::Uuid& storeId,
               const core::Uuid& integrationId,
               const core::Uuid& conversationId,
               const sdk::OutgoingMessage& message,
               const std::string& requestKey,
               sdk::Timestamp now);

/// Locked until the transaction ends; nothing when there is none.
std::optional<Entry> take(store::Transaction& store,
                          const core::Uuid& storeId,
                          const core::Uuid& messageId);

/// Whether what was written to the same person before it, and after `since`, is still to go out.
bool waitsForEarlier(store::Transaction& store,
                     const core::Uuid& storeId,
                     const Entry& entry,
                     sdk::Timestamp since);

/// Reserves the next place in the pace of one person (GCRA): nothing when it may go now, else the
/// time from which it may.
std::optional<sdk::Timestamp> reserve(store::Transaction& store,
                                      const core::Uuid& storeId,
                                      const core::Uuid& conversationId,
                                      std::int64_t burst,
                                      std::chrono::milliseconds interval,
                                      sdk::Timestamp now);

/// Moves an entry from one of the statuses a sender may leave (queued, sending, unknown); what a
/// status event has moved further already stays. True when it was moved.
bool settle(store::Transaction& store,
            const core::Uuid& storeId,
            const core::Uuid& messageId,
            std::string_view status,
            std::string_view externalId,
            std::string_view errorCode,
            std::string_view errorDetail,
            sdk::Timestamp now);

}  // namespace souk::messages
