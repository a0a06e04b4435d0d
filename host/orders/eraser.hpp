#pragma once

#include "store/guard.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace souk::orders {

/// Of one person on one account: by what they are known there.
struct PersonIds {
    std::string customer;             ///< the platform's id; empty: none is known
    std::vector<std::string> orders;  ///< external ids of orders that are theirs, whoever says so
};

/// Every id and address under which the person is known here: those named, their orders', the
/// e-mail addresses they left (lower case), their phones, the ids of their conversations.
std::vector<std::string> knownAs(store::Transaction& tx,
                                 const store::RecordScope& scope,
                                 const PersonIds& person);

/// Orders of the person, oldest row first, after `after`: by customer, by the ids named, and those
/// that a guest left under the customer's e-mail address.
std::vector<core::Uuid> ordersOf(store::Transaction& tx,
                                 const store::RecordScope& scope,
                                 const PersonIds& person,
                                 const core::Uuid& after,
                                 int limit);
std::vector<core::Uuid> customersOf(store::Transaction& tx,
                                    const store::RecordScope& scope,
                                    const PersonIds& person);
std::vector<core::Uuid> conversationsOf(store::Transaction& tx,
                                        const store::RecordScope& scope,
                                        const PersonIds& person);

/// What was touched, by table.
struct Erased {
    std::vector<std::string> orders;  ///< external ids of those erased now
    std::int64_t refunds = 0;
    std::int64_t fulfilments = 0;
};

/// Takes out of orders what is personal in them; amounts, lines and dates stay. They are marked, so
/// that writeOrders() leaves it out from now on. Those erased before count no more.
Erased eraseOrders(store::Transaction& tx,
                   const store::RecordScope& scope,
                   const std::vector<core::Uuid>& ids);
/// Empties customers but for the platform's id, likewise for good. Answers how many were not empty.
std::int64_t eraseCustomers(store::Transaction& tx,
                            const store::RecordScope& scope,
                            const std::vector<core::Uuid>& ids);

/// Some messages of a conversation that are gone now; what the journals call them by.
struct GoneMessages {
    std::vector<core::Uuid> ids;
    std::vector<std::string> externalIds;
};
GoneMessages eraseMessages(store::Transaction& tx,
                           const store::RecordScope& scope,
                           const core::Uuid& conversationId,
                           int limit);
struct GoneConversation {
    std::int64_t conversations = 0;
    std::int64_t knownIds = 0;
};
/// The conversation itself once its messages are gone; under lockConversations().
GoneConversation eraseConversation(store::Transaction& tx,
                                   const store::RecordScope& scope,
                                   const core::Uuid& conversationId);

/// Of rows that were just written: those of people who were erased before are erased again, in the
/// same transaction. An order placed before its buyer was erased is theirs even if it comes now.
void eraseCustomersAgain(store::Transaction& tx,
                         const store::RecordScope& scope,
                         const std::vector<core::Uuid>& customers);
void eraseOrdersAgain(store::Transaction& tx,
                      const store::RecordScope& scope,
                      const std::vector<core::Uuid>& orders);

}  // namespace souk::orders
