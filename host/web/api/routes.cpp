#include "web/api/routes.hpp"

namespace souk::web {

void addRoutes(Router& router, Services& services) {
    addSystemRoutes(router, services);
    addDeliveryRoutes(router, services);
    addAuthRoutes(router, services);
    addStoreRoutes(router, services);
    addIntegrationRoutes(router, services);
    addSubscriptionRoutes(router, services);
    addPlatformRoutes(router, services);
    addSyncRoutes(router, services);
    addProductRoutes(router, services);
    addOrderRoutes(router, services);
    addCustomerRoutes(router, services);
    addConversationRoutes(router, services);
    addPublishingRoutes(router, services);
    addPrivacyRoutes(router, services);
    addLogRoutes(router, services);
    addWebhookRoutes(router, services);
    addOverviewRoutes(router, services);
    addTokenRoutes(router, services);
    addEventRoutes(router, services);
}

}  // namespace souk::web
