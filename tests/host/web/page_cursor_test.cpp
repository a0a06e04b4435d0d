#include "web/page_cursor.hpp"

#include "web/api/render.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <souk/sdk/crypto.hpp>

#include <limits>

namespace souk::web {

class PageCursorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PageCursorTest);
    CPPUNIT_TEST(aCursorBringsBackItsPosition);
    CPPUNIT_TEST(withoutACursorThereIsNoPosition);
    CPPUNIT_TEST(aCursorOfOtherFiltersOrAnotherListIsRefused);
    CPPUNIT_TEST(valuesWithLineBreaksAreNoOtherFilters);
    CPPUNIT_TEST(limitAndCursorAreNoFilters);
    CPPUNIT_TEST(forgedCursorsAreRefused);
    CPPUNIT_TEST(keysetCursorsCarryTimeAndId);
    CPPUNIT_TEST(aTimeBeyondAllTimesIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void aCursorBringsBackItsPosition() {
        const auto given = PageCursor("things", with({{"q", "lamp"}})).after({"a", "b c"});
        const auto at = PageCursor("things", with({{"q", "lamp"}, {"cursor", given}})).position(2);
        CPPUNIT_ASSERT(at && (*at == std::vector<std::string>{"a", "b c"}));
    }
    void withoutACursorThereIsNoPosition() {
        CPPUNIT_ASSERT(!PageCursor("things", with({})).position(1));
        CPPUNIT_ASSERT(!PageCursor("things", with({{"cursor", ""}})).position(1));
    }
    void aCursorOfOtherFiltersOrAnotherListIsRefused() {
        const auto given = PageCursor("things", with({{"q", "lamp"}})).after({"a"});
        for (const auto& values : {Values{{"q", "sofa"}, {"cursor", given}},
                                   Values{{"cursor", given}},
                                   Values{{"q", "lamp"}, {"vendor", "x"}, {"cursor", given}}})
            CPPUNIT_ASSERT(refused(PageCursor("things", with(values)), 1));
        CPPUNIT_ASSERT(refused(PageCursor("others", with({{"q", "lamp"}, {"cursor", given}})), 1));
    }
    void valuesWithLineBreaksAreNoOtherFilters() {
        const auto given = PageCursor("things", with({{"q", "lamp\nvendor=x"}})).after({"a"});
        const Values others{{"q", "lamp"}, {"vendor", "x"}, {"cursor", given}};
        CPPUNIT_ASSERT(refused(PageCursor("things", with(others)), 1));
    }
    void limitAndCursorAreNoFilters() {
        const auto given = PageCursor("things", with({{"limit", "5"}})).after({"a"});
        CPPUNIT_ASSERT(PageCursor("things", with({{"limit", "9"}, {"cursor", given}})).position(1));
    }
    void forgedCursorsAreRefused() {
        for (const auto& text : {std::string("?"),
                                 std::string("AAAA"),
                                 sdk::base64Url(""),
                                 sdk::base64Url(std::string(10000, '\n'))})
            CPPUNIT_ASSERT(refused(PageCursor("things", with({{"cursor", text + "A"}})), 1));
    }
    void keysetCursorsCarryTimeAndId() {
        struct Item {
            sdk::Timestamp updatedAt;
            core::Uuid id;
        };
        const std::vector<Item> items{
            {sdk::Timestamp(std::chrono::microseconds(1234567)), core::newId()}};
        const PageCursor first("things", with({}));
        CPPUNIT_ASSERT(!nextKeyset(first, items, 2));
        const auto next = nextKeyset(first, items, 1);
        CPPUNIT_ASSERT(next);
        const auto at = keyset(PageCursor("things", with({{"cursor", *next}})));
        CPPUNIT_ASSERT(at && at->first == items[0].updatedAt && at->second == items[0].id);
        CPPUNIT_ASSERT(!nextKeyset(first, std::vector<Item>{}, 1));
    }
    void aTimeBeyondAllTimesIsRefused() {
        const PageCursor first("things", with({}));
        const auto id = core::newId().text();
        for (const auto& micros : {std::to_string(std::numeric_limits<std::int64_t>::max()),
                                   std::to_string(std::numeric_limits<std::int64_t>::min()),
                                   std::string("9223372036854775808"),
                                   std::string("1x"),
                                   std::string()})
            CPPUNIT_ASSERT(throws(400, [&] {
                keyset(PageCursor("things", with({{"cursor", first.after({micros, id})}})));
            }));
        CPPUNIT_ASSERT(throws(400, [&] {
            keyset(PageCursor("things", with({{"cursor", first.after({"1", "no-id"})}})));
        }));
        CPPUNIT_ASSERT(throws(400, [&] {
            idCursor(PageCursor("things", with({{"cursor", first.after({"no-id"})}})));
        }));
    }

private:
    static Call with(Values query) {
        static const Request request;
        return Call{request, {}, std::move(query), {}};
    }
    template <class Act>
    static bool throws(int status, const Act& act) {
        try {
            act();
        } catch (const Problem& problem) {
            return problem.status() == status;
        }
        return false;
    }
    static bool refused(const PageCursor& cursor, std::size_t parts) {
        return throws(400, [&] { (void)cursor.position(parts); });
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PageCursorTest);

}  // namespace souk::web
