#include "events/feed.hpp"

#include <souk/sdk/json.hpp>
#include <souk/sdk/time.hpp>

#include <algorithm>

namespace souk::events {
namespace {

void write(sdk::JsonWriter& json, std::string_view key, const std::optional<core::Uuid>& id) {
    json.key(key);
    if (id)
        json.text(id->text());
    else
        json.null();
}

}  // namespace

void Renderer::add(std::string entity, Detail detail) {
    details_.emplace_back(std::move(entity), std::move(detail));
}

std::string Renderer::render(store::Transaction& store, const store::Change& change) const {
    sdk::JsonWriter json;
    json.object();
    json.key("kind").text(change.kind);
    json.key("entity").text(change.entity);
    write(json, "entity_id", change.entityId);
    write(json, "integration_id", change.integrationId);
    json.key("at").text(sdk::rfc3339(change.at));
    const auto teller = std::find_if(details_.begin(), details_.end(), [&](const auto& one) {
        return one.first == change.entity;
    });
    if (teller != details_.end() && change.entityId)
        if (const auto detail = teller->second(store, *change.entityId))
            json.key("detail").raw(*detail);
    json.end();
    return json.take();
}

bool Filter::takes(const store::Change& change) const {
    if (integrationId && change.integrationId != integrationId) return false;
    return kinds.empty() || std::any_of(kinds.begin(), kinds.end(), [&](const std::string& kind) {
               return change.kind.starts_with(kind);
           });
}

}  // namespace souk::events
