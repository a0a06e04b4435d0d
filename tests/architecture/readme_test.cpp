#include "scan.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <regex>
#include <string>

using souk::architecture::readText;

/// Code in sdk/README.md names the file it is quoted from, which is compiled and tested.
class ReadmeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReadmeTest);
    CPPUNIT_TEST(everyQuoteStandsInItsFile);
    CPPUNIT_TEST_SUITE_END();

public:
    void everyQuoteStandsInItsFile() {
        const std::regex quote("(<!-- (\\S+) -->\n)?```cpp\n([^`]*)```");
        const auto readme = readText(SOUK_SOURCE_DIR "/sdk/README.md");
        int quotes = 0;
        for (auto at = std::sregex_iterator(readme.begin(), readme.end(), quote);
             at != std::sregex_iterator();
             ++at, ++quotes) {
            const auto code = (*at)[3].str();
            CPPUNIT_ASSERT_MESSAGE("no file is named for:\n" + code, (*at)[2].matched);
            const auto file = (*at)[2].str();
            const auto text = readText(SOUK_SOURCE_DIR "/" + file);
            CPPUNIT_ASSERT_MESSAGE(file + " does not hold:\n" + code,
                                   text.find(code) != std::string::npos);
        }
        CPPUNIT_ASSERT(quotes > 0);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReadmeTest);
