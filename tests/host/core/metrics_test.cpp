#include "core/metrics.hpp"

#include "support/exposition.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>

namespace souk::core {

class MetricsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MetricsTest);
    CPPUNIT_TEST(countersAndGaugesArePrintedWithTheirLabels);
    CPPUNIT_TEST(histogramsCountUpwards);
    CPPUNIT_TEST(amountsHaveBucketsOfTheirOwn);
    CPPUNIT_TEST(whatIsPrintedIsReadByAStrictReader);
    CPPUNIT_TEST(theStrictReaderForgivesNothing);
    CPPUNIT_TEST(observedValuesAreAskedAtEachScrape);
    CPPUNIT_TEST(whoIsNoLongerObservedIsNotAsked);
    CPPUNIT_TEST(anObserverDoesNotGoWhileItIsAsked);
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

    void amountsHaveBucketsOfTheirOwn() {
        auto& events = metrics_.histogram("souk_commit_events", "Events.", {}, kAmounts);
        events.observe(1);
        events.observe(300);
        CPPUNIT_ASSERT(prints("souk_commit_events_bucket{le=\"1\"} 1"));
        CPPUNIT_ASSERT(prints("souk_commit_events_bucket{le=\"200\"} 1"));
        CPPUNIT_ASSERT(prints("souk_commit_events_bucket{le=\"500\"} 2"));
        CPPUNIT_ASSERT(prints("souk_commit_events_sum 301"));
    }

    void whatIsPrintedIsReadByAStrictReader() {
        metrics_.counter("souk_odd_total", "Odd \"values\" and \\ lines.", {{"of", "a\"b\\c\nd"}})
            .add(1e300);
        metrics_.gauge("souk_tiny", "Tiny.").set(-1e-300);
        metrics_.histogram("souk_waits_seconds", "Waits.", {{"room", "net"}}).observe(0.2);
        const auto seen = metrics_.observed("souk_seen_total", "Seen.", [] { return 3.0; });
        const auto read = test::Exposition::read(metrics_.text());
        CPPUNIT_ASSERT_EQUAL(std::string(), read.told());
        CPPUNIT_ASSERT_EQUAL(1e300, read.sum("souk_odd_total", {{"of", "a\"b\\c\nd"}}));
        CPPUNIT_ASSERT_EQUAL(3.0, read.sum("souk_seen_total"));
    }

    void theStrictReaderForgivesNothing() {
        const std::string head = "# HELP souk_a_total A.\n# TYPE souk_a_total counter\n";
        CPPUNIT_ASSERT_EQUAL(std::string(),
                             test::Exposition::read(head + "souk_a_total 1\n").told());
        for (const std::string text : {"souk_a_total 1",
                                       "souk_a_total one\n",
                                       "souk_a_total  1\n",
                                       "souk_b_total 1\n",
                                       "souk_a_total{x=1} 1\n",
                                       "souk_a_total{x=\"1\" 1\n",
                                       "souk_a_total{x=\"\\t\"} 1\n",
                                       "souk_a_total{x=\"1\",x=\"1\"} 1\n",
                                       "souk_a_total 1\nsouk_a_total 2\n",
                                       "souk_a_total -1\n",
                                       "\n",
                                       "# souk\n"})
            CPPUNIT_ASSERT_MESSAGE(text, !test::Exposition::read(head + text).faults.empty());
    }

    void observedValuesAreAskedAtEachScrape() {
        double value = 1;
        const auto busy = metrics_.observed("souk_pool_busy", "Busy.", [&] {
            metrics_.counter("souk_scrapes_total", "An observer may count.").add();
            return value;
        });
        CPPUNIT_ASSERT(prints("souk_pool_busy 1"));
        value = 2;
        CPPUNIT_ASSERT(prints("souk_pool_busy 2"));
    }

    void whoIsNoLongerObservedIsNotAsked() {
        auto first = std::make_unique<double>(1);
        auto observed =
            metrics_.observed("souk_pool_busy", "Busy.", [value = first.get()] { return *value; });
        CPPUNIT_ASSERT(prints("souk_pool_busy 1"));
        auto moved = std::move(observed);
        CPPUNIT_ASSERT(prints("souk_pool_busy 1"));
        double second = 2;
        auto later = metrics_.observed("souk_pool_busy", "Busy.", [&] { return second; });
        moved = Observation();
        first.reset();
        CPPUNIT_ASSERT(prints("souk_pool_busy 2"));
        later = Observation();
        CPPUNIT_ASSERT(metrics_.text().find("souk_pool_busy 2") == std::string::npos);
    }

    /// Who goes away waits for the answer that is being given.
    void anObserverDoesNotGoWhileItIsAsked() {
        std::promise<void> asked;
        std::promise<void> answer;
        auto observed = metrics_.observed("souk_pool_busy", "Busy.", [&] {
            asked.set_value();
            answer.get_future().wait();
            return 1.0;
        });
        auto text = std::async(std::launch::async, [&] { return metrics_.text(); });
        asked.get_future().wait();
        auto gone = std::async(std::launch::async, [&] { observed = Observation(); });
        const bool waited =
            gone.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout;
        answer.set_value();
        CPPUNIT_ASSERT(text.get().find("souk_pool_busy 1") != std::string::npos);
        gone.get();
        CPPUNIT_ASSERT(waited);
        CPPUNIT_ASSERT(metrics_.text().find("souk_pool_busy 1") == std::string::npos);
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
