#pragma once

#include <souk/sdk/connect.hpp>

#include <optional>
#include <string>
#include <vector>

namespace souk::connect {

/// What is kept of a grant. After a rotation the refresh token before is kept for a while: when the
/// newest one is refused (its answer got lost in a crash), it may still open the door once.
struct KeptGrant {
    sdk::Grant grant;
    std::optional<sdk::Secret> formerRefresh;
    std::optional<sdk::Timestamp> formerUntil;
};

/// The grant as JSON, to be sealed.
sdk::Secret toJson(const KeptGrant& kept);
/// BadPayload when it is not what toJson wrote.
sdk::Result<KeptGrant> grantFromJson(const sdk::Secret& json);

/// The kept grant after a refresh that answered `fresh`: what the platform left out (a refresh
/// token that does not rotate, scopes) stays as it was.
KeptGrant rotated(const KeptGrant& before, sdk::Grant fresh, sdk::Timestamp formerUntil);

/// Names among `wanted` that were not granted, in the order of `wanted`.
std::vector<std::string> missingScopes(const std::vector<std::string>& wanted,
                                       const std::vector<std::string>& granted);
/// "a, b and c"
std::string listed(const std::vector<std::string>& names);

}  // namespace souk::connect
