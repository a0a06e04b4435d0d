#include "inventory/ledger.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::inventory {

namespace {

VariantStock at(const std::string& place, std::optional<std::int64_t> available) {
    return {core::Uuid{}, core::Uuid{}, "item", place, available, {}};
}

std::string said(const std::vector<Move>& moves) {
    std::string text;
    for (const auto& move : moves)
        text += move.locationExternalId + std::to_string(move.delta) + ' ';
    return text;
}

}  // namespace

/// Where sold units are taken from, and where they are given back to.
class LedgerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LedgerTest);
    CPPUNIT_TEST(theFullestPlaceGivesFirst);
    CPPUNIT_TEST(whatIsNowhereIsTakenWhereMostWas);
    CPPUNIT_TEST(untrackedStockIsLeftAlone);
    CPPUNIT_TEST(theLatestIsGivenBackFirst);
    CPPUNIT_TEST_SUITE_END();

public:
    void theFullestPlaceGivesFirst() {
        CPPUNIT_ASSERT_EQUAL(std::string("b-2 "), said(takeFrom({at("a", 1), at("b", 5)}, 2)));
        CPPUNIT_ASSERT_EQUAL(std::string("b-5 a-1 "), said(takeFrom({at("a", 3), at("b", 5)}, 6)));
        CPPUNIT_ASSERT_EQUAL(std::string(), said(takeFrom({at("a", 3)}, 0)));
    }
    void whatIsNowhereIsTakenWhereMostWas() {
        CPPUNIT_ASSERT_EQUAL(std::string("b-4 a-1 "), said(takeFrom({at("a", 1), at("b", 2)}, 5)));
        CPPUNIT_ASSERT_EQUAL(std::string("a-2 "), said(takeFrom({at("a", 0), at("b", -3)}, 2)));
    }
    void untrackedStockIsLeftAlone() {
        CPPUNIT_ASSERT_EQUAL(std::string("b-2 "),
                             said(takeFrom({at("a", std::nullopt), at("b", 2)}, 2)));
        CPPUNIT_ASSERT_EQUAL(std::string(), said(takeFrom({at("a", std::nullopt)}, 2)));
    }
    void theLatestIsGivenBackFirst() {
        const std::vector<Move> taken{{{}, {}, "item", "a", -2}, {{}, {}, "item", "b", -1}};
        CPPUNIT_ASSERT_EQUAL(std::string("b1 a1 "), said(giveBack(taken, 2)));
        CPPUNIT_ASSERT_EQUAL(std::string("b1 a2 "), said(giveBack(taken, 9)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LedgerTest);

}  // namespace souk::inventory
