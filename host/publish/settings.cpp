#include "publish/settings.hpp"

#include <souk/sdk/json.hpp>

namespace souk::publish {

namespace {

constexpr std::string_view kRead =
    "SELECT publishing FROM integration WHERE id = $1 AND publishing IS NOT NULL";
constexpr std::string_view kSave = R"(
UPDATE integration SET publishing = $2, updated_at = now(), version = version + 1 WHERE id = $1)";

}  // namespace

std::string toJson(const Settings& settings) {
    return sdk::JsonWriter()
        .object()
        .key("enabled")
        .boolean(settings.enabled)
        .key("heal")
        .boolean(settings.heal)
        .key("link")
        .text(settings.link)
        .end()
        .take();
}

std::optional<Settings> settingsOf(store::Transaction& store, const core::Uuid& integrationId) {
    const auto rows = store.query(kRead, integrationId);
    if (rows.empty()) return std::nullopt;
    Settings settings;
    if (const auto json = sdk::Json::parse(rows[0].text("publishing"))) {
        settings.enabled = json->booleanOr("enabled", settings.enabled);
        settings.heal = json->booleanOr("heal", settings.heal);
        settings.link = json->textOr("link", settings.link);
    }
    return settings;
}

void save(store::Transaction& store, const core::Uuid& integrationId, const Settings& settings) {
    store.query(kSave, integrationId, store::JsonText{toJson(settings)});
}

}  // namespace souk::publish
