#include "scan.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

using souk::architecture::sourcesBelow;

namespace {

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

/// The platforms there are, by their folders; "example" is nobody's name.
std::vector<std::string> platforms() {
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(SOUK_SOURCE_DIR) + "/plugins"))
        if (std::filesystem::exists(entry.path() / "manifest.json") &&
            entry.path().filename() != "example")
            names.push_back(entry.path().filename());
    return names;
}

std::vector<std::string> namedIn(const std::string& text, const std::vector<std::string>& names) {
    const auto small = lower(text);
    std::vector<std::string> found;
    for (const auto& name : names)
        if (small.find(name) != std::string::npos) found.push_back(name);
    return found;
}

}  // namespace

/// A platform is added by its folder alone: the host and its tables name none.
class NamesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NamesTest);
    CPPUNIT_TEST(theRuleFindsWhatItForbids);
    CPPUNIT_TEST(neitherHostNorSchemaNamesAPlatform);
    CPPUNIT_TEST_SUITE_END();

public:
    void theRuleFindsWhatItForbids() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             namedIn("X-WhatsApp-Id", {"whatsapp", "other"}).size());
        CPPUNIT_ASSERT(namedIn("what's up", {"whatsapp"}).empty());
        CPPUNIT_ASSERT(platforms().size() >= 3);
    }

    void neitherHostNorSchemaNamesAPlatform() {
        const auto names = platforms();
        int files = 0;
        for (const auto* folder : {"host", "schema", "config"})
            for (const auto& source :
                 sourcesBelow(SOUK_SOURCE_DIR,
                              folder,
                              {".cpp", ".hpp", ".sql", ".json", ".md", ".txt", ".properties"})) {
                ++files;
                for (const auto& name : namedIn(source.text, names))
                    CPPUNIT_FAIL(source.path + " names " + name +
                                 "; what only one platform needs belongs into its plugin");
            }
        CPPUNIT_ASSERT(files > 200);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NamesTest);
