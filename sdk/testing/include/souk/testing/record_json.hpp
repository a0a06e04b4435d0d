#pragma once

#include <souk/sdk/sync.hpp>
#include <souk/sdk/webhook.hpp>

#include <string>
#include <vector>

namespace souk::testing {

/// A record as JSON for scenarios and failure messages: {"kind": "product", ...} with the fields'
/// own names. Money is "19.90 USD", times are RFC 3339, what the platform did not say is null,
/// `extra` and addresses are the JSON they hold.
std::string jsonOf(const sdk::Record& record);
std::string jsonOf(const std::vector<sdk::Record>& records);
/// {"records": [...], "rejects": [...], "next": "...", "last": true, "total": null}
std::string jsonOf(const sdk::Page& page);
std::string jsonOf(const std::vector<sdk::EventSlice>& events);

}  // namespace souk::testing
