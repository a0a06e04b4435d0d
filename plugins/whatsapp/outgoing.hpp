#pragma once

#include <souk/sdk/json.hpp>
#include <souk/sdk/messenger.hpp>

#include <string>

namespace souk::whatsapp {

/// Writes the members that a kind of message needs ("type": …, and the object of that name), and
/// checks its limits on the way: Rejected names the member and its limit. `catalogue` may be empty
/// for kinds that show no product.
sdk::Result<sdk::Done> writeKind(sdk::JsonWriter& out,
                                 const sdk::OutgoingMessage& message,
                                 const std::string& catalogue);

}  // namespace souk::whatsapp
