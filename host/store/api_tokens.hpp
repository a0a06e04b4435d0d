#pragma once

#include "store/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace souk::store {

struct ApiToken {
    core::Uuid id;
    std::optional<core::Uuid> storeId;  ///< none: all stores
    std::string name;
    std::string role;  ///< admin, operator, viewer, agent
    sdk::Timestamp createdAt{};
    std::optional<sdk::Timestamp> expiresAt;
    std::optional<sdk::Timestamp> lastUsedAt;
    std::optional<sdk::Timestamp> revokedAt;
};

/// Worker transactions. `hash` is SHA-256 of the token.
class ApiTokens {
public:
    static ApiToken create(Transaction& worker, const ApiToken& wanted, std::string_view hash);
    /// Unexpired and unrevoked ones only.
    static std::optional<ApiToken> find(Transaction& worker,
                                        std::string_view hash,
                                        sdk::Timestamp now);
    /// At most once a minute per token.
    static void touch(Transaction& worker, const core::Uuid& id, sdk::Timestamp now);
    static std::vector<ApiToken> list(Transaction& worker);
    static bool revoke(Transaction& worker, const core::Uuid& id, sdk::Timestamp now);
};

}  // namespace souk::store
