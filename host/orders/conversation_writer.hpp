#pragma once

#include "store/guard.hpp"

#include <souk/sdk/message.hpp>

#include <string_view>
#include <vector>

namespace souk::orders {

/// Whoever makes, merges or takes away conversations of an account does so alone until `tx` ends.
void lockConversations(store::Transaction& tx, const store::RecordScope& scope);

/// Messages into conversation and message, in the order given. One that is there already is
/// Unchanged. People known by several ids have one conversation; what was two becomes the older.
std::vector<store::Effect> writeMessages(store::Transaction& tx,
                                         const store::RecordScope& scope,
                                         const std::vector<const sdk::Message*>& messages);

/// How far messages of ours came: forward only. Stale when a message is further already, or was
/// not sent from here.
std::vector<store::Effect> writeStatuses(store::Transaction& tx,
                                         const store::RecordScope& scope,
                                         const std::vector<const sdk::MessageStatus*>& statuses);

/// People who are known by another id from now on.
void changePeople(store::Transaction& tx,
                  const store::RecordScope& scope,
                  const std::vector<const sdk::PersonChange*>& changes);

/// The conversation with this person; a new one if there is none.
core::Uuid beginConversation(store::Transaction& tx,
                             const store::RecordScope& scope,
                             const sdk::Person& person);

/// Nothing of it is unread any more.
void markConversationRead(store::Transaction& tx,
                          const core::Uuid& storeId,
                          const core::Uuid& conversationId);

/// What waits to be sent through an integration will not be: it failed, for this reason.
void giveUpUnsent(store::Transaction& tx,
                  const core::Uuid& storeId,
                  const core::Uuid& integrationId,
                  std::string_view reason,
                  sdk::Timestamp now);

}  // namespace souk::orders
