#pragma once

#include "host/intake/hub.hpp"
#include "host/intake/job_world.hpp"
#include "inventory/sale_job.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace souk::test {

/// Keeps stock as a platform does: under one key once.
class FakeKeeper final : public sdk::StockKeeper {
public:
    sdk::Result<sdk::Done> adjust(sdk::Context&,
                                  const std::vector<sdk::StockMove>& moves,
                                  std::string_view key) const override {
        ++calls;
        if (onAdjust) onAdjust();
        if (refusal) return *std::exchange(refusal, std::nullopt);
        for (const auto& move : moves)
            if (move.locationExternalId == closed)
                return sdk::Error{sdk::ErrorKind::Rejected, closed + " is closed", {}};
        if (keys.emplace(key).second)
            for (const auto& move : moves) {
                stock[move.locationExternalId] += move.delta;
                reference = move.reference;
            }
        if (lost) return *std::exchange(lost, std::nullopt);  // done, but the answer is lost
        return sdk::Done{};
    }

    mutable int calls = 0;
    mutable std::set<std::string, std::less<>> keys;
    mutable std::map<std::string, std::int64_t> stock{{"loc-1", 5}, {"loc-2", 3}};
    mutable std::string reference;
    std::string closed;
    mutable std::optional<sdk::Error> refusal;
    mutable std::optional<sdk::Error> lost;
    std::function<void()> onAdjust;
};

class Keeping final : public sdk::Plugin {
public:
    const sdk::StockKeeper* stockKeeper() const noexcept override { return keeper.get(); }
    std::unique_ptr<FakeKeeper> keeper = std::make_unique<FakeKeeper>();
};

inline loader::LoadedPlugin keepingPlugin(const std::shared_ptr<Keeping>& plugin) {
    loader::LoadedPlugin made;
    made.manifest.domain = "example";
    made.manifest.name = "Example";
    made.plugin = plugin;
    return made;
}

/// A shop that keeps stock of a lamp, and a market of the same store that sells it.
struct Bazaar : JobWorld {
    explicit Bazaar(std::shared_ptr<Keeping> keeping)
        : JobWorld(keepingPlugin(keeping)), plugin(std::move(keeping)) {
        market = insertIntegration(*database, storeId, "example", "two");
        take(shop,
             {productOf("1", 10, "Lamp", {variantOf("11", "LAMP")}),
              levelOf("item-11", 10, 5),
              levelOf("item-11", 10, 3, "loc-2")});
        auto listed = variantOf("v1", "LAMP");
        listed.inventoryItemId.clear();
        take(market, {productOf("p1", 10, "Lamp", {listed})});
    }

    void take(const core::Uuid& integration,
              const std::vector<sdk::Record>& records,
              intake::Source::Cause cause = intake::Source::Cause::Webhook) const {
        intake::Source source;
        source.storeId = storeId;
        source.integrationId = integration;
        source.integrationName = integration == shop ? "one" : "two";
        source.cause = cause;
        source.causeId = core::newId();
        source.now = second(1000);
        inStore([&](store::Transaction& tx) { return intake::apply(tx, source, records, {}); });
    }
    void sell(std::int64_t units, int at = 20) const {
        take(market, {orderOf("o1", at, "paid", {lineOf("1", units)})});
    }
    void cancel(int at) const {
        auto order = orderOf("o1", at, "paid", {lineOf("1", 2)});
        order.cancelledAt = second(at);
        take(market, {order});
    }
    void turn(store::IntegrationStatus status) const {
        auto tx = database->asWorker();
        store::Integrations::setStatus(tx, shop, status, "by the test", second(15));
        tx.commit();
    }
    bool work() {
        inventory::SaleJob job({*database, sessions, catalog, clock, log});
        return JobWorld::work("sale", job);
    }
    std::int64_t sales() const { return count("job WHERE kind = 'sale'"); }
    std::string ledger() const {
        return text("SELECT string_agg(state || delta, ' ' ORDER BY id) AS n FROM stock_ledger");
    }
    /// Another shop that keeps stock of the lamp.
    void addKeeper(std::int64_t available) const {
        const auto other = insertIntegration(*database, storeId, "example", "three");
        take(other,
             {productOf("t1", 10, "Lamp", {variantOf("t11", "LAMP")}),
              levelOf("item-t11", 10, available)});
    }
    FakeKeeper& keeper() const { return *plugin->keeper; }
    std::int64_t left() const { return keeper().stock["loc-1"] + keeper().stock["loc-2"]; }

    std::shared_ptr<Keeping> plugin;
    core::Uuid market;
};

}  // namespace souk::test
