#include "messages/outbox.hpp"

#include "jobs/queue.hpp"
#include "loader/guarded.hpp"
#include "messages/journal.hpp"
#include "orders/conversation_writer.hpp"

#include <souk/sdk/json.hpp>

#include <algorithm>

namespace souk::messages {

namespace {

/// As long as answers to requests are kept.
constexpr std::chrono::hours kSameRequest{24};

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

sdk::Error noSuchConversation() {
    return {sdk::ErrorKind::NotFound,
            "There is no such conversation; GET /api/v1/conversations lists them."};
}

jobs::NewJob jobFor(const core::Uuid& integrationId,
                    std::string_view kind,
                    const core::Uuid& subject) {
    jobs::NewJob job;
    job.integrationId = integrationId;
    job.kind = kind;
    job.dedupe = subject.text();
    job.payload = sdk::JsonWriter().object().key("id").text(subject.text()).end().take();
    job.priority = jobs::kLive;
    return job;
}

/// Outside the window only the kinds that the platform lets through at any time.
sdk::Result<sdk::Done> checkWindow(const loader::Manifest::Messages& rules,
                                   const std::string& kind,
                                   const std::optional<sdk::Timestamp>& lastIncoming,
                                   sdk::Timestamp now) {
    if (lastIncoming && now < *lastIncoming + rules.window) return sdk::Done{};
    const auto& always = rules.outsideWindow;
    if (std::find(always.begin(), always.end(), kind) != always.end()) return sdk::Done{};
    const auto hours = std::to_string(rules.window.count());
    std::string sentence = lastIncoming ? "The person last wrote more than " + hours + " hours ago"
                                        : std::string("The person has not written yet");
    if (always.empty()) return rejected(sentence + "; wait until they write.");
    sentence += "; until they write again, only these kinds may be sent: ";
    for (const auto& one : always) sentence += (one == always.front() ? "" : ", ") + one;
    return rejected(sentence + ".");
}

}  // namespace

Outbox::Outbox(store::Database& database, const loader::Catalog& catalog, const sdk::Clock& clock)
    : database_(database), catalog_(catalog), clock_(clock) {}

sdk::Result<const loader::LoadedPlugin*> Outbox::messenger(
    const store::IntegrationRow& integration) const {
    if (integration.status != store::IntegrationStatus::Connected)
        return rejected("The integration " + integration.name + " is " +
                        std::string(store::name(integration.status)) +
                        ", not connected: nothing can be sent through it.");
    const auto* const plugin = catalog_.find(integration.platform);
    if (plugin != nullptr && plugin->plugin->messenger() != nullptr) return plugin;
    return sdk::Error{sdk::ErrorKind::Unsupported,
                      "No plugin here sends messages on " + integration.platform + "."};
}

sdk::Result<core::Uuid> Outbox::post(const core::Uuid& storeId,
                                     const core::Uuid& conversationId,
                                     const Draft& draft) {
    auto tx = database_.forStore(storeId);
    const auto addressee = addresseeOf(tx, storeId, conversationId);
    if (!addressee) return noSuchConversation();
    const auto integration = store::Integrations::find(tx, addressee->integrationId);
    if (!integration) return noSuchConversation();
    const auto* plugin = SOUK_TRY(messenger(*integration));
    const auto now = clock_.now();
    // Its host may have died between the message and the answer to the request.
    if (const auto made = askedFor(tx, storeId, draft.requestKey, now - kSameRequest)) return *made;
    SOUK_TRY(checkWindow(plugin->manifest.messages, draft.kind, addressee->lastIncomingAt, now));
    const sdk::OutgoingMessage message{
        {}, addressee->person, draft.kind, draft.text, draft.replyTo, draft.content};
    SOUK_TRY(loader::guarded(
        *plugin, "messages.check", [&] { return plugin->plugin->messenger()->check(message); }));
    const auto id =
        add(tx, storeId, integration->id, conversationId, message, draft.requestKey, now);
    jobs::enqueue(tx, storeId, {jobFor(integration->id, "send", id)});
    tx.commit();
    return id;
}

sdk::Result<core::Uuid> Outbox::begin(const core::Uuid& storeId,
                                      const core::Uuid& integrationId,
                                      const std::string& to) {
    if (to.empty()) return rejected("Name whom to write to: a phone number with +, or an id.");
    auto tx = database_.forStore(storeId);
    const auto integration = store::Integrations::find(tx, integrationId);
    if (!integration)
        return sdk::Error{sdk::ErrorKind::NotFound, "There is no such integration in this store."};
    SOUK_TRY(messenger(*integration));
    sdk::Person person;
    person.externalId = to.starts_with('+') ? to.substr(1) : to;
    if (to.starts_with('+')) person.phone = to;
    const auto id = orders::beginConversation(
        tx, {storeId, integrationId, integration->name, clock_.now(), false}, person);
    tx.commit();
    return id;
}

sdk::Result<sdk::Done> Outbox::markRead(const core::Uuid& storeId,
                                        const core::Uuid& conversationId) {
    auto tx = database_.forStore(storeId);
    const auto addressee = addresseeOf(tx, storeId, conversationId);
    if (!addressee) return noSuchConversation();
    orders::markConversationRead(tx, storeId, conversationId);
    jobs::enqueue(tx, storeId, {jobFor(addressee->integrationId, "mark_read", conversationId)});
    tx.commit();
    return sdk::Done{};
}

}  // namespace souk::messages
