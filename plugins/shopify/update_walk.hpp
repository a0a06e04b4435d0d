#pragma once

#include "graphql.hpp"

#include <souk/sdk/sync.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace souk::shopify {

/// Where a walk over a list "what changed since" stands. Kept in the cursor as
/// {"since":…,"started":…,"seen":…,"after":…}, each absent while empty.
struct WalkState {
    std::string since;    ///< only what changed at or after this; empty: everything
    std::string started;  ///< our clock when this run began
    std::string seen;     ///< the latest change met so far
    std::string after;    ///< Shopify's cursor within the list

    static sdk::Result<WalkState> from(const sdk::Json& json);
    void write(sdk::JsonWriter& out) const;

    /// The `query` argument, or an empty text for everything.
    std::string filter() const;
    void begin(sdk::Timestamp now);
    void meet(sdk::Timestamp updatedAt);
    /// Where the next, incremental run begins: a little before the earlier of our start and the
    /// latest change met. The first alone would trust our clock to agree with Shopify's; the second
    /// alone would miss what changed behind us in a list that is not ordered by change.
    WalkState finished() const;
    /// Takes the list's pageInfo: true when the list goes on. BadPayload when it would never end.
    sdk::Result<bool> advance(const sdk::Json& pageInfo);
};

/// A list ordered by its last change, one page a call.
struct Listing {
    const Document& document;
    std::string_view connection;  ///< "orders"
    std::string_view counter;     ///< "ordersCount"
    sdk::Entity entity;
    sdk::Result<sdk::Record> (*translate)(const sdk::Json& node, const sdk::Account& account);
};

struct WalkedPage {
    sdk::Page page;  ///< without its cursor
    WalkState state;
    bool finished = false;
};

/// The next page and the state after it. One unreadable node is a Reject.
sdk::Result<WalkedPage> walkOn(sdk::Context& context, const Listing& listing, WalkState state);

/// fetch() of a source that is nothing but one listing: the cursor is the WalkState.
sdk::Result<sdk::Page> fetchListing(sdk::Context& context,
                                    const Listing& listing,
                                    const sdk::Cursor& from);

/// {"count":2,"precision":"EXACT"}
sdk::Result<sdk::RemoteCount> countFrom(const sdk::Json& count);
/// remoteCount() of a source: asks, and warns when Shopify serves another API version.
sdk::Result<sdk::RemoteCount> askCount(sdk::Context& context,
                                       const Document& document,
                                       std::string_view counter);

/// The cursor's JSON. BadPayload names the cursor: it came from another plugin or version.
sdk::Result<sdk::Json> parseCursor(const sdk::Cursor& cursor);

}  // namespace souk::shopify
