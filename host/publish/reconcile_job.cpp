#include "publish/reconcile_job.hpp"

#include "loader/guarded.hpp"
#include "publish/outcome.hpp"
#include "publish/shelf.hpp"

#include <souk/sdk/json.hpp>

#include <algorithm>
#include <map>

namespace souk::publish {

namespace {

constexpr std::string_view kRoom = "publish";
constexpr std::size_t kExamples = 20;
/// A catalogue of more pages is not believed to end.
constexpr int kMostPages = 100'000;

constexpr std::string_view kDueNow = R"(
UPDATE publish_position SET due_at = $3 WHERE store_id = $1 AND integration_id = $2)";

}  // namespace

/// What was found, with the first ids of each kind for people.
struct ReconcileJob::Drift {
    std::int64_t shown = 0;
    std::int64_t missing = 0;
    std::int64_t different = 0;
    std::int64_t unknown = 0;
    std::int64_t unreadable = 0;
    std::map<std::string, std::vector<std::string>> examples;

    void add(const std::string& kind, std::int64_t& count, const std::vector<std::string>& ids) {
        count += static_cast<std::int64_t>(ids.size());
        auto& kept = examples[kind];
        for (const auto& id : ids)
            if (kept.size() < kExamples) kept.push_back(id);
    }
    std::string json() const {
        sdk::JsonWriter out;
        out.object().key("shown").integer(shown).key("missing").integer(missing);
        out.key("different").integer(different).key("unknown").integer(unknown);
        out.key("unreadable").integer(unreadable).key("examples").object();
        for (const auto& [kind, ids] : examples) {
            out.key(kind).array();
            for (const auto& id : ids) out.text(id);
            out.end();
        }
        return out.end().end().take();
    }
};

sdk::Result<jobs::Outcome> ReconcileJob::run(const jobs::Job& job, const std::stop_token& stop) {
    const auto turn = SOUK_TRY(Turn::open(tools_, job, loader::Priority::Scheduled, stop));
    if (!turn) return jobs::Outcome::done();
    const auto start = tools_.clock.now();
    Drift drift;
    sdk::Cursor cursor;
    for (int i = 0; i < kMostPages; ++i) {
        if (stop.stop_requested())
            return sdk::Error{sdk::ErrorKind::Transient, "the host is stopping"};
        const auto page = SOUK_TRY(loader::guarded(turn->plugin(), "publish.shown", [&] {
            return turn->publisher().shown(turn->context(), cursor);
        }));
        if (!compare(*turn, page, start, drift)) return jobs::Outcome::done();
        if (page.last) {
            end(*turn, start, drift);
            return jobs::Outcome::done();
        }
        if (page.next == cursor)
            return sdk::Error{sdk::ErrorKind::BadPayload,
                              "the catalogue's pages go round in a circle; nothing was healed"};
        cursor = page.next;
    }
    return sdk::Error{sdk::ErrorKind::BadPayload, "the catalogue's pages do not end"};
}

bool ReconcileJob::compare(Turn& turn,
                           const sdk::ShownPage& page,
                           sdk::Timestamp start,
                           Drift& drift) {
    const auto now = tools_.clock.now();
    drift.shown += static_cast<std::int64_t>(page.offers.size());
    drift.unreadable += static_cast<std::int64_t>(page.rejects.size());
    std::map<std::string, const sdk::ShownOffer*> shown;
    std::vector<std::string> ids;
    std::vector<sdk::OfferOutcome> states;
    for (const auto& one : page.offers) {
        shown.emplace(one.externalId, &one);
        ids.push_back(one.externalId);
        states.push_back({one.externalId, one.state, one.reason});
    }
    // What could not be read is there all the same.
    for (const auto& reject : page.rejects) ids.push_back(reject.externalId);
    auto tx = turn.transaction();
    if (!jobs::hold(tx, turn.job)) return false;
    see(tx, turn.shelf, ids, start);
    drift.add("unknown", drift.unknown, unknownAmong(tx, turn.shelf, ids));
    std::vector<std::string> different;
    for (const auto& one : offersNamed(tx, turn.shelf, turn.terms(), ids).wanted) {
        const auto found = shown.find(one.offer.externalId);
        if (found != shown.end() && !shows(*found->second, one))
            different.push_back(one.offer.externalId);
    }
    believe(tx, turn.shelf, states, now);
    differ(tx, turn.shelf, different, turn.settings.heal, now);
    tx.commit();
    drift.add("different", drift.different, different);
    return true;
}

void ReconcileJob::end(Turn& turn, sdk::Timestamp start, Drift& drift) {
    const auto now = tools_.clock.now();
    auto tx = turn.transaction();
    if (!jobs::hold(tx, turn.job)) return;
    drift.add("missing", drift.missing, miss(tx, turn.shelf, start, turn.settings.heal, now));
    compared(tx, turn.shelf, drift.json(), now);
    if (turn.settings.heal && drift.missing + drift.different > 0)
        tx.query(kDueNow, turn.shelf.storeId, turn.shelf.integrationId, now);
    tx.commit();
    tools_.log.info(kRoom,
                    "a catalogue was compared",
                    {{"integration", turn.shelf.integrationId.text()},
                     {"shown", std::to_string(drift.shown)},
                     {"missing", std::to_string(drift.missing)},
                     {"different", std::to_string(drift.different)},
                     {"unknown", std::to_string(drift.unknown)}});
}

}  // namespace souk::publish
