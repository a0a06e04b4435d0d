#include "sync/page_check.hpp"

#include "host/sync/fake_platform.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <functional>

namespace souk::sync {

class PageCheckTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PageCheckTest);
    CPPUNIT_TEST(aPageThatMovesOnIsSound);
    CPPUNIT_TEST(aCursorMustBeText);
    CPPUNIT_TEST(aCircleIsFoundWhereverItBegins);
    CPPUNIT_TEST(pagesThatBringNothingNewEnd);
    CPPUNIT_TEST(thereIsAnEndToEverything);
    CPPUNIT_TEST(idsThatCannotBeRememberedAreCounted);
    CPPUNIT_TEST_SUITE_END();

    static sdk::Page page(const std::string& next, bool last = false) {
        sdk::Page page;
        page.next.value = next;
        page.last = last;
        return page;
    }
    /// Follows the cursors as a run does; how many pages until a fault.
    static int pagesUntilFault(const std::function<std::string(int)>& cursorAfter, int most) {
        RunEntity entity;
        for (int number = 1; number <= most; ++number) {
            const auto next = page(cursorAfter(number));
            if (faultOf(next, entity)) return number;
            const auto footprint = footprintOf(next, entity, true);
            entity.cursor = next.next.value;
            entity.landmark = footprint.landmark;
            entity.barren = footprint.barren;
            ++entity.pages;
        }
        return 0;
    }

public:
    void aPageThatMovesOnIsSound() {
        RunEntity entity;
        entity.cursor = "a";
        CPPUNIT_ASSERT(!faultOf(page("b"), entity));
        CPPUNIT_ASSERT(!faultOf(page("a", true), entity));
        CPPUNIT_ASSERT(faultOf(page("a"), entity));
        CPPUNIT_ASSERT_EQUAL(
            0, pagesUntilFault([](int number) { return std::to_string(number); }, 5000));
    }
    void aCursorMustBeText() {
        const RunEntity entity;
        CPPUNIT_ASSERT(faultOf(page("\xff"), entity));
        CPPUNIT_ASSERT(faultOf(page(std::string("a\0b", 3), true), entity));
        CPPUNIT_ASSERT(faultOf(page(std::string(65537, 'x')), entity));
        CPPUNIT_ASSERT(!faultOf(page(std::string(65536, 'x')), entity));
    }
    void aCircleIsFoundWhereverItBegins() {
        for (const int before : {0, 1, 5, 30})
            for (const int length : {2, 3, 7, 50}) {
                const int found = pagesUntilFault(
                    [&](int number) {
                        return std::to_string(number <= before
                                                  ? number
                                                  : before + 1 + (number - before - 1) % length);
                    },
                    1000);
                CPPUNIT_ASSERT(found > 0);
                CPPUNIT_ASSERT_MESSAGE("it took too long", found <= 4 * (before + length));
            }
    }
    void pagesThatBringNothingNewEnd() {
        RunEntity entity;
        for (int i = 0; i < 100; ++i) {
            CPPUNIT_ASSERT(!faultOf(page(std::to_string(i)), entity));
            entity.barren = footprintOf(page(std::to_string(i)), entity, false).barren;
        }
        CPPUNIT_ASSERT(faultOf(page("next"), entity));
        CPPUNIT_ASSERT(!faultOf(page("next", true), entity));
        CPPUNIT_ASSERT_EQUAL(0, footprintOf(page("x"), entity, true).barren);
    }
    void thereIsAnEndToEverything() {
        RunEntity entity;
        entity.pages = 200000;
        CPPUNIT_ASSERT(faultOf(page("next"), entity));
    }
    void idsThatCannotBeRememberedAreCounted() {
        sdk::Page mixed;
        for (const auto* id : {"1", "", "\xff", "2"}) mixed.records.push_back(test::customer(id));
        mixed.records.push_back(test::customer(std::string(1001, 'x')));
        mixed.records.push_back(test::product("p"));
        mixed.rejects.push_back({sdk::Entity::Customer, "3", "", ""});
        mixed.rejects.push_back({sdk::Entity::Customer, "", "", ""});
        const auto leading = leadingOf(mixed, sdk::Entity::Customer);
        CPPUNIT_ASSERT((leading.ids == std::vector<std::string>{"1", "2", "3"}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(4), leading.nameless);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PageCheckTest);

}  // namespace souk::sync
