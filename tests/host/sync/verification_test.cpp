#include "sync/verification.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::sync {
namespace {

using sdk::Entity;

EntityCheck check(Entity entity, std::int64_t remote, std::int64_t local) {
    EntityCheck check;
    check.entity = entity;
    check.remote = remote;
    check.local = local;
    return check;
}

}  // namespace

class VerificationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(VerificationTest);
    CPPUNIT_TEST(equalCountsAreVerified);
    CPPUNIT_TEST(missingAndSurplusAreSaidPerEntity);
    CPPUNIT_TEST(moreOrdersThanThePlatformShowsAreNoContradiction);
    CPPUNIT_TEST(unreadableOnesExplainWhatIsMissing);
    CPPUNIT_TEST(pendingFetchesAreWaitedForAndDeadOnesSaid);
    CPPUNIT_TEST(anInexactCountNeverVerifies);
    CPPUNIT_TEST_SUITE_END();

    void equalCountsAreVerified() {
        const auto verdict = judge({check(Entity::Product, 3, 3), check(Entity::Order, 0, 0)}, {});
        CPPUNIT_ASSERT(verdict.verified && verdict.settled && verdict.missing.empty());
    }

    void missingAndSurplusAreSaidPerEntity() {
        const auto verdict =
            judge({check(Entity::Product, 2, 3), check(Entity::Customer, 414, 412)}, {});
        CPPUNIT_ASSERT(!verdict.verified && !verdict.settled);
        CPPUNIT_ASSERT_EQUAL(std::string("3 products are here, the platform counts 2. 412 of 414 "
                                         "customers are here, 2 are missing."),
                             verdict.missing);
    }

    void moreOrdersThanThePlatformShowsAreNoContradiction() {
        CPPUNIT_ASSERT(judge({check(Entity::Order, 10, 12)}, {}).verified);
        CPPUNIT_ASSERT(!judge({check(Entity::Order, 12, 10)}, {}).verified);
    }

    void unreadableOnesExplainWhatIsMissing() {
        EntityCheck one = check(Entity::Order, 10, 9);
        one.rejects = 1;
        const auto verdict = judge({one}, {});
        CPPUNIT_ASSERT(verdict.settled && !verdict.verified);
        CPPUNIT_ASSERT_EQUAL(
            std::string("9 of 10 orders are here, 1 is missing. 1 records of the order sync could "
                        "not be read; see GET /api/v1/sync-logs?action=rejected."),
            verdict.missing);
    }

    void pendingFetchesAreWaitedForAndDeadOnesSaid() {
        const auto pending = judge({check(Entity::Product, 3, 3)}, {.pending = 4, .dead = 0});
        CPPUNIT_ASSERT(!pending.verified && !pending.settled);
        CPPUNIT_ASSERT(pending.missing.starts_with("4 records are still being fetched"));
        const auto dead = judge({check(Entity::Product, 3, 3)}, {.pending = 0, .dead = 2});
        CPPUNIT_ASSERT(!dead.verified && dead.settled);
        CPPUNIT_ASSERT(dead.missing.starts_with("2 records could not be fetched whole"));
    }

    void anInexactCountNeverVerifies() {
        EntityCheck enough = check(Entity::Order, 10000, 10500);
        enough.exact = false;
        const auto verdict = judge({enough}, {});
        CPPUNIT_ASSERT(!verdict.verified && verdict.settled && verdict.missing.empty());
        enough.local = 9000;
        CPPUNIT_ASSERT_EQUAL(
            std::string("9000 of at least 10000 orders are here, 1000 are missing."),
            judge({enough}, {}).missing);
        EntityCheck untold = check(Entity::Product, 0, 5);
        untold.remote.reset();
        CPPUNIT_ASSERT(!judge({untold}, {}).verified && judge({untold}, {}).settled);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(VerificationTest);

}  // namespace souk::sync
