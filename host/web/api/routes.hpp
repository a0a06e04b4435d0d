#pragma once

#include "connect/service.hpp"
#include "core/log.hpp"
#include "core/metrics.hpp"
#include "events/feed.hpp"
#include "loader/catalog.hpp"
#include "loader/session.hpp"
#include "messages/outbox.hpp"
#include "privacy/service.hpp"
#include "publish/service.hpp"
#include "store/database.hpp"
#include "sync/service.hpp"
#include "web/api/event_stream.hpp"
#include "web/router.hpp"
#include "web/worker_pool.hpp"
#include "webhooks/receiver.hpp"

#include <atomic>

namespace souk::web {

/// What the handlers work with; everything outlives the router.
struct Services {
    store::Database& database;
    const sdk::Clock& clock;
    core::Log& log;
    core::Metrics& metrics;
    const loader::Catalog& catalog;
    loader::Sessions& sessions;
    webhooks::Receiver& receiver;
    sync::SyncService& sync;
    connect::ConnectService& connect;
    messages::Outbox& outbox;
    publish::PublishService& publishing;
    privacy::PrivacyService& privacy;
    std::string webhookUrl;  ///< where platforms reach this hub, no slash at the end
    EventStream& events;
    WorkerPool& workers;
    const std::atomic<bool>& retired;  ///< the host is about to stop: not ready
};

/// Every address of the hub. host/web/openapi.json describes the same; a test compares them.
void addRoutes(Router& router, Services& services);

/// Largest webhook body of the platform named in the path, by its manifest and by `most`
/// (webhooks.body_bytes); `otherwise` for every other address.
std::size_t bodyLimit(const loader::Catalog& catalog,
                      std::string_view path,
                      std::size_t most,
                      std::size_t otherwise);

// By resource, each in its own file.
void addSystemRoutes(Router& router, Services& services);    // health, readiness, metrics, openapi
void addDeliveryRoutes(Router& router, Services& services);  // /api/webhooks/{platform}
void addAuthRoutes(Router& router, Services& services);      // /api/auth/{platform}/…
void addStoreRoutes(Router& router, Services& services);
void addIntegrationRoutes(Router& router, Services& services);
void addSubscriptionRoutes(Router& router, Services& services);
void addPlatformRoutes(Router& router, Services& services);
void addSyncRoutes(Router& router, Services& services);
void addProductRoutes(Router& router, Services& services);
void addOrderRoutes(Router& router, Services& services);
void addCustomerRoutes(Router& router, Services& services);
void addConversationRoutes(Router& router, Services& services);
void addPrivacyRoutes(Router& router, Services& services);
void addPublishingRoutes(Router& router, Services& services);
void addLogRoutes(Router& router, Services& services);      // sync-logs
void addWebhookRoutes(Router& router, Services& services);  // the inbox
void addOverviewRoutes(Router& router, Services& services);
void addTokenRoutes(Router& router, Services& services);
void addEventRoutes(Router& router, Services& services);  // SSE

}  // namespace souk::web
