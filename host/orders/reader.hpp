#pragma once

#include "store/database.hpp"
#include "store/keyset.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace souk::orders {

/// What listOrders() looks for; everything given must hold.
struct OrderFilter {
    std::optional<std::string> status;  ///< open, closed, cancelled
    std::optional<std::string> financialStatus;
    std::optional<std::string> fulfilmentStatus;
    std::optional<sdk::Timestamp> updatedSince;
    std::optional<sdk::Timestamp> placedFrom;   ///< included
    std::optional<sdk::Timestamp> placedUntil;  ///< excluded
    std::optional<core::Uuid> customerId;       ///< our id
    std::optional<core::Uuid> integrationId;
    std::optional<std::string> name;  ///< "#1001", exactly
};

/// An order as a list shows it. Amounts hold shop and presentment money; none where the platform
/// has not said.
struct OrderSummary {
    core::Uuid id;
    core::Uuid integrationId;
    std::string externalId;
    std::string name;
    std::string status;
    std::string financialStatus;
    std::string fulfilmentStatus;
    std::optional<core::Uuid> customerId;  ///< none: a guest, or not read yet
    std::optional<std::string> customerExternalId;
    std::optional<std::string> email;
    std::optional<sdk::Price> total;    ///< as ordered
    std::optional<sdk::Price> current;  ///< after edits and refunds
    bool test = false;
    std::int64_t lineCount = 0;
    std::optional<sdk::Timestamp> placedAt;
    std::optional<sdk::Timestamp> cancelledAt;
    std::optional<sdk::Timestamp> closedAt;
    sdk::Timestamp createdAt{};
    sdk::Timestamp updatedAt{};
    std::optional<sdk::Timestamp> deletedAt;
    std::int64_t version = 0;  ///< the ETag
};

struct LineDetail {
    core::Uuid id;
    sdk::OrderLine line;
    std::optional<core::Uuid> productId;  ///< ours; none: custom line or not read yet
    std::optional<core::Uuid> variantId;
};

struct OrderDetail {
    OrderSummary summary;
    std::optional<std::string> phone;
    std::optional<sdk::Price> subtotal;
    std::optional<sdk::Price> tax;
    std::optional<sdk::Price> shipping;
    std::optional<sdk::Price> discount;
    bool taxesIncluded = false;
    std::vector<std::string> tags;
    std::string note;  ///< the buyer's text: untrusted
    std::string cancelReason;
    std::string shippingAddress;  ///< JSON object or null
    std::string billingAddress;   ///< JSON object or null
    std::optional<sdk::Timestamp> sourceVersion;
    std::vector<LineDetail> lines;  ///< in the order's own order
    std::vector<sdk::Refund> refunds;
    std::vector<sdk::Fulfilment> fulfilments;
};

/// Live orders after `after` by (updated_at, id), at most `limit`.
std::vector<OrderSummary> listOrders(store::Transaction& tx,
                                     const core::Uuid& storeId,
                                     const OrderFilter& filter,
                                     const std::optional<store::KeysetPosition>& after,
                                     std::int32_t limit);

/// Also a deleted one: `summary.deletedAt` tells.
std::optional<OrderDetail> findOrder(store::Transaction& tx,
                                     const core::Uuid& storeId,
                                     const core::Uuid& id);

/// What listCustomers() looks for; everything given must hold.
struct CustomerFilter {
    std::optional<std::string> text;   ///< part of a name, email or phone, any case
    std::optional<std::string> email;  ///< whole address, any case
    std::optional<sdk::Timestamp> updatedSince;
    std::optional<core::Uuid> integrationId;
};

struct CustomerRow {
    core::Uuid id;
    core::Uuid integrationId;
    std::string externalId;
    std::optional<std::string> email;
    std::optional<std::string> phone;
    std::optional<std::string> firstName;
    std::optional<std::string> lastName;
    std::optional<std::string> locale;
    std::optional<std::string> state;
    std::vector<std::string> tags;
    std::string defaultAddress;  ///< JSON object or null
    std::optional<sdk::Timestamp> platformCreatedAt;
    std::optional<sdk::Timestamp> sourceVersion;
    sdk::Timestamp createdAt{};
    sdk::Timestamp updatedAt{};
    std::optional<sdk::Timestamp> deletedAt;
    std::int64_t version = 0;  ///< the ETag
    std::int64_t orderCount = 0;
};

/// Live customers after `after` by (updated_at, id), at most `limit`.
std::vector<CustomerRow> listCustomers(store::Transaction& tx,
                                       const core::Uuid& storeId,
                                       const CustomerFilter& filter,
                                       const std::optional<store::KeysetPosition>& after,
                                       std::int32_t limit);

/// Also a deleted one: `deletedAt` tells.
std::optional<CustomerRow> findCustomer(store::Transaction& tx,
                                        const core::Uuid& storeId,
                                        const core::Uuid& id);

}  // namespace souk::orders
