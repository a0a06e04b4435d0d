#pragma once

#include "core/log.hpp"
#include "store/database.hpp"
#include "store/platform_apps.hpp"
#include "vault/sealed_table.hpp"
#include "vault/vault.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace souk::connect {

/// The secrets of the apps registered with platforms (client id, client secret, ...), sealed. One
/// name may hold several values while it rotates: the newest is used, all of them verify. Readings
/// are kept for a few seconds, since every webhook needs them. Thread-safe.
class AppSecrets {
public:
    static constexpr vault::SealedTable kSealed{"platform_app_secret",
                                                "'platform_app_secret/' || id"};

    AppSecrets(store::Database& database,
               const vault::Vault& vault,
               const sdk::Clock& clock,
               core::Log& log);

    /// Adds values beside those that are there; a value that is the newest already is not added
    /// again. `storeId` none: the app of all stores. Rejected for an empty name or value.
    sdk::Result<sdk::Done> set(const std::string& platform,
                               const std::optional<core::Uuid>& storeId,
                               const std::map<std::string, sdk::Secret>& values);
    /// Retires every value of that name but the newest; answers how many. NotFound: nothing to
    /// retire.
    sdk::Result<int> retireOld(const std::string& platform,
                               const std::optional<core::Uuid>& storeId,
                               const std::string& name);
    /// Names and times, never values.
    std::vector<store::PlatformApps::Listed> list();

    /// What a plugin may see: the store's own app if it has one, else the common one. A value that
    /// does not open is left out and logged; Transient when this host lacks the key of one, since
    /// without it a good signature would look forged.
    sdk::Result<std::unique_ptr<sdk::Secrets>> open(const std::string& platform,
                                                    const std::optional<core::Uuid>& storeId);

private:
    using Values = std::map<std::string, std::vector<sdk::Secret>, std::less<>>;
    using Key = std::pair<std::string, std::optional<core::Uuid>>;
    struct Cached {
        std::shared_ptr<const Values> values;
        sdk::Timestamp readAt;
    };
    class View;

    sdk::Result<std::shared_ptr<const Values>> values(const Key& key);
    sdk::Result<Values> read(store::Transaction& worker, const Key& key);
    void forget();

    store::Database& database_;
    const vault::Vault& vault_;
    const sdk::Clock& clock_;
    core::Log& log_;
    std::mutex mutex_;
    std::map<Key, Cached> cache_;
    std::uint64_t generation_ = 0;
};

}  // namespace souk::connect
