#pragma once

#include <souk/sdk/json.hpp>
#include <souk/sdk/record.hpp>

#include <vector>

namespace souk::whatsapp {

/// One element of `messages` and what follows from it: the message itself, for an order message
/// the order too, for a changed number or id the person's change. `value` is the change it came in.
sdk::Result<std::vector<sdk::Record>> recordsFrom(const sdk::Json& message, const sdk::Json& value);

/// One element of `message_echoes`: written by the business in its own app.
sdk::Result<sdk::Record> echoFrom(const sdk::Json& message, const sdk::Json& value);

/// One element of `statuses`.
sdk::Result<sdk::Record> statusFrom(const sdk::Json& status);

/// The order that an order message asks for: a wish to buy, not paid, keyed by the message's id.
/// Lines are tied to products by the id under which they were published.
sdk::Result<sdk::Order> orderFrom(const sdk::Json& message, const sdk::Person& person);

}  // namespace souk::whatsapp
