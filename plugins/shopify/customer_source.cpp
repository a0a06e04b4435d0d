#include "customer_source.hpp"

#include "single.hpp"
#include "translate_graphql.hpp"
#include "update_walk.hpp"

#include "documents.hpp"

namespace souk::shopify {

namespace {

constexpr Listing kCustomers{documents::kCustomerPage,
                             "customers",
                             "customersCount",
                             sdk::Entity::Customer,
                             &graphql::customerFrom};

}  // namespace

sdk::Result<sdk::Page> CustomerSource::fetch(sdk::Context& context, const sdk::Cursor& from) const {
    return fetchListing(context, kCustomers, from);
}

sdk::Result<sdk::Page> CustomerSource::fetchOne(sdk::Context& context,
                                                sdk::Entity entity,
                                                std::string_view externalId,
                                                const sdk::Cursor&) const {
    if (entity != sdk::Entity::Customer) return notBroughtHere(entity);
    const auto node =
        SOUK_TRY(askOne(context, documents::kCustomerOne, "customer", "Customer", externalId));
    return lastPageOf(SOUK_TRY(graphql::customerFrom(node, context.account)));
}

std::vector<sdk::Entity> CustomerSource::entities() const {
    return {sdk::Entity::Customer};
}

sdk::Result<sdk::RemoteCount> CustomerSource::remoteCount(sdk::Context& context) const {
    return askCount(context, documents::kCustomerCount, "customersCount");
}

}  // namespace souk::shopify
