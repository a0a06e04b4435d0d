#include "web/api/lookup.hpp"

namespace souk::web {

store::IntegrationRow integrationFor(store::Database& database,
                                     const Call& call,
                                     const core::Uuid& id) {
    auto tx = call.caller.storeId ? database.forStore(*call.caller.storeId) : database.asWorker();
    const auto found = store::Integrations::find(tx, id);
    if (!found)
        throw Problem(404, "There is no such integration; GET /api/v1/integrations lists them.");
    return *found;
}

store::IntegrationRow integrationFor(store::Database& database, const Call& call) {
    return integrationFor(database, call, call.id());
}

}  // namespace souk::web
