#pragma once

#include "publish/offers.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace souk::publish {

/// How often batches may be handed over: `burst` at once, then one in every `interval`.
struct Pace {
    std::int64_t burst = 1;
    std::chrono::milliseconds interval{};

    /// A sixth of what a minute allows at once, the rest spread over it: so no minute sees more.
    static Pace perMinute(double calls);
};

/// What stands about an integration's publishing as a whole. In the caller's store transaction.

/// It has followed the store up to now: what changes from here on is news.
void beginPosition(store::Transaction& store, const Shelf& shelf);

/// Reserves the next batch: nothing when it may go now, else the time from which it may.
std::optional<sdk::Timestamp> reserve(store::Transaction& store,
                                      const Shelf& shelf,
                                      const Pace& pace,
                                      sdk::Timestamp now);
/// The platform wants no batch before `until`.
void pause(store::Transaction& store, const Shelf& shelf, sdk::Timestamp until);

/// The end of a turn: when something is to be done next even if nothing changes. Of `whole`
/// products nothing is due while an offer of theirs is in hand. `trouble` is what went wrong in the
/// turn without failing it.
void rest(store::Transaction& store,
          const Shelf& shelf,
          const Pace& pace,
          bool whole,
          const std::optional<std::string>& trouble);
/// A turn that failed: another one after `retryAfter`, or later and later.
void fail(store::Transaction& store,
          const Shelf& shelf,
          const sdk::Error& error,
          sdk::Timestamp now);

/// The whole catalogue was compared.
void compared(store::Transaction& store,
              const Shelf& shelf,
              const std::string& drift,
              sdk::Timestamp now);

}  // namespace souk::publish
