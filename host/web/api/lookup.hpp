#pragma once

#include "store/integrations.hpp"
#include "web/call.hpp"

namespace souk::web {

/// The integration of this id if the caller may see it: of the token's store, or of any store for
/// tokens of all stores. 404 otherwise, without telling which it was.
store::IntegrationRow integrationFor(store::Database& database,
                                     const Call& call,
                                     const core::Uuid& id);
/// The same when the id stands in the path.
store::IntegrationRow integrationFor(store::Database& database, const Call& call);

}  // namespace souk::web
