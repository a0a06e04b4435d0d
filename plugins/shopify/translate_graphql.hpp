#pragma once

#include "reading.hpp"

#include <souk/sdk/context.hpp>
#include <souk/sdk/json.hpp>
#include <souk/sdk/record.hpp>

/// GraphQL nodes (documents/*.graphql) to records. Every function is pure; an Error is BadPayload
/// and names the JSON path.
namespace souk::shopify::graphql {

sdk::Result<sdk::Record> productFrom(const sdk::Json& node, const sdk::Account& account);
sdk::Result<sdk::Record> customerFrom(const sdk::Json& node, const sdk::Account& account);
sdk::Result<sdk::Record> orderFrom(const sdk::Json& node, const sdk::Account& account);
sdk::Result<sdk::Record> locationFrom(const sdk::Json& node, const sdk::Account& account);

/// An inventory level knows its item or its location only from where it is nested.
struct StockPlace {
    std::string inventoryItemId;
    std::string locationExternalId;
    bool tracked = true;
};
sdk::Result<sdk::Record> stockFrom(const sdk::Json& level, const StockPlace& place);

/// A MailingAddress, or "null".
std::string addressFrom(const sdk::Json& address);

}  // namespace souk::shopify::graphql
