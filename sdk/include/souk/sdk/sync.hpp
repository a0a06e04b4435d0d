#pragma once

#include <souk/sdk/context.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::sdk {

/// Opaque to the host, meaningful to the plugin. Empty means "from the beginning, everything".
struct Cursor {
    std::string value;
    bool operator==(const Cursor&) const = default;
};

struct Page {
    std::vector<Record> records;
    std::vector<Reject> rejects;
    Cursor next;  ///< resume here; the host saves it in the same transaction as the records
    bool last =
        false;  ///< caught up. `next` is then the starting point of the next, incremental run
    /// What the whole run will bring, as far as the platform says (for progress only).
    std::optional<std::int64_t> total;
};

/// How many there are on the platform. `exact` false: at least that many.
struct RemoteCount {
    std::int64_t count = 0;
    bool exact = true;
};

/// Where one entity's records come from. A source may bring records of several kinds (a product
/// source also brings locations and stock levels). [worker]
class SyncSource {
public:
    virtual ~SyncSource();
    /// One page, no loops: the host owns paging, pacing, saving and stopping. An incremental run
    /// overlaps the former one (platforms stamp whole seconds), so the same record may come twice.
    virtual Result<Page> fetch(Context& context, const Cursor& from) const = 0;
    /// One record, whole, as it is now. Children longer than a page come in pages: the host calls
    /// again with `next` and joins records of the same id until `last`. NotFound: it is gone.
    /// `externalId` is StockLevel::key for stock.
    virtual Result<Page> fetchOne(Context& context,
                                  Entity entity,
                                  std::string_view externalId,
                                  const Cursor& from) const = 0;
    /// Which kinds fetchOne() can bring. With stock, a run from the beginning lists every level.
    virtual std::vector<Entity> entities() const = 0;
    /// For verification and progress: how many records of the leading entity the platform holds
    /// for us to see.
    virtual Result<RemoteCount> remoteCount(Context& context) const = 0;
};

}  // namespace souk::sdk
