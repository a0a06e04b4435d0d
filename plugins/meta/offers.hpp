#pragma once

#include <souk/sdk/json.hpp>
#include <souk/sdk/publisher.hpp>

#include <string>

namespace souk::meta {

/// One request of an items_batch. Prices are written "9.99 USD"; withdrawn items are only named.
/// https://developers.facebook.com/docs/marketing-api/catalog-batch/reference
sdk::Result<sdk::Done> writeRequest(sdk::JsonWriter& out, const sdk::OfferChange& change);

/// An item as GET /{catalogue}/products tells it. Prices come formatted for people ("$9.99"): the
/// digits are read by the currency beside them. Of a reduced item it is the lower one.
sdk::Result<sdk::ShownOffer> shownFrom(const sdk::Json& item);
/// The fields shownFrom() needs.
inline constexpr std::string_view kShownFields =
    "retailer_id,name,price,sale_price,currency,availability,review_status,"
    "review_rejection_reasons,visibility,errors";

}  // namespace souk::meta
