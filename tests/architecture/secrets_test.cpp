#include "scan.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <regex>
#include <sstream>
#include <string>

using souk::architecture::sourcesBelow;

/// How long a comparison takes must not tell how much of a secret was right.
class SecretsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SecretsTest);
    CPPUNIT_TEST(theRuleFindsWhatItForbids);
    CPPUNIT_TEST(secretsAndSignaturesAreComparedInConstantTime);
    CPPUNIT_TEST_SUITE_END();

public:
    void theRuleFindsWhatItForbids() {
        for (const std::string line : {"if (a.reveal() == b)",
                                       "return given != secret->reveal();",
                                       "sdk::hmacSha256(key, body) == given",
                                       "given == sdk::hex(sdk::hmacSha256(key, body))"})
            CPPUNIT_ASSERT_MESSAGE(line, std::regex_search(line, forbidden()));
        for (const std::string line : {"if (a.reveal().empty()) return x == y;",
                                       "equalConstantTime(given, sdk::hex(sdk::hmacSha256(k, b)))"})
            CPPUNIT_ASSERT_MESSAGE(line, !std::regex_search(line, forbidden()));
    }

    void secretsAndSignaturesAreComparedInConstantTime() {
        int files = 0;
        for (const auto* folder : {"host", "plugins", "sdk/src", "sdk/include", "sdk/template"})
            for (const auto& source : sourcesBelow(SOUK_SOURCE_DIR, folder, {".cpp", ".hpp"})) {
                ++files;
                std::istringstream lines(source.text);
                for (std::string line; std::getline(lines, line);)
                    CPPUNIT_ASSERT_MESSAGE(
                        source.path + " compares a secret; use sdk::equalConstantTime:\n" + line,
                        !std::regex_search(line, forbidden()));
            }
        CPPUNIT_ASSERT(files > 200);
    }

private:
    static const std::regex& forbidden() {
        static const std::regex rule(
            "(reveal\\(\\)|hmacSha256\\([^;\\n]*\\))\\s*[!=]=|"
            "[!=]=\\s*[A-Za-z_:.>*()-]*(reveal\\(\\)|hmacSha256\\()");
        return rule;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretsTest);
