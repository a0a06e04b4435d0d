#include "app/rooms.hpp"
#include "intake/intake.hpp"
#include "inventory/sale_job.hpp"
#include "privacy/request_job.hpp"
#include "publish/publish_job.hpp"
#include "publish/reconcile_job.hpp"

#include <memory>

namespace souk::app {

using namespace std::chrono_literals;

namespace {

/// A handler of the connect room as the queue wants it: done, or an error whose kind decides.
template <class JobHandler>
jobs::Handler handlerOf(const connect::HandlerTools& tools) {
    auto handler = std::make_shared<JobHandler>(tools);
    return [handler](const jobs::Job& job, std::stop_token stop) -> sdk::Result<jobs::Outcome> {
        SOUK_TRY(handler->run(job, std::move(stop)));
        return jobs::Outcome::done();
    };
}

/// A handler that lives as long as the queue.
template <class JobHandler, class Tools>
jobs::Handler running(const Tools& tools) {
    return [handler = std::make_shared<JobHandler>(tools)](
               const jobs::Job& job, std::stop_token stop) { return handler->run(job, stop); };
}

void handleMessages(Hub::Rooms& rooms) {
    jobs::KindRules rules;
    rules.needsConnection = true;
    const messages::SendTools tools{
        *rooms.base.database, rooms.sessions, rooms.base.clock, *rooms.base.log};
    rooms.workers.handle("send", running<messages::SendJob>(tools), rules);
    rooms.workers.handle("mark_read", running<messages::MarkReadJob>(tools), rules);
}

void handlePublishing(Hub::Rooms& rooms) {
    jobs::KindRules rules;
    rules.needsConnection = true;
    rules.perLane = 1;
    rules.recurs = true;
    const auto& tools = rooms.publishTools;
    rooms.workers.handle("publish", running<publish::PublishJob>(tools), rules);
    rooms.workers.handle("reconcile", running<publish::ReconcileJob>(tools), rules);
    rooms.workers.handle("batch_settled", running<publish::BatchSettledJob>(tools), rules);
}

void handleSales(Hub::Rooms& rooms) {
    const inventory::SaleTools tools{*rooms.base.database,
                                     rooms.sessions,
                                     rooms.base.catalog,
                                     rooms.base.clock,
                                     *rooms.base.log};
    rooms.workers.handle("sale", running<inventory::SaleJob>(tools), inventory::SaleJob::rules());
}

void handlePrivacy(Hub::Rooms& rooms) {
    rooms.workers.handle(std::string(intake::kPrivacyKind),
                         running<privacy::RequestJob>(rooms.privacyTools),
                         privacy::RequestJob::rules());
}

}  // namespace

void handleJobs(Hub::Rooms& rooms) {
    const auto threads = static_cast<int>(rooms.base.config.integer("jobs.workers"));
    rooms.workers.handle(
        "sync", sync::SyncRunner(rooms.runnerTools), sync::SyncRunner::rules(threads));
    rooms.workers.handle(
        "refetch", sync::Refetcher(rooms.runnerTools), sync::Refetcher::rules(threads));
    jobs::KindRules connected;
    connected.needsConnection = true;
    connected.perLane = 1;
    connected.recurs = true;
    rooms.workers.handle(
        "subscribe", handlerOf<connect::SubscribeJob>(rooms.handlerTools), connected);
    handleMessages(rooms);
    handlePublishing(rooms);
    handleSales(rooms);
    handlePrivacy(rooms);
    rooms.workers.handle("disconnect", handlerOf<connect::DisconnectJob>(rooms.handlerTools));
    rooms.workers.handle("account", handlerOf<connect::AccountJob>(rooms.handlerTools));
}

void scheduleTicks(Hub::Rooms& rooms) {
    const auto every = std::chrono::duration_cast<std::chrono::seconds>(
        rooms.base.config.duration("sync.interval"));
    rooms.scheduler.add("presence", Presence::kInterval, [&rooms](const std::stop_token&) {
        rooms.presence.renew();
    });
    rooms.scheduler.add(
        "due syncs", 10s, [&rooms, every](const std::stop_token&) { rooms.sync.startDue(every); });
    rooms.scheduler.add(
        "orphaned runs", 1min, [&rooms](const std::stop_token&) { rooms.sync.endOrphans(); });
    rooms.scheduler.add("subscriptions", 1h, [&rooms](const std::stop_token&) {
        connect::enqueueSubscriptionChecks(*rooms.base.database, rooms.base.catalog);
    });
    rooms.scheduler.add(
        "publishing", 250ms, [&rooms](const std::stop_token&) { rooms.publishing.startDue(); });
    rooms.scheduler.add("catalogue comparisons",
                        1min,
                        [&rooms, every = rooms.base.config.duration("publish.compare")](
                            const std::stop_token&) { rooms.publishing.startComparisons(every); });
    if (rooms.base.embedded)
        rooms.scheduler.add("embedded database", 5s, [&rooms](const std::stop_token&) {
            if (const auto up = rooms.base.embedded->keepUp(); !up)
                rooms.base.log->error(
                    "store",
                    "the embedded database ended and does not start again",
                    {{"reason", up.error().message}, {"fix", "see postgresql.log in its folder"}});
        });
    const core::Config& config = rooms.base.config;
    jobs::addHousekeeping(rooms.scheduler,
                          *rooms.base.database,
                          rooms.base.clock,
                          {.changes = config.duration("events.keep"),
                           .webhooks = config.duration("webhooks.keep"),
                           .syncs = config.duration("sync.keep")});
}

}  // namespace souk::app
