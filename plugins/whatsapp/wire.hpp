#pragma once

#include "meta/reading.hpp"

#include <souk/sdk/json.hpp>
#include <souk/sdk/message.hpp>
#include <souk/sdk/record.hpp>

#include <string>
#include <string_view>

/// How WhatsApp writes things down.
namespace souk::whatsapp {

/// Unix seconds, as text in messages and statuses, as a number in `entry.time`.
sdk::Result<sdk::Timestamp> timeIn(const sdk::Json& item, std::string_view key);

using meta::listIn;
using meta::nameIn;

/// The person of a message: the business-scoped id where the platform sends one (it may keep the
/// number to itself), else the number; whatever else it says of them stands in `contacts`.
sdk::Result<sdk::Person> personOf(const sdk::Json& message, const sdk::Json& value);

}  // namespace souk::whatsapp
