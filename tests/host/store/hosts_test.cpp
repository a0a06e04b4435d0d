#include "store/hosts.hpp"

#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::store {

using namespace std::chrono_literals;

class HostsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HostsTest);
    CPPUNIT_TEST(whoAnnouncesItselfRuns);
    CPPUNIT_TEST(theNewestWordCounts);
    CPPUNIT_TEST(whoLeavesOrFallsSilentIsGone);
    CPPUNIT_TEST(theLongGoneAreForgotten);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().emptied();
        worker_ = std::make_unique<Transaction>(database_->asWorker());
    }
    void tearDown() override {
        worker_.reset();
        database_.reset();
    }

    void whoAnnouncesItselfRuns() {
        announce("b", now_);
        announce("a", now_);
        const auto hosts = Hosts::running(*worker_, now_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, hosts.size());
        CPPUNIT_ASSERT_EQUAL(std::string("a"), hosts[0].id);
        CPPUNIT_ASSERT(hosts[0].startedAt == now_ && hosts[0].seenAt == now_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, hosts[0].keys.size());
        CPPUNIT_ASSERT_EQUAL(std::string("k002"), hosts[0].sealing);
    }

    void theNewestWordCounts() {
        announce("a", now_);
        Hosts::announce(*worker_, {"a", now_ + 5s, now_ + 5s, {"k003"}, "k003"});
        const auto hosts = Hosts::running(*worker_, now_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, hosts.size());
        CPPUNIT_ASSERT_EQUAL(std::string("k003"), hosts[0].sealing);
        CPPUNIT_ASSERT(hosts[0].startedAt == now_);  // it started once
    }

    void whoLeavesOrFallsSilentIsGone() {
        announce("silent", now_);
        announce("leaving", now_ + 61s);
        announce("here", now_ + 61s);
        Hosts::leave(*worker_, "leaving");
        const auto hosts = Hosts::running(*worker_, now_ + 61s);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, hosts.size());
        CPPUNIT_ASSERT_EQUAL(std::string("here"), hosts[0].id);
    }

    void theLongGoneAreForgotten() {
        announce("old", now_);
        announce("new", now_ + 25h);
        const auto rows = worker_->query("SELECT id FROM host");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rows.size());
        CPPUNIT_ASSERT_EQUAL(std::string("new"), rows[0].text("id"));
    }

private:
    void announce(const std::string& id, sdk::Timestamp at) {
        Hosts::announce(*worker_, {id, at, at, {"k001", "k002"}, "k002"});
    }

    std::unique_ptr<Database> database_;
    std::unique_ptr<Transaction> worker_;
    sdk::Timestamp now_{std::chrono::seconds(1795219200)};
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostsTest);

}  // namespace souk::store
