#include "web/api/render.hpp"
#include "web/api/routes.hpp"

namespace souk::web {

namespace {

std::string_view name(loader::Manifest::ConnectKind kind) {
    switch (kind) {
        case loader::Manifest::ConnectKind::OAuth:
            return "oauth";
        case loader::Manifest::ConnectKind::Form:
            return "form";
        case loader::Manifest::ConnectKind::Token:
            break;
    }
    return "token";
}

void render(Render& json, const loader::LoadedPlugin& plugin) {
    const auto& manifest = plugin.manifest;
    json.object()
        .text("platform", manifest.domain)
        .text("name", manifest.name)
        .text("version", manifest.version);
    json.text("state", "loaded").text("reason", std::nullopt).text("fix", std::nullopt);
    json.text("documentation", manifest.documentation)
        .texts("capabilities", manifest.capabilities)
        .texts("scopes", manifest.scopes);
    json.key("connect").object().text("kind", name(manifest.connect.kind));
    json.key("fields").array();
    for (const auto& field : manifest.connect.fields) {
        json.object()
            .text("name", field.name)
            .text("label", field.label)
            .boolean("secret", field.secret);
        json.boolean("required", field.required)
            .text("help", field.help)
            .text("pattern", field.pattern)
            .end();
    }
    json.end().end().end();
}

void render(Render& json, const loader::Refused& refused) {
    json.object()
        .text("platform", refused.domain)
        .text("name", std::nullopt)
        .text("version", std::nullopt);
    json.text("state", "refused").text("reason", refused.reason).text("fix", refused.fix).end();
}

Response list(Services& services, const Call& call) {
    call.knows({});
    Render json;
    json.object().key("data").array();
    for (const auto& plugin : services.catalog.loaded()) render(json, plugin);
    for (const auto& refused : services.catalog.refused()) render(json, refused);
    json.end().text("next_cursor", std::nullopt);
    return jsonAnswer(200, json.end().take());
}

}  // namespace

void addPlatformRoutes(Router& router, Services& services) {
    router.add("GET", "/api/v1/platforms", Access::Read, [&](const Call& call) {
        return list(services, call);
    });
}

}  // namespace souk::web
