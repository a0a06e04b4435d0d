#include "app/rooms.hpp"

#include "app/interrupt.hpp"

namespace souk::app {

namespace {

std::string withoutSlash(std::string url) {
    while (!url.empty() && url.back() == '/') url.pop_back();
    return url;
}

std::string webhookUrlOf(const core::Config& config) {
    const auto& named = config.text("webhooks.public_url");
    return withoutSlash(named.empty() ? config.text("web.public_url") : named);
}

web::Limits limitsOf(const core::Config& config, const loader::Catalog& catalog) {
    web::Limits limits;
    limits.headerBytes = config.bytes("web.header_bytes");
    limits.headerCount = static_cast<std::size_t>(config.integer("web.header_count"));
    limits.uriBytes = config.bytes("web.uri_bytes");
    limits.bodyBytes = config.bytes("web.body_bytes");
    limits.bufferedBytes = config.bytes("web.buffered_bytes");
    limits.idle = config.duration("web.idle_timeout");
    limits.headerArrival = config.duration("web.header_timeout");
    limits.bodyArrival = config.duration("web.body_timeout");
    limits.write = config.duration("web.write_timeout");
    limits.connections = static_cast<std::size_t>(config.integer("web.max_connections"));
    limits.ioThreads = static_cast<std::size_t>(config.integer("web.io_threads"));
    limits.bodyBytesFor =
        [&catalog, most = config.bytes("webhooks.body_bytes"), other = limits.bodyBytes](
            std::string_view path) { return web::bodyLimit(catalog, path, most, other); };
    return limits;
}

webhooks::DrainOptions drainOptions(const Foundation& base) {
    webhooks::DrainOptions options;
    options.owner = base.hostId;
    options.workers = static_cast<int>(base.config.integer("webhooks.lane_workers"));
    options.attempts = static_cast<std::int32_t>(base.config.integer("webhooks.attempts"));
    options.lease = base.config.duration("webhooks.lease");
    return options;
}

jobs::WorkerLimits workerLimits(const core::Config& config) {
    jobs::WorkerLimits limits;
    limits.threads = static_cast<int>(config.integer("jobs.workers"));
    limits.lease = config.duration("jobs.lease");
    limits.heartbeat = limits.lease / 3;
    limits.poll = config.duration("jobs.poll");
    return limits;
}

sync::RunnerLimits runnerLimits(const core::Config& config) {
    sync::RunnerLimits limits;
    limits.quick.tries = static_cast<int>(config.integer("sync.page_attempts"));
    limits.quick.first = config.duration("sync.first_retry");
    limits.interval = config.duration("sync.interval");
    return limits;
}

core::WatchLimits watchLimits(const core::Config& config) {
    core::WatchLimits limits;
    limits.deadline = config.duration("plugins.call_deadline");
    limits.mostLeft = static_cast<std::size_t>(config.integer("plugins.most_left_behind"));
    return limits;
}

webhooks::InboxLimits inboxLimits(const core::Config& config) {
    return {static_cast<std::size_t>(config.integer("webhooks.queue_events")),
            static_cast<std::size_t>(config.integer("webhooks.batch_events"))};
}

/// A sync run's numbers travel with its news.
events::Renderer rendererOf(const sdk::Clock& clock) {
    events::Renderer renderer;
    renderer.add(
        "sync_run",
        [&clock](store::Transaction& tx, const core::Uuid& id) -> std::optional<std::string> {
            const auto progress = sync::readProgress(tx, id, clock.now());
            return progress ? std::optional(sync::toJson(*progress)) : std::nullopt;
        });
    return renderer;
}

constexpr std::size_t kQueuedRequests = 1000;

/// What the front counts by itself: it knows no registry.
std::vector<core::Observation> watchFront(core::Metrics& metrics, const web::Server& server) {
    std::vector<core::Observation> observations;
    const auto watch = [&](const std::string& name, const std::string& help, auto member) {
        observations.push_back(metrics.observed(
            name, help, [&server, member] { return static_cast<double>(server.stats().*member); }));
    };
    watch("souk_http_connections_open", "Connections open.", &web::ServerStats::openConnections);
    watch("souk_http_body_bytes_held", "Bytes of bodies held.", &web::ServerStats::bufferedBytes);
    watch("souk_http_connections_total", "Connections accepted.", &web::ServerStats::accepted);
    watch("souk_http_connections_turned_away_total",
          "Connections turned away for want of room.",
          &web::ServerStats::turnedAway);
    watch("souk_http_refusals_total",
          "Requests refused before any route: unreadable, too large or too slow.",
          &web::ServerStats::refusals);
    return observations;
}

}  // namespace

Hub::Rooms::Rooms(Foundation& foundation, const net::Options& netOptions, net::TlsSettings tls)
    : base(foundation),
      publicUrl(withoutSlash(base.config.text("web.public_url"))),
      webhookUrl(webhookUrlOf(base.config)),
      watch(watchLimits(base.config), *base.log),
      meter(base.catalog, base.metrics, watch, *base.scrubber),
      presence(base),
      figures(*base.database, base.clock, *base.log, base.metrics),
      budget(*base.database, base.clock, waiter, base.metrics),
      gateway(netOptions, std::move(tls), budget, base.clock, waiter, *base.log, base.metrics),
      appSecrets(*base.database, *base.vault, base.clock, *base.log),
      credentials(*base.vault),
      ownSecrets(*base.database, credentials, appSecrets, base.clock, *base.log),
      sessions(base.catalog, gateway, appSecrets, ownSecrets, base.clock, *base.log),
      tokenKeeper(*base.database,
                  credentials,
                  sessions,
                  base.clock,
                  waiter,
                  *base.log,
                  base.metrics,
                  base.hostId),
      sync(*base.database, base.catalog, base.clock),
      runnerTools{*base.database,
                  sessions,
                  base.clock,
                  *base.log,
                  waiter,
                  runnerLimits(base.config),
                  base.metrics},
      admission(*base.database,
                credentials,
                sessions,
                base.clock,
                *base.log,
                [this](store::Transaction& tx, const store::IntegrationRow& row) {
                    sync::SyncRequest first;
                    first.storeId = row.storeId;
                    first.integrationId = row.id;
                    first.trigger = sync::Trigger::Connect;
                    // A plugin that syncs nothing is connected all the same.
                    if (const auto started = sync.request(tx, first); !started)
                        base.log->warning(
                            "sync",
                            "no first sync",
                            {{"integration", row.id.text()}, {"reason", started.error().message}});
                }),
      connect(*base.database,
              credentials,
              connect::States(*base.vault),
              admission,
              sessions,
              base.clock,
              publicUrl),
      handlerTools{*base.database, credentials, sessions, base.clock, *base.log, webhookUrl},
      outbox(*base.database, base.catalog, base.clock),
      publishing(*base.database, base.catalog, base.clock),
      publishTools{
          *base.database, sessions, base.clock, *base.log, base.config.duration("publish.answer")},
      privacyTools{*base.database,
                   credentials,
                   [this](std::string_view person) { return (*base.personHash)(person); },
                   base.clock,
                   *base.log},
      privacy(privacyTools),
      inbox(*base.database, base.clock, *base.log, base.metrics, inboxLimits(base.config)),
      receiver(
          *base.database,
          base.catalog,
          sessions,
          inbox,
          [this](std::string_view person) { return (*base.personHash)(person); },
          webhookUrl,
          base.clock,
          *base.log,
          base.metrics),
      drain(*base.database, base.catalog, base.clock, *base.log, base.metrics, drainOptions(base)),
      workers(*base.database,
              base.databaseUrl,
              base.hostId,
              base.clock,
              *base.log,
              base.metrics,
              workerLimits(base.config)),
      scheduler(base.clock, *base.log),
      feed(*base.database, base.databaseUrl, rendererOf(base.clock), *base.log, {}),
      stream(feed, static_cast<std::size_t>(base.config.integer("web.stream_clients"))),
      authenticator(*base.database, base.clock),
      idempotency(*base.database, *base.vault, base.clock),
      pool(static_cast<std::size_t>(base.config.integer("web.worker_threads")), kQueuedRequests),
      router(authenticator, idempotency, pool, *base.log, base.metrics),
      services{*base.database,
               base.clock,
               *base.log,
               base.metrics,
               base.catalog,
               sessions,
               receiver,
               sync,
               connect,
               outbox,
               publishing,
               privacy,
               webhookUrl,
               stream,
               pool,
               retired},
      server(
          base.config.text("web.address"),
          limitsOf(base.config, base.catalog),
          [this](web::Request request, web::Responder responder) {
              router.handle(std::move(request), std::move(responder));
          },
          [this](std::string_view sentence) {
              base.log->warning(
                  "web", "the front met trouble", {{"reason", std::string(sentence)}});
          }) {
    observations = watchFront(base.metrics, server);
    observations.push_back(base.metrics.observed(
        "souk_http_requests_waiting", "Requests waiting for a thread.", [this] {
            return static_cast<double>(pool.waiting());
        }));
    watch.whenExhausted(Interrupt::exhausted);
    sessions.authorizeBy(tokenKeeper);
    web::addRoutes(router, services);
    handleJobs(*this);
    scheduleTicks(*this);
}

}  // namespace souk::app
