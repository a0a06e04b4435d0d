#pragma once

#include "store/database.hpp"
#include "store/keyset.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace souk::catalog {

/// What listProducts() looks for; everything given must hold.
struct ProductFilter {
    std::optional<std::string> text;    ///< part of title, vendor, SKU or barcode, any case
    std::optional<std::string> status;  ///< active, draft, archived, unlisted
    std::optional<std::string> vendor;  ///< whole vendor, any case
    std::optional<bool> inStock;        ///< some live variant has units or is not tracked
    std::optional<sdk::Timestamp> updatedSince;
    std::optional<core::Uuid> integrationId;  ///< has a live listing there
};

/// A product as a list shows it.
struct ProductSummary {
    core::Uuid id;
    core::Uuid leadIntegrationId;  ///< whose listing the fields come from
    std::string title;
    std::string vendor;
    std::string productType;
    std::string handle;
    std::string status;
    std::vector<std::string> tags;
    std::optional<sdk::Timestamp> publishedAt;
    std::string platformSync;  ///< JSON object by integration name
    sdk::Timestamp createdAt{};
    sdk::Timestamp updatedAt{};
    std::optional<sdk::Timestamp> deletedAt;
    std::int64_t version = 0;               ///< the ETag
    std::int64_t variantCount = 0;          ///< live ones
    std::optional<sdk::Money> lowestPrice;  ///< none when no variant has a price
    std::optional<sdk::Money> highestPrice;
    std::optional<std::int64_t> available;  ///< sum over tracked levels; none: nothing tracked
    bool inStock = false;
};

/// Stock of a variant at one place of one account.
struct StockAt {
    core::Uuid integrationId;
    std::string inventoryItemId;
    std::string locationExternalId;
    std::optional<std::string> locationName;  ///< none: the location has not been read yet
    std::optional<std::int64_t> available;    ///< none: not tracked
    sdk::Timestamp sourceVersion{};           ///< the platform's stamp
};

/// A variant as one account lists it.
struct VariantListing {
    core::Uuid integrationId;
    std::string externalId;
    std::optional<std::string> inventoryItemId;
    std::optional<std::string> sku;
    std::optional<std::string> barcode;
    std::optional<sdk::Money> price;
    std::optional<sdk::Money> compareAtPrice;
};

struct VariantDetail {
    core::Uuid id;
    std::int64_t position = 0;
    std::string title;
    std::optional<std::string> sku;
    std::optional<std::string> barcode;
    std::optional<sdk::Money> price;
    std::optional<sdk::Money> compareAtPrice;
    std::string options;  ///< JSON [[name, value]]
    std::optional<bool> taxable;
    std::optional<std::string> inventoryPolicy;  ///< deny, continue
    sdk::Timestamp updatedAt{};
    std::vector<VariantListing> listings;  ///< live ones
    std::vector<StockAt> stock;
};

/// A product as one account lists it.
struct ProductListing {
    core::Uuid id;
    core::Uuid integrationId;
    std::string integrationName;
    std::string platform;
    std::string externalId;
    std::string title;
    std::string handle;
    std::string status;
    std::optional<sdk::Timestamp> sourceVersion;
    std::optional<sdk::Timestamp> deletedAt;  ///< gone there
    sdk::Timestamp syncedAt{};
    bool published = false;                   ///< put there by the hub
    std::optional<std::string> publishState;  ///< pending, in_review, live, rejected, absent
    std::optional<std::string> publishError;
    std::optional<sdk::Timestamp> pushedAt;
};

struct ProductDetail {
    ProductSummary summary;
    std::string descriptionHtml;          ///< the platform's HTML: untrusted
    std::string options;                  ///< JSON [{name, values}]
    std::string media;                    ///< JSON [{external_id, kind, url, alt}]
    std::vector<VariantDetail> variants;  ///< live ones, by position
    std::vector<ProductListing> listings;
};

/// Live products after `after` (from the start when none) by (updated_at, id), at most `limit`.
std::vector<ProductSummary> listProducts(store::Transaction& tx,
                                         const core::Uuid& storeId,
                                         const ProductFilter& filter,
                                         const std::optional<store::KeysetPosition>& after,
                                         std::int32_t limit);

/// Also a deleted one: `summary.deletedAt` tells.
std::optional<ProductDetail> findProduct(store::Transaction& tx,
                                         const core::Uuid& storeId,
                                         const core::Uuid& id);

struct LocationRow {
    core::Uuid id;
    core::Uuid integrationId;
    std::string externalId;
    std::string name;
    bool active = false;
    std::string address;  ///< JSON object or null
};

/// Live locations of the store by integration and name.
std::vector<LocationRow> listLocations(store::Transaction& tx, const core::Uuid& storeId);

}  // namespace souk::catalog
