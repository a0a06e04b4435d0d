#pragma once

#include "store/database.hpp"
#include "store/guard.hpp"
#include "support/test_database.hpp"

#include "host/intake/records.hpp"

#include <memory>
#include <string>

namespace souk::test {

/// A fresh database with one store and one connected shop.
struct World {
    std::unique_ptr<store::Database> database = TestDatabase::instance().emptied();
    core::Uuid storeId = insertStore(*database);
    core::Uuid shop = insertIntegration(*database, storeId, "example", "one");

    store::RecordScope scope(const core::Uuid& integration, int now = 1000) const {
        store::RecordScope made;
        made.storeId = storeId;
        made.integrationId = integration;
        made.integrationName = integration == shop ? "one" : "other";
        made.now = second(now);
        return made;
    }
    store::RecordScope scope() const { return scope(shop); }

    /// `work(tx)` in a transaction of the store, committed.
    template <class Work>
    auto inStore(Work work) const {
        auto tx = database->forStore(storeId);
        auto result = work(tx);
        tx.commit();
        return result;
    }

    /// The first column, named `n`, of the only row, over all stores.
    std::int64_t number(const std::string& sql) const {
        auto tx = database->asOwner();
        return tx.query(sql)[0].integer("n");
    }
    /// As number(), for text; "(null)" when it is null, "(none)" without a row.
    std::string text(const std::string& sql) const {
        auto tx = database->asOwner();
        const store::Rows rows = tx.query(sql);
        if (rows.empty()) return "(none)";
        return rows[0].textOr("n", "(null)");
    }
    std::int64_t count(const std::string& tableAndCondition) const {
        return number("SELECT count(*) AS n FROM " + tableAndCondition);
    }
};

}  // namespace souk::test
