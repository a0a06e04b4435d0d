#include "core/log.hpp"

#include "core/clock.hpp"

#include <souk/sdk/json.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <thread>
#include <vector>

namespace souk::core {

namespace {

class StandingClock final : public sdk::Clock {
public:
    sdk::Timestamp now() const override { return sdk::Timestamp{std::chrono::seconds(1)}; }
};

}  // namespace

class LogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogTest);
    CPPUNIT_TEST(aLineIsOneJsonObject);
    CPPUNIT_TEST(peopleGetPlainText);
    CPPUNIT_TEST(quieterLinesAreLeftOut);
    CPPUNIT_TEST(foreignTextForgesNoLine);
    CPPUNIT_TEST(brokenBytesAreReplaced);
    CPPUNIT_TEST(pluginsWriteUnderTheirRoom);
    CPPUNIT_TEST(threadsDoNotMixLines);
    CPPUNIT_TEST(theSystemClockTellsTheTime);
    CPPUNIT_TEST_SUITE_END();

private:
    Log log(Log::Format format, sdk::LogLevel least = sdk::LogLevel::Debug) {
        return {
            clock_, format, least, [this](std::string_view line) { lines_.emplace_back(line); }};
    }

    void aLineIsOneJsonObject() {
        log(Log::Format::Json).warning("net", "slow \"platform\"", {{"host", "a.example"}});
        CPPUNIT_ASSERT_EQUAL(
            std::string("{\"at\":\"1970-01-01T00:00:01Z\",\"level\":\"warning\",\"room\":\"net\","
                        "\"message\":\"slow \\\"platform\\\"\",\"host\":\"a.example\"}\n"),
            lines_.at(0));
    }

    void peopleGetPlainText() {
        log(Log::Format::Text).error("sync", "stopped", {{"run", "7"}});
        CPPUNIT_ASSERT_EQUAL(std::string("1970-01-01T00:00:01Z error sync: stopped run=7\n"),
                             lines_.at(0));
    }

    void quieterLinesAreLeftOut() {
        auto quiet = log(Log::Format::Text, sdk::LogLevel::Warning);
        quiet.debug("a", "b");
        quiet.info("a", "b");
        quiet.warning("a", "b");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lines_.size());
    }

    void foreignTextForgesNoLine() {
        log(Log::Format::Text).info("web", "title\n1970 error web: forged\x1b[31m");
        log(Log::Format::Json).info("web", "title\nforged");
        CPPUNIT_ASSERT_EQUAL(
            std::string("1970-01-01T00:00:01Z info web: title 1970 error web: forged [31m\n"),
            lines_.at(0));
        CPPUNIT_ASSERT(lines_.at(1).find('\n') == lines_.at(1).size() - 1);
    }

    void brokenBytesAreReplaced() {
        log(Log::Format::Json).info("web", "bad \xff byte", {{"f\xff", "v\xff"}});
        CPPUNIT_ASSERT(sdk::Json::parse(lines_.at(0)));
    }

    void pluginsWriteUnderTheirRoom() {
        auto host = log(Log::Format::Json);
        sdk::Log& plugin = host;
        plugin.write(sdk::LogLevel::Info, "a note");
        const auto line = sdk::Json::parse(lines_.at(0));
        CPPUNIT_ASSERT(line);
        CPPUNIT_ASSERT_EQUAL(std::string("plugin"), line->textOr("room", ""));
        CPPUNIT_ASSERT_EQUAL(std::string("a note"), line->textOr("message", ""));
    }

    void threadsDoNotMixLines() {
        auto shared = log(Log::Format::Json);
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < 4; ++t)
                threads.emplace_back([&shared] {
                    for (int i = 0; i < 200; ++i) shared.info("room", "message");
                });
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{800}, lines_.size());
        for (const auto& line : lines_) CPPUNIT_ASSERT_EQUAL(lines_[0], line);
    }

    void theSystemClockTellsTheTime() {
        const SystemClock system;
        const auto first = system.now();
        CPPUNIT_ASSERT(first > sdk::Timestamp{std::chrono::seconds(1'700'000'000)});
        Log::nowhere()("nothing");
    }

    StandingClock clock_;
    std::vector<std::string> lines_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogTest);

}  // namespace souk::core
