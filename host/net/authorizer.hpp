#pragma once

#include "core/uuid.hpp"

#include <souk/sdk/context.hpp>

#include <stop_token>

namespace souk::net {

/// Whose requests: one integration of one store.
struct AccountKey {
    core::Uuid store;
    core::Uuid integration;

    auto operator<=>(const AccountKey&) const = default;
};

/// Knows the access token of an account. Declared here, fulfilled by the room that keeps grants.
/// Thread-safe; may block while a token is being refreshed, but not longer than that takes.
class Authorizer {
public:
    virtual ~Authorizer() = default;
    /// A token that is good for some minutes more. Unauthorized when the grant is dead.
    virtual sdk::Result<sdk::Secret> token(const AccountKey& account,
                                           const std::stop_token& stop) = 0;
    /// The platform refused this token with 401: another one, freshly asked for if need be.
    virtual sdk::Result<sdk::Secret> refreshed(const AccountKey& account,
                                               const sdk::Secret& refused,
                                               const std::stop_token& stop) = 0;
    /// Another secret of the grant that speaks for a part of the account (Grant::secrets).
    /// Unauthorized when the grant holds none of that name.
    virtual sdk::Result<sdk::Secret> other(const AccountKey& account, std::string_view name) = 0;
};

}  // namespace souk::net
