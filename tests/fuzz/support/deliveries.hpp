#pragma once

#include <souk/sdk/webhook.hpp>
#include <souk/testing/stage.hpp>

#include <string_view>

/// What must hold for every delivery, whatever was sent to the address.
namespace souk::fuzz {

/// Header lines, an empty line, the body. "Query: a=b" is the query of the address.
sdk::WebhookRequest requestFrom(std::string_view input);

/// The slices of a delivery: named, in proportion to the body, each person once.
void checkSlices(const std::vector<sdk::EventSlice>& slices, const sdk::WebhookRequest& request);

/// Split, and every slice translated; the same bytes give the same records.
void checkDelivery(const sdk::WebhookHandler& handler,
                   const sdk::WebhookRequest& request,
                   const sdk::Account& account);

/// Signatures cost more than split and translation together: they are checked with one body of so
/// many.
inline constexpr std::size_t kSignedOneOf = 16;

/// Of bodies that Meta signs: nobody without a secret gets in, and the signature covers every byte.
void checkHubSignature(const sdk::WebhookHandler& handler, sdk::WebhookRequest request);

}  // namespace souk::fuzz
