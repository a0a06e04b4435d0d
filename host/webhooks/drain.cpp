#include "webhooks/drain.hpp"

#include "core/correlation.hpp"
#include "intake/intake.hpp"
#include "intake/row_count.hpp"
#include "loader/guarded.hpp"
#include "store/pauses.hpp"

#include <souk/sdk/json.hpp>
#include <souk/sdk/time.hpp>

#include <algorithm>
#include <utility>

namespace souk::webhooks {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kRoom = "webhooks";
constexpr auto kPoll = 1s;
constexpr auto kNoPlugin = 60s;  ///< a plugin that is not loaded will hardly be back sooner
constexpr auto kNoDatabase = 2s;
constexpr auto kPaused = 60s;  ///< resuming wakes the lane by itself

/// 2 s, 8 s, 32 s ... at most an hour.
std::chrono::seconds backoff(std::int32_t attempts) {
    const auto doublings = std::clamp(2 * attempts - 1, 1, 12);
    return std::min<std::chrono::seconds>(std::chrono::seconds(1LL << doublings), 1h);
}

sdk::Headers headersFrom(const std::string& json) {
    sdk::Headers headers;
    const auto parsed = sdk::Json::parse(json);
    if (!parsed) return headers;
    for (const auto& name : parsed->keys()) headers.emplace(name, parsed->textOr(name, ""));
    return headers;
}

/// A stub still hears of its end and of people's rights, and of nothing else.
bool concernsAStub(const sdk::Record& record) {
    return std::holds_alternative<sdk::AccountChange>(record) ||
           std::holds_alternative<sdk::PrivacyRequest>(record);
}

Verdict verdictOf(const intake::Outcome& outcome, std::size_t records) {
    if (records == 0) return {"ignored", "nothing in it concerns the hub", {}};
    const bool effect = outcome.changed() + outcome.refetches + outcome.noticed > 0;
    if (!effect && outcome.stale > 0) return {"stale", "older than what is stored", {}};
    return {"done", std::nullopt, {}};
}

/// A suspect, counted while it is in the plugin's hands: should the host end there, it was this
/// one.
class Suspect final : public core::Suspicion {
public:
    Suspect(store::Database& database, const Lane& lane, const WaitingEvent& event)
        : database_(database), lane_(lane), event_(event) {}
    bool inHand() noexcept override { return count(1); }
    void outOfHand() noexcept override { count(-1); }

private:
    bool count(std::int32_t by) noexcept try {
        auto tx = database_.asWorker();
        const bool ours = Lanes::countCrash(tx, lane_, event_, by);
        tx.commit();
        return ours;
    } catch (const store::Failure&) {
        return false;
    }

    store::Database& database_;
    const Lane& lane_;
    const WaitingEvent& event_;
};

}  // namespace

Drain::Drain(store::Database& database,
             const loader::Catalog& catalog,
             const sdk::Clock& clock,
             core::Log& log,
             core::Metrics& metrics,
             DrainOptions options)
    : database_(database),
      catalog_(catalog),
      clock_(clock),
      log_(log),
      metrics_(metrics),
      options_(std::move(options)),
      applied_(metrics.counter("souk_webhooks_applied_total", "Webhook events settled.")),
      parked_(metrics.counter("souk_webhooks_parked_total", "Webhook events parked as dead.")),
      lag_(metrics.histogram("souk_webhook_lag_seconds", "From receipt of an event to its rows.")) {
}

Drain::~Drain() {
    stop();
}

void Drain::start() {
    crew_.start(static_cast<std::size_t>(options_.workers),
                [this](const std::stop_token& stop) { work(stop); });
}

void Drain::stop() {
    crew_.stop();
}

void Drain::wake() {
    {
        const std::lock_guard lock(mutex_);
        ++wakes_;
    }
    wake_.notify_all();
}

void Drain::work(const std::stop_token& stop) {
    std::uint64_t seen = 0;
    while (!stop.stop_requested()) {
        {
            const std::lock_guard lock(mutex_);
            seen = wakes_;
        }
        bool worked = false;
        try {
            worked = turn();
        } catch (const std::exception& error) {
            log_.error(
                kRoom, "a lane worker could not go on; it tries again", {{"error", error.what()}});
        }
        if (worked) continue;
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, stop, kPoll, [&] { return wakes_ != seen; });
    }
}

bool Drain::turn() {
    const auto now = clock_.now();
    Taken taken;
    {
        auto tx = database_.asWorker();
        const auto lane = Lanes::lease(tx, options_.owner, now, now + options_.lease);
        if (!lane) return false;
        const auto integration = store::Integrations::find(tx, lane->integrationId);
        tx.commit();
        taken.lane = *lane;
        if (!integration) {  // deleted with its store: nothing can be applied any more
            release(*lane, now + kNoPlugin);
            return true;
        }
        taken.integration = *integration;
    }
    taken.plugin = catalog_.find(taken.integration.platform);
    if (taken.plugin == nullptr || taken.plugin->plugin->webhooks() == nullptr) {
        log_.warning(kRoom,
                     "events wait for a plugin that is not loaded; see `souk plugin list`",
                     {{"platform", taken.integration.platform}});
        release(taken.lane, now + kNoPlugin);
        return true;
    }
    if (taken.integration.status == store::IntegrationStatus::Paused) {
        release(taken.lane, now + kPaused);
        return true;
    }
    ++inHand_;
    drain(taken);
    --inHand_;
    return true;
}

void Drain::drain(const Taken& taken) try {
    const auto now = clock_.now();
    auto tx = database_.asWorker();
    const auto events = Lanes::take(tx, taken.lane, now, now + options_.lease, options_.batch);
    tx.commit();
    const bool suspect = !taken.lane.suspects.empty();
    for (const auto& event : events)
        if (!process(taken, event, suspect))  // the lane is another's now, or the event is erased
            return release(taken.lane, clock_.now());
    if (suspect && !events.empty()) {
        // The rest of the suspects are tried in later turns, still one by one.
        auto rest = taken;
        std::erase(rest.lane.suspects, events.front().id);
        if (!rest.lane.suspects.empty()) return drain(rest);
    }
    release(taken.lane, clock_.now());
} catch (const store::Failure& failure) {
    log_.warning(
        kRoom, "a lane could not be drained; it is tried again", {{"error", failure.what()}});
    if (!failure.transient()) throw;
    release(taken.lane, clock_.now() + kNoDatabase);
}

bool Drain::process(const Taken& taken, const WaitingEvent& event, bool suspect) {
    const core::Correlation scope(event.correlation.value_or(event.id));
    // The first crash was in company, so nobody is counted for it.
    if (suspect && event.crashes + 1 >= options_.crashes)
        return park(taken,
                    event,
                    "the host ended " + std::to_string(options_.crashes) +
                        " times while this event was in the plugin's hands");
    const sdk::StoredEvent stored{
        event.account, event.topic, headersFrom(event.headers), event.body, event.triggeredAt};
    Suspect counted(database_, taken.lane, event);
    const core::Errand errand([&](const std::string& why) { leave(taken, event, why); },
                              suspect ? &counted : nullptr);
    auto records = loader::guarded(*taken.plugin, "webhooks.translate", [&] {
        return taken.plugin->plugin->webhooks()->translate(stored, taken.integration.account);
    });
    if (!records) return fail(taken, event, records.error());
    return apply(taken, event, *std::move(records));
}

/// On the watch's thread. The integration rests until a person resumes it; the other events of the
/// batch wait as they are.
void Drain::leave(const Taken& taken, const WaitingEvent& event, const std::string& why) {
    --inHand_;
    const auto now = clock_.now();
    const auto crashes = event.crashes + 1;
    const bool enough = crashes >= options_.crashes;
    {
        auto tx = database_.forStore(taken.lane.storeId);
        const Verdict verdict =
            enough ? Verdict{"dead", why, {}} : Verdict{"waiting", why, now, crashes};
        const bool ours = Lanes::settle(tx, taken.lane, event, verdict, now);
        store::Pauses::begin(tx, taken.lane.integrationId, store::Pauses::afterMending(why), now);
        tx.commit();
        if (!ours) return;
    }
    if (enough) tellParked(event, why);
    release(taken.lane, now);
}

bool Drain::apply(const Taken& taken,
                  const WaitingEvent& event,
                  std::vector<sdk::Record> records) try {
    if (taken.integration.status == store::IntegrationStatus::Disconnected)
        std::erase_if(records, [](const auto& record) { return !concernsAStub(record); });
    const auto now = clock_.now();
    auto tx = database_.forStore(taken.lane.storeId);
    const intake::Source source{taken.lane.storeId,
                                taken.lane.integrationId,
                                taken.integration.name,
                                intake::Source::Cause::Webhook,
                                event.id,
                                now,
                                false};
    const auto outcome = intake::apply(tx, source, records, {});
    if (!Lanes::settle(tx, taken.lane, event, verdictOf(outcome, records.size()), now))
        return false;
    tx.commit();
    applied_.add();
    lag_.observe(std::chrono::duration<double>(now - event.receivedAt).count());
    intake::countRows(metrics_, taken.integration.platform, source.cause, outcome);
    log_.info(kRoom,
              "applied an event",
              {{"webhook", event.id.text()},
               {"topic", event.topic},
               {"attempt", std::to_string(event.attempts)},
               {"changed", std::to_string(outcome.changed())},
               {"stale", std::to_string(outcome.stale)}});
    return true;
} catch (const store::Failure& failure) {
    if (failure.transient()) throw;
    return fail(
        taken,
        event,
        {sdk::ErrorKind::Bug, std::string("the database refused the change: ") + failure.what()});
}

bool Drain::fail(const Taken& taken, const WaitingEvent& event, const sdk::Error& error) {
    const bool hopeless =
        error.kind == sdk::ErrorKind::BadPayload || error.kind == sdk::ErrorKind::Unsupported;
    if (hopeless || event.attempts >= options_.attempts) return park(taken, event, error.message);
    const auto again = clock_.now() + backoff(event.attempts);
    log_.warning(kRoom,
                 "an event could not be applied; it is tried again",
                 {{"webhook", event.id.text()},
                  {"topic", event.topic},
                  {"attempt", std::to_string(event.attempts)},
                  {"again_at", sdk::rfc3339(again)},
                  {"reason", error.message}});
    return settle(taken, event, {"waiting", error.message, again});
}

bool Drain::park(const Taken& taken, const WaitingEvent& event, const std::string& reason) {
    if (!settle(taken, event, {"dead", reason, {}})) return false;
    tellParked(event, reason);
    return true;
}

void Drain::tellParked(const WaitingEvent& event, const std::string& reason) {
    parked_.add();
    log_.error(kRoom,
               "parked an event; see `souk webhook list --state dead`",
               {{"webhook", event.id.text()}, {"topic", event.topic}, {"reason", reason}});
}

bool Drain::settle(const Taken& taken, const WaitingEvent& event, const Verdict& verdict) {
    auto tx = database_.forStore(taken.lane.storeId);
    if (!Lanes::settle(tx, taken.lane, event, verdict, clock_.now())) return false;
    tx.commit();
    return true;
}

void Drain::release(const Lane& lane, sdk::Timestamp notBefore) {
    auto tx = database_.asWorker();
    Lanes::release(tx, lane, notBefore);
    tx.commit();
}

}  // namespace souk::webhooks
