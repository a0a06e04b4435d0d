#include "sync/refetcher.hpp"

#include "intake/intake.hpp"
#include "intake/row_count.hpp"
#include "inventory/writer.hpp"
#include "loader/guarded.hpp"
#include "sync/whole_record.hpp"

#include <souk/sdk/sync.hpp>

#include <algorithm>
#include <array>
#include <chrono>

namespace souk::sync {
namespace {

using sdk::Error;
using sdk::ErrorKind;
using namespace std::chrono_literals;

constexpr int kMostPages = 1000;
constexpr int kMostRestarts = 3;
constexpr std::string_view kFetch = "sync.fetchOne";
/// When the item of a stranger's stock is asked for again; after the last nobody waits any more.
constexpr std::array<std::chrono::seconds, 4> kStrangersTurns{5s, 1min, 10min, 1h};

/// The source that can bring a record of this entity.
const sdk::SyncSource* sourceFor(const loader::LoadedPlugin& plugin, sdk::Entity entity) {
    for (const sdk::Entity leading : plugin.manifest.sync.entities) {
        const sdk::SyncSource* source = plugin.plugin->sync(leading);
        if (source == nullptr) continue;
        const auto can =
            loader::guarded(plugin, "sync.entities", [&] { return source->entities(); });
        if (can && std::find(can->begin(), can->end(), entity) != can->end()) return source;
    }
    return nullptr;
}

/// Reads all pages of one record; starts over when it changes under our hands.
class OneFetch {
public:
    OneFetch(const RunnerTools& tools,
             loader::Session& session,
             const sdk::SyncSource& source,
             const RefetchTask& task,
             const std::stop_token& stop)
        : tools_(tools), session_(session), source_(source), task_(task), stop_(stop) {}

    sdk::Result<WholeRecord> read() {
        for (int restart = 0; restart <= kMostRestarts; ++restart) {
            auto whole = SOUK_TRY(readOnce());
            if (whole) return std::move(*whole);
        }
        return Error{ErrorKind::Transient,
                     "it changed each time while its pages were being read; trying later"};
    }

private:
    /// None: it changed between two pages.
    sdk::Result<std::optional<WholeRecord>> readOnce() {
        std::optional<WholeRecord> whole(std::in_place);
        sdk::Cursor at;
        for (int i = 0; i < kMostPages; ++i) {
            auto page = SOUK_TRY(fetch(at));
            const bool last = page.last;
            const sdk::Cursor next = page.next;
            if (!whole->add(std::move(page))) return std::optional<WholeRecord>();
            if (last) return whole;
            if (next == at)
                return Error{ErrorKind::Bug, "a page that is not the last moves no cursor"};
            at = next;
        }
        return Error{ErrorKind::BadPayload,
                     "more than " + std::to_string(kMostPages) + " pages for one record"};
    }

    sdk::Result<sdk::Page> fetch(const sdk::Cursor& at) {
        return tryQuickly(tools_.limits.quick, tools_.waiter, stop_, [&] {
            auto context = session_.context(stop_);
            return loader::guarded(session_.plugin(), kFetch, [&] {
                return source_.fetchOne(context, task_.entity, task_.externalId, at);
            });
        });
    }

    const RunnerTools& tools_;
    loader::Session& session_;
    const sdk::SyncSource& source_;
    const RefetchTask& task_;
    const std::stop_token& stop_;
};

intake::Source sourceOf(const store::IntegrationRow& integration,
                        const jobs::Job& job,
                        sdk::Timestamp readAt) {
    intake::Source source;
    source.storeId = integration.storeId;
    source.integrationId = integration.id;
    source.integrationName = integration.name;
    source.cause = intake::Source::Cause::Refetch;
    source.causeId = job.id;
    source.now = readAt;
    source.authoritative = true;
    return source;
}

/// The item is there but no variant of it: its product was asked for, and may be gone by the time
/// it is read, with nobody left to tell of the item.
jobs::Outcome whenItsVariantIsKnown(store::Transaction& tx,
                                    const intake::Source& origin,
                                    const RefetchTask& task,
                                    const jobs::Job& job) {
    const auto turn = static_cast<std::size_t>(std::max(job.attempts, 1) - 1);
    const store::RecordScope scope{
        origin.storeId, origin.integrationId, origin.integrationName, origin.now, true};
    const bool wholeItem = task.entity == sdk::Entity::Stock && task.externalId.ends_with('@');
    if (!wholeItem || turn >= kStrangersTurns.size() ||
        inventory::strangers(tx, scope, {task.externalId}).empty())
        return jobs::Outcome::done();
    return jobs::Outcome::later(
        origin.now + kStrangersTurns[turn], "no variant of this item is here yet", job.attempts);
}

}  // namespace

jobs::KindRules Refetcher::rules(int threads) {
    jobs::KindRules rules;
    rules.needsConnection = true;
    rules.perHost = std::max(1, threads / 2);
    return rules;
}

sdk::Result<jobs::Outcome> Refetcher::operator()(const jobs::Job& job,
                                                 const std::stop_token& stop) const {
    const RefetchTask task = SOUK_TRY(refetchTaskFrom(job.payload));
    std::optional<store::IntegrationRow> integration;
    {
        auto store = tools_.database.forStore(job.storeId);
        integration = store::Integrations::find(store, job.integrationId.value_or(core::Uuid{}));
    }
    if (!integration) return jobs::Outcome::done();
    const auto session =
        SOUK_TRY(tools_.sessions.open(*integration, loader::Priority::WebhookFollowUp));
    const sdk::SyncSource* source = sourceFor(session->plugin(), task.entity);
    if (source == nullptr)
        return Error{ErrorKind::Unsupported,
                     "the plugin '" + integration->platform + "' cannot fetch one " +
                         std::string(sdk::name(task.entity))};
    // Taken before the question, so that news that come while it is answered are newer.
    const sdk::Timestamp readAt = tools_.clock.now();
    auto whole = OneFetch(tools_, *session, *source, task, stop).read();
    if (!whole && whole.error().kind != ErrorKind::NotFound) return std::move(whole).error();

    auto store = tools_.database.forStore(job.storeId);
    if (!jobs::hold(store, job)) return Error{ErrorKind::Transient, "the lease was lost"};
    const intake::Source origin = sourceOf(*integration, job, readAt);
    const auto written = whole ? intake::apply(store, origin, whole->take(), whole->takeRejects())
                               : intake::confirmGone(store, origin, task.entity, task.externalId);
    const auto outcome =
        whole ? whenItsVariantIsKnown(store, origin, task, job) : jobs::Outcome::done();
    store.commit();
    intake::countRows(tools_.metrics, integration->platform, origin.cause, written);
    return outcome;
}

}  // namespace souk::sync
