#include "single.hpp"

#include "reading.hpp"

namespace souk::shopify {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

sdk::Result<Json> presentIn(const Json& data, std::string_view field) {
    if (data.has(field)) return data.object(field);
    return Error{ErrorKind::NotFound,
                 "Shopify has no such " + std::string(field) + ", or this app may not see it"};
}

sdk::Result<Json> askOne(sdk::Context& context,
                         const Document& document,
                         std::string_view field,
                         std::string_view type,
                         std::string_view externalId) {
    const std::string variables =
        sdk::JsonWriter().object().key("id").text(gidOf(type, externalId)).end().take();
    return presentIn(SOUK_TRY(ask(context, document, variables)), field);
}

sdk::Page lastPageOf(sdk::Record record) {
    sdk::Page page;
    page.records.push_back(std::move(record));
    page.last = true;
    return page;
}

sdk::Error notBroughtHere(sdk::Entity entity) {
    return {ErrorKind::Unsupported,
            "this source brings no record of kind " + std::string(sdk::name(entity))};
}

}  // namespace souk::shopify
