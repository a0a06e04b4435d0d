#include "app/plugin_meter.hpp"

#include "host/jobs/manual_clock.hpp"
#include "host/sync/fake_platform.hpp"
#include "support/exposition.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>

namespace souk::app {

class PluginMeterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PluginMeterTest);
    CPPUNIT_TEST(callsAreCountedWhileItLives);
    CPPUNIT_TEST_SUITE_END();

public:
    void callsAreCountedWhileItLives() {
        {
            const PluginMeter meter(catalog_, metrics_, watch_, scrubber_);
            call();
            call();
        }
        call();  // nobody is there to be told
        const auto text = metrics_.text();
        CPPUNIT_ASSERT_MESSAGE(
            text,
            text.find(R"(souk_plugin_call_seconds_count{plugin="example",call="sync.fetch"} 2)") !=
                std::string::npos);
        const auto told = test::Exposition::read(text);
        CPPUNIT_ASSERT_EQUAL(2.0, told.sum("souk_plugin_failures_total", {{"kind", "rejected"}}));
        CPPUNIT_ASSERT_EQUAL(0.0, told.sum("souk_plugin_calls_running"));
    }

private:
    void call() {
        const auto failed = loader::guarded(
            *catalog_.find("example"), "sync.fetch", []() -> sdk::Result<sdk::Done> {
                return sdk::Error{sdk::ErrorKind::Rejected, "no"};
            });
        CPPUNIT_ASSERT(!failed);
    }

    test::ManualClock clock_;
    core::Log log_{clock_, core::Log::Format::Json, sdk::LogLevel::Error, core::Log::nowhere()};
    core::Metrics metrics_;
    core::CallWatch watch_{{}, log_};
    core::Scrubber scrubber_;
    loader::Catalog catalog_ = test::catalogOf(std::make_shared<test::FakePlugin>());
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginMeterTest);

}  // namespace souk::app
