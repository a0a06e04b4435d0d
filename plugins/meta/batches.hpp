#pragma once

#include <souk/sdk/publisher.hpp>

#include <string_view>

/// Writing and reading a catalogue, for every platform that sells out of one.
namespace souk::meta {

/// POST /{catalogue}/items_batch, with allow_upsert=false: an update of an unknown id must not make
/// half an item. HTTP 200 with empty handles means that nothing was taken. The host may hand the
/// same batch over again: what it says is what shall be.
sdk::Result<sdk::Receipt> publish(sdk::Context& context,
                                  std::string_view catalogue,
                                  const std::vector<sdk::OfferChange>& batch);

/// GET /{catalogue}/check_batch_request_status for a ticket of publish(). Offers that are not
/// named with an error came through.
sdk::Result<sdk::Receipt> poll(sdk::Context& context,
                               std::string_view catalogue,
                               std::string_view ticket);

/// GET /{catalogue}/products, a page. Done only when `next` is absent: a page may be empty.
sdk::Result<sdk::ShownPage> shown(sdk::Context& context,
                                  std::string_view catalogue,
                                  const sdk::Cursor& from);
sdk::Result<std::vector<sdk::ShownOffer>> look(sdk::Context& context,
                                               std::string_view catalogue,
                                               const std::vector<std::string>& externalIds);

}  // namespace souk::meta
