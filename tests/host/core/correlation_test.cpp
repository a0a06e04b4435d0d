#include "core/correlation.hpp"

#include "core/clock.hpp"
#include "core/log.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <thread>

namespace souk::core {

class CorrelationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CorrelationTest);
    CPPUNIT_TEST(anIdHoldsWhileItsObjectLives);
    CPPUNIT_TEST(anotherThreadHasItsOwn);
    CPPUNIT_TEST(everyLineWithinCarriesIt);
    CPPUNIT_TEST(foreignIdsAreUuidsOrTheirDigits);
    CPPUNIT_TEST_SUITE_END();

    void anIdHoldsWhileItsObjectLives() {
        CPPUNIT_ASSERT(!Correlation::current());
        const auto outer = newId();
        const auto inner = newId();
        {
            const Correlation one(outer);
            CPPUNIT_ASSERT(Correlation::current() == outer);
            {
                const Correlation two(inner);
                CPPUNIT_ASSERT(Correlation::current() == inner);
            }
            CPPUNIT_ASSERT(Correlation::current() == outer);
        }
        CPPUNIT_ASSERT(!Correlation::current());
    }

    void anotherThreadHasItsOwn() {
        const Correlation here(newId());
        bool none = false;
        std::thread([&] { none = !Correlation::current(); }).join();
        CPPUNIT_ASSERT(none);
    }

    void everyLineWithinCarriesIt() {
        const SystemClock clock;
        std::string written;
        Log log(clock, Log::Format::Json, sdk::LogLevel::Info, [&](std::string_view line) {
            written = line;
        });
        const auto id = newId();
        const auto field = R"("correlation_id":")" + id.text() + '"';
        {
            const Correlation scope(id);
            log.info("web", "answered", {{"status", "200"}});
            CPPUNIT_ASSERT_MESSAGE(written, written.find(field) != std::string::npos);
            log.write(sdk::LogLevel::Warning, "a plugin's own line");
            CPPUNIT_ASSERT_MESSAGE(written, written.find(field) != std::string::npos);
        }
        log.info("web", "answered");
        CPPUNIT_ASSERT_MESSAGE(written, written.find("correlation_id") == std::string::npos);
    }

    void foreignIdsAreUuidsOrTheirDigits() {
        const std::string text = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736";
        CPPUNIT_ASSERT_EQUAL(text, correlationFrom(text)->text());
        CPPUNIT_ASSERT_EQUAL(text, correlationFrom("4bf92f3577b34da6a3ce929d0e0e4736")->text());
        for (const auto* const odd : {"",
                                      "1",
                                      "00000000000000000000000000000000",
                                      "4bf92f3577b34da6a3ce929d0e0e473g",
                                      "4bf92f3577b34da6a3ce929d0e0e4736\n",
                                      "4bf92f35-77b3-4da6-a3ce-929d0e0e47"})
            CPPUNIT_ASSERT_MESSAGE(odd, !correlationFrom(odd));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CorrelationTest);

}  // namespace souk::core
