#pragma once

#include "intake/intake.hpp"

#include "host/intake/world.hpp"

#include <string>
#include <vector>

namespace souk::test {

/// A World that takes records in as webhooks and sync do.
struct Hub : World {
    intake::Source source(int now = 1000) const {
        intake::Source made;
        made.storeId = storeId;
        made.integrationId = shop;
        made.integrationName = "one";
        made.cause = intake::Source::Cause::Webhook;
        made.causeId = core::newId();
        made.now = second(now);
        return made;
    }
    intake::Source live(int now = 1000) const {
        intake::Source made = source(now);
        made.cause = intake::Source::Cause::Refetch;
        made.authoritative = true;
        return made;
    }

    intake::Outcome take(const intake::Source& from,
                         const std::vector<sdk::Record>& records,
                         const std::vector<sdk::Reject>& rejects = {}) const {
        return inStore(
            [&](store::Transaction& tx) { return intake::apply(tx, from, records, rejects); });
    }
    intake::Outcome take(const sdk::Record& record) const { return take(source(), {record}); }
    intake::Outcome takeLive(const sdk::Record& record) const { return take(live(), {record}); }
    intake::Outcome gone(sdk::Entity entity, const std::string& id, int now = 1000) const {
        return inStore(
            [&](store::Transaction& tx) { return intake::confirmGone(tx, live(now), entity, id); });
    }

    std::string title(const std::string& product) const {
        return text(
            "SELECT p.title AS n FROM product_listing l JOIN product p ON p.id = "
            "l.product_id WHERE l.deleted_at IS NULL AND l.external_id = '" +
            product + "'");
    }
    std::int64_t logged(const std::string& action) const {
        return count("sync_log WHERE action = '" + action + "'");
    }
    std::int64_t refetches() const { return count("job WHERE kind = 'refetch'"); }
};

}  // namespace souk::test
