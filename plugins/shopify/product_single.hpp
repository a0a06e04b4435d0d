#pragma once

#include <souk/sdk/sync.hpp>

#include <string_view>

/// The three kinds of ProductSource::fetchOne.
namespace souk::shopify {

/// Variants and media in pages; every page carries the product itself, whose `updatedAt` tells the
/// host when it changed between two of them, and the next children.
sdk::Result<sdk::Page> fetchProduct(sdk::Context& context,
                                    std::string_view externalId,
                                    const sdk::Cursor& from);
sdk::Result<sdk::Page> fetchLocation(sdk::Context& context, std::string_view externalId);
/// `key` is StockLevel::key; with an empty location everything that hangs on the item.
sdk::Result<sdk::Page> fetchStock(sdk::Context& context,
                                  std::string_view key,
                                  const sdk::Cursor& from);

}  // namespace souk::shopify
