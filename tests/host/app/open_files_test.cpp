#include "app/open_files.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/resource.h>

namespace souk::app::test {

class OpenFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OpenFilesTest);
    CPPUNIT_TEST(theLimitIsRaisedAsFarAsItMayBe);
    CPPUNIT_TEST(aLimitBelowTheConnectionsAllowedIsAFaultThatNamesTheFix);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { ::getrlimit(RLIMIT_NOFILE, &before_); }
    void tearDown() override { ::setrlimit(RLIMIT_NOFILE, &before_); }

    void theLimitIsRaisedAsFarAsItMayBe() {
        const rlimit low{128, before_.rlim_max};
        CPPUNIT_ASSERT_EQUAL(0, ::setrlimit(RLIMIT_NOFILE, &low));
        CPPUNIT_ASSERT_EQUAL(std::size_t{before_.rlim_max}, raiseOpenFiles());
        CPPUNIT_ASSERT_EQUAL(std::size_t{before_.rlim_max}, raiseOpenFiles());
    }

    void aLimitBelowTheConnectionsAllowedIsAFaultThatNamesTheFix() {
        const auto config =
            core::Config::defaults({"web.max_connections=1000", "database.pool.connections=10"});
        CPPUNIT_ASSERT(config);
        CPPUNIT_ASSERT(!openFilesFault(*config, 1522));
        const auto fault = openFilesFault(*config, 1521);
        CPPUNIT_ASSERT(fault);
        CPPUNIT_ASSERT_EQUAL(
            std::string("this process may open 1521 files, but web.max_connections=1000 needs "
                        "1522; raise LimitNOFILE (ulimit -Hn) or lower the key"),
            *fault);
    }

private:
    rlimit before_{};
};

CPPUNIT_TEST_SUITE_REGISTRATION(OpenFilesTest);

}  // namespace souk::app::test
