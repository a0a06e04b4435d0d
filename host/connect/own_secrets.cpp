#include "connect/own_secrets.hpp"

#include <utility>
#include <vector>

namespace souk::connect {

namespace {

constexpr std::string_view kRoom = "connect";
constexpr std::chrono::seconds kKept{5};
constexpr std::size_t kMostCached = 10000;

constexpr std::string_view kOfPlatform = R"sql(
SELECT c.store_id, c.integration_id
FROM credential c JOIN integration i ON i.store_id = c.store_id AND i.id = c.integration_id
WHERE i.platform = $1 AND i.status <> 'disconnected'
ORDER BY c.updated_at DESC LIMIT 1000
)sql";

}  // namespace

class OwnSecrets::View final : public sdk::Secrets {
public:
    View(std::vector<std::shared_ptr<const Own>> own, std::unique_ptr<sdk::Secrets> app)
        : own_(std::move(own)), app_(std::move(app)) {}

    sdk::Result<sdk::Secret> find(std::string_view name) const override {
        for (const auto& values : own_)
            if (const auto found = values->find(name); found != values->end()) return found->second;
        return app_->find(name);
    }
    std::vector<sdk::Secret> all(std::string_view name) const override {
        std::vector<sdk::Secret> values;
        for (const auto& one : own_)
            if (const auto found = one->find(name); found != one->end())
                values.push_back(found->second);
        for (auto& value : app_->all(name)) values.push_back(std::move(value));
        return values;
    }

private:
    std::vector<std::shared_ptr<const Own>> own_;
    std::unique_ptr<sdk::Secrets> app_;
};

std::unique_ptr<sdk::Secrets> OwnSecrets::joined(std::vector<std::shared_ptr<const Own>> own,
                                                 std::unique_ptr<sdk::Secrets> app) {
    return std::make_unique<View>(std::move(own), std::move(app));
}

OwnSecrets::OwnSecrets(store::Database& database,
                       const Credentials& credentials,
                       AppSecrets& app,
                       const sdk::Clock& clock,
                       core::Log& log)
    : database_(database), credentials_(credentials), app_(app), clock_(clock), log_(log) {}

sdk::Result<std::unique_ptr<sdk::Secrets>> OwnSecrets::open(const std::string& platform,
                                                            const net::AccountKey& key) {
    auto mine = SOUK_TRY(own(key));
    auto app = SOUK_TRY(app_.open(platform, key.store));
    return joined({std::move(mine)}, std::move(app));
}

sdk::Result<std::unique_ptr<sdk::Secrets>> OwnSecrets::openWith(const std::string& platform,
                                                                const core::Uuid& storeId,
                                                                const sdk::Grant& grant) {
    auto app = SOUK_TRY(app_.open(platform, storeId));
    return joined({std::make_shared<const Own>(grant.secrets)}, std::move(app));
}

sdk::Result<std::unique_ptr<sdk::Secrets>> OwnSecrets::openAll(const std::string& platform) {
    std::vector<net::AccountKey> keys;
    {
        auto tx = database_.asWorker();
        for (const store::Row row : tx.query(kOfPlatform, platform))
            keys.push_back({row.uuid("store_id"), row.uuid("integration_id")});
    }
    std::vector<std::shared_ptr<const Own>> all;
    all.reserve(keys.size());
    for (const auto& key : keys) all.push_back(SOUK_TRY(own(key)));
    auto app = SOUK_TRY(app_.open(platform, std::nullopt));
    return joined(std::move(all), std::move(app));
}

sdk::Result<std::shared_ptr<const OwnSecrets::Own>> OwnSecrets::own(const net::AccountKey& key) {
    const auto now = clock_.now();
    {
        const std::lock_guard lock(mutex_);
        const auto found = cache_.find(key);
        if (found != cache_.end() && now - found->second.readAt < kKept) return found->second.own;
    }
    auto tx = database_.forStore(key.store);
    auto credential = credentials_.find(tx, key);
    // Without a key that may come a good signature would look forged; else the app's may still do.
    if (!credential && credential.error().kind == sdk::ErrorKind::Transient)
        return credential.error();
    if (!credential)
        log_.error(
            kRoom,
            "the secrets of an integration do not open",
            {{"integration", key.integration.text()}, {"reason", credential.error().message}});
    const bool there = credential && *credential;
    auto fresh = std::make_shared<const Own>(there ? (*credential)->kept.grant.secrets : Own());
    const std::lock_guard lock(mutex_);
    if (cache_.size() >= kMostCached) cache_.clear();
    cache_[key] = {fresh, now};
    return fresh;
}

}  // namespace souk::connect
