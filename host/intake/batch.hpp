#pragma once

#include "intake/journal.hpp"

#include <array>
#include <vector>

namespace souk::intake {

/// Records that change tables, by the table they change. Points into the caller's records.
class Batch {
public:
    /// Sorts out what changes tables; what does not (refetches, account and privacy requests,
    /// notices) goes to the journal at once, as does a record without an id.
    static Batch sortOut(const std::vector<const sdk::Record*>& records, Journal& journal);

    /// Writes everything, places before goods before people before orders before stock, deletions
    /// of each kind after its records: every page locks in the same order.
    void write(store::Transaction& tx, const store::RecordScope& scope, Journal& journal) const;

    /// The records that change tables.
    const std::vector<const sdk::Record*>& records() const noexcept { return records_; }

private:
    struct Sorter;

    std::vector<const sdk::Record*> records_;
    std::vector<const sdk::Product*> products_;
    std::vector<const sdk::Customer*> customers_;
    std::vector<const sdk::Order*> orders_;
    std::vector<const sdk::Location*> locations_;
    std::vector<const sdk::StockLevel*> levels_;
    std::vector<const sdk::Message*> messages_;
    std::vector<const sdk::MessageStatus*> statuses_;
    std::vector<const sdk::PersonChange*> people_;
    std::array<std::vector<store::Departure>, 6> departures_;  ///< by Entity
};

/// Puts effects into the journal, and what follows from them: a variant that is gone takes its
/// stock levels with it, and an event's level of an item nobody knows has the item asked for (its
/// variant may be gone already, and then nobody would ever tell).
void addWithConsequences(store::Transaction& tx,
                         const store::RecordScope& scope,
                         Journal& journal,
                         sdk::Entity entity,
                         const std::vector<store::Effect>& effects);

/// Removes records of one kind by the rule given.
std::vector<store::Effect> removeRecords(store::Transaction& tx,
                                         const store::RecordScope& scope,
                                         sdk::Entity entity,
                                         const std::vector<store::Departure>& departures,
                                         store::Rule* rule);

/// Which record it is, as far as it says.
struct RecordName {
    sdk::Entity entity{};
    std::string externalId;
};
RecordName nameOf(const sdk::Record& record);

}  // namespace souk::intake
