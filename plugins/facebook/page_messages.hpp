#pragma once

#include <souk/sdk/json.hpp>
#include <souk/sdk/record.hpp>

#include <string>
#include <vector>

namespace souk::facebook {

/// One element of `messaging` of a page: a message, an echo of ours, a mark of reading.
sdk::Result<std::vector<sdk::Record>> recordsFrom(const sdk::Json& event,
                                                  const std::string& pageId);

}  // namespace souk::facebook
