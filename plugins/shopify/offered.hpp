#pragma once

#include "graphql.hpp"

#include <souk/sdk/publisher.hpp>
#include <souk/sdk/record.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Products of the shop that the hub offers there. They carry the hub's ids in metafields of the
/// app's own namespace: "group" of the product, "variant" of each variant, both of type id, which
/// Shopify keeps unique.
/// https://shopify.dev/docs/apps/build/metafields/working-with-custom-ids
namespace souk::shopify {

inline constexpr std::string_view kOfferNamespace = "$app:souk";

/// A variant as the shop has it.
struct OfferedVariant {
    std::string gid;
    std::string offerId;  ///< the hub's id; empty: somebody else added it
    sdk::ShownAs shownAs;
    sdk::ShownOffer shown;  ///< without title and state, which are the product's
};

struct OfferedProduct {
    std::string gid;
    std::string title;
    std::string status;  ///< lower case
    std::string images;  ///< digest of the pictures that were handed over last; empty: none
    std::vector<OfferedVariant> variants;
};

/// `identifier`: a ProductIdentifierInput as JSON. None: the shop has no such product.
sdk::Result<std::optional<OfferedProduct>> findOffered(sdk::Context& context,
                                                       std::string_view identifier);

/// {"customId":{"namespace":…,"key":…,"value":…}}
std::string customId(std::string_view key, std::string_view value);

/// One OfferedVariant node of a product.
sdk::Result<OfferedVariant> offeredVariantFrom(const sdk::Json& node,
                                               std::string_view productId,
                                               const sdk::Account& account);

/// Title and state are the product's: what is neither active nor unlisted is not for sale.
void tellProduct(sdk::ShownOffer& shown, std::string_view title, std::string_view status);

/// The variants of an offered product, for the host to know which is which.
sdk::Result<std::vector<sdk::Variant>> offeredVariants(sdk::Context& context,
                                                       std::string_view externalId);

}  // namespace souk::shopify
