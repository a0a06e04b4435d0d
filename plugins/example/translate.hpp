#pragma once

#include <souk/sdk/json.hpp>
#include <souk/sdk/sync.hpp>

#include <string>
#include <vector>

namespace souk::example {

/// One item of the platform as records: a product brings its stock levels with it. BadPayload
/// names the JSON path of what cannot be read.
sdk::Result<std::vector<sdk::Record>> recordsFrom(sdk::Entity entity, const sdk::Json& item);

/// A list of items. One that cannot be read is a Reject, never a failed page.
sdk::Page pageFrom(sdk::Entity entity, const std::vector<sdk::Json>& items);

/// The platform's address with unified keys (sdk/README.md), empty ones left out; "null" for none.
std::string addressFrom(const sdk::Json& address);

}  // namespace souk::example
