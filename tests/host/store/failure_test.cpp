#include "store/failure.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::store {

class FailureTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FailureTest);
    CPPUNIT_TEST(troubleThatPassesIsTransient);
    CPPUNIT_TEST(aWrongStatementStaysWrong);
    CPPUNIT_TEST(violationsAreTold);
    CPPUNIT_TEST_SUITE_END();

private:
    void troubleThatPassesIsTransient() {
        for (const char* const state : {"08000",
                                        "08006",
                                        "40001",
                                        "40P01",
                                        "53300",
                                        "57P01",
                                        "57014",
                                        "25P03",
                                        "55P03",
                                        "58030"})
            CPPUNIT_ASSERT(Failure(state, "").transient());
    }

    void aWrongStatementStaysWrong() {
        for (const char* const state : {"42P01", "23505", "22021", "55000", "25P02", ""})
            CPPUNIT_ASSERT(!Failure(state, "").transient());
    }

    void violationsAreTold() {
        CPPUNIT_ASSERT(Failure("23505", "").uniqueViolation());
        CPPUNIT_ASSERT(Failure("23503", "").foreignKeyViolation());
        CPPUNIT_ASSERT(!Failure("23503", "").uniqueViolation());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FailureTest);

}  // namespace souk::store
