#include "intake/intake.hpp"

#include "intake/batch.hpp"

namespace souk::intake {

namespace {

// A page asks for rows by key and nothing else, but until a growing table has been analysed the
// planner takes it for a small one and reads it whole, page after page (measured: 20 times slower
// in a first sync). For the rest of this transaction.
constexpr std::string_view kByKeyOnly = R"(
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
       set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true))";

store::RecordScope scopeOf(const Source& source) {
    return {.storeId = source.storeId,
            .integrationId = source.integrationId,
            .integrationName = source.integrationName,
            .now = source.now,
            .authoritative = source.authoritative};
}

/// PostgreSQL cannot keep this value (class 22: data, 54: too large, 23514: a check): the record's
/// trouble, not the database's.
bool isTheRecords(const store::Failure& failure) {
    const std::string& state = failure.sqlState();
    return state.starts_with("22") || state.starts_with("54") || state == "23514";
}

/// All or none of the batch; false when a record in it cannot be kept. `why` names the trouble.
bool written(store::Transaction& tx,
             const Source& source,
             const Batch& batch,
             Journal& journal,
             std::string& why) {
    Journal attempt(source);
    try {
        tx.attempt([&] {
            tx.query(kByKeyOnly);
            batch.write(tx, scopeOf(source), attempt);
        });
    } catch (const store::Failure& failure) {
        if (!isTheRecords(failure)) throw;
        why = failure.sqlState();
        return false;
    }
    journal.append(std::move(attempt));
    return true;
}

/// One bad item is a reject, not a failed page.
void writeOneByOne(store::Transaction& tx,
                   const Source& source,
                   const Batch& batch,
                   Journal& journal) {
    for (const sdk::Record* record : batch.records()) {
        std::string why;
        const Batch single = Batch::sortOut({record}, journal);
        if (written(tx, source, single, journal, why)) continue;
        const RecordName named = nameOf(*record);
        journal.reject(named.entity,
                       named.externalId,
                       "PostgreSQL cannot keep one of its values (SQLSTATE " + why + ")");
    }
}

}  // namespace

Outcome apply(store::Transaction& tx,
              const Source& source,
              const std::vector<sdk::Record>& records,
              const std::vector<sdk::Reject>& rejects) {
    Journal journal(source);
    std::vector<const sdk::Record*> all;
    all.reserve(records.size());
    for (const sdk::Record& record : records) all.push_back(&record);
    const Batch batch = Batch::sortOut(all, journal);
    std::string why;
    if (!batch.records().empty() && !written(tx, source, batch, journal, why))
        writeOneByOne(tx, source, batch, journal);
    for (const sdk::Reject& reject : rejects)
        journal.reject(reject.entity, reject.externalId, reject.reason);
    return journal.write(tx);
}

Outcome confirmGone(store::Transaction& tx,
                    const Source& source,
                    sdk::Entity entity,
                    const std::string& externalId) {
    Journal journal(source);
    tx.query(kByKeyOnly);
    const std::vector<store::Departure> departures{{.externalId = externalId, .at = std::nullopt}};
    const auto scope = scopeOf(source);
    addWithConsequences(tx,
                        scope,
                        journal,
                        entity,
                        removeRecords(tx, scope, entity, departures, store::ruleOnAbsence));
    return journal.write(tx);
}

}  // namespace souk::intake
