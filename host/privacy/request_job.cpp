#include "privacy/request_job.hpp"

#include "privacy/document.hpp"
#include "webhooks/answered.hpp"
#include "webhooks/eraser.hpp"

#include <souk/sdk/time.hpp>

namespace souk::privacy {

namespace {

constexpr std::string_view kRoom = "privacy";

constexpr std::string_view kEventReceived =
    "SELECT received_at FROM webhook WHERE store_id = $1 AND id = $2";

sdk::Error lostLease() {
    return {sdk::ErrorKind::Transient, "the lease was lost"};
}

sdk::Error noIntegration() {
    return {sdk::ErrorKind::Rejected, "The integration is gone."};
}

store::Transaction begin(store::Database& database, const core::Uuid& storeId, bool ofWorker) {
    return ofWorker ? database.asWorker() : database.forStore(storeId);
}

}  // namespace

jobs::KindRules RequestJob::rules() {
    jobs::KindRules rules;
    rules.perLane = 1;
    rules.perHost = 2;  // a long erasure leaves the threads to the others
    return rules;
}

sdk::Result<jobs::Outcome> RequestJob::run(const jobs::Job& job, const std::stop_token& stop) {
    const bool last = job.attempts >= job.maxAttempts;
    try {
        auto ended = carryOut(job, stop);
        const bool hopeless = !ended && (ended.error().kind == sdk::ErrorKind::BadPayload ||
                                         ended.error().kind == sdk::ErrorKind::Rejected);
        if (!ended && (last || hopeless)) giveUp(job, ended.error().message);
        return ended;
    } catch (const store::Failure& failure) {
        if (last) giveUp(job, failure.what());
        throw;
    }
}

sdk::Result<jobs::Outcome> RequestJob::carryOut(const jobs::Job& job, const std::stop_token& stop) {
    const auto wish = SOUK_TRY(wishFrom(job.payload));
    if (!job.integrationId) return noIntegration();
    const auto id = SOUK_TRY(receive(job, wish));
    return wish.what == kExport ? look(job, wish, id) : erase(job, wish, id, stop);
}

/// The row of the request; a person's is there already.
sdk::Result<core::Uuid> RequestJob::receive(const jobs::Job& job, const Wish& wish) {
    if (wish.request) return *wish.request;
    auto request = received(job, wish);
    auto tx = tools_.database.asWorker();
    if (!jobs::hold(tx, job)) return lostLease();
    if (job.correlation) request.code = webhooks::answeredCode(tx, *job.correlation);
    if (wish.event)
        if (const auto rows = tx.query(kEventReceived, job.storeId, *wish.event); !rows.empty())
            request.receivedAt = rows[0].time("received_at");
    Requests::add(tx, request);
    // It names the person, and the row stands for it now.
    if (wish.event && wish.what != kExport) webhooks::eraseEvent(tx, job.storeId, *wish.event);
    tx.commit();
    return request.id;
}

Request RequestJob::received(const jobs::Job& job, const Wish& wish) {
    Request request;
    request.storeId = job.storeId;
    request.id = job.id;
    request.integrationId = *job.integrationId;
    request.what = wish.what;
    request.origin = "platform";
    if (!wish.externalId.empty()) request.externalId = wish.externalId;
    request.correlationId = job.correlation;
    request.receivedAt = tools_.clock.now();
    if (wish.what == kExport) request.subject = subjectOf(wish.person);
    if (wish.what != kEraseStore) request.person = hashOf(wish.person, tools_.hash);
    return request;
}

sdk::Result<jobs::Outcome> RequestJob::erase(const jobs::Job& job,
                                             const Wish& wish,
                                             const core::Uuid& id,
                                             const std::stop_token& stop) {
    const auto steps = wish.what == kEraseStore ? stepsOfStore() : stepsOfCustomer();
    bool ofWorker = false;
    while (!stop.stop_requested()) {
        auto tx = begin(tools_.database, job.storeId, ofWorker);
        if (!jobs::hold(tx, job)) return lostLease();
        auto request = Requests::take(tx, job.storeId, id);
        const auto integration = store::Integrations::find(tx, *job.integrationId);
        if (!request || !integration) return noIntegration();
        if (request->ended()) return jobs::Outcome::done();
        const auto& step = steps.first[request->step];
        if (step.ofWorker != ofWorker) {
            ofWorker = step.ofWorker;
            continue;
        }
        const auto now = tools_.clock.now();
        if (!request->startedAt) request->startedAt = now;
        request->state = "working";
        Turn turn{tx, tools_, job, wish, *integration, *request};
        const bool done = step.act(turn);
        if (turn.again)
            return jobs::Outcome::later(*turn.again, "other work ends first", job.attempts - 1);
        if (done) {
            ++request->step;
            request->position.clear();
        }
        if (!request->ended() && request->step == static_cast<std::int64_t>(steps.count)) {
            request->state = "done";
            request->doneAt = now;
        }
        Requests::save(tx, *request);
        tx.commit();
        if (request->ended())
            tools_.log.info(
                kRoom,
                "a request for erasure ended",
                {{"request", id.text()}, {"what", request->what}, {"state", request->state}});
    }
    return sdk::Error{sdk::ErrorKind::Transient, "stopped"};
}

/// Whether there is anything; the document itself is made when it is fetched.
sdk::Result<jobs::Outcome> RequestJob::look(const jobs::Job& job,
                                            const Wish& wish,
                                            const core::Uuid& id) {
    const auto counts = documentOf(tools_, {job.storeId, *job.integrationId}, wish.person).counts;
    auto tx = tools_.database.forStore(job.storeId);
    if (!jobs::hold(tx, job)) return lostLease();
    auto request = Requests::take(tx, job.storeId, id);
    if (!request) return noIntegration();
    if (request->ended()) return jobs::Outcome::done();
    const auto now = tools_.clock.now();
    request->startedAt = now;
    request->doneAt = now;
    request->state = "done";
    request->counts = counts;
    Requests::save(tx, *request);
    tx.commit();
    return jobs::Outcome::done();
}

void RequestJob::giveUp(const jobs::Job& job, const std::string& why) {
    const auto wish = wishFrom(job.payload);
    auto tx = tools_.database.forStore(job.storeId);
    auto request = Requests::take(tx, job.storeId, wish && wish->request ? *wish->request : job.id);
    if (!request || request->ended()) return;
    request->state = "failed";
    request->reason = why;
    request->doneAt = tools_.clock.now();
    Requests::save(tx, *request);
    tx.commit();
    tools_.log.error(kRoom,
                     "a privacy request failed; see `souk privacy list --state failed`",
                     {{"request", request->id.text()}, {"reason", why}});
}

}  // namespace souk::privacy
