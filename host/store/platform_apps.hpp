#pragma once

#include "store/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace souk::store {

struct SealedSecret {
    core::Uuid id;
    std::string name;    ///< manifest name
    std::string sealed;  ///< vault bytes
    std::string keyId;
    sdk::Timestamp createdAt{};
};

/// Rows of platform_app and its secrets, sealed by the vault room. Worker transactions.
class PlatformApps {
public:
    /// The app's id, made when it is not there. `storeId` none: for all stores.
    static core::Uuid ensure(Transaction& worker,
                             std::string_view platform,
                             const std::optional<core::Uuid>& storeId);
    static void addSecret(Transaction& worker, const core::Uuid& appId, const SealedSecret& secret);
    /// Retires every secret of that name but the newest `keep`. Answers how many.
    static int retire(Transaction& worker,
                      const core::Uuid& appId,
                      std::string_view name,
                      int keep);
    /// Unretired secrets for a store: of its own app if it has one, else of the common one; newest
    /// first.
    static std::vector<SealedSecret> secrets(Transaction& worker,
                                             std::string_view platform,
                                             const std::optional<core::Uuid>& storeId);
    struct Listed {
        core::Uuid id;
        std::string platform;
        std::optional<core::Uuid> storeId;
        std::vector<std::pair<std::string, sdk::Timestamp>> secrets;  ///< name, set at
    };
    static std::vector<Listed> list(Transaction& worker);
};

}  // namespace souk::store
