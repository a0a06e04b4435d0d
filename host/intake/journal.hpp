#pragma once

#include "intake/intake.hpp"
#include "jobs/queue.hpp"
#include "store/guard.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace souk::intake {

/// What one apply() has to say beside the rows: sync_log, the change feed, jobs. Gathered while the
/// rows are written, written once at the end, in the same transaction.
class Journal {
public:
    explicit Journal(const Source& source) : source_(source) {}

    void add(sdk::Entity entity, const std::vector<store::Effect>& effects);
    void reject(sdk::Entity entity, std::string_view externalId, std::string_view reason);
    /// Logged under the integration; `externalId` may be empty.
    void notice(std::string_view externalId, std::string_view detail);
    void refetch(sdk::Entity entity, const std::string& externalId, std::string_view reason);
    void job(jobs::NewJob job) { jobs_.push_back(std::move(job)); }
    const core::Uuid& integrationId() const noexcept { return source_.integrationId; }
    const core::Uuid& causeId() const noexcept { return source_.causeId; }
    bool ofEvents() const noexcept { return source_.cause == Source::Cause::Webhook; }
    bool ofSync() const noexcept { return source_.cause == Source::Cause::Sync; }
    /// Takes over what another one gathered.
    void append(Journal&& other);

    /// Three statements at most. Answers the counts.
    Outcome write(store::Transaction& tx) const;

private:
    void log(const core::Uuid& integration,
             std::string_view entity,
             std::string_view externalId,
             const std::optional<core::Uuid>& entityId,
             std::string_view action,
             std::string_view detail);
    void addEffect(sdk::Entity entity, const store::Effect& effect);
    void queueRefetch(const core::Uuid& integration,
                      sdk::Entity entity,
                      const std::string& externalId,
                      std::string_view reason);
    void writeLog(store::Transaction& tx) const;
    void writeChanges(store::Transaction& tx) const;

    struct LogColumns {
        std::vector<core::Uuid> ids, integrations;
        std::vector<std::string> entities, externalIds, actions, details;
        std::vector<std::optional<core::Uuid>> entityIds;
    };
    struct ChangeColumns {
        std::vector<core::Uuid> ids, integrations;
        std::vector<std::string> kinds, entities;
        std::vector<std::optional<core::Uuid>> entityIds;
    };

    const Source& source_;
    Outcome outcome_;
    LogColumns log_;
    ChangeColumns changes_;
    std::vector<jobs::NewJob> jobs_;
};

}  // namespace souk::intake
