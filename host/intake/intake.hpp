#pragma once

#include "core/uuid.hpp"
#include "store/database.hpp"

#include <souk/sdk/record.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace souk::intake {

/// Jobs that carry a privacy request out: what people have a right to outlives every connection.
inline constexpr std::string_view kPrivacyKind = "privacy";

/// Where records come from and what to write beside their effect.
struct Source {
    enum class Cause : std::uint8_t { Webhook, Sync, Refetch, Connect };

    core::Uuid storeId;
    core::Uuid integrationId;
    std::string integrationName;  ///< key in product.platform_sync
    Cause cause = Cause::Sync;
    core::Uuid causeId;  ///< webhook id, sync run id or job id
    sdk::Timestamp now{};
    /// The records were read live, one by one, just now (fetchOne): on an equal stamp with other
    /// content they win. Otherwise an equal stamp with other content asks for a refetch.
    bool authoritative = false;
};

/// "webhook", "sync", "refetch" or "connect".
std::string_view name(Source::Cause cause) noexcept;

/// What one apply() did, counted in records.
struct Outcome {
    std::int64_t created = 0;
    std::int64_t updated = 0;
    std::int64_t unchanged = 0;
    std::int64_t stale = 0;
    std::int64_t deleted = 0;
    std::int64_t refetches = 0;  ///< queued
    std::int64_t rejected = 0;
    std::int64_t noticed = 0;

    std::int64_t changed() const noexcept { return created + updated + deleted; }
};

/// Unified records into one transaction: rows, sync_log, change feed, refetch jobs. Set-based: a
/// page costs a handful of statements whatever its size. Safe to repeat and to reorder. `tx` is
/// the store's transaction; the caller commits. Rejects are logged, never lost.
///
/// AccountChange and PrivacyRequest become jobs ("account", "privacy"); Notice is logged.
Outcome apply(store::Transaction& tx,
              const Source& source,
              const std::vector<sdk::Record>& records,
              const std::vector<sdk::Reject>& rejects);

/// The platform says, asked just now, that this record is gone: tombstone at `source.now`, rows
/// marked deleted, logged. Idempotent.
Outcome confirmGone(store::Transaction& tx,
                    const Source& source,
                    sdk::Entity entity,
                    const std::string& externalId);

}  // namespace souk::intake
