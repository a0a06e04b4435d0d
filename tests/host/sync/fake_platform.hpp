#pragma once

#include "core/waiter.hpp"
#include "loader/catalog.hpp"
#include "loader/session.hpp"

#include <souk/sdk/plugin.hpp>
#include <souk/sdk/sync.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace souk::test {

inline sdk::Timestamp day(int number) {
    return sdk::Timestamp(std::chrono::hours(24 * (20000 + number)));
}

inline sdk::Record customer(const std::string& id) {
    sdk::Customer customer;
    customer.externalId = id;
    customer.email = id + "@example.test";
    customer.createdAt = day(1);
    customer.updatedAt = day(2);
    return customer;
}

inline sdk::Record product(const std::string& id, int variants = 1) {
    sdk::Product product;
    product.externalId = id;
    product.title = "Product " + id;
    product.status = "active";
    for (int i = 0; i < variants; ++i) {
        sdk::Variant variant;
        variant.externalId = id + "-" + std::to_string(i);
        variant.title = "Variant";
        variant.position = i + 1;
        product.variants.push_back(std::move(variant));
    }
    product.createdAt = day(1);
    product.updatedAt = day(2);
    return product;
}

inline sdk::Record order(const std::string& id, int placed) {
    sdk::Order order;
    order.externalId = id;
    order.name = "#" + id;
    order.status = "open";
    for (sdk::Price* price : {&order.total,
                              &order.current,
                              &order.subtotal,
                              &order.tax,
                              &order.shipping,
                              &order.discount}) {
        price->shop = sdk::Money{100, "EUR"};
        price->presentment = sdk::Money{100, "EUR"};
    }
    order.placedAt = day(placed);
    order.updatedAt = day(placed);
    return order;
}

inline std::string idOf(const sdk::Record& record) {
    return std::visit(
        []<class T>(const T& one) -> std::string {
            if constexpr (requires { one.externalId; }) return one.externalId;
            return "";
        },
        record);
}

/// A list that grows at its end; a cursor is how many of it were given out.
class FakeSource final : public sdk::SyncSource {
public:
    explicit FakeSource(sdk::Entity leads) : leading(leads) {}

    sdk::Result<sdk::Page> fetch(sdk::Context&, const sdk::Cursor& from) const override {
        asked.push_back(from.value);
        if (beforeFetch)
            if (auto error = beforeFetch(asked.size())) return *error;
        const std::size_t begin = from.value.empty() ? 0 : std::stoul(from.value);
        const std::size_t end = std::min(records.size(), begin + pageSize);
        sdk::Page page;
        page.records.assign(records.begin() + static_cast<std::ptrdiff_t>(begin),
                            records.begin() + static_cast<std::ptrdiff_t>(end));
        if (begin == 0) page.rejects = rejects;
        page.next.value = stuck ? from.value : std::to_string(end);
        page.last = end == records.size() && !stuck;
        page.total = total;
        return page;
    }

    sdk::Result<sdk::Page> fetchOne(sdk::Context&,
                                    sdk::Entity entity,
                                    std::string_view externalId,
                                    const sdk::Cursor& from) const override {
        askedOne.emplace_back(externalId);
        if (one) return one(entity, std::string(externalId), from.value);
        for (const sdk::Record& record : records) {
            if (idOf(record) != externalId) continue;
            sdk::Page page;
            page.records.push_back(record);
            page.last = true;
            return page;
        }
        return sdk::Error{sdk::ErrorKind::NotFound, "it is gone"};
    }

    std::vector<sdk::Entity> entities() const override {
        if (!stock) return {leading};
        return {leading, sdk::Entity::Stock};
    }

    sdk::Result<sdk::RemoteCount> remoteCount(sdk::Context&) const override {
        ++counted;
        if (count) return *count;
        return sdk::RemoteCount{static_cast<std::int64_t>(records.size()), true};
    }

    sdk::Entity leading;
    std::vector<sdk::Record> records;
    std::vector<sdk::Reject> rejects;
    std::size_t pageSize = 2;
    bool stuck = false;
    bool stock = false;  ///< carries stock as well
    std::optional<std::int64_t> total;
    std::optional<sdk::Result<sdk::RemoteCount>> count;
    /// With the number of the call, from 1.
    std::function<std::optional<sdk::Error>(std::size_t)> beforeFetch;
    std::function<sdk::Result<sdk::Page>(sdk::Entity, std::string, std::string)> one;
    mutable std::vector<std::string> asked;
    mutable std::vector<std::string> askedOne;
    mutable int counted = 0;
};

class FakePlugin final : public sdk::Plugin {
public:
    const sdk::SyncSource* sync(sdk::Entity entity) const noexcept override {
        if (entity == sdk::Entity::Customer) return &customers;
        if (entity == sdk::Entity::Product) return &products;
        if (entity == sdk::Entity::Order) return &orders;
        return nullptr;
    }
    FakeSource customers{sdk::Entity::Customer};
    FakeSource products{sdk::Entity::Product};
    FakeSource orders{sdk::Entity::Order};
};

class NoHttp final : public sdk::Http {
public:
    sdk::Result<sdk::HttpReply> send(const sdk::HttpRequest&) override {
        return sdk::Error{sdk::ErrorKind::Unsupported, "no network here"};
    }
};

class NoSecrets final : public sdk::Secrets {
public:
    sdk::Result<sdk::Secret> find(std::string_view) const override {
        return sdk::Error{sdk::ErrorKind::NotFound, "no secrets here"};
    }
    std::vector<sdk::Secret> all(std::string_view) const override { return {}; }
};

class FakeSession final : public loader::Session {
public:
    FakeSession(const loader::LoadedPlugin& plugin, const sdk::Clock& clock, sdk::Log& log)
        : plugin_(plugin), clock_(clock), log_(log) {}
    sdk::Context context(std::stop_token stop) override {
        return {account_, http_, secrets_, clock_, log_, std::move(stop)};
    }
    const loader::LoadedPlugin& plugin() const override { return plugin_; }

private:
    const loader::LoadedPlugin& plugin_;
    const sdk::Clock& clock_;
    sdk::Log& log_;
    sdk::Account account_;
    NoHttp http_;
    NoSecrets secrets_;
};

class FakeSessions final : public loader::Sessions {
public:
    FakeSessions(const loader::Catalog& catalog, const sdk::Clock& clock, sdk::Log& log)
        : catalog_(catalog), clock_(clock), log_(log) {}

    sdk::Result<std::unique_ptr<loader::Session>> open(const store::IntegrationRow& integration,
                                                       loader::Priority) override {
        if (refusal) return *refusal;
        return std::unique_ptr<loader::Session>(
            std::make_unique<FakeSession>(*catalog_.find(integration.platform), clock_, log_));
    }
    sdk::Result<std::unique_ptr<loader::Session>> openUnstored(
        const store::IntegrationRow&, const std::optional<sdk::Grant>&) override {
        return sdk::Error{sdk::ErrorKind::Unsupported, "not here"};
    }
    sdk::Result<std::unique_ptr<sdk::Secrets>> secrets(const std::string&,
                                                       const std::optional<core::Uuid>&) override {
        return sdk::Error{sdk::ErrorKind::Unsupported, "not here"};
    }

    std::optional<sdk::Error> refusal;

private:
    const loader::Catalog& catalog_;
    const sdk::Clock& clock_;
    sdk::Log& log_;
};

/// Waits for nothing and remembers for how long.
class FakeWaiter final : public core::Waiter {
public:
    bool wait(std::chrono::milliseconds time, const std::stop_token& stop) override {
        {
            const std::lock_guard lock(mutex_);
            waits.push_back(time);
        }
        if (onWait) onWait();
        if (untilStopped) {
            std::unique_lock lock(mutex_);
            never_.wait_for(lock, stop, std::chrono::minutes(1), [] { return false; });
        }
        return !stop.stop_requested();
    }
    std::vector<std::chrono::milliseconds> waits;
    std::function<void()> onWait;
    bool untilStopped = false;

private:
    std::mutex mutex_;
    std::condition_variable_any never_;
};

inline loader::Catalog catalogOf(const std::shared_ptr<FakePlugin>& plugin) {
    loader::LoadedPlugin loaded;
    loaded.manifest.domain = "example";
    loaded.manifest.name = "Example";
    loaded.manifest.sync.entities = {
        sdk::Entity::Customer, sdk::Entity::Product, sdk::Entity::Order};
    loaded.plugin = plugin;
    std::vector<loader::LoadedPlugin> all;
    all.push_back(std::move(loaded));
    return loader::Catalog(std::move(all));
}

}  // namespace souk::test
