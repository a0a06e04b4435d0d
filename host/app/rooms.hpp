#pragma once

#include "app/figures.hpp"
#include "app/hub.hpp"
#include "app/plugin_meter.hpp"
#include "app/presence.hpp"
#include "app/sessions.hpp"
#include "connect/admission.hpp"
#include "connect/handlers.hpp"
#include "connect/service.hpp"
#include "connect/token_keeper.hpp"
#include "core/waiter.hpp"
#include "core/watch.hpp"
#include "events/feed.hpp"
#include "jobs/scheduler.hpp"
#include "jobs/workers.hpp"
#include "messages/outbox.hpp"
#include "messages/send_job.hpp"
#include "net/gateway.hpp"
#include "privacy/service.hpp"
#include "publish/service.hpp"
#include "publish/turn.hpp"
#include "sync/refetcher.hpp"
#include "sync/runner.hpp"
#include "sync/service.hpp"
#include "web/api/event_stream.hpp"
#include "web/api/routes.hpp"
#include "web/front/server.hpp"
#include "web/idempotency.hpp"
#include "web/worker_pool.hpp"
#include "webhooks/drain.hpp"
#include "webhooks/inbox.hpp"
#include "webhooks/receiver.hpp"

#include <atomic>
#include <thread>
#include <vector>

namespace souk::app {

/// Everything the hub is made of, in order of need: what stands below may use what stands above,
/// and is destroyed before it.
struct Hub::Rooms {
    Rooms(Foundation& base, const net::Options& netOptions, net::TlsSettings tls);

    Foundation& base;
    std::string publicUrl;   ///< for browsers
    std::string webhookUrl;  ///< for platforms
    core::CallWatch watch;
    PluginMeter meter;
    Presence presence;
    Figures figures;

    core::RealWaiter waiter;
    net::Budget budget;
    net::Gateway gateway;
    connect::AppSecrets appSecrets;
    connect::Credentials credentials;
    connect::OwnSecrets ownSecrets;
    HubSessions sessions;
    connect::TokenKeeper tokenKeeper;

    sync::SyncService sync;
    sync::RunnerTools runnerTools;
    connect::Admission admission;
    connect::ConnectService connect;
    connect::HandlerTools handlerTools;
    messages::Outbox outbox;
    publish::PublishService publishing;
    publish::PublishTools publishTools;
    privacy::PrivacyTools privacyTools;
    privacy::PrivacyService privacy;

    webhooks::Inbox inbox;
    webhooks::Receiver receiver;
    webhooks::Drain drain;
    jobs::Workers workers;
    jobs::Scheduler scheduler;
    events::Feed feed;

    std::atomic<bool> retired{false};
    web::EventStream stream;
    web::Authenticator authenticator;
    web::Idempotency idempotency;
    web::WorkerPool pool;
    web::Router router;
    web::Services services;
    web::Server server;
    std::vector<core::Observation> observations;  ///< of the front and the pool
    std::jthread laneListener;
    std::jthread handingBack;  ///< jobs, while the web still answers
};

/// Job kinds and who carries them out.
void handleJobs(Hub::Rooms& rooms);
/// What the hub does by the clock.
void scheduleTicks(Hub::Rooms& rooms);

}  // namespace souk::app
