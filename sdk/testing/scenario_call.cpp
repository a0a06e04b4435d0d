#include "scenario_call.hpp"

#include <souk/testing/record_json.hpp>

namespace souk::testing {

namespace {

sdk::Error noSuch(const std::string& what) {
    return {sdk::ErrorKind::Unsupported, "the plugin has no " + what};
}

sdk::Result<std::string> callSync(const sdk::SyncSource& source,
                                  const sdk::Json& call,
                                  Stage& stage) {
    const auto function = call.textOr("function", "fetch");
    const sdk::Cursor cursor{call.textOr("cursor", "")};
    auto context = stage.context();
    if (function == "fetch") return jsonOf(SOUK_TRY(source.fetch(context, cursor)));
    if (function == "fetchOne") {
        const auto entity = SOUK_TRY(sdk::entityFrom(call.textOr("entity", "")));
        const auto id = call.textOr("external_id", "");
        return jsonOf(SOUK_TRY(source.fetchOne(context, entity, id, cursor)));
    }
    if (function == "remoteCount") {
        const auto count = SOUK_TRY(source.remoteCount(context));
        return sdk::JsonWriter()
            .object()
            .key("count")
            .integer(count.count)
            .key("exact")
            .boolean(count.exact)
            .end()
            .take();
    }
    return noSuch("sync function " + function);
}

sdk::Result<std::string> callWebhooks(const sdk::WebhookHandler& handler,
                                      const ScenarioFile& file,
                                      Stage& stage) {
    const auto function = file.call().textOr("function", "translate");
    sdk::JsonWriter out;
    if (function == "translate") {
        const auto event = SOUK_TRY(file.storedEvent());
        const auto records = SOUK_TRY(handler.translate(event, stage.account));
        return out.object().key("records").raw(jsonOf(records)).end().take();
    }
    const auto request = SOUK_TRY(file.webhookRequest());
    if (function == "verify") {
        if (const auto verified = handler.verify(request, stage.secrets); !verified)
            return verified.error();
        return out.object().key("verified").boolean(true).end().take();
    }
    if (function == "split") {
        const auto events = SOUK_TRY(handler.split(request));
        return out.object().key("events").raw(jsonOf(events)).end().take();
    }
    if (function == "challenge") {
        const auto answer = SOUK_TRY(handler.challenge(request, stage.secrets));
        return out.object().key("answer").text(answer).end().take();
    }
    return noSuch("webhook function " + function);
}

}  // namespace

sdk::Result<std::string> callPlugin(const sdk::Plugin& plugin,
                                    const ScenarioFile& file,
                                    Stage& stage) {
    constexpr std::string_view kSync = "sync.";
    const auto call = file.call();
    const auto capability = call.textOr("capability", "");
    if (capability == "webhooks" && plugin.webhooks() != nullptr)
        return callWebhooks(*plugin.webhooks(), file, stage);
    if (!capability.starts_with(kSync)) return noSuch("capability '" + capability + "'");
    const auto entity = SOUK_TRY(sdk::entityFrom(capability.substr(kSync.size())));
    const auto* source = plugin.sync(entity);
    if (source == nullptr) return noSuch("capability '" + capability + "'");
    return callSync(*source, call, stage);
}

}  // namespace souk::testing
