#include "intake/journal.hpp"

#include "core/correlation.hpp"
#include "core/text.hpp"

#include <souk/sdk/json.hpp>

#include <iterator>

namespace souk::intake {

namespace {

constexpr std::string_view kWriteLog = R"(
INSERT INTO sync_log (store_id, at, cause, cause_id, id, integration_id, entity, external_id,
                      entity_id, action, detail, correlation_id)
SELECT $1, $2, $3, $4, unnest($5::uuid[]), unnest($6::uuid[]), unnest($7::text[]),
       unnest($8::text[]), unnest($9::uuid[]), unnest($10::text[]), unnest($11::text[]),
       $12::uuid)";

constexpr std::string_view kWriteChanges = R"(
WITH written AS (
    INSERT INTO change (store_id, id, integration_id, kind, entity, entity_id)
    SELECT $1, unnest($2::uuid[]), unnest($3::uuid[]), unnest($4::text[]), unnest($5::text[]),
           unnest($6::uuid[])
)
SELECT pg_notify('souk_change', $1::text))";

/// What a platform sent us may be anything: the log takes text of a size that fits its index.
std::string clean(std::string_view text) {
    constexpr std::size_t kMost = 500;
    if (!core::isUtf8(text) || text.find('\0') != std::string_view::npos) return "(unreadable)";
    return std::string(core::clipped(text, kMost));
}

template <class T>
void appendTo(std::vector<T>& to, std::vector<T>&& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void addTo(Outcome& sum, const Outcome& part) {
    sum.created += part.created;
    sum.updated += part.updated;
    sum.unchanged += part.unchanged;
    sum.stale += part.stale;
    sum.deleted += part.deleted;
    sum.refetches += part.refetches;
    sum.rejected += part.rejected;
    sum.noticed += part.noticed;
}

}  // namespace

std::string_view name(Source::Cause cause) noexcept {
    switch (cause) {
        case Source::Cause::Webhook:
            return "webhook";
        case Source::Cause::Sync:
            return "sync";
        case Source::Cause::Refetch:
            return "refetch";
        case Source::Cause::Connect:
            break;
    }
    return "connect";
}

void Journal::log(const core::Uuid& integration,
                  std::string_view entity,
                  std::string_view externalId,
                  const std::optional<core::Uuid>& entityId,
                  std::string_view action,
                  std::string_view detail) {
    log_.ids.push_back(core::newId());
    log_.integrations.push_back(integration);
    log_.entities.emplace_back(entity);
    log_.externalIds.push_back(clean(externalId));
    log_.entityIds.push_back(entityId);
    log_.actions.emplace_back(action);
    log_.details.push_back(clean(detail));
}

void Journal::queueRefetch(const core::Uuid& integration,
                           sdk::Entity entity,
                           const std::string& externalId,
                           std::string_view reason) {
    jobs::NewJob job;
    job.integrationId = integration;
    job.kind = "refetch";
    job.dedupe = std::string(sdk::name(entity)) + ":" + clean(externalId);
    job.payload = sdk::JsonWriter()
                      .object()
                      .key("entity")
                      .text(sdk::name(entity))
                      .key("external_id")
                      .text(clean(externalId))
                      .key("reason")
                      .text(clean(reason))
                      .end()
                      .take();
    job.priority = jobs::kWebhookFollowUp;
    jobs_.push_back(std::move(job));
    ++outcome_.refetches;
}

void Journal::addEffect(sdk::Entity entity, const store::Effect& effect) {
    const core::Uuid integration = effect.integrationId.value_or(source_.integrationId);
    const auto say = [&](std::string_view action) {
        log(integration, sdk::name(entity), effect.key, effect.entityId, action, effect.why);
    };
    switch (effect.verdict) {
        case store::Verdict::Created:
            ++outcome_.created;
            say("created");
            break;
        case store::Verdict::Updated:
            ++outcome_.updated;
            say("updated");
            break;
        case store::Verdict::Deleted:
            ++outcome_.deleted;
            say("deleted");
            break;
        case store::Verdict::Touched:
        case store::Verdict::Unchanged:
            ++outcome_.unchanged;
            break;
        case store::Verdict::Stale:
            ++outcome_.stale;
            say("stale");
            break;
        case store::Verdict::Refetch:
            queueRefetch(integration, entity, effect.key, effect.why);
            say("refetch");
            break;
    }
    if (effect.confirm) {
        queueRefetch(integration, entity, effect.key, "to be confirmed once more");
        say("refetch");
    }
}

void Journal::add(sdk::Entity entity, const std::vector<store::Effect>& effects) {
    for (const store::Effect& effect : effects) {
        addEffect(entity, effect);
        if (effect.change.empty()) continue;
        changes_.ids.push_back(core::newId());
        changes_.integrations.push_back(effect.integrationId.value_or(source_.integrationId));
        changes_.kinds.push_back(std::string(sdk::name(entity)) + "." + std::string(effect.change));
        changes_.entities.emplace_back(sdk::name(entity));
        changes_.entityIds.push_back(effect.entityId);
    }
}

void Journal::reject(sdk::Entity entity, std::string_view externalId, std::string_view reason) {
    ++outcome_.rejected;
    log(source_.integrationId, sdk::name(entity), externalId, std::nullopt, "rejected", reason);
}

void Journal::notice(std::string_view externalId, std::string_view detail) {
    ++outcome_.noticed;
    log(source_.integrationId, "integration", externalId, std::nullopt, "noticed", detail);
}

void Journal::refetch(sdk::Entity entity, const std::string& externalId, std::string_view reason) {
    queueRefetch(source_.integrationId, entity, externalId, reason);
    log(source_.integrationId, sdk::name(entity), externalId, std::nullopt, "refetch", reason);
}

void Journal::append(Journal&& other) {
    addTo(outcome_, other.outcome_);
    appendTo(log_.ids, std::move(other.log_.ids));
    appendTo(log_.integrations, std::move(other.log_.integrations));
    appendTo(log_.entities, std::move(other.log_.entities));
    appendTo(log_.externalIds, std::move(other.log_.externalIds));
    appendTo(log_.actions, std::move(other.log_.actions));
    appendTo(log_.details, std::move(other.log_.details));
    appendTo(log_.entityIds, std::move(other.log_.entityIds));
    appendTo(changes_.ids, std::move(other.changes_.ids));
    appendTo(changes_.integrations, std::move(other.changes_.integrations));
    appendTo(changes_.kinds, std::move(other.changes_.kinds));
    appendTo(changes_.entities, std::move(other.changes_.entities));
    appendTo(changes_.entityIds, std::move(other.changes_.entityIds));
    appendTo(jobs_, std::move(other.jobs_));
}

void Journal::writeLog(store::Transaction& tx) const {
    if (log_.ids.empty()) return;
    tx.query(kWriteLog,
             source_.storeId,
             source_.now,
             name(source_.cause),
             source_.causeId.empty() ? std::nullopt : std::optional(source_.causeId),
             log_.ids,
             log_.integrations,
             log_.entities,
             log_.externalIds,
             log_.entityIds,
             log_.actions,
             log_.details,
             core::Correlation::current());
}

void Journal::writeChanges(store::Transaction& tx) const {
    if (changes_.ids.empty()) return;
    tx.query(kWriteChanges,
             source_.storeId,
             changes_.ids,
             changes_.integrations,
             changes_.kinds,
             changes_.entities,
             changes_.entityIds);
}

Outcome Journal::write(store::Transaction& tx) const {
    writeLog(tx);
    writeChanges(tx);
    if (!jobs_.empty()) jobs::enqueue(tx, source_.storeId, jobs_);
    return outcome_;
}

}  // namespace souk::intake
