#include "sync/whole_record.hpp"

#include "host/sync/fake_platform.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::sync {

class WholeRecordTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WholeRecordTest);
    CPPUNIT_TEST(childrenOfAProductAreAppended);
    CPPUNIT_TEST(childrenOfAnOrderAreAppended);
    CPPUNIT_TEST(otherRecordsStayBesideIt);
    CPPUNIT_TEST(aChangeBetweenPagesIsNoticed);
    CPPUNIT_TEST(rejectsAreKept);
    CPPUNIT_TEST_SUITE_END();

    static sdk::Page pageWith(std::vector<sdk::Record> records) {
        sdk::Page page;
        page.records = std::move(records);
        return page;
    }

    void childrenOfAProductAreAppended() {
        auto first = std::get<sdk::Product>(test::product("p", 2));
        first.partial = true;
        first.media.push_back({"m1", "image", "https://cdn.example.test/1", ""});
        auto second = std::get<sdk::Product>(test::product("p", 1));
        second.media.push_back({"m2", "image", "https://cdn.example.test/2", ""});
        WholeRecord whole;
        CPPUNIT_ASSERT(whole.add(pageWith({first})));
        CPPUNIT_ASSERT(whole.add(pageWith({second})));
        const auto records = whole.take();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, records.size());
        const auto& joined = std::get<sdk::Product>(records[0]);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, joined.variants.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, joined.media.size());
        CPPUNIT_ASSERT(!joined.partial);
    }

    void childrenOfAnOrderAreAppended() {
        auto part = std::get<sdk::Order>(test::order("o", 1));
        part.partial = true;
        part.lines.resize(2);
        part.refunds.resize(1);
        part.fulfilments.resize(1);
        WholeRecord whole;
        CPPUNIT_ASSERT(whole.add(pageWith({part})));
        CPPUNIT_ASSERT(whole.add(pageWith({part})));
        const auto records = whole.take();
        const auto& joined = std::get<sdk::Order>(records.at(0));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, joined.lines.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, joined.refunds.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, joined.fulfilments.size());
        CPPUNIT_ASSERT(!joined.partial);
    }

    void otherRecordsStayBesideIt() {
        sdk::StockLevel level;
        level.inventoryItemId = "i";
        WholeRecord whole;
        CPPUNIT_ASSERT(whole.add(pageWith({test::product("p"), level, test::product("q")})));
        CPPUNIT_ASSERT(whole.add(pageWith({test::product("p"), level})));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, whole.take().size());
    }

    void aChangeBetweenPagesIsNoticed() {
        auto later = std::get<sdk::Product>(test::product("p"));
        later.updatedAt += std::chrono::seconds(1);
        WholeRecord whole;
        CPPUNIT_ASSERT(whole.add(pageWith({test::product("p")})));
        CPPUNIT_ASSERT(!whole.add(pageWith({later})));
    }

    void rejectsAreKept() {
        sdk::Page page;
        page.rejects.push_back({sdk::Entity::Product, "p", "title: missing", "{}"});
        WholeRecord whole;
        CPPUNIT_ASSERT(whole.add(page));
        CPPUNIT_ASSERT(whole.add(page));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, whole.takeRejects().size());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WholeRecordTest);

}  // namespace souk::sync
