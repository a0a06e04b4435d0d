#pragma once

#include <souk/sdk/message.hpp>
#include <souk/sdk/money.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace souk::sdk {

/// UTC, microseconds since 1970. A default Timestamp means "the platform did not say".
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

enum class Entity : std::uint8_t { Product, Customer, Order, Location, Stock, Message };

/// "product", "customer", "order", "location", "stock", "message".
std::string_view name(Entity entity) noexcept;
Result<Entity> entityFrom(std::string_view name);

/// Every record: `externalId` is the platform's own id as text (bare number where it has one).
/// `updatedAt` is the platform's version stamp; the host compares it with what is stored.
/// `extra` is the platform's own bytes for the item, untouched; not part of the content hash.

struct Media {
    std::string externalId;
    std::string kind;  ///< image, video, external_video, model_3d, file
    std::string url;
    std::string alt;
};

struct ProductOption {
    std::string name;
    std::vector<std::string> values;
};

struct Variant {
    std::string externalId;
    std::string inventoryItemId;  ///< what the platform's stock events speak of; empty if none
    std::string title;
    std::string sku;      ///< empty if none
    std::string barcode;  ///< empty if none
    std::int64_t position = 0;
    std::optional<Money> price;
    std::optional<Money> compareAtPrice;
    std::vector<std::pair<std::string, std::string>> options;  ///< name, value
    std::optional<bool> taxable;
    std::string inventoryPolicy;  ///< deny, continue, or empty
    /// Of a product that is offered: the externalId of the hub's offer it shows; empty: of none, or
    /// not said.
    std::string offeredAs;
};

struct Product {
    std::string externalId;
    std::string title;
    std::string descriptionHtml;
    std::string vendor;
    std::string productType;
    std::string handle;
    std::string status;             ///< active, draft, archived, unlisted
    std::vector<std::string> tags;  ///< sorted, without repeats
    std::vector<ProductOption> options;
    std::vector<Variant> variants;
    std::vector<Media> media;
    std::optional<Timestamp> publishedAt;
    Timestamp createdAt{};
    Timestamp updatedAt{};
    /// The platform cut its list of variants or media: the host fetches the product whole before
    /// it believes what is absent.
    bool partial = false;
    /// The hub itself offered it there: the groupId of its offers. Such a product becomes none of
    /// the store's; the host only learns what the platform calls it. Empty: the platform's own.
    std::string offeredAs;
    /// False: the message does not say whether the hub offered it. A new one is then asked for
    /// before it is believed, where the hub offers anything.
    bool originTold = true;
    std::string extra = "{}";
};

struct Customer {
    std::string externalId;
    std::string email;
    std::string phone;
    std::string firstName;
    std::string lastName;
    std::string locale;
    std::string state;  ///< the platform's word: enabled, disabled, invited, declined
    std::vector<std::string> tags;
    std::string defaultAddress = "null";  ///< JSON object or null, unified keys (see sdk/README)
    Timestamp createdAt{};
    Timestamp updatedAt{};
    std::string extra = "{}";
};

/// What the shop earns and what the buyer saw; equal where the platform knows only one.
struct Price {
    Money shop;
    Money presentment;
    bool operator==(const Price&) const = default;
};

struct OrderLine {
    std::string externalId;
    std::string productExternalId;  ///< empty for custom lines
    std::string variantExternalId;
    std::string title;
    std::string variantTitle;
    std::string sku;
    std::int64_t quantity = 0;         ///< as ordered
    std::int64_t currentQuantity = 0;  ///< after edits, refunds and removals
    Price unitPrice;
    Price discount;  ///< total of this line's allocations
    Price tax;
};

struct Refund {
    std::string externalId;
    Price total;
    std::string note;
    Timestamp createdAt{};
};

struct Fulfilment {
    std::string externalId;
    std::string status;
    std::string trackingCompany;
    std::string trackingNumber;
    Timestamp createdAt{};
    Timestamp updatedAt{};
};

struct Order {
    std::string externalId;
    std::string name;                ///< what people call it, "#1001"
    std::string status;              ///< open, closed, cancelled
    std::string financialStatus;     ///< lower case, the platform's word
    std::string fulfilmentStatus;    ///< unfulfilled, partial, fulfilled, restocked
    std::string customerExternalId;  ///< empty for guests
    std::string email;
    std::string phone;
    Price total;    ///< as ordered
    Price current;  ///< after edits and refunds
    Price subtotal;
    Price tax;
    Price shipping;
    Price discount;
    bool taxesIncluded = false;
    bool test = false;
    std::vector<OrderLine> lines;
    std::vector<Refund> refunds;
    std::vector<Fulfilment> fulfilments;
    std::vector<std::string> tags;
    std::string note;
    std::string cancelReason;
    std::string shippingAddress = "null";
    std::string billingAddress = "null";
    Timestamp placedAt{};
    std::optional<Timestamp> cancelledAt;
    std::optional<Timestamp> closedAt;
    Timestamp updatedAt{};
    bool partial = false;  ///< lines, refunds or fulfilments were cut by the platform
    std::string extra = "{}";
};

struct Location {
    std::string externalId;
    std::string name;
    bool active = true;
    std::string address = "null";
    Timestamp updatedAt{};  ///< default where the platform stamps none
    std::string extra = "{}";
};

/// Stock of one inventory item at one location. It carries neither SKU nor variant on purpose:
/// platforms do not send them; the host ties it to a variant by `inventoryItemId`.
struct StockLevel {
    std::string inventoryItemId;
    std::string locationExternalId;
    std::optional<std::int64_t> available;  ///< null: not tracked
    Timestamp updatedAt{};

    /// One text for deletions, refetches, logs: "item@location", "item@" for all an item's levels.
    static std::string key(std::string_view inventoryItemId, std::string_view locationExternalId);
};

/// The platform says this no longer exists. Without `at` the host confirms it by a refetch.
struct Deletion {
    Entity entity{};
    std::string externalId;  ///< StockLevel::key for stock
    std::optional<Timestamp> at;
};

/// The platform's message is not enough (cut, or only a hint): fetch this one and believe that.
struct Refetch {
    Entity entity{};
    std::string externalId;
    std::string reason;
};

/// Something happened to the connection itself.
struct AccountChange {
    enum class What : std::uint8_t {
        Uninstalled,
        ScopesChanged,
        Restricted,    ///< the platform lets it do nothing for now; `reason` says why
        Restored,      ///< the restriction is over
        FactsChanged,  ///< news of Account::facts
    };
    What what{};
    std::vector<std::string> scopes;  ///< now granted; for ScopesChanged
    std::optional<Timestamp> at;
    std::string reason{};      ///< for Restricted, in the platform's words
    std::string facts = "{}";  ///< for FactsChanged: JSON merged into Account::facts (RFC 7396)
};

/// "uninstalled", "scopes_changed", "restricted", "restored", "facts_changed".
std::string_view name(AccountChange::What what) noexcept;

/// A buyer or the platform asks for data or for erasure.
struct PrivacyRequest {
    enum class What : std::uint8_t { Export, EraseCustomer, EraseStore };
    What what{};
    std::string customerExternalId;
    std::vector<std::string> orderExternalIds;
    std::string requestId;
};

/// News that changes no table by itself (a bulk operation ended, ...). Logged under `topic`.
struct Notice {
    std::string topic;
    std::string externalId;
    std::string detail;
};

/// The platform has worked through a batch handed over by a Publisher: the host asks poll() now.
struct BatchSettled {
    std::string ticket;
};

using Record = std::variant<Product,
                            Customer,
                            Order,
                            Location,
                            StockLevel,
                            Deletion,
                            Refetch,
                            AccountChange,
                            PrivacyRequest,
                            Notice,
                            Message,
                            MessageStatus,
                            PersonChange,
                            BatchSettled>;

/// One item we could not read. The page goes on without it; the host keeps the bytes and counts it.
struct Reject {
    Entity entity{};
    std::string externalId;  ///< as far as we know it
    std::string reason;      ///< names the JSON path
    std::string raw;
};

}  // namespace souk::sdk
