#include "store/guard.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::store {

namespace {

sdk::Timestamp at(double seconds) {
    return sdk::Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)));
}

Incoming incomingAt(double stamp, const std::string& hash = "h") {
    Incoming incoming;
    incoming.key = "1";
    incoming.hash = hash;
    incoming.version = at(stamp);
    return incoming;
}

Incoming against(Incoming incoming, double stored, const std::string& hash = "h") {
    incoming.known = Known{};
    incoming.known->contentHash = hash;
    incoming.known->version = at(stored);
    return incoming;
}

Incoming againstTombstone(Incoming incoming, double deleted) {
    incoming.known = Known{};
    incoming.known->deleted = true;
    incoming.known->deletedVersion = at(deleted);
    return incoming;
}

RecordScope scopeOf(bool authoritative) {
    RecordScope scope;
    scope.now = at(1000);
    scope.authoritative = authoritative;
    return scope;
}

Verdict content(const Incoming& incoming) {
    return ruleOnContent(scopeOf(false), incoming).verdict;
}
Verdict contentReadLive(const Incoming& incoming) {
    return ruleOnContent(scopeOf(true), incoming).verdict;
}
Verdict deletion(const Incoming& incoming) {
    return ruleOnDeletion(scopeOf(false), incoming).verdict;
}

}  // namespace

class GuardTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GuardTest);
    CPPUNIT_TEST(olderContentIsStaleHoweverItWasRead);
    CPPUNIT_TEST(newerContentIsWrittenAndTheSameContentOnlyStamped);
    CPPUNIT_TEST(anEqualStampWithOtherContentIsAskedAgainUnlessReadLive);
    CPPUNIT_TEST(aCutRecordIsReadWholeUnlessItIsStaleAnyway);
    CPPUNIT_TEST(contentOlderThanItsDeletionStaysDead);
    CPPUNIT_TEST(contentNewerThanItsDeletionIsConfirmedFirst);
    CPPUNIT_TEST(theSecondOfTheDeletionIsNobodysProof);
    CPPUNIT_TEST(aDeletionWithoutAStampIsConfirmedOnce);
    CPPUNIT_TEST(aDeletionNeverBeatsNewerContent);
    CPPUNIT_TEST(anAbsenceJustConfirmedAlwaysDeletes);
    CPPUNIT_TEST(ofAPageTheNewestOfEachKeyIsLeft);
    CPPUNIT_TEST(twoOfOneSecondWithOtherContentAreAskedAgain);
    CPPUNIT_TEST(arrayLiteralsKeepQuotesAndBackslashes);
    CPPUNIT_TEST_SUITE_END();

public:
    void olderContentIsStaleHoweverItWasRead() {
        CPPUNIT_ASSERT(content(against(incomingAt(5), 6)) == Verdict::Stale);
        CPPUNIT_ASSERT(contentReadLive(against(incomingAt(5, "x"), 6)) == Verdict::Stale);
    }
    void newerContentIsWrittenAndTheSameContentOnlyStamped() {
        CPPUNIT_ASSERT(content(incomingAt(5)) == Verdict::Created);
        CPPUNIT_ASSERT(content(against(incomingAt(7, "x"), 6)) == Verdict::Updated);
        CPPUNIT_ASSERT(content(against(incomingAt(7), 6)) == Verdict::Touched);
        CPPUNIT_ASSERT(content(against(incomingAt(6), 6)) == Verdict::Unchanged);
    }
    void anEqualStampWithOtherContentIsAskedAgainUnlessReadLive() {
        CPPUNIT_ASSERT(content(against(incomingAt(6, "x"), 6)) == Verdict::Refetch);
        CPPUNIT_ASSERT(contentReadLive(against(incomingAt(6, "x"), 6)) == Verdict::Updated);
    }
    void aCutRecordIsReadWholeUnlessItIsStaleAnyway() {
        Incoming cut = incomingAt(7, "x");
        cut.partial = true;
        CPPUNIT_ASSERT(content(cut) == Verdict::Refetch);
        CPPUNIT_ASSERT(content(against(cut, 6)) == Verdict::Refetch);
        CPPUNIT_ASSERT(content(against(cut, 8)) == Verdict::Stale);
        CPPUNIT_ASSERT(contentReadLive(against(cut, 6)) == Verdict::Updated);
    }
    void contentOlderThanItsDeletionStaysDead() {
        CPPUNIT_ASSERT(content(againstTombstone(incomingAt(5), 6)) == Verdict::Stale);
        CPPUNIT_ASSERT(contentReadLive(againstTombstone(incomingAt(5), 6)) == Verdict::Stale);
    }
    void contentNewerThanItsDeletionIsConfirmedFirst() {
        CPPUNIT_ASSERT(content(againstTombstone(incomingAt(7), 6)) == Verdict::Refetch);
        CPPUNIT_ASSERT(contentReadLive(againstTombstone(incomingAt(7), 6)) == Verdict::Created);
    }
    void theSecondOfTheDeletionIsNobodysProof() {
        CPPUNIT_ASSERT(content(againstTombstone(incomingAt(6), 6.4)) == Verdict::Refetch);
        const Ruling live = ruleOnContent(scopeOf(true), againstTombstone(incomingAt(6), 6.4));
        CPPUNIT_ASSERT(live.verdict == Verdict::Created);
        CPPUNIT_ASSERT(live.confirm);
        CPPUNIT_ASSERT(deletion(against(incomingAt(6.4), 6)) == Verdict::Refetch);
        CPPUNIT_ASSERT(sameMoment(at(6), at(6.9)));
        CPPUNIT_ASSERT(!sameMoment(at(6.1), at(6.9)));
        CPPUNIT_ASSERT(!sameMoment(at(6), at(7)));
    }
    void aDeletionWithoutAStampIsConfirmedOnce() {
        Incoming unstamped = incomingAt(0, "");
        unstamped.version.reset();
        CPPUNIT_ASSERT(deletion(unstamped) == Verdict::Refetch);
        CPPUNIT_ASSERT(deletion(against(unstamped, 6)) == Verdict::Refetch);
        CPPUNIT_ASSERT(deletion(againstTombstone(unstamped, 6)) == Verdict::Unchanged);
        CPPUNIT_ASSERT(ruleOnDeletion(scopeOf(true), against(unstamped, 6)).verdict ==
                       Verdict::Deleted);
    }
    void aDeletionNeverBeatsNewerContent() {
        CPPUNIT_ASSERT(deletion(incomingAt(6)) == Verdict::Deleted);
        CPPUNIT_ASSERT(deletion(against(incomingAt(7), 6)) == Verdict::Deleted);
        CPPUNIT_ASSERT(deletion(against(incomingAt(5), 6)) == Verdict::Stale);
        CPPUNIT_ASSERT(deletion(againstTombstone(incomingAt(7), 6)) == Verdict::Touched);
        CPPUNIT_ASSERT(deletion(againstTombstone(incomingAt(6), 6)) == Verdict::Unchanged);
    }
    void anAbsenceJustConfirmedAlwaysDeletes() {
        Incoming gone = incomingAt(0, "");
        gone.version.reset();
        CPPUNIT_ASSERT(ruleOnAbsence(scopeOf(true), gone).verdict == Verdict::Deleted);
        CPPUNIT_ASSERT(ruleOnAbsence(scopeOf(true), against(gone, 2000)).verdict ==
                       Verdict::Deleted);
        CPPUNIT_ASSERT(ruleOnAbsence(scopeOf(true), againstTombstone(gone, 6)).verdict ==
                       Verdict::Unchanged);
        CPPUNIT_ASSERT(tombstoneVersion(scopeOf(true), gone) == at(1000));
        CPPUNIT_ASSERT(tombstoneVersion(scopeOf(true), against(gone, 2000)) == at(2000));
    }
    void ofAPageTheNewestOfEachKeyIsLeft() {
        std::vector<Effect> dropped;
        const auto kept = newestOfEach(
            scopeOf(false), {incomingAt(5, "a"), incomingAt(7, "b"), incomingAt(6, "c")}, dropped);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, kept.size());
        CPPUNIT_ASSERT_EQUAL(std::string("b"), kept[0].hash);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, dropped.size());
        for (const Effect& effect : dropped) CPPUNIT_ASSERT(effect.verdict == Verdict::Stale);
    }
    void twoOfOneSecondWithOtherContentAreAskedAgain() {
        std::vector<Effect> dropped;
        newestOfEach(scopeOf(false), {incomingAt(5, "a"), incomingAt(5, "b")}, dropped);
        CPPUNIT_ASSERT(dropped.at(0).verdict == Verdict::Refetch);
        dropped.clear();
        newestOfEach(scopeOf(false), {incomingAt(5, "a"), incomingAt(5, "a")}, dropped);
        CPPUNIT_ASSERT(dropped.at(0).verdict == Verdict::Unchanged);
        dropped.clear();
        const auto kept =
            newestOfEach(scopeOf(true), {incomingAt(5, "a"), incomingAt(5, "b")}, dropped);
        CPPUNIT_ASSERT_EQUAL(std::string("b"), kept.at(0).hash);
        CPPUNIT_ASSERT(dropped.at(0).verdict == Verdict::Unchanged);
    }
    void arrayLiteralsKeepQuotesAndBackslashes() {
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), arrayLiteral({}));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"a,b","c\"d\\e",""})"),
                             arrayLiteral({"a,b", "c\"d\\e", ""}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GuardTest);

}  // namespace souk::store
