#include "connect/service.hpp"

#include "connect/form.hpp"
#include "core/correlation.hpp"
#include "intake/intake.hpp"
#include "inventory/sale_job.hpp"
#include "jobs/queue.hpp"
#include "loader/guarded.hpp"
#include "orders/conversation_writer.hpp"

#include <souk/sdk/crypto.hpp>

#include <optional>
#include <utility>

namespace souk::connect {

namespace {

constexpr std::chrono::minutes kLifetime{10};
constexpr std::size_t kRandomBytes = 32;
constexpr std::string_view kCookiePrefix = "souk_connect_";
constexpr std::string_view kCookiePath = "/api/auth";

using Kind = loader::Manifest::ConnectKind;

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

std::string randomText() {
    return sdk::base64Url(core::randomBytes(kRandomBytes));
}

std::string challengeOf(const std::string& verifier) {
    if (verifier.empty()) return {};
    const auto digest = sdk::sha256(verifier);
    return sdk::base64Url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

/// Value of one cookie in a Cookie header; empty when it is not there.
std::string_view cookieIn(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        const auto end = header.find(';');
        auto pair = header.substr(0, end);
        header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
        while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name)
            return pair.substr(equals + 1);
    }
    return {};
}

std::string cookieNameFor(const ConnectState& state) {
    return std::string(kCookiePrefix) + state.id.text();
}

}  // namespace

/// What is needed to talk to a platform about a connection that is not there yet.
struct ConnectService::Plan {
    std::unique_ptr<loader::Session> session;
    std::unique_ptr<sdk::Secrets> secrets;
    const sdk::ConnectFlow* flow = nullptr;

    const loader::LoadedPlugin& plugin() const { return session->plugin(); }
    const loader::Manifest& manifest() const { return session->plugin().manifest; }
};

ConnectService::ConnectService(store::Database& database,
                               const Credentials& credentials,
                               States states,
                               Admission& admission,
                               loader::Sessions& sessions,
                               const sdk::Clock& clock,
                               std::string publicUrl)
    : database_(database),
      credentials_(credentials),
      states_(states),
      admission_(admission),
      sessions_(sessions),
      clock_(clock),
      publicUrl_(std::move(publicUrl)) {}

sdk::Result<store::IntegrationRow> ConnectService::find(const core::Uuid& integrationId) {
    auto tx = database_.asWorker();
    auto found = store::Integrations::find(tx, integrationId);
    if (!found) return sdk::Error{sdk::ErrorKind::NotFound, "There is no such integration."};
    return *std::move(found);
}

sdk::Result<ConnectService::Plan> ConnectService::planFor(
    const store::IntegrationRow& integration) {
    Plan plan;
    plan.session = SOUK_TRY(sessions_.openUnstored(integration, std::nullopt));
    plan.secrets = SOUK_TRY(sessions_.secrets(integration.platform, integration.storeId));
    plan.flow = plan.plugin().plugin->connectFlow();
    if (plan.flow == nullptr)
        return sdk::Error{sdk::ErrorKind::Unsupported,
                          plan.manifest().name + " has no way to connect."};
    return plan;
}

sdk::Result<sdk::Fields> ConnectService::checkedForm(const Plan& plan,
                                                     const sdk::Fields& fields) const {
    SOUK_TRY(checkFields(plan.manifest(), fields));
    return loader::guarded(
        plan.plugin(), "connect.checkForm", [&] { return plan.flow->checkForm(fields); });
}

sdk::Result<std::string> ConnectService::start(const core::Uuid& integrationId) {
    const auto integration = SOUK_TRY(find(integrationId));
    const auto plan = SOUK_TRY(planFor(integration));
    if (plan.manifest().connect.kind != Kind::OAuth)
        return sdk::Error{
            sdk::ErrorKind::Unsupported,
            plan.manifest().name + " is connected by a form: post its fields instead."};
    States::New wanted;
    wanted.form =
        SOUK_TRY(checkedForm(plan, SOUK_TRY(formFrom(plan.manifest(), integration.config))));
    wanted.storeId = integration.storeId;
    wanted.integrationId = integration.id;
    wanted.ticket = randomText();
    wanted.state = randomText();
    if (plan.manifest().connect.pkce) wanted.verifier = randomText();
    wanted.now = clock_.now();
    wanted.expiresAt = wanted.now + kLifetime;
    auto tx = database_.asWorker();
    states_.add(tx, wanted);
    tx.commit();
    return publicUrl_ + "/api/auth/" + integration.platform + "/start?ticket=" + wanted.ticket;
}

sdk::ConnectStart ConnectService::startFrom(std::string_view platform,
                                            const ConnectState& state) const {
    sdk::ConnectStart start;
    start.redirectUri = publicUrl_ + "/api/auth/" + std::string(platform) + "/callback";
    start.state = state.state;
    start.codeChallenge = challengeOf(state.verifier);
    start.form = state.form;
    return start;
}

sdk::Result<ConnectService::Opened> ConnectService::open(std::string_view platform,
                                                         std::string_view ticket) {
    const auto cookie = randomText();
    auto tx = database_.asWorker();
    const auto state = SOUK_TRY(states_.open(tx, ticket, cookie, clock_.now()));
    tx.commit();
    const auto integration = SOUK_TRY(find(state.integrationId));
    if (integration.platform != platform)
        return rejected("This connect address is for another platform.");
    const auto plan = SOUK_TRY(planFor(integration));
    Opened opened;
    opened.redirect = SOUK_TRY(loader::guarded(plan.plugin(), "connect.authorizeUrl", [&] {
        return plan.flow->authorizeUrl(startFrom(platform, state), *plan.secrets);
    }));
    opened.setCookie = cookieFor(state, cookie, kLifetime);
    return opened;
}

sdk::Result<ConnectState> ConnectService::used(const sdk::Fields& query, std::string_view cookies) {
    const auto given = query.find("state");
    if (given == query.end() || given->second.empty())
        return rejected("The callback carries no state; start connecting again.");
    auto tx = database_.asWorker();
    auto state = states_.use(tx, given->second, clock_.now());
    tx.commit();  // used up, also when it is refused below
    if (!state) return state;
    if (!States::sameBrowser(*state, cookieIn(cookies, cookieNameFor(*state))))
        return rejected(
            "The callback came from another browser than the one that started to connect; start "
            "again in one browser.");
    return state;
}

sdk::Result<ConnectService::Finished> ConnectService::callback(std::string_view platform,
                                                               const sdk::Fields& query,
                                                               std::string_view cookies,
                                                               const std::stop_token& stop) {
    const auto state = SOUK_TRY(used(query, cookies));
    // What comes of the flow belongs to the request that began it.
    const core::Correlation scope(
        state.correlation.value_or(core::Correlation::current().value_or(state.id)));
    const auto integration = SOUK_TRY(find(state.integrationId));
    if (integration.platform != platform)
        return rejected("The callback is of another platform than the one being connected.");
    const auto plan = SOUK_TRY(planFor(integration));
    if (const auto code = query.find("code"); code != query.end()) states_.conceal(code->second);
    auto start = startFrom(platform, state);
    SOUK_TRY(loader::guarded(plan.plugin(), "connect.verifyCallback", [&] {
        return plan.flow->verifyCallback(start, query, *plan.secrets, clock_.now());
    }));
    start.codeVerifier = state.verifier;
    auto context = plan.session->context(stop);
    auto grant = SOUK_TRY(loader::guarded(plan.plugin(), "connect.complete", [&] {
        return plan.flow->complete(context, start, query);
    }));
    Finished finished;
    finished.integration =
        SOUK_TRY(admission_.admit(integration, std::move(start), std::move(grant), stop));
    finished.setCookie = cookieFor(state, "", std::chrono::seconds::zero());
    return finished;
}

sdk::Result<store::IntegrationRow> ConnectService::submitForm(const core::Uuid& integrationId,
                                                              const sdk::Fields& fields,
                                                              const std::stop_token& stop) {
    const auto integration = SOUK_TRY(find(integrationId));
    const auto plan = SOUK_TRY(planFor(integration));
    if (plan.manifest().connect.kind == Kind::OAuth)
        return sdk::Error{
            sdk::ErrorKind::Unsupported,
            plan.manifest().name + " is connected in a browser: ask for a connect address."};
    for (const auto& field : plan.manifest().connect.fields)
        if (const auto typed = fields.find(field.name); field.secret && typed != fields.end())
            states_.conceal(typed->second);
    sdk::ConnectStart start;
    start.form = SOUK_TRY(checkedForm(plan, fields));
    auto context = plan.session->context(stop);
    auto grant = SOUK_TRY(loader::guarded(plan.plugin(), "connect.complete", [&] {
        return plan.flow->complete(context, start, {});
    }));
    return admission_.admit(integration, start, std::move(grant), stop);
}

sdk::Result<sdk::Grant> ConnectService::keptGrant(const store::IntegrationRow& integration) {
    auto tx = database_.forStore(integration.storeId);
    auto kept = SOUK_TRY(credentials_.find(tx, {integration.storeId, integration.id}));
    if (!integration.choices || !kept)
        return rejected("There is nothing to choose; connect this integration first.");
    return std::move(kept->kept.grant);
}

sdk::Result<store::IntegrationRow> ConnectService::choose(const core::Uuid& integrationId,
                                                          const sdk::Fields& picks,
                                                          const std::stop_token& stop) {
    const auto integration = SOUK_TRY(find(integrationId));
    const auto plan = SOUK_TRY(planFor(integration));
    auto grant = SOUK_TRY(keptGrant(integration));
    sdk::ConnectStart start;
    start.form =
        SOUK_TRY(checkedForm(plan, SOUK_TRY(formFrom(plan.manifest(), integration.config))));
    for (const auto& [field, value] : picks) start.form[field] = value;
    return admission_.admit(integration, start, std::move(grant), stop);
}

sdk::Result<store::IntegrationRow> ConnectService::addToken(const core::Uuid& integrationId,
                                                            const sdk::Grant& grant,
                                                            const std::stop_token& stop) {
    if (grant.accessToken.reveal().empty()) return rejected("The token is empty.");
    const auto integration = SOUK_TRY(find(integrationId));
    const auto plan = SOUK_TRY(planFor(integration));
    sdk::ConnectStart start;
    start.form =
        SOUK_TRY(checkedForm(plan, SOUK_TRY(formFrom(plan.manifest(), integration.config))));
    return admission_.admit(integration, start, grant, stop);
}

sdk::Result<store::IntegrationRow> ConnectService::disconnect(const core::Uuid& integrationId) {
    const auto integration = SOUK_TRY(find(integrationId));
    if (integration.status == store::IntegrationStatus::Disconnected) return integration;
    auto tx = database_.forStore(integration.storeId);
    store::Integrations::setStatus(tx,
                                   integration.id,
                                   store::IntegrationStatus::Disconnected,
                                   "Disconnected by a person.",
                                   clock_.now());
    jobs::cancelLane(
        tx, integration.storeId, integration.id, "", {inventory::kSaleKind, intake::kPrivacyKind});
    orders::giveUpUnsent(tx,
                         integration.storeId,
                         integration.id,
                         "The integration was disconnected before it was sent.",
                         clock_.now());
    jobs::NewJob cleanUp;
    cleanUp.integrationId = integration.id;
    cleanUp.kind = "disconnect";
    cleanUp.dedupe = "disconnect";
    cleanUp.priority = jobs::kLive;
    jobs::enqueue(tx, integration.storeId, {cleanUp});
    tx.commit();
    return find(integrationId);
}

std::string ConnectService::cookieFor(const ConnectState& state,
                                      std::string_view value,
                                      std::chrono::seconds age) const {
    auto cookie = cookieNameFor(state) + "=" + std::string(value) +
                  "; Path=" + std::string(kCookiePath) +
                  "; Max-Age=" + std::to_string(age.count()) + "; HttpOnly; SameSite=Lax";
    if (publicUrl_.starts_with("https://")) cookie += "; Secure";
    return cookie;
}

}  // namespace souk::connect
