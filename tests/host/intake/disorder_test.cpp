#include "host/intake/hub.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>

namespace souk::intake {

using namespace souk::test;

namespace {

/// A platform in small: it edits, sends an event for every edit, and answers live reads with what
/// is true now. Several edits fall into one second, as stamps are whole seconds.
class Platform {
public:
    explicit Platform(unsigned seed) : random_(seed) {}

    void live(int edits) {
        for (int edit = 0; edit < edits; ++edit) {
            if (pick(3) != 0) ++clock_;
            switch (pick(6)) {
                case 0:
                    editProduct(std::to_string(1 + pick(3)));
                    break;
                case 1:
                    editOrder(std::to_string(1 + pick(3)));
                    break;
                case 2:
                    editLevel("item-" + std::to_string(1 + pick(3)));
                    break;
                default:
                    editCustomer(std::to_string(1 + pick(3)));
                    break;
            }
        }
    }

    /// Every event at least once, in any order, in batches of one to four.
    std::vector<std::vector<sdk::Record>> deliveries() {
        std::vector<sdk::Record> all = events_;
        for (const sdk::Record& event : events_)
            if (pick(3) == 0) all.push_back(event);
        std::shuffle(all.begin(), all.end(), random_);
        std::vector<std::vector<sdk::Record>> batches;
        for (std::size_t at = 0; at < all.size();) {
            const std::size_t end =
                std::min(all.size(), at + 1 + static_cast<std::size_t>(pick(4)));
            batches.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(at),
                                 all.begin() + static_cast<std::ptrdiff_t>(end));
            at = end;
        }
        return batches;
    }

    /// One record; of an item ("item@") all its levels.
    std::vector<sdk::Record> read(const std::string& entity, const std::string& id) const {
        const std::string key = entity + ":" + id;
        std::vector<sdk::Record> found;
        for (auto at = now_.lower_bound(key); at != now_.end(); ++at) {
            if (at->first != key && !(id.ends_with('@') && at->first.starts_with(key))) break;
            found.push_back(at->second);
        }
        return found;
    }
    const std::map<std::string, sdk::Record>& now() const { return now_; }
    int clock() const { return clock_; }
    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

private:
    /// Products, orders and customers never come back under an id once deleted; levels do.
    bool dead(const std::string& key) const { return dead_.contains(key); }

    void put(const std::string& key, const sdk::Record& record) {
        now_.insert_or_assign(key, record);
        events_.push_back(record);
    }
    void drop(const std::string& key, sdk::Entity entity, const std::string& id) {
        if (now_.erase(key) == 0) return;
        dead_.insert_or_assign(key, true);
        sdk::Deletion gone{entity, id, second(clock_) + std::chrono::milliseconds(pick(999))};
        if (pick(3) == 0) gone.at.reset();
        events_.emplace_back(gone);
    }
    void editProduct(const std::string& id) {
        const std::string key = "product:" + id;
        if (dead(key)) return;
        if (pick(8) == 0) return drop(key, sdk::Entity::Product, id);
        sdk::Product product = productOf(id, clock_, "T" + std::to_string(random_()));
        for (int variant = 0; variant < 3; ++variant)
            if (pick(2) == 0)
                product.variants.push_back(
                    variantOf(id + std::to_string(variant), "S" + std::to_string(pick(4))));
        now_.insert_or_assign(key, product);
        if (pick(6) == 0) {
            product.partial = true;
            product.variants.clear();
        }
        events_.emplace_back(product);
    }
    void editOrder(const std::string& id) {
        const std::string key = "order:" + id;
        if (dead(key)) return;
        if (pick(10) == 0) return drop(key, sdk::Entity::Order, id);
        sdk::Order order = orderOf(id, clock_, "S" + std::to_string(random_()));
        for (int line = 0; line < 4; ++line)
            if (pick(2) == 0) order.lines.push_back(lineOf(std::to_string(line), 1 + pick(9)));
        put(key, order);
    }
    void editCustomer(const std::string& id) {
        const std::string key = "customer:" + id;
        if (dead(key)) return;
        if (pick(10) == 0) return drop(key, sdk::Entity::Customer, id);
        put(key, customerOf(id, clock_, std::to_string(random_()) + "@example.com"));
    }
    void editLevel(const std::string& item) {
        const std::string id = sdk::StockLevel::key(item, "loc-1");
        if (pick(3) == 0) return drop("stock:" + id, sdk::Entity::Stock, id);
        put("stock:" + id, levelOf(item, clock_, pick(100)));
    }

    std::mt19937 random_;
    int clock_ = 100;
    std::map<std::string, sdk::Record> now_;
    std::map<std::string, bool> dead_;
    std::vector<sdk::Record> events_;
};

sdk::Entity entityOf(const std::string& name) {
    return *sdk::entityFrom(name);
}

/// Answers waiting refetch jobs from the platform's truth until there are none. A bounded number
/// of rounds: refetches that never end are a failure.
void answerRefetches(const Hub& hub, const Platform& platform) {
    for (int round = 0; round < 20; ++round) {
        std::vector<std::pair<std::string, std::string>> asked;
        {
            auto tx = hub.database->asWorker();
            for (const store::Row row :
                 tx.query("DELETE FROM job WHERE kind = 'refetch' RETURNING payload ->> 'entity' "
                          "AS entity, payload ->> 'external_id' AS id"))
                asked.emplace_back(row.text("entity"), row.text("id"));
            tx.commit();
        }
        if (asked.empty()) return;
        const int now = platform.clock() + 1 + round;
        for (const auto& [entity, id] : asked) {
            const auto truth = platform.read(entity, id);
            if (truth.empty())
                hub.gone(entityOf(entity), id, now);
            else
                hub.take(hub.live(now), truth);
        }
    }
    CPPUNIT_FAIL("refetches never end");
}

struct Compare {
    const Hub& hub;

    void operator()(const sdk::Product& product) const {
        CPPUNIT_ASSERT_EQUAL(product.title, hub.title(product.externalId));
        std::string variants;
        for (const sdk::Variant& variant : product.variants)
            variants += variant.externalId + "=" + variant.sku + ";";
        CPPUNIT_ASSERT_EQUAL(
            variants,
            hub.text(
                "SELECT coalesce(string_agg(v.external_id || '=' || u.sku || ';', '' ORDER BY "
                "v.external_id), '') AS n FROM product_listing l JOIN variant_listing v ON "
                "v.listing_id = l.id AND v.deleted_at IS NULL JOIN product_variant u ON u.id = "
                "v.variant_id AND u.deleted_at IS NULL AND u.product_id = l.product_id WHERE "
                "l.external_id = '" +
                product.externalId + "'"));
    }
    void operator()(const sdk::Order& order) const {
        std::string lines = order.financialStatus + ":";
        for (const sdk::OrderLine& line : order.lines)
            lines += line.externalId + "x" + std::to_string(line.quantity) + ";";
        CPPUNIT_ASSERT_EQUAL(
            lines,
            hub.text("SELECT o.financial_status || ':' || coalesce(string_agg(i.external_id || 'x' "
                     "|| i.quantity || ';', '' ORDER BY i.external_id), '') AS n FROM orders o "
                     "LEFT JOIN order_items i ON i.order_id = o.id WHERE o.deleted_at IS NULL AND "
                     "o.external_id = '" +
                     order.externalId + "' GROUP BY o.id, o.financial_status"));
    }
    void operator()(const sdk::Customer& customer) const {
        CPPUNIT_ASSERT_EQUAL(
            customer.email,
            hub.text(
                "SELECT email AS n FROM customer WHERE deleted_at IS NULL AND external_id = '" +
                customer.externalId + "'"));
    }
    void operator()(const sdk::StockLevel& level) const {
        CPPUNIT_ASSERT_EQUAL(std::to_string(*level.available),
                             hub.text("SELECT available::text AS n FROM inventory WHERE deleted_at "
                                      "IS NULL AND inventory_item_id = '" +
                                      level.inventoryItemId + "'"));
    }
    template <class Other>
    void operator()(const Other&) const {
        CPPUNIT_FAIL("no such record in the platform's truth");
    }
};

void compare(const Hub& hub, const Platform& platform) {
    std::map<std::size_t, std::int64_t> counts;
    for (const auto& [key, record] : platform.now()) {
        std::visit(Compare{hub}, record);
        ++counts[record.index()];
    }
    CPPUNIT_ASSERT_EQUAL(counts[0], hub.count("product WHERE deleted_at IS NULL"));
    CPPUNIT_ASSERT_EQUAL(counts[0], hub.count("product_listing WHERE deleted_at IS NULL"));
    CPPUNIT_ASSERT_EQUAL(counts[1], hub.count("customer WHERE deleted_at IS NULL"));
    CPPUNIT_ASSERT_EQUAL(counts[2], hub.count("orders WHERE deleted_at IS NULL"));
    CPPUNIT_ASSERT_EQUAL(counts[4], hub.count("inventory WHERE deleted_at IS NULL"));
}

/// Rows that point to nothing: there are no foreign keys to keep them out.
void huntOrphans(const Hub& hub) {
    for (const char* orphans :
         {"product_listing l WHERE product_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM product p "
          "WHERE p.store_id = l.store_id AND p.id = l.product_id)",
          "product_listing l WHERE deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM product p "
          "WHERE p.id = l.product_id AND p.deleted_at IS NULL)",
          "product p WHERE deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM product_listing l "
          "WHERE l.product_id = p.id AND l.deleted_at IS NULL AND l.integration_id = "
          "p.lead_integration_id)",
          "product_variant v WHERE NOT EXISTS (SELECT 1 FROM product p WHERE p.store_id = "
          "v.store_id AND p.id = v.product_id)",
          "product_variant v WHERE (deleted_at IS NULL) <> EXISTS (SELECT 1 FROM variant_listing "
          "l WHERE l.variant_id = v.id AND l.deleted_at IS NULL)",
          "variant_listing l WHERE NOT EXISTS (SELECT 1 FROM product_variant v WHERE v.store_id = "
          "l.store_id AND v.id = l.variant_id)",
          "variant_listing l WHERE NOT EXISTS (SELECT 1 FROM product_listing p WHERE p.store_id = "
          "l.store_id AND p.id = l.listing_id)",
          "variant_listing l JOIN product_listing p ON p.id = l.listing_id WHERE l.deleted_at IS "
          "NULL AND p.deleted_at IS NOT NULL",
          "order_items i WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.store_id = i.store_id "
          "AND o.id = i.order_id)",
          "refund i WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = i.order_id)",
          "fulfilment i WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = i.order_id)",
          "change c WHERE entity = 'product' AND NOT EXISTS (SELECT 1 FROM product p WHERE p.id = "
          "c.entity_id)",
          "sync_log l WHERE entity = 'order' AND entity_id IS NOT NULL AND NOT EXISTS (SELECT 1 "
          "FROM orders o WHERE o.id = l.entity_id)"})
        CPPUNIT_ASSERT_EQUAL_MESSAGE(orphans, std::int64_t{0}, hub.count(orphans));
}

void emptyTables(const Hub& hub) {
    auto tx = hub.database->asOwner();
    tx.query(
        "TRUNCATE product, product_variant, product_listing, variant_listing, inventory, "
        "customer, orders, order_items, refund, fulfilment, location, sync_log, change, job");
    tx.commit();
}

}  // namespace

class DisorderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DisorderTest);
    CPPUNIT_TEST(whateverTheOrderTheTablesEndTrue);
    CPPUNIT_TEST(refetchesAnsweredInBetweenEndTrueToo);
    CPPUNIT_TEST_SUITE_END();

public:
    void whateverTheOrderTheTablesEndTrue() {
        const Hub hub;
        for (unsigned seed = 1; seed <= 10; ++seed) run(hub, seed, false);
    }
    void refetchesAnsweredInBetweenEndTrueToo() {
        const Hub hub;
        for (unsigned seed = 101; seed <= 110; ++seed) run(hub, seed, true);
    }

private:
    static void run(const Hub& hub, unsigned seed, bool between) {
        emptyTables(hub);
        Platform platform(seed);
        platform.live(60);
        try {
            for (const auto& batch : platform.deliveries()) {
                hub.take(hub.source(platform.clock() + 1), batch);
                if (between && platform.pick(3) == 0) answerRefetches(hub, platform);
            }
            answerRefetches(hub, platform);
            compare(hub, platform);
            huntOrphans(hub);
        } catch (CppUnit::Exception& failure) {
            failure.setMessage(CppUnit::Message(
                "seed " + std::to_string(seed) + ": " + failure.message().shortDescription(),
                failure.message().details()));
            throw;
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DisorderTest);

}  // namespace souk::intake
