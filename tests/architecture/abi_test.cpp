#include "scan.hpp"

#include <souk/sdk/abi.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <string>

using souk::architecture::readText;

/// sdk/ABI holds "<major>.<minor> <digest of the headers>". The digest alone already keeps a stale
/// plugin out; this test keeps people from changing the SDK without saying so.
class AbiTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AbiTest);
    CPPUNIT_TEST(theAbiFileNamesThisSdk);
    CPPUNIT_TEST(theChangelogNamesThisVersion);
    CPPUNIT_TEST_SUITE_END();

    static std::string version() {
        return std::to_string(souk::sdk::kSdkMajor) + "." + std::to_string(souk::sdk::kSdkMinor);
    }

public:
    void theAbiFileNamesThisSdk() {
        const auto now = version() + " " SOUK_SDK_DIGEST "\n";
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            "a header of the SDK changed. Plugins in use must be rebuilt: raise kSdkMinor in "
            "abi.hpp"
            " (once the SDK was published), say in sdk/CHANGELOG.md what changed, then run\n"
            "    echo '" +
                version() + " " SOUK_SDK_DIGEST "' > sdk/ABI\n",
            now,
            readText(SOUK_SOURCE_DIR "/sdk/ABI"));
    }

    void theChangelogNamesThisVersion() {
        const auto changelog = readText(SOUK_SOURCE_DIR "/sdk/CHANGELOG.md");
        CPPUNIT_ASSERT_MESSAGE("sdk/CHANGELOG.md has no section '## " + version() + "'",
                               changelog.find("\n## " + version() + "\n") != std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AbiTest);
