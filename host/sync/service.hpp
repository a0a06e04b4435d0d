#pragma once

#include "sync/progress.hpp"

#include "core/uuid.hpp"
#include "store/database.hpp"
#include "store/integrations.hpp"

#include <souk/sdk/context.hpp>
#include <souk/sdk/plugin.hpp>

#include <chrono>
#include <functional>
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

/// Leading entities that the plugin of a platform can sync, in order customer, product, order.
/// Empty: that plugin is not loaded. App hands in one made from the catalog with syncable().
using SourcesOf = std::function<std::vector<sdk::Entity>(const std::string& platform)>;
std::vector<sdk::Entity> syncable(const sdk::Plugin& plugin);

struct SyncRequest {
    core::Uuid storeId;
    core::Uuid integrationId;
    std::vector<sdk::Entity> entities;  ///< empty: all the plugin has
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
    SyncService(store::Database& database, SourcesOf sourcesOf, const sdk::Clock& clock);

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

    /// A scheduler tick: starts incremental runs of integrations that are due, `every` apart.
    /// Answers how many. Several hosts may do it at once.
    int startDue(std::chrono::seconds every);
    /// A scheduler tick: ends runs whose job is gone or dead, so that they block no later one.
    /// Answers how many.
    int endOrphans();

private:
    store::Database& database_;
    SourcesOf sourcesOf_;
    const sdk::Clock& clock_;
};

}  // namespace souk::sync
