#pragma once

#include "catalog/writer.hpp"
#include "host/intake/job_world.hpp"
#include "host/publish/fake_market.hpp"
#include "inventory/writer.hpp"
#include "publish/publish_job.hpp"
#include "publish/reconcile_job.hpp"
#include "publish/service.hpp"
#include "store/changes.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>

namespace souk::test {

class MarketPlugin final : public sdk::Plugin {
public:
    const sdk::Publisher* publisher() const noexcept override { return &market; }
    FakeMarket market;
};

/// A shop whose products are published on a market of the same store.
struct ShelfHub : JobWorld {
    explicit ShelfHub(double perMinute = 600, std::int64_t batch = 100, bool whole = false)
        : ShelfHub(std::make_shared<MarketPlugin>(), perMinute, batch, whole) {}

    const FakeMarket& market() const { return plugin->market; }
    FakeMarket& market() { return plugin->market; }

    store::IntegrationRow integration() const {
        return inStore(
            [&](store::Transaction& tx) { return *store::Integrations::find(tx, marketId); });
    }
    void turnOn() {
        publish::Settings settings;
        settings.enabled = true;
        const auto done = service.configure(integration(), settings);
        CPPUNIT_ASSERT_MESSAGE(done ? "" : done.error().message, bool(done));
    }
    /// As intake does: rows and their change in one transaction.
    void put(const sdk::Product& product) const {
        inStore([&](store::Transaction& tx) {
            for (const auto& effect : catalog::writeProducts(tx, scope(), {&product}))
                tell(tx, "product", effect);
            return 0;
        });
    }
    void stock(const std::string& item, int at, std::int64_t available) const {
        const auto level = levelOf(item, at, available);
        inStore([&](store::Transaction& tx) {
            for (const auto& effect : inventory::writeLevels(tx, scope(), {&level}))
                tell(tx, "stock", effect);
            return 0;
        });
    }
    void remove(const std::string& product, int at) const {
        inStore([&](store::Transaction& tx) {
            for (const auto& effect : catalog::removeProducts(
                     tx, scope(), {{product, second(at)}}, store::ruleOnDeletion))
                tell(tx, "product", effect);
            return 0;
        });
    }
    void tell(store::Transaction& tx,
              const std::string& entity,
              const store::Effect& effect) const {
        if (effect.change.empty()) return;
        store::Changes::add(
            tx, storeId, shop, entity + "." + std::string(effect.change), entity, effect.entityId);
    }

    /// One turn, if the clock or the feed asks for one.
    bool turn() {
        service.startDue();
        return work("publish", job);
    }
    /// Turns until nothing is due any more.
    void settle() {
        int turns = 0;
        while (turn()) CPPUNIT_ASSERT_MESSAGE("publishing finds no rest", ++turns < 50);
    }
    void settleOver(std::chrono::seconds time) {
        for (std::chrono::seconds passed{0}; passed <= time; passed += std::chrono::seconds(1)) {
            settle();
            clock.advance(std::chrono::seconds(1));
        }
    }
    void reconcile() {
        CPPUNIT_ASSERT(service.reconcile(integration()));
        CPPUNIT_ASSERT(work("reconcile", comparison));
    }

    std::string variantId(const std::string& externalId) const {
        return text("SELECT variant_id::text AS n FROM variant_listing WHERE external_id = '" +
                    externalId + "'");
    }
    std::string stateOf(const std::string& variant) const {
        return text(
            "SELECT state || coalesce(': ' || reason, '') AS n FROM offer WHERE "
            "external_id = '" +
            variant + "'");
    }
    std::string listing(const std::string& column) const {
        return text("SELECT (" + column + ")::text AS n FROM product_listing WHERE published");
    }
    std::string platformSync(const std::string& member) const {
        return text("SELECT platform_sync -> 'market-two' ->> '" + member + "' AS n FROM product");
    }

    std::shared_ptr<MarketPlugin> plugin;
    core::Uuid marketId;
    publish::PublishService service{*database, catalog, clock};
    publish::PublishTools tools{*database, sessions, clock, log, std::chrono::minutes(2)};
    publish::PublishJob job{tools};
    publish::ReconcileJob comparison{tools};
    publish::BatchSettledJob echo{tools};

private:
    ShelfHub(std::shared_ptr<MarketPlugin> made, double perMinute, std::int64_t batch, bool whole)
        : JobWorld(loaded(made, perMinute, batch, whole)), plugin(std::move(made)) {
        marketId = insertIntegration(*database, storeId, "market", "two");
        auto tx = database->asOwner();
        tx.query("UPDATE integration SET base_url = 'https://shop.example' WHERE id = $1", shop);
        tx.commit();
    }
    static loader::LoadedPlugin loaded(const std::shared_ptr<MarketPlugin>& plugin,
                                       double perMinute,
                                       std::int64_t batch,
                                       bool whole) {
        loader::LoadedPlugin loaded;
        loaded.manifest.domain = "market";
        loaded.manifest.name = "Market";
        loaded.manifest.publish.perMinute = perMinute;
        loaded.manifest.publish.batch = batch;
        loaded.manifest.publish.wholeProducts = whole;
        loaded.plugin = plugin;
        return loaded;
    }
};

}  // namespace souk::test
