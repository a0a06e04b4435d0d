#include "store/content_hash.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <set>

namespace souk::store {

class ContentHashTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ContentHashTest);
    CPPUNIT_TEST(itHasSixteenBytesAndIsTheSameEachTime);
    CPPUNIT_TEST(neighboursCannotBeMixedUp);
    CPPUNIT_TEST(noneEmptyAndFalseAreThreeThings);
    CPPUNIT_TEST_SUITE_END();

public:
    void itHasSixteenBytesAndIsTheSameEachTime() {
        const auto one = ContentHash().text("a").number(std::int64_t{1}).take();
        CPPUNIT_ASSERT_EQUAL(std::size_t{16}, one.size());
        CPPUNIT_ASSERT_EQUAL(one, ContentHash().text("a").number(std::int64_t{1}).take());
    }
    void neighboursCannotBeMixedUp() {
        CPPUNIT_ASSERT(ContentHash().text("ab").text("c").take() !=
                       ContentHash().text("a").text("bc").take());
        CPPUNIT_ASSERT(ContentHash().texts({"a"}).texts({}).take() !=
                       ContentHash().texts({}).texts({"a"}).take());
        CPPUNIT_ASSERT(ContentHash().money(sdk::Money{1, "EUR"}).take() !=
                       ContentHash().money(sdk::Money{1, "USD"}).take());
    }
    void noneEmptyAndFalseAreThreeThings() {
        const std::set<std::string> all{
            ContentHash().text("").take(),
            ContentHash().flag(false).take(),
            ContentHash().flag(true).take(),
            ContentHash().flag(std::optional<bool>{}).take(),
            ContentHash().number(std::int64_t{0}).take(),
            ContentHash().take(),
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, all.size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ContentHashTest);

}  // namespace souk::store
