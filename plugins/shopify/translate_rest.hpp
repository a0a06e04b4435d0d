#pragma once

#include "reading.hpp"

#include <souk/sdk/context.hpp>
#include <souk/sdk/json.hpp>
#include <souk/sdk/record.hpp>

/// Webhook bodies, which have the shape of Shopify's old REST objects, to records. Every function
/// is pure; an Error is BadPayload and names the JSON path. https://shopify.dev/docs/api/webhooks
namespace souk::shopify::rest {

sdk::Result<sdk::Record> productFrom(const sdk::Json& body, const sdk::Account& account);
/// A Refetch where the body does not carry all of the customer.
sdk::Result<sdk::Record> customerFrom(const sdk::Json& body, const sdk::Account& account);
sdk::Result<sdk::Record> orderFrom(const sdk::Json& body, const sdk::Account& account);
sdk::Result<sdk::Record> locationFrom(const sdk::Json& body, const sdk::Account& account);
sdk::Result<sdk::Record> stockFrom(const sdk::Json& body, const sdk::Account& account);
/// "item@location" of a body that names both.
sdk::Result<std::string> stockKeyIn(const sdk::Json& body);

/// A customer's or an order's address, or "null".
std::string addressFrom(const sdk::Json& address);

}  // namespace souk::shopify::rest
