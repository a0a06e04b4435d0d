#include "example_plugin.hpp"

#include <souk/testing/scenario.hpp>

#include <cppunit/extensions/HelperMacros.h>

/// Every story in scenarios/ is a test.
class ExampleScenariosTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExampleScenariosTest);
    CPPUNIT_TEST(everyStoryGoesAsWritten);
    CPPUNIT_TEST_SUITE_END();

public:
    void everyStoryGoesAsWritten() {
        const souk::example::ExamplePlugin plugin;
        const auto files =
            souk::testing::scenarioFiles(SOUK_SOURCE_DIR "/tests/plugins/example/scenarios");
        CPPUNIT_ASSERT(!files.empty());
        for (const auto& file : files) {
            const auto outcome = souk::testing::playScenario(file, plugin);
            CPPUNIT_ASSERT_MESSAGE(outcome.text(), outcome.passed());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExampleScenariosTest);
