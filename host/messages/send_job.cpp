#include "messages/send_job.hpp"

#include "loader/guarded.hpp"
#include "store/integrations.hpp"

#include <souk/sdk/json.hpp>

namespace souk::messages {

namespace {

constexpr std::string_view kRoom = "messages";
/// Messages to one person go out in the order they were written; one that cannot holds those
/// behind it up no longer than this.
constexpr std::chrono::minutes kInOrder{2};
constexpr std::chrono::milliseconds kForEarlier{250};
constexpr std::string_view kLost =
    "The answer to sending it was lost; a status event tells whether it went out. It is not sent "
    "again by itself.";

/// As many as the queue gives what no waiting mends; the last one tells of it.
constexpr std::int32_t kDefiniteTries = 3;

constexpr std::string_view kNewestOfPerson = R"(
SELECT external_id FROM message
WHERE store_id = $1 AND conversation_id = $2 AND direction = 'incoming'
ORDER BY sent_at DESC, id DESC LIMIT 1)";

sdk::Result<core::Uuid> subjectOf(const jobs::Job& job) {
    const auto payload = SOUK_TRY(sdk::Json::parse(job.payload));
    return core::Uuid::parse(SOUK_TRY(payload.text("id")));
}

sdk::Result<std::unique_ptr<loader::Session>> sessionOf(const SendTools& tools,
                                                        const jobs::Job& job) {
    std::optional<store::IntegrationRow> integration;
    if (job.integrationId) {
        auto tx = tools.database.forStore(job.storeId);
        integration = store::Integrations::find(tx, *job.integrationId);
    }
    if (!integration)
        return sdk::Error{sdk::ErrorKind::NotFound, "The message's integration is gone."};
    auto session = SOUK_TRY(tools.sessions.open(*integration, loader::Priority::Live));
    if (session->plugin().plugin->messenger() == nullptr)
        return sdk::Error{sdk::ErrorKind::Unsupported,
                          session->plugin().manifest.name + " sends no messages."};
    return session;
}

/// The platform certainly did not take it, and may later.
bool worthAnotherTry(const sdk::Error& error) {
    return !error.uncertain &&
           (error.kind == sdk::ErrorKind::Transient || error.kind == sdk::ErrorKind::RateLimited ||
            error.kind == sdk::ErrorKind::Unauthorized);
}

/// The queue brings the job again after this.
bool comesAgain(const jobs::Job& job, const sdk::Error& error) {
    const bool last = job.attempts >= job.maxAttempts && error.kind == sdk::ErrorKind::Transient;
    return worthAnotherTry(error) && !last;
}

}  // namespace

sdk::Result<jobs::Outcome> SendJob::run(const jobs::Job& job, const std::stop_token& stop) {
    const auto id = SOUK_TRY(subjectOf(job));
    const auto opened = sessionOf(tools_, job);
    if (!opened) return refuse(job, id, opened.error());
    const auto& session = *opened;
    const auto started = start(job, id, session->plugin().manifest.messages);
    if (started.notBefore)
        return jobs::Outcome::later(*started.notBefore, started.reason, job.attempts - 1);
    if (!started.entry) return jobs::Outcome::done();
    auto context = session->context(stop);
    const auto sent = loader::guarded(session->plugin(), "messages.send", [&] {
        return session->plugin().plugin->messenger()->send(context, started.entry->message);
    });
    return end(job, id, sent);
}

SendJob::Start SendJob::start(const jobs::Job& job,
                              const core::Uuid& messageId,
                              const loader::Manifest::Messages& rules) {
    const auto now = tools_.clock.now();
    auto tx = tools_.database.forStore(job.storeId);
    auto entry = take(tx, job.storeId, messageId);
    if (!entry || !jobs::hold(tx, job)) return {};
    if (entry->status == "sending") {  // whoever began it did not come back
        settle(tx, job.storeId, messageId, "unknown", "", "", kLost, now);
        tx.commit();
        return {};
    }
    if (entry->status != "queued") return {};
    if (waitsForEarlier(tx, job.storeId, *entry, now - kInOrder))
        return {std::nullopt, now + kForEarlier, "an earlier message goes first"};
    if (const auto later = reserve(
            tx, job.storeId, entry->conversationId, rules.personBurst, rules.personInterval, now))
        return {std::nullopt, later, "the pace to one person"};
    settle(tx, job.storeId, messageId, "sending", "", "", "", now);
    tx.commit();
    return {std::move(entry), std::nullopt, ""};
}

sdk::Result<jobs::Outcome> SendJob::end(const jobs::Job& job,
                                        const core::Uuid& messageId,
                                        const sdk::Result<sdk::Sent>& sent) {
    if (sent) {
        settleAs(job, messageId, "sent", sent->externalId, nullptr);
        return jobs::Outcome::done();
    }
    const auto& error = sent.error();
    // Without the lease nobody would come back to it.
    if (comesAgain(job, error) && settleAs(job, messageId, "queued", "", nullptr)) return error;
    // A thrown exception may have come after the request went out.
    const bool lost = error.uncertain || error.kind == sdk::ErrorKind::Bug;
    settleAs(job, messageId, lost ? "unknown" : "failed", "", &error);
    tools_.log.warning(kRoom,
                       lost ? "it is not known whether a message went out" : "a message failed",
                       {{"message", messageId.text()}, {"reason", error.message}});
    return jobs::Outcome::done();
}

sdk::Result<jobs::Outcome> SendJob::refuse(const jobs::Job& job,
                                           const core::Uuid& messageId,
                                           const sdk::Error& error) {
    if (worthAnotherTry(error) ? comesAgain(job, error) : job.attempts < kDefiniteTries)
        return error;
    auto tx = tools_.database.forStore(job.storeId);
    const auto entry = take(tx, job.storeId, messageId);
    if (!entry || !jobs::hold(tx, job)) return error;
    const bool begun = entry->status == "sending";  // whoever began it did not come back
    if (begun)
        settle(tx, job.storeId, messageId, "unknown", "", "", kLost, tools_.clock.now());
    else if (entry->status == "queued")
        settle(tx,
               job.storeId,
               messageId,
               "failed",
               "",
               sdk::name(error.kind),
               error.message,
               tools_.clock.now());
    tx.commit();
    tools_.log.warning(kRoom,
                       begun ? "it is not known whether a message went out" : "a message failed",
                       {{"message", messageId.text()}, {"reason", error.message}});
    return jobs::Outcome::done();
}

bool SendJob::settleAs(const jobs::Job& job,
                       const core::Uuid& messageId,
                       std::string_view status,
                       std::string_view externalId,
                       const sdk::Error* error) {
    auto tx = tools_.database.forStore(job.storeId);
    if (status == "queued" && !jobs::hold(tx, job)) return false;
    settle(tx,
           job.storeId,
           messageId,
           status,
           externalId,
           error == nullptr ? "" : sdk::name(error->kind),
           error == nullptr ? "" : error->message,
           tools_.clock.now());
    tx.commit();
    return true;
}

sdk::Result<jobs::Outcome> MarkReadJob::run(const jobs::Job& job, const std::stop_token& stop) {
    const auto conversation = SOUK_TRY(subjectOf(job));
    const auto session = SOUK_TRY(sessionOf(tools_, job));
    std::string newest;
    {
        auto tx = tools_.database.forStore(job.storeId);
        const auto rows = tx.query(kNewestOfPerson, job.storeId, conversation);
        if (!rows.empty()) newest = rows[0].textOr("external_id", "");
    }
    if (newest.empty()) return jobs::Outcome::done();
    auto context = session->context(stop);
    const auto marked = loader::guarded(session->plugin(), "messages.markRead", [&] {
        return session->plugin().plugin->messenger()->markRead(context, newest);
    });
    if (!marked && marked.error().kind != sdk::ErrorKind::Unsupported) return marked.error();
    return jobs::Outcome::done();
}

}  // namespace souk::messages
