#include "connect/app_secrets.hpp"

#include <souk/sdk/crypto.hpp>

#include <utility>

namespace souk::connect {

namespace {

constexpr std::string_view kRoom = "connect";
constexpr std::chrono::seconds kKept{5};
constexpr std::size_t kMostCached = 10000;

std::string identityOf(const core::Uuid& id) {
    return "platform_app_secret/" + id.text();
}

}  // namespace

/// One reading, handed to a plugin.
class AppSecrets::View final : public sdk::Secrets {
public:
    View(std::string platform, std::shared_ptr<const Values> values)
        : platform_(std::move(platform)), values_(std::move(values)) {}

    sdk::Result<sdk::Secret> find(std::string_view name) const override {
        const auto found = values_->find(name);
        if (found == values_->end() || found->second.empty())
            return sdk::Error{sdk::ErrorKind::NotFound,
                              "The " + platform_ + " app has no " + std::string(name) +
                                  "; set it with: souk app set " + platform_ + "."};
        return found->second.front();
    }
    std::vector<sdk::Secret> all(std::string_view name) const override {
        const auto found = values_->find(name);
        return found == values_->end() ? std::vector<sdk::Secret>() : found->second;
    }

private:
    std::string platform_;
    std::shared_ptr<const Values> values_;
};

AppSecrets::AppSecrets(store::Database& database,
                       const vault::Vault& vault,
                       const sdk::Clock& clock,
                       core::Log& log)
    : database_(database), vault_(vault), clock_(clock), log_(log) {}

sdk::Result<sdk::Done> AppSecrets::set(const std::string& platform,
                                       const std::optional<core::Uuid>& storeId,
                                       const std::map<std::string, sdk::Secret>& values) {
    for (const auto& [name, value] : values)
        if (name.empty() || value.reveal().empty())
            return sdk::Error{sdk::ErrorKind::Rejected,
                              "The value of \"" + name + "\" is empty; nothing was set."};
    auto tx = database_.asWorker();
    const auto appId = store::PlatformApps::ensure(tx, platform, storeId);
    const auto known = SOUK_TRY(read(tx, {platform, storeId}));
    for (const auto& [name, value] : values) {
        const auto found = known.find(name);
        if (found != known.end() && !found->second.empty() &&
            sdk::equalConstantTime(found->second.front().reveal(), value.reveal()))
            continue;
        store::SealedSecret secret;
        secret.id = core::newId();
        secret.name = name;
        auto sealed = vault_.seal(identityOf(secret.id), value);
        secret.sealed = std::move(sealed.bytes);
        secret.keyId = std::move(sealed.keyId);
        secret.createdAt = clock_.now();
        store::PlatformApps::addSecret(tx, appId, secret);
    }
    tx.commit();
    forget();
    return sdk::Done{};
}

sdk::Result<int> AppSecrets::retireOld(const std::string& platform,
                                       const std::optional<core::Uuid>& storeId,
                                       const std::string& name) {
    constexpr int kKeep = 1;
    auto tx = database_.asWorker();
    const auto appId = store::PlatformApps::ensure(tx, platform, storeId);
    const int retired = store::PlatformApps::retire(tx, appId, name, kKeep);
    if (retired == 0)
        return sdk::Error{
            sdk::ErrorKind::NotFound,
            "The " + platform + " app has no older value of \"" + name + "\" to retire."};
    tx.commit();
    forget();
    return retired;
}

std::vector<store::PlatformApps::Listed> AppSecrets::list() {
    auto tx = database_.asWorker();
    return store::PlatformApps::list(tx);
}

sdk::Result<std::unique_ptr<sdk::Secrets>> AppSecrets::open(
    const std::string& platform, const std::optional<core::Uuid>& storeId) {
    auto known = SOUK_TRY(values({platform, storeId}));
    return std::unique_ptr<sdk::Secrets>(std::make_unique<View>(platform, std::move(known)));
}

sdk::Result<std::shared_ptr<const AppSecrets::Values>> AppSecrets::values(const Key& key) {
    const auto now = clock_.now();
    std::uint64_t generation = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto found = cache_.find(key);
        if (found != cache_.end() && now - found->second.readAt < kKept)
            return found->second.values;
        generation = generation_;
    }
    auto tx = database_.asWorker();
    auto opened = SOUK_TRY(read(tx, key));
    auto fresh = std::make_shared<const Values>(std::move(opened));
    const std::lock_guard lock(mutex_);
    if (generation == generation_) {  // else it may be from before a change of ours
        if (cache_.size() >= kMostCached) cache_.clear();
        cache_[key] = {fresh, now};
    }
    return fresh;
}

sdk::Result<AppSecrets::Values> AppSecrets::read(store::Transaction& worker, const Key& key) {
    Values values;
    for (const auto& secret : store::PlatformApps::secrets(worker, key.first, key.second)) {
        auto opened = vault_.open(identityOf(secret.id), {secret.sealed, secret.keyId});
        if (opened) {
            vault_.conceal(opened->reveal());
            values[secret.name].push_back(*std::move(opened));
            continue;
        }
        log_.error(
            kRoom,
            "a platform app's secret does not open",
            {{"platform", key.first}, {"name", secret.name}, {"reason", opened.error().message}});
        if (opened.error().kind == sdk::ErrorKind::Transient) return std::move(opened).error();
    }
    return values;
}

void AppSecrets::forget() {
    const std::lock_guard lock(mutex_);
    cache_.clear();
    ++generation_;
}

}  // namespace souk::connect
