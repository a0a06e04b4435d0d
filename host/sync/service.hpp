#pragma once

#include "sync/progress.hpp"

#include "core/uuid.hpp"
#include "jobs/scheduler.hpp"
#include "loader/catalog.hpp"
#include "store/database.hpp"
#include "store/integrations.hpp"

#include <souk/sdk/context.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::sync {

enum class Mode : std::uint8_t { Full, Incremental, Verify };
enum class Trigger : std::uint8_t { Connect, Manual, Schedule };
std::string_view name(Mode mode) noexcept;
std::string_view name(Trigger trigger) noexcept;
sdk::Result<Mode> modeFrom(std::string_view text);

struct SyncRequest {
    core::Uuid storeId;
    core::Uuid integrationId;
    std::vector<sdk::Entity> entities;  ///< empty: all of the manifest, in its order
    std::optional<Mode> mode;           ///< none: full until there was a complete one
    Trigger trigger = Trigger::Manual;
};

struct Started {
    core::Uuid runId;
    bool joined = false;  ///< a run was active already; this is that one
};

/// Starts, shows and stops sync runs. At most one run per integration is active; what runs it is
/// the job kind "sync" (SyncRunner). Thread-safe.
class SyncService {
public:
    /// All three must outlive the service.
    SyncService(store::Database& database, const loader::Catalog& catalog, const sdk::Clock& clock);

    /// In the caller's store transaction: the run starts when it commits. Rejected, with the fix
    /// named, when the integration is not connected or an entity cannot be synced; NotFound when
    /// there is no such integration. A full run continues a full one of the last seven days that
    /// gave up half-way.
    sdk::Result<Started> request(store::Transaction& store, const SyncRequest& wanted);
    sdk::Result<Started> request(const SyncRequest& wanted);

    std::optional<RunProgress> status(const core::Uuid& storeId, const core::Uuid& runId);
    /// Newest first; `before` empty: from the newest.
    std::vector<RunProgress> list(const core::Uuid& storeId,
                                  const std::optional<core::Uuid>& integrationId,
                                  const core::Uuid& before,
                                  int limit);
    /// Stops the run between two pages; one that waits is ended at once. NotFound; Rejected when
    /// it has ended already.
    sdk::Result<RunProgress> cancel(const core::Uuid& storeId, const core::Uuid& runId);

    /// Starts runs of integrations that are due; the next ones are due `interval` later. Answers
    /// how many. Several hosts may do it at once.
    int startDue(std::chrono::milliseconds interval);
    /// Ends runs whose job is gone or dead, so that they block no later one. Answers how many.
    int endOrphans();
    /// Removes what failed runs had met once no run can go on from there any more.
    void forgetAbandoned();

private:
    store::Database& database_;
    const loader::Catalog& catalog_;
    const sdk::Clock& clock_;
};

/// startDue() and endOrphans() twice a minute, forgetAbandoned() hourly.
void addSyncTicks(jobs::Scheduler& scheduler,
                  SyncService& service,
                  std::chrono::milliseconds interval);

}  // namespace souk::sync
