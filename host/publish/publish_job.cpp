#include "publish/publish_job.hpp"

#include "loader/guarded.hpp"
#include "publish/outcome.hpp"

#include <souk/sdk/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace souk::publish {

namespace {

using sdk::ErrorKind;
using std::chrono::milliseconds;

constexpr std::string_view kRoom = "publish";
constexpr std::int64_t kChangesAtOnce = 2000;
constexpr std::int64_t kLooksAtOnce = 100;
/// Batches of one turn, so that polls and looks get theirs too.
constexpr int kBatchesAtOnce = 4;
/// Some eighteen hours of asking: a ticket that is not through by then never will be.
constexpr std::int64_t kMostPolls = 1000;
/// Before what was not taken is told again, if nobody says how long.
constexpr std::chrono::seconds kNotTaken{30};

/// Soon at first, then less and less often.
milliseconds pollDelay(std::int64_t polls) {
    constexpr milliseconds kFirst{500};
    constexpr std::int64_t kMostDoublings = 7;
    return kFirst * (std::int64_t{1} << std::min(polls, kMostDoublings));
}

/// Asking again may help; everything else is an answer.
bool passes(const sdk::Error& error) {
    return error.kind == ErrorKind::Transient || error.kind == ErrorKind::RateLimited ||
           error.kind == ErrorKind::Unauthorized;
}

using ShownById = std::map<std::string, sdk::ShownOffer>;

/// A batch may hold more than a platform shows at once.
sdk::Result<ShownById> look(Turn& turn, const std::vector<std::string>& ids) {
    ShownById offers;
    constexpr auto kAtOnce = static_cast<std::size_t>(kLooksAtOnce);
    for (std::size_t at = 0; at < ids.size(); at += kAtOnce) {
        const auto first = ids.begin() + static_cast<std::ptrdiff_t>(at);
        const auto count = std::min(kAtOnce, ids.size() - at);
        const std::vector<std::string> some(first, first + static_cast<std::ptrdiff_t>(count));
        auto shown = SOUK_TRY(loader::guarded(turn.plugin(), "publish.look", [&] {
            return turn.publisher().look(turn.context(), some);
        }));
        for (auto& one : shown) offers.emplace(one.externalId, std::move(one));
    }
    return offers;
}

/// Where each of `ids` stands; what does not show is absent.
std::vector<sdk::OfferOutcome> standingOf(const std::vector<std::string>& ids,
                                          const ShownById& shown) {
    std::vector<sdk::OfferOutcome> outcomes;
    for (const auto& id : ids) {
        const auto found = shown.find(id);
        if (found == shown.end())
            outcomes.push_back({id, sdk::OfferState::Absent, ""});
        else
            outcomes.push_back({id, found->second.state, found->second.reason});
    }
    return outcomes;
}

/// What stands as it should, and what is to be told. Of a whole product with anything to tell,
/// everything that is to stand is told.
std::pair<std::vector<Wanted>, std::vector<Wanted>> parted(std::vector<Wanted> wanted, bool whole) {
    std::set<core::Uuid> changed;
    for (const auto& one : wanted)
        if (whole && one.hash != one.pushedHash) changed.insert(one.productId);
    std::pair<std::vector<Wanted>, std::vector<Wanted>> parts;
    for (auto& one : wanted) {
        const bool along = !one.hash.empty() && changed.contains(one.productId);
        const bool same = one.hash == one.pushedHash && !along;
        (same ? parts.first : parts.second).push_back(std::move(one));
    }
    return parts;
}

sdk::OfferChange changeFrom(Wanted wanted) {
    using What = sdk::OfferChange::What;
    const bool known = !wanted.pushedHash.empty() && wanted.pushedHash != std::string{kPerhaps};
    const auto what = wanted.hash.empty() ? What::Withdraw : known ? What::Update : What::Create;
    return {what, std::move(wanted.offer)};
}

}  // namespace

struct PublishJob::Handed {
    core::Uuid batch;
    std::vector<sdk::OfferChange> changes;
    bool looked = false;  ///< something was wanted, whether or not it had to be told
};

sdk::Result<jobs::Outcome> PublishJob::run(const jobs::Job& job, const std::stop_token& stop) {
    const auto turn = SOUK_TRY(Turn::open(tools_, job, loader::Priority::WebhookFollowUp, stop));
    if (!turn) return jobs::Outcome::done();
    const auto worked = work(*turn);
    auto tx = turn->transaction();
    if (!jobs::hold(tx, job)) return jobs::Outcome::done();  // what is due is the heir's to say
    if (worked) {
        rest(tx, turn->shelf, turn->pace(), turn->rules().wholeProducts, *worked);
    } else {
        fail(tx, turn->shelf, worked.error(), tools_.clock.now());
        tools_.log.warning(kRoom,
                           "publishing waits after an error",
                           {{"integration", turn->shelf.integrationId.text()},
                            {"reason", worked.error().message}});
    }
    tx.commit();
    // Who must connect again is for the queue to tell.
    if (!worked && worked.error().kind == ErrorKind::Unauthorized) return worked.error();
    return jobs::Outcome::done();
}

sdk::Result<PublishJob::Trouble> PublishJob::work(Turn& turn) {
    auto trouble = SOUK_TRY(settleBatches(turn));
    absorb(turn);
    for (int i = 0; i < kBatchesAtOnce && !turn.stop.stop_requested(); ++i)
        if (!SOUK_TRY(handOver(turn))) break;
    if (!trouble) trouble = SOUK_TRY(lookAround(turn));
    if (trouble)
        tools_.log.warning(
            kRoom,
            "the platform could not be asked; it is asked again later",
            {{"integration", turn.shelf.integrationId.text()}, {"reason", *trouble}});
    return trouble;
}

sdk::Result<PublishJob::Trouble> PublishJob::settleBatches(Turn& turn) {
    std::vector<Batch> due;
    {
        auto tx = tools_.database.forStore(turn.shelf.storeId);
        due = dueBatches(tx, turn.shelf, tools_.clock.now());
    }
    for (const auto& batch : due) {
        const auto settled = batch.ticket ? settle(turn, batch) : lookFor(turn, batch);
        if (settled) continue;
        if (settled.error().kind != ErrorKind::Transient) return settled.error();
        // The others are for the next turn, which comes at once: it may be this one's alone.
        const auto later = tools_.clock.now() + pollDelay(batch.polls);
        auto tx = turn.transaction();
        if (!jobs::hold(tx, turn.job)) return Trouble{};
        keepTicket(tx, turn.shelf, batch.id, batch.ticket, later);
        tx.commit();
        return Trouble{settled.error().message};
    }
    return Trouble{};
}

sdk::Result<sdk::Done> PublishJob::settle(Turn& turn, const Batch& batch) {
    const auto receipt = loader::guarded(turn.plugin(), "publish.poll", [&] {
        return turn.publisher().poll(turn.context(), *batch.ticket);
    });
    const bool over = receipt && receipt->ticket.empty();
    const bool endless = !over && batch.polls >= kMostPolls;
    if (!receipt && passes(receipt.error()) && !endless) return receipt.error();
    // A ticket nobody knows any more, or that never ends: the platform itself is asked.
    if (!receipt || endless) return lookFor(turn, batch);
    const auto now = tools_.clock.now();
    auto tx = turn.transaction();
    if (!jobs::hold(tx, turn.job)) return sdk::Done{};
    if (receipt->pause) pause(tx, turn.shelf, now + *receipt->pause);
    if (receipt->ticket.empty()) {
        endBatch(tx, turn.shelf, batch.id, receipt->outcomes, now);
    } else {
        takeFromBatch(tx, turn.shelf, batch.id, receipt->outcomes, now);
        keepTicket(tx, turn.shelf, batch.id, receipt->ticket, now + pollDelay(batch.polls));
    }
    tx.commit();
    return sdk::Done{};
}

sdk::Result<sdk::Done> PublishJob::lookFor(Turn& turn, const Batch& batch) {
    std::vector<std::string> ids;
    {
        auto tx = tools_.database.forStore(turn.shelf.storeId);
        ids = offersIn(tx, turn.shelf, batch.id);
    }
    const auto shown = SOUK_TRY(look(turn, ids));
    auto tx = turn.transaction();
    if (!jobs::hold(tx, turn.job)) return sdk::Done{};
    const auto selection = offersOf(tx, turn.shelf, turn.terms(), batch.id);
    std::vector<sdk::OfferOutcome> stand;
    std::vector<std::string> other;   // there, but not so
    std::vector<std::string> unseen;  // which may yet be worked on
    for (const auto& one : selection.wanted) {
        const auto& id = one.offer.externalId;
        const auto found = shown.find(id);
        if (found == shown.end() && one.hash.empty() && one.batchHash.empty()) {
            stand.push_back({id, sdk::OfferState::Absent, ""});
        } else if (found != shown.end() && one.pushedHash.empty() && one.hash == one.batchHash &&
                   shows(found->second, one)) {
            stand.push_back({id, found->second.state, found->second.reason});
        } else {
            (found != shown.end() ? other : unseen).push_back(id);
        }
    }
    for (const auto& one : selection.unfit) unseen.push_back(one.variantId.text());
    tools_.log.warning(kRoom,
                       "the answer to a batch never came; the platform was looked at",
                       {{"integration", turn.shelf.integrationId.text()},
                        {"standing", std::to_string(stand.size())},
                        {"again", std::to_string(other.size() + unseen.size())}});
    const auto now = tools_.clock.now();
    differ(tx, turn.shelf, other, true, now);
    dropFromBatch(tx, turn.shelf, batch.id, other, Fate::Unknown, now);
    dropFromBatch(tx, turn.shelf, batch.id, unseen, Fate::Unseen, now);
    endBatch(tx, turn.shelf, batch.id, stand, now);
    tx.commit();
    return sdk::Done{};
}

void PublishJob::absorb(Turn& turn) {
    std::int64_t read = kChangesAtOnce;
    while (read == kChangesAtOnce && !turn.stop.stop_requested()) {
        auto tx = turn.transaction();
        if (!jobs::hold(tx, turn.job)) return;
        read = absorbChanges(tx, turn.shelf, tools_.clock.now(), kChangesAtOnce);
        tx.commit();
    }
}

PublishJob::Handed PublishJob::nextBatch(Turn& turn) {
    const auto now = tools_.clock.now();
    Handed handed;
    auto tx = turn.transaction();
    auto selection = nextOffers(tx, turn.shelf, turn.terms(), now, turn.rules().batch);
    if (selection.wanted.empty() && selection.unfit.empty()) return handed;
    if (!jobs::hold(tx, turn.job)) return handed;
    auto [same, news] = parted(std::move(selection.wanted), turn.rules().wholeProducts);
    keep(tx, turn.shelf, same, now);
    refuse(tx, turn.shelf, selection.unfit, now);
    handed.looked = true;
    if (!news.empty() && reserve(tx, turn.shelf, turn.pace(), now)) {
        handed.looked = false;  // the pace does not allow it yet
        news.clear();
    }
    if (!news.empty()) handed.batch = beginBatch(tx, turn.shelf, news, now, now + tools_.answer);
    tx.commit();
    for (auto& one : news) handed.changes.push_back(changeFrom(std::move(one)));
    return handed;
}

sdk::Result<bool> PublishJob::handOver(Turn& turn) {
    const auto handed = nextBatch(turn);
    if (handed.changes.empty()) return handed.looked;
    const auto receipt = loader::guarded(turn.plugin(), "publish.publish", [&] {
        return turn.publisher().publish(turn.context(), handed.changes, handed.batch.text());
    });
    SOUK_TRY(keepReceipt(turn, handed, receipt));
    return true;
}

sdk::Result<sdk::Done> PublishJob::keepReceipt(Turn& turn,
                                               const Handed& handed,
                                               const sdk::Result<sdk::Receipt>& receipt) {
    const auto now = tools_.clock.now();
    auto tx = turn.transaction();
    if (!receipt) {
        const auto& error = receipt.error();
        // A thrown exception may have come after the request went out, what cannot be read may have
        // been done. What may have been taken is found by looking.
        if (error.uncertain || error.kind == ErrorKind::Bug || error.kind == ErrorKind::BadPayload)
            return error;
        if (passes(error)) {
            const bool limited = error.kind == ErrorKind::RateLimited;
            // Otherwise the next turn tells it again, which waits longer each time it fails.
            const auto again = limited ? now + error.retryAfter.value_or(kNotTaken) : now;
            if (limited) pause(tx, turn.shelf, again);
            // Only who refuses is known not to have done it: an answer may be lost on its way.
            const bool lost = error.kind == ErrorKind::Transient;
            const auto fate = lost ? Fate::Unknown : Fate::NotTaken;
            dropFromBatch(tx, turn.shelf, handed.batch, std::nullopt, fate, again);
            tx.commit();
            return limited ? sdk::Result<sdk::Done>(sdk::Done{}) : error;
        }
        std::vector<sdk::OfferOutcome> refused;
        refused.reserve(handed.changes.size());
        for (const auto& change : handed.changes)
            refused.push_back({change.offer.externalId, sdk::OfferState::Rejected, error.message});
        endBatch(tx, turn.shelf, handed.batch, refused, now);
        tx.commit();
        return error;
    }
    if (receipt->pause) pause(tx, turn.shelf, now + *receipt->pause);
    if (!receipt->ticket.empty()) {
        takeFromBatch(tx, turn.shelf, handed.batch, receipt->outcomes, now);
        keepTicket(tx, turn.shelf, handed.batch, receipt->ticket, now + pollDelay(0));
    } else {
        std::vector<std::string> rest;
        for (const auto& change : handed.changes)
            if (std::none_of(
                    receipt->outcomes.begin(), receipt->outcomes.end(), [&](const auto& outcome) {
                        return outcome.externalId == change.offer.externalId;
                    }))
                rest.push_back(change.offer.externalId);
        dropFromBatch(tx, turn.shelf, handed.batch, rest, Fate::NotTaken, now + kNotTaken);
        endBatch(tx, turn.shelf, handed.batch, receipt->outcomes, now);
    }
    tx.commit();
    return sdk::Done{};
}

sdk::Result<PublishJob::Trouble> PublishJob::lookAround(Turn& turn) {
    std::vector<std::string> ids;
    {
        auto tx = tools_.database.forStore(turn.shelf.storeId);
        ids = dueLooks(tx, turn.shelf, tools_.clock.now(), kLooksAtOnce);
    }
    Trouble trouble;
    if (ids.empty()) return trouble;
    const auto shown = look(turn, ids);
    if (!shown && shown.error().kind != ErrorKind::Transient) return shown.error();
    auto tx = turn.transaction();
    if (!jobs::hold(tx, turn.job)) return trouble;
    const auto now = tools_.clock.now();
    if (shown) {
        believe(tx, turn.shelf, standingOf(ids, *shown), now);
    } else {
        trouble = shown.error().message;
        lookLater(tx, turn.shelf, ids, now);
    }
    tx.commit();
    return trouble;
}

sdk::Result<jobs::Outcome> BatchSettledJob::run(const jobs::Job& job, const std::stop_token& stop) {
    const auto payload = SOUK_TRY(sdk::Json::parse(job.payload));
    const auto ticket = SOUK_TRY(payload.text("ticket"));
    const auto turn = SOUK_TRY(Turn::open(tools_, job, loader::Priority::WebhookFollowUp, stop));
    if (!turn) return jobs::Outcome::done();
    auto tx = turn->transaction();
    if (!hasten(tx, turn->shelf, ticket, tools_.clock.now()))
        tools_.log.info(kRoom,
                        "a batch of somebody else is settled",
                        {{"integration", turn->shelf.integrationId.text()}});
    tx.commit();
    return jobs::Outcome::done();
}

}  // namespace souk::publish
