#pragma once

#include "connect/app_secrets.hpp"
#include "connect/credentials.hpp"
#include "net/authorizer.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace souk::connect {

/// The secrets of single integrations (Grant::secrets) joined with those of the platform's app: an
/// integration's own value comes first. Readings are kept for a few seconds, since every webhook
/// needs them. Transient when this host lacks the key of
/// a value that is needed. Thread-safe.
class OwnSecrets {
public:
    OwnSecrets(store::Database& database,
               const Credentials& credentials,
               AppSecrets& app,
               const sdk::Clock& clock,
               core::Log& log);

    /// What a plugin may see on behalf of an integration.
    sdk::Result<std::unique_ptr<sdk::Secrets>> open(const std::string& platform,
                                                    const net::AccountKey& key);
    /// The same with a grant that is not stored yet.
    sdk::Result<std::unique_ptr<sdk::Secrets>> openWith(const std::string& platform,
                                                        const core::Uuid& storeId,
                                                        const sdk::Grant& grant);
    /// For a check that names no account: the app's values and those of every connected
    /// integration of the platform, the newest thousand.
    sdk::Result<std::unique_ptr<sdk::Secrets>> openAll(const std::string& platform);

private:
    using Own = std::map<std::string, sdk::Secret, std::less<>>;
    struct Cached {
        std::shared_ptr<const Own> own;
        sdk::Timestamp readAt;
    };
    class View;

    static std::unique_ptr<sdk::Secrets> joined(std::vector<std::shared_ptr<const Own>> own,
                                                std::unique_ptr<sdk::Secrets> app);
    sdk::Result<std::shared_ptr<const Own>> own(const net::AccountKey& key);

    store::Database& database_;
    const Credentials& credentials_;
    AppSecrets& app_;
    const sdk::Clock& clock_;
    core::Log& log_;
    std::mutex mutex_;
    std::map<net::AccountKey, Cached> cache_;
};

}  // namespace souk::connect
