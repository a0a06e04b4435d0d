#include "core/metrics.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <thread>

namespace souk::core {

class MetricsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MetricsTest);
    CPPUNIT_TEST(countersAndGaugesArePrintedWithTheirLabels);
    CPPUNIT_TEST(histogramsCountUpwards);
    CPPUNIT_TEST(observedValuesAreAskedAtEachScrape);
    CPPUNIT_TEST(labelValuesAreEscaped);
    CPPUNIT_TEST(oneNameIsOneType);
    CPPUNIT_TEST(referencesStayValidAndThreadsCountTogether);
    CPPUNIT_TEST_SUITE_END();

private:
    bool prints(const std::string& line) const {
        return metrics_.text().find(line + '\n') != std::string::npos;
    }

    void countersAndGaugesArePrintedWithTheirLabels() {
        metrics_.counter("souk_requests_total", "Requests.", {{"code", "200"}}).add(2);
        metrics_.counter("souk_requests_total", "Requests.", {{"code", "500"}}).add();
        metrics_.gauge("souk_depth", "Waiting.").set(1.5);
        CPPUNIT_ASSERT_EQUAL(std::string("# HELP souk_depth Waiting.\n"
                                         "# TYPE souk_depth gauge\n"
                                         "souk_depth 1.5\n"
                                         "# HELP souk_requests_total Requests.\n"
                                         "# TYPE souk_requests_total counter\n"
                                         "souk_requests_total{code=\"200\"} 2\n"
                                         "souk_requests_total{code=\"500\"} 1\n"),
                             metrics_.text());
    }

    void histogramsCountUpwards() {
        auto& seconds = metrics_.histogram("souk_seconds", "Time.", {{"room", "net"}});
        seconds.observe(0.001);
        seconds.observe(0.3);
        seconds.observe(100);
        CPPUNIT_ASSERT(prints("souk_seconds_bucket{room=\"net\",le=\"0.001\"} 1"));
        CPPUNIT_ASSERT(prints("souk_seconds_bucket{room=\"net\",le=\"0.25\"} 1"));
        CPPUNIT_ASSERT(prints("souk_seconds_bucket{room=\"net\",le=\"0.5\"} 2"));
        CPPUNIT_ASSERT(prints("souk_seconds_bucket{room=\"net\",le=\"60\"} 2"));
        CPPUNIT_ASSERT(prints("souk_seconds_bucket{room=\"net\",le=\"+Inf\"} 3"));
        CPPUNIT_ASSERT(prints("souk_seconds_sum{room=\"net\"} 100.301"));
        CPPUNIT_ASSERT(prints("souk_seconds_count{room=\"net\"} 3"));
    }

    void observedValuesAreAskedAtEachScrape() {
        double value = 1;
        metrics_.observed("souk_pool_busy", "Busy.", [&] {
            metrics_.counter("souk_scrapes_total", "An observer may count.").add();
            return value;
        });
        CPPUNIT_ASSERT(prints("souk_pool_busy 1"));
        value = 2;
        CPPUNIT_ASSERT(prints("souk_pool_busy 2"));
    }

    void labelValuesAreEscaped() {
        metrics_.counter("souk_odd_total", "a\nb", {{"path", "a\"b\\c\nd"}}).add();
        CPPUNIT_ASSERT(prints("souk_odd_total{path=\"a\\\"b\\\\c\\nd\"} 1"));
        CPPUNIT_ASSERT(prints("# HELP souk_odd_total a\\nb"));
    }

    void oneNameIsOneType() {
        metrics_.counter("souk_thing", "A counter.");
        CPPUNIT_ASSERT_THROW(metrics_.gauge("souk_thing", "A gauge."), std::logic_error);
    }

    void referencesStayValidAndThreadsCountTogether() {
        auto& first = metrics_.counter("souk_total", "All.", {{"n", "0"}});
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < 4; ++t)
                threads.emplace_back([&, t] {
                    for (int i = 0; i < 1000; ++i) {
                        first.add();
                        metrics_.counter("souk_total", "All.", {{"n", std::to_string(i + t)}});
                    }
                });
        }
        CPPUNIT_ASSERT_EQUAL(4000.0, first.value());
    }

    Metrics metrics_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(MetricsTest);

}  // namespace souk::core
