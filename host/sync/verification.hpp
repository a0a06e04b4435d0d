#pragma once

#include "sync/run_rows.hpp"

#include <optional>
#include <string>
#include <vector>

namespace souk::sync {

/// One entity, counted on both sides.
struct EntityCheck {
    sdk::Entity entity{};
    std::optional<std::int64_t> remote;  ///< none: the platform does not say
    bool exact = true;                   ///< false: at least that many
    std::int64_t local = 0;
    std::int64_t rejects = 0;
    bool bringsStock = false;  ///< its pages list the stock levels, too
};

/// What is on its way or got stuck beside the pages.
struct Refetches {
    std::int64_t pending = 0;
    std::int64_t dead = 0;
};

struct Verdict {
    bool verified = false;  ///< every count was told and agrees, nothing is on its way
    bool settled = false;   ///< waiting longer would change nothing
    std::string missing;    ///< sentences for people; empty: nothing
};

/// Compares. Pure.
Verdict judge(const std::vector<EntityCheck>& checks, const Refetches& refetches);

/// What is live here of an entity, as far as the platform shows it: orders that a platform hides by
/// age are not in its count either, so only those the run met or that came since are counted.
std::int64_t localCount(store::Transaction& store, const Run& run, sdk::Entity entity);

Refetches refetchesOf(store::Transaction& store, const Run& run);

/// Live here, yet not met by this full run (a stock level: not seen since it began): each is
/// fetched once to be sure, and gone only when the platform says so. Orders older than nearly all
/// that were met are left alone (the platform may hide them by age). When suspiciously many are
/// absent a full run touches none of them and answers a sentence; a verify run asks about every
/// one.
std::optional<std::string> confirmAbsent(store::Transaction& store,
                                         const Run& run,
                                         sdk::Entity entity);

}  // namespace souk::sync
