#include "connect/admission.hpp"

#include "connect/grant.hpp"
#include "jobs/queue.hpp"
#include "loader/guarded.hpp"
#include "store/changes.hpp"

#include <souk/sdk/json.hpp>

#include <algorithm>

namespace souk::connect {

namespace {

constexpr std::string_view kRoom = "connect";

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

sdk::Result<sdk::Done> checkScopes(const loader::Manifest& manifest,
                                   const std::vector<std::string>& granted) {
    const auto missing = missingScopes(manifest.scopes, granted);
    if (missing.empty()) return sdk::Done{};
    return rejected(manifest.name + " did not grant " + listed(missing) +
                    "; grant the app these scopes and connect again.");
}

/// The account that was asked for is the one that answered, and the one this integration is of.
sdk::Result<sdk::Done> checkAccount(const store::IntegrationRow& integration,
                                    const sdk::ConnectStart& start,
                                    const sdk::Account& account) {
    if (account.externalId.empty())
        return sdk::Error{sdk::ErrorKind::BadPayload,
                          "The platform did not say whose account this is."};
    const auto asked = start.form.find("account");
    if (asked != start.form.end() && !asked->second.empty() && asked->second != account.externalId)
        return rejected("The account " + asked->second + " was asked for, but " +
                        account.externalId + " answered; sign in to the right one.");
    const auto& before = integration.account.externalId;
    if (!before.empty() && before != account.externalId)
        return rejected("This integration belongs to the account " + before + ", not to " +
                        account.externalId + "; add another integration for that one.");
    return sdk::Done{};
}

/// Takes what was picked, or what leaves no choice, into the form.
sdk::Result<bool> picked(const sdk::Choice& choice, sdk::Fields& form) {
    const auto given = form.find(choice.field);
    if (given == form.end() || given->second.empty()) {
        if (choice.options.size() != 1) return false;
        form[choice.field] = choice.options.front().value;
        return true;
    }
    const bool offered =
        std::any_of(choice.options.begin(), choice.options.end(), [&](const auto& option) {
            return option.value == given->second;
        });
    if (offered) return true;
    return rejected("\"" + given->second + "\" is not among the options of " + choice.field +
                    "; GET the integration shows them under choices.");
}

std::string jsonOf(const std::vector<sdk::Choice>& choices) {
    sdk::JsonWriter json;
    json.array();
    for (const auto& choice : choices) {
        json.object().key("field").text(choice.field).key("label").text(choice.label);
        json.key("options").array();
        for (const auto& option : choice.options)
            json.object().key("value").text(option.value).key("label").text(option.label).end();
        json.end().end();
    }
    return json.end().take();
}

}  // namespace

Admission::Admission(store::Database& database,
                     const Credentials& credentials,
                     loader::Sessions& sessions,
                     const sdk::Clock& clock,
                     core::Log& log,
                     FirstSync firstSync)
    : database_(database),
      credentials_(credentials),
      sessions_(sessions),
      clock_(clock),
      log_(log),
      firstSync_(std::move(firstSync)) {}

sdk::Result<store::IntegrationRow> Admission::admit(const store::IntegrationRow& integration,
                                                    sdk::ConnectStart start,
                                                    sdk::Grant grant,
                                                    const std::stop_token& stop) {
    credentials_.conceal({grant, std::nullopt, std::nullopt});
    const auto session = SOUK_TRY(sessions_.openUnstored(integration, std::nullopt));
    const auto& manifest = session->plugin().manifest;
    if (!grant.scopes.empty()) SOUK_TRY(checkScopes(manifest, grant.scopes));
    const auto choices = SOUK_TRY(open(integration, start, grant, stop));
    if (!choices.empty()) return waiting(integration, choices, grant);
    grant = SOUK_TRY(settled(integration, start, grant, stop));
    auto account = SOUK_TRY(probed(integration, start, grant, stop));
    // A token that was pasted in names no scopes; the account does.
    if (grant.scopes.empty()) {
        grant.scopes = account.scopes;
        SOUK_TRY(checkScopes(manifest, grant.scopes));
    }
    account.scopes = grant.scopes;
    SOUK_TRY(checkAccount(integration, start, account));
    return stored(integration, account, grant);
}

sdk::Result<std::vector<sdk::Choice>> Admission::open(const store::IntegrationRow& integration,
                                                      sdk::ConnectStart& start,
                                                      const sdk::Grant& grant,
                                                      const std::stop_token& stop) {
    const auto session = SOUK_TRY(sessions_.openUnstored(integration, grant));
    const auto& plugin = session->plugin();
    auto context = session->context(stop);
    const auto offered = SOUK_TRY(loader::guarded(plugin, "connect.choices", [&] {
        return plugin.plugin->connectFlow()->choices(context, start);
    }));
    std::vector<sdk::Choice> several;  // shown together until each of them is picked
    bool allPicked = true;
    for (const auto& choice : offered) {
        if (choice.options.empty())
            return rejected(plugin.manifest.name + " offers no " + choice.label +
                            " to this person; give them access to one there and connect again.");
        if (!SOUK_TRY(picked(choice, start.form))) allPicked = false;
        if (choice.options.size() > 1) several.push_back(choice);
    }
    if (allPicked) several.clear();
    return several;
}

sdk::Result<sdk::Grant> Admission::settled(const store::IntegrationRow& integration,
                                           const sdk::ConnectStart& start,
                                           const sdk::Grant& grant,
                                           const std::stop_token& stop) {
    const auto session = SOUK_TRY(sessions_.openUnstored(integration, grant));
    const auto& plugin = session->plugin();
    auto context = session->context(stop);
    auto kept = SOUK_TRY(loader::guarded(plugin, "connect.settle", [&] {
        return plugin.plugin->connectFlow()->settle(context, start, grant);
    }));
    // What the person typed as a secret is kept with the grant.
    for (const auto& field : plugin.manifest.connect.fields) {
        const auto typed = start.form.find(field.name);
        if (field.secret && typed != start.form.end() && !typed->second.empty())
            kept.secrets.emplace(field.name, sdk::Secret(typed->second));
    }
    return kept;
}

store::IntegrationRow Admission::waiting(const store::IntegrationRow& integration,
                                         const std::vector<sdk::Choice>& choices,
                                         const sdk::Grant& grant) {
    const auto now = clock_.now();
    std::vector<std::string> fields;
    fields.reserve(choices.size());
    for (const auto& choice : choices) fields.push_back(choice.field);
    auto tx = database_.forStore(integration.storeId);
    credentials_.save(
        tx, {integration.storeId, integration.id}, {grant, std::nullopt, std::nullopt}, now);
    store::Integrations::setChoices(tx, integration.id, jsonOf(choices));
    store::Integrations::setStatus(tx,
                                   integration.id,
                                   store::IntegrationStatus::Pending,
                                   "Choose " + listed(fields) + " to finish connecting.",
                                   now);
    auto row = store::Integrations::find(tx, integration.id);
    tx.commit();
    return row.value_or(integration);
}

sdk::Result<sdk::Account> Admission::probed(const store::IntegrationRow& integration,
                                            const sdk::ConnectStart& start,
                                            const sdk::Grant& grant,
                                            const std::stop_token& stop) {
    const auto session = SOUK_TRY(sessions_.openUnstored(integration, grant));
    const auto& plugin = session->plugin();
    const auto* const flow = plugin.plugin->connectFlow();
    if (flow == nullptr)
        return sdk::Error{sdk::ErrorKind::Unsupported,
                          plugin.manifest.name + " has no way to connect."};
    auto context = session->context(stop);
    return loader::guarded(plugin, "connect.probe", [&] { return flow->probe(context, start); });
}

sdk::Result<store::IntegrationRow> Admission::stored(const store::IntegrationRow& integration,
                                                     const sdk::Account& account,
                                                     const sdk::Grant& grant) {
    const auto now = clock_.now();
    const net::AccountKey key{integration.storeId, integration.id};
    auto tx = database_.forStore(integration.storeId);
    // The credential first: refreshing locks in the same order.
    credentials_.save(tx, key, {grant, std::nullopt, std::nullopt}, now);
    auto row = SOUK_TRY(store::Integrations::connected(tx, integration.id, account, now));
    jobs::NewJob subscribe;
    subscribe.integrationId = integration.id;
    subscribe.kind = "subscribe";
    subscribe.dedupe = "connected";
    subscribe.priority = jobs::kLive;
    jobs::enqueue(tx, integration.storeId, {subscribe});
    if (firstSync_) firstSync_(tx, row);
    store::Changes::add(tx,
                        integration.storeId,
                        integration.id,
                        "integration.connected",
                        "integration",
                        integration.id);
    tx.commit();
    log_.info(kRoom,
              "integration connected",
              {{"platform", row.platform}, {"integration", row.id.text()}});
    return row;
}

}  // namespace souk::connect
