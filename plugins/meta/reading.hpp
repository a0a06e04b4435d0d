#pragma once

#include <souk/sdk/connect.hpp>
#include <souk/sdk/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace souk::meta {

/// The elements of a list that may be absent.
std::vector<sdk::Json> listIn(const sdk::Json& item, std::string_view key);

/// An id that may be absent: then empty. BadPayload when it is longer than any id is, so that what
/// becomes of an unproven body stays in proportion to it.
sdk::Result<std::string> idIn(const sdk::Json& item, std::string_view key);

/// A name that must be there and must not be empty: what a record is found by.
sdk::Result<std::string> nameIn(const sdk::Json& item, std::string_view key);

/// What was typed into a field, or came with a callback; empty when it is not there.
std::string fieldOf(const sdk::Fields& fields, std::string_view name);

}  // namespace souk::meta
