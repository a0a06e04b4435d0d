#pragma once

#include "store/database.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::store {

/// On whose behalf records are written: the rooms that own tables get it from intake.
struct RecordScope {
    core::Uuid storeId;
    core::Uuid integrationId;
    std::string integrationName;  ///< key in product.platform_sync
    sdk::Timestamp now{};
    bool authoritative = false;  ///< read live, one by one, just now
};

/// What is to be done with a record, and afterwards what was done.
enum class Verdict : std::uint8_t {
    Created,
    Updated,
    Deleted,
    Touched,    ///< same content under a newer stamp: only the stamp is written
    Unchanged,  ///< nothing written
    Stale,      ///< older than what is stored: nothing written
    Refetch,    ///< cannot be told from what we have: the platform is asked
};

/// What is stored about a record.
struct Known {
    core::Uuid id;
    std::string contentHash;  ///< empty: none
    std::optional<sdk::Timestamp> version;
    std::optional<sdk::Timestamp> deletedVersion;
    bool deleted = false;
    std::optional<core::Uuid> parentId;  ///< of a product listing: its product
};

struct Ruling {
    Verdict verdict = Verdict::Unchanged;
    std::string_view why;  ///< a sentence for sync_log
    bool confirm = false;  ///< ask the platform once more, whatever the verdict
};

/// A record (or the news that it is gone) on its way to its table.
struct Incoming {
    std::string key;   ///< external id; StockLevel::key for stock
    std::string hash;  ///< of the content; empty for a deletion
    std::optional<sdk::Timestamp> version;
    bool partial = false;
    std::size_t index = 0;  ///< into the caller's records
    std::optional<Known> known;
    Ruling ruling;
};

using Rule = Ruling(const RecordScope& scope, const Incoming& incoming);

/// The law: older never overwrites newer, an equal stamp with other content is asked again unless
/// it was read live just now, content not newer than a deletion stays dead, and content newer than
/// one is asked again before it comes back to life.
Ruling ruleOnContent(const RecordScope& scope, const Incoming& incoming);
/// A deletion the platform told of. Without a stamp it is confirmed by asking.
Ruling ruleOnDeletion(const RecordScope& scope, const Incoming& incoming);
/// A deletion the platform has just confirmed.
Ruling ruleOnAbsence(const RecordScope& scope, const Incoming& incoming);

/// Two stamps of which nobody can tell the order: equal, or one of them is a whole second and the
/// other lies within it (platforms stamp whole seconds).
bool sameMoment(sdk::Timestamp a, sdk::Timestamp b) noexcept;

/// How a table's rows are found by ($1 store, $2 integration, $3 keys text[]). Both answer key, id,
/// content_hash, source_version, deleted_version, deleted, parent_id; `lock` locks them in key
/// order, so that two pages cannot wait for each other. Both look each key up by itself (lateral,
/// not = ANY): before a growing table has been analysed the planner would read all of it.
struct GuardedTable {
    std::string_view see;
    std::string_view lock;
};

/// Rules on every record by what is stored. Whatever is to be written is locked and ruled on again,
/// and the making of new rows is serialised by `creationLock`, so the rulings still hold when the
/// caller writes: one statement for a page without news, three for one with new rows.
void settle(Transaction& tx,
            const RecordScope& scope,
            const GuardedTable& table,
            const std::string& creationLock,
            Rule* rule,
            std::vector<Incoming>& page);

/// News that a record is gone.
struct Departure {
    std::string externalId;            ///< StockLevel::key for stock
    std::optional<sdk::Timestamp> at;  ///< the platform's stamp of the deletion, if it gave one
};

/// Departures as a page to settle; the same key twice is kept once, with the newest stamp.
std::vector<Incoming> pageOf(const std::vector<Departure>& departures);

/// Serialises the making of rows that share `name` until the transaction ends.
void lockCreation(Transaction& tx, const std::string& name);

/// What became of one record: for sync_log, the change feed and the refetch queue.
struct Effect {
    Verdict verdict = Verdict::Unchanged;
    std::string key{};
    std::optional<core::Uuid> entityId{};
    std::string_view why{};
    std::string_view
        change{};          ///< created, updated, deleted: a row in the change feed; empty: none
    bool confirm = false;  ///< also queue a refetch
    std::optional<core::Uuid> integrationId{};  ///< of another integration than the scope's
};

/// Leaves the newest record of each key. What was dropped is told in `effects`: older ones as
/// stale; one of the same stamp with other content as a refetch, for none of the two is known to be
/// right.
std::vector<Incoming> newestOfEach(const RecordScope& scope,
                                   std::vector<Incoming> page,
                                   std::vector<Effect>& effects);

/// The stamp a tombstone gets: the deletion's own, or for one just confirmed the newest of the
/// record's stamp and now.
sdk::Timestamp tombstoneVersion(const RecordScope& scope, const Incoming& incoming);

/// The effect of a ruling as it stands, without a change row.
Effect effectOf(const Incoming& incoming);

/// Rows of a statement that writes tombstones, for tables where one record is one row.
struct Tombstones {
    std::vector<core::Uuid> ids;
    std::vector<std::string> externalIds;
    std::vector<sdk::Timestamp> stamps;

    /// Adds the row when the ruling writes one; answers the record's effect with its change row.
    Effect add(const RecordScope& scope, const Incoming& incoming);
    /// `sql` takes ($1 store, $2 integration, $3 ids, $4 external ids, $5 stamps, $6 now).
    void write(Transaction& tx, const RecordScope& scope, std::string_view sql) const;
};

/// Writes the newer stamp of every Touched record; `sql` takes ($1 store, $2 integration, $3 ids,
/// $4 external ids, $5 stamps).
void touch(Transaction& tx,
           const RecordScope& scope,
           std::string_view sql,
           const std::vector<Incoming>& page);

/// The effect of a record that is one row: a new one gets its id here, and its change row.
Effect contentEffectOf(const Incoming& incoming);

/// Created and Updated: the record's content is to be written.
bool writesContent(Verdict verdict) noexcept;

/// {"a","b"}: a text[] as a literal, for arrays of arrays, which unnest would flatten.
std::string arrayLiteral(const std::vector<std::string>& values);

/// Null where the platform has nothing to say.
std::optional<std::string> textOrNull(const std::string& value);
std::optional<sdk::Timestamp> timeOrNull(sdk::Timestamp value);

}  // namespace souk::store
