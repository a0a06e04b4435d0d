#include "inventory/sale_job.hpp"

#include "loader/guarded.hpp"
#include "store/integrations.hpp"

#include <souk/sdk/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace souk::inventory {

namespace {

constexpr std::string_view kRoom = "inventory";
/// Until a keeper that is paused, or whose token died, is asked again, and until stock that was not
/// told of is looked for: what changes in the order meanwhile waits as long.
constexpr std::chrono::minutes kKeeperAway{1};

sdk::Result<core::Uuid> orderIn(const jobs::Job& job) {
    const auto payload = SOUK_TRY(sdk::Json::parse(job.payload));
    return core::Uuid::parse(SOUK_TRY(payload.text("order")));
}

std::vector<sdk::StockMove> movesOf(const MoveBatch& batch, const core::Uuid& orderId) {
    std::vector<sdk::StockMove> moves;
    moves.reserve(batch.moves.size());
    for (const auto& move : batch.moves)
        moves.push_back(
            {move.inventoryItemId, move.locationExternalId, move.delta, orderId.text()});
    return moves;
}

std::int64_t takenIn(const std::vector<Move>& moves) {
    std::int64_t units = 0;
    for (const auto& move : moves) units -= move.delta;
    return units;
}

std::vector<Move> ofVariant(const std::vector<Move>& moves, const core::Uuid& variantId) {
    std::vector<Move> own;
    std::ranges::copy_if(moves, std::back_inserter(own), [&](const Move& one) {
        return one.variantId == variantId;
    });
    return own;
}

/// One call per integration; one per move where a call was refused before, so that what cannot be
/// moved keeps nothing else from going.
std::vector<MoveBatch> batchesOf(const std::vector<Move>& moves,
                                 const std::set<core::Uuid>& refusers) {
    std::vector<MoveBatch> batches;
    std::map<core::Uuid, std::size_t> newest;
    for (const auto& move : moves) {
        const auto [at, first] = newest.emplace(move.integrationId, batches.size());
        if (first || refusers.contains(move.integrationId)) {
            at->second = batches.size();
            batches.push_back({core::newId(), move.integrationId, {}});
        }
        batches[at->second].moves.push_back(move);
    }
    return batches;
}

sdk::Error lostLease() {
    return {sdk::ErrorKind::Transient, "the lease was lost"};
}

/// The platform did not do it and will not do it under this key.
bool isRefusal(const sdk::Error& error) {
    return !error.uncertain &&
           (error.kind == sdk::ErrorKind::Rejected || error.kind == sdk::ErrorKind::NotFound ||
            error.kind == sdk::ErrorKind::Unsupported);
}

sdk::Error ofKeeper(const store::IntegrationRow& keeper, sdk::Error error) {
    error.message = "stock at " + keeper.name + ": " + error.message;
    return error;
}

/// Whose stock it is: what is sold is still to go off that of a keeper that is paused or has to
/// connect again, and, where nobody else keeps any, of one that is disconnected and may come back.
enum class Keeper : std::uint8_t { None, Away, Here };

Keeper keeperOf(const std::optional<store::IntegrationRow>& integration,
                const loader::Catalog& catalog) {
    const auto* plugin = integration ? catalog.find(integration->platform) : nullptr;
    if (plugin == nullptr || plugin->plugin->stockKeeper() == nullptr ||
        integration->status == store::IntegrationStatus::Pending)
        return Keeper::None;
    return integration->status == store::IntegrationStatus::Disconnected ? Keeper::Away
                                                                         : Keeper::Here;
}

/// How long to wait for stock that was not told of when an order of this age sold it; none: no
/// more.
std::optional<std::chrono::seconds> nextLook(std::optional<std::chrono::seconds> age) {
    if (!age || *age >= kLongestSilence) return std::nullopt;
    return std::clamp<std::chrono::seconds>(*age / 4, std::chrono::seconds{1}, kKeeperAway);
}

}  // namespace

std::int64_t resumeSales(store::Transaction& tx,
                         const core::Uuid& storeId,
                         const core::Uuid& keeper,
                         sdk::Timestamp now) {
    std::vector<jobs::NewJob> sales;
    for (const auto& one : waitingFor(tx, storeId, keeper, now - kLongestAbsence, now))
        sales.push_back(saleJob(one.integrationId, one.orderId));
    if (!sales.empty()) jobs::enqueue(tx, storeId, sales);
    return static_cast<std::int64_t>(sales.size());
}

jobs::KindRules SaleJob::rules() {
    jobs::KindRules rules;
    rules.perLane = 1;  // two jobs of one order would both find the same units missing
    return rules;
}

sdk::Result<jobs::Outcome> SaleJob::run(const jobs::Job& job, const std::stop_token& stop) {
    const auto orderId = SOUK_TRY(orderIn(job));
    std::optional<sdk::Error> trouble;
    const auto plan = SOUK_TRY(this->plan(job, orderId));
    for (const auto& batch : plan.calls) {
        const auto done = carryOut(job, orderId, batch, stop);
        if (!done && !trouble) trouble = done.error();  // one keeper's is not the others'
    }
    // The job is of the integration that sold; that a keeper is away is not its trouble.
    if (trouble && trouble->kind == sdk::ErrorKind::Unauthorized)
        return jobs::Outcome::later(
            tools_.clock.now() + kKeeperAway, trouble->message, job.attempts - 1);
    if (!trouble && plan.again)
        return jobs::Outcome::later(
            *plan.again, "no stock of what was sold is known yet", job.attempts - 1);
    if (!trouble) return jobs::Outcome::done();
    // What the platform refuses now it may take once the hub has heard what changed there.
    if (isRefusal(*trouble)) trouble->kind = sdk::ErrorKind::Transient;
    return *trouble;
}

sdk::Result<SaleJob::Plan> SaleJob::plan(const jobs::Job& job, const core::Uuid& orderId) {
    auto tx = tools_.database.forStore(job.storeId);
    if (!jobs::hold(tx, job)) return lostLease();
    const auto begun = openBatches(tx, job.storeId, orderId);
    auto plan = missing(tx, job.storeId, orderId);
    for (const auto& batch : plan.calls)
        planBatch(tx, job.storeId, orderId, batch, tools_.clock.now());
    plan.calls.insert(plan.calls.begin(), begun.begin(), begun.end());
    tx.commit();
    if (plan.again) return plan;  // what is waited for is no news yet
    for (const auto& [why, about] : plan.untaken)
        tools_.log.warning(kRoom, why, {{"order", orderId.text()}, about});
    return plan;
}

SaleJob::Plan SaleJob::missing(store::Transaction& tx,
                               const core::Uuid& storeId,
                               const core::Uuid& orderId) {
    const auto moved = movedBy(tx, storeId, orderId);
    Plan plan;
    std::map<core::Uuid, std::int64_t> units;
    for (const auto& move : moved) units[move.variantId] += move.delta;
    for (const auto& sold : soldBy(tx, storeId, orderId)) {
        if (sold.variantId)
            units[*sold.variantId] += sold.units;
        else if (sold.units > 0)
            plan.untaken.push_back({"the hub does not know what was sold; no stock is taken for it",
                                    {"units", std::to_string(sold.units)}});
    }
    std::vector<core::Uuid> wanted;
    for (const auto& [variant, missing] : units)
        if (missing > 0) wanted.push_back(variant);
    const auto kept = keptOf(tx, storeId, wanted);

    std::vector<Move> moves;
    for (const auto& [variant, missing] : units) {
        std::vector<VariantStock> levels;
        std::ranges::copy_if(kept, std::back_inserter(levels), [&id = variant](const auto& level) {
            return level.variantId == id;
        });
        const auto more =
            missing > 0 ? takeFrom(levels, missing) : giveBack(ofVariant(moved, variant), -missing);
        moves.insert(moves.end(), more.begin(), more.end());
        if (missing <= 0 || takenIn(more) > 0) continue;
        const auto wait = levels.empty() && stockIsToCome(tx, storeId, variant)
                              ? nextLook(ageOf(tx, storeId, orderId))
                              : std::nullopt;
        if (wait)
            plan.again = tools_.clock.now() + *wait;
        else
            plan.untaken.push_back({"no connected platform keeps stock of what was sold",
                                    {"variant", variant.text()}});
    }
    plan.calls = batchesOf(moves, refusersOf(tx, storeId, orderId));
    return plan;
}

bool SaleJob::stockIsToCome(store::Transaction& tx,
                            const core::Uuid& storeId,
                            const core::Uuid& variantId) {
    const auto listed = stockToCome(tx, storeId, {variantId});
    return std::ranges::any_of(listed, [&](const StockToCome& one) {
        return keeperOf(store::Integrations::find(tx, one.integrationId), tools_.catalog) !=
               Keeper::None;
    });
}

/// Levels at integrations whose plugin can change them; at disconnected ones where there is no
/// other.
std::vector<VariantStock> SaleJob::keptOf(store::Transaction& tx,
                                          const core::Uuid& storeId,
                                          const std::vector<core::Uuid>& variantIds) {
    std::map<core::Uuid, Keeper> keepers;
    std::set<core::Uuid> here;  // variants somebody connected keeps
    auto levels = stockOf(tx, storeId, variantIds);
    for (const auto& level : levels) {
        if (!keepers.contains(level.integrationId))
            keepers[level.integrationId] =
                keeperOf(store::Integrations::find(tx, level.integrationId), tools_.catalog);
        if (keepers[level.integrationId] == Keeper::Here) here.insert(level.variantId);
    }
    std::erase_if(levels, [&](const VariantStock& one) {
        const auto keeper = keepers[one.integrationId];
        return keeper == Keeper::None || (keeper == Keeper::Away && here.contains(one.variantId));
    });
    return levels;
}

sdk::Result<sdk::Done> SaleJob::carryOut(const jobs::Job& job,
                                         const core::Uuid& orderId,
                                         const MoveBatch& batch,
                                         const std::stop_token& stop) {
    std::optional<store::IntegrationRow> keeper;
    {
        auto tx = tools_.database.forStore(job.storeId);
        if (!jobs::hold(tx, job)) return lostLease();
        keeper = store::Integrations::find(tx, batch.integrationId);
    }
    if (!keeper || keeper->status == store::IntegrationStatus::Pending)
        return settle(job, batch, "the integration that kept the stock is gone");
    if (keeper->status == store::IntegrationStatus::Disconnected) {
        tools_.log.warning(kRoom,
                           "who keeps the stock of what was sold is disconnected; it is taken "
                           "when it is connected again",
                           {{"order", orderId.text()}, {"integration", keeper->id.text()}});
        return sdk::Done{};
    }
    if (keeper->status != store::IntegrationStatus::Connected)
        return ofKeeper(*keeper,
                        {sdk::ErrorKind::Unauthorized,
                         "the integration is " + std::string(store::name(keeper->status))});
    const auto session = tools_.sessions.open(*keeper, loader::Priority::Live);
    if (!session) return ofKeeper(*keeper, session.error());
    const auto& plugin = (*session)->plugin();
    const auto* stock = plugin.plugin->stockKeeper();
    if (stock == nullptr)
        return sdk::Error{sdk::ErrorKind::Unsupported, keeper->platform + " changes no stock"};
    auto context = (*session)->context(stop);
    auto moved = loader::guarded(plugin, "stock.adjust", [&] {
        return stock->adjust(context, movesOf(batch, orderId), batch.id.text());
    });
    if (!moved && !isRefusal(moved.error())) return ofKeeper(*keeper, moved.error());

    SOUK_TRY(settle(job, batch, moved ? "" : moved.error().message));
    return moved;
}

sdk::Result<sdk::Done> SaleJob::settle(const jobs::Job& job,
                                       const MoveBatch& batch,
                                       std::string_view refusal) {
    auto tx = tools_.database.forStore(job.storeId);
    if (!jobs::hold(tx, job)) return lostLease();  // the heir asks under the same key
    settleBatch(tx, job.storeId, batch.id, refusal, tools_.clock.now());
    tx.commit();
    return sdk::Done{};
}

}  // namespace souk::inventory
