#pragma once

#include <souk/sdk/context.hpp>
#include <souk/sdk/sync.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace souk::sdk {

/// One variant of a product as it is to be offered on another platform.
struct Offer {
    std::string externalId;  ///< its id there, at most 100 characters; chosen by the host
    std::string groupId;     ///< ties the variants of one product together
    std::string title;
    std::string description;          ///< plain text
    std::string link;                 ///< where it is bought, https
    std::vector<std::string> images;  ///< https, the first is the main one
    std::string brand;
    std::string category;
    std::string condition;  ///< new, refurbished, used
    std::string barcode;
    Money price;
    std::optional<Money> compareAtPrice;    ///< the former, higher price
    std::optional<std::int64_t> available;  ///< units over all locations; null: not counted
    bool sellable = true;                   ///< may be bought now
    std::vector<std::pair<std::string, std::string>> options;  ///< name, value

    // Only for publishers that take whole products ("whole_products"), else empty.
    std::string groupTitle;       ///< of the product; `title` may name the variant, too
    std::string descriptionHtml;  ///< the source's HTML: untrusted
    std::string variantTitle;
    std::string sku;
    std::int64_t position = 0;  ///< among the variants of the product, ascending
    bool oversells = false;     ///< may be bought although nothing is left
};

struct OfferChange {
    enum class What : std::uint8_t { Create, Update, Withdraw };
    What what{};
    Offer offer;  ///< only externalId and groupId for Withdraw
};

/// Where an offer stands with the platform.
enum class OfferState : std::uint8_t {
    Pending,   ///< taken, the outcome is not known yet
    InReview,  ///< there, being looked at
    Live,      ///< there and shown
    Rejected,  ///< refused, or taken down; `reason` says why
    Absent,    ///< not there
};

/// "pending", "in_review", "live", "rejected", "absent".
std::string_view name(OfferState state) noexcept;

/// What a platform with ids of its own calls an offer. Orders and stock there speak of it so.
struct ShownAs {
    std::string groupId;          ///< of its product
    std::string externalId;       ///< of its variant
    std::string inventoryItemId;  ///< empty: none
};

struct OfferOutcome {
    std::string externalId;
    OfferState state{};
    std::string reason;                ///< the platform's words, empty where all is well
    std::optional<ShownAs> shownAs{};  ///< none: it is known by `externalId`, or not yet
};

/// What became of a batch. Of offers that `outcomes` does not name: while there is a ticket nothing
/// is known yet; a publish() without one has not taken them, they are handed over again later; a
/// poll() without one has, and the host looks at them for their state.
struct Receipt {
    std::vector<OfferOutcome> outcomes;
    std::string ticket;  ///< the platform works on it: ask poll() later; empty: all is said
    /// The platform wants to be left alone this long before the next batch: how a plugin slows the
    /// host down where the platform tells how much of a budget is used.
    std::optional<std::chrono::milliseconds> pause;
};

/// An offer as the platform shows it now.
struct ShownOffer {
    std::string externalId;
    OfferState state{};
    std::string reason;
    std::string title;
    std::optional<Money> price;
    std::optional<std::int64_t> available;  ///< null: the platform does not tell
    bool sellable = true;
};

struct ShownPage {
    std::vector<ShownOffer> offers;
    std::vector<Reject> rejects;
    Cursor next;
    bool last = false;
};

/// A change of stock where it is kept, because something was sold elsewhere.
struct StockMove {
    std::string inventoryItemId;
    std::string locationExternalId;
    std::int64_t delta = 0;
    std::string reference;  ///< what caused it, the same for the same cause
};

/// Puts offers in front of a platform's buyers. How many go into a batch and how often stands in
/// the manifest under "publish". With "whole_products" there, a batch that holds an offer holds
/// every one of its product that is to stand, whether or not it changed, and those to be withdrawn;
/// such a publisher may make on an Update what is no longer there. [worker]
class Publisher {
public:
    virtual ~Publisher();
    /// Hands a batch over. `key` is the same when the same batch is handed over again.
    virtual Result<Receipt> publish(Context& context,
                                    const std::vector<OfferChange>& batch,
                                    std::string_view key) const = 0;
    /// What became of a ticket. Default: Unsupported.
    virtual Result<Receipt> poll(Context& context, std::string_view ticket) const;
    /// Everything the platform shows of this account, page by page, for comparison.
    virtual Result<ShownPage> shown(Context& context, const Cursor& from) const = 0;
    /// The same for a few offers; those that are not there are left out.
    virtual Result<std::vector<ShownOffer>> look(
        Context& context, const std::vector<std::string>& externalIds) const = 0;
};

/// Changes stock on the platform that keeps it. [worker]
class StockKeeper {
public:
    virtual ~StockKeeper();
    /// All or nothing. The same `key` twice is one change.
    virtual Result<Done> adjust(Context& context,
                                const std::vector<StockMove>& moves,
                                std::string_view key) const = 0;
};

}  // namespace souk::sdk
