#include "core/text.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

namespace souk::core {

class TextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TextTest);
    CPPUNIT_TEST(wellFormedUtf8IsTold);
    CPPUNIT_TEST(brokenUtf8IsTold);
    CPPUNIT_TEST(aByteIsJudgedWhereverItStands);
    CPPUNIT_TEST(brokenBytesAreReplacedOneByOne);
    CPPUNIT_TEST(aTextIsCutBetweenCharacters);
    CPPUNIT_TEST(whatIsNoTextIsCutWhereItMust);
    CPPUNIT_TEST(editDistanceCountsSingleEdits);
    CPPUNIT_TEST_SUITE_END();

private:
    void wellFormedUtf8IsTold() {
        for (const char* const text :
             {"", "plain", "Grüße", "\xe2\x82\xac", "\xf0\x9f\x8d\xb5", "\xf4\x8f\xbf\xbf"})
            CPPUNIT_ASSERT_MESSAGE(text, isUtf8(text));
    }

    void brokenUtf8IsTold() {
        for (const char* const text : {"\xff",
                                       "\x80",
                                       "\xc3",
                                       "\xc3\x28",
                                       "\xc0\xaf",
                                       "\xe0\x80\x80",
                                       "\xed\xa0\x80",
                                       "\xf0\x80\x80\x80",
                                       "\xf4\x90\x80\x80",
                                       "\xf5\x80\x80\x80",
                                       "\xe2\x82"})
            CPPUNIT_ASSERT_MESSAGE(text, !isUtf8(text));
    }

    void aByteIsJudgedWhereverItStands() {
        for (std::size_t size = 0; size < 40; ++size)
            for (std::size_t at = 0; at <= size; ++at) {
                std::string text(size, 'a');
                CPPUNIT_ASSERT(isUtf8(text.insert(at, "ü")));
                text.erase(at, 1);
                CPPUNIT_ASSERT(!isUtf8(text));
            }
    }

    void brokenBytesAreReplacedOneByOne() {
        CPPUNIT_ASSERT_EQUAL(std::string("a\xEF\xBF\xBD\xEF\xBF\xBD(ü"), asUtf8("a\xff\xc3(ü"));
    }

    void aTextIsCutBetweenCharacters() {
        const std::string text = "aü€\xf0\x9f\x8d\xb5z";  // 1, 2, 3, 4 and 1 bytes
        const std::vector<std::size_t> kept{0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
        for (std::size_t most = 0; most < kept.size(); ++most)
            CPPUNIT_ASSERT_EQUAL(text.substr(0, kept[most]), std::string(clipped(text, most)));
    }

    void whatIsNoTextIsCutWhereItMust() {
        const std::string bytes(300, '\x80');
        CPPUNIT_ASSERT_EQUAL(std::size_t{200}, clipped(bytes, 200).size());
    }

    void editDistanceCountsSingleEdits() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, editDistance("same", "same"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, editDistance("kitten", "sitting"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, editDistance("", "four"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, editDistance("four", ""));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TextTest);

}  // namespace souk::core
