#include <souk/sdk/money.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <limits>
#include <string>

using souk::sdk::decimalOf;
using souk::sdk::exponentOf;
using souk::sdk::Money;
using souk::sdk::moneyFrom;

class MoneyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MoneyTest);
    CPPUNIT_TEST(exponentsAreThoseOfIso4217);
    CPPUNIT_TEST(decimalsBecomeMinorUnits);
    CPPUNIT_TEST(moreDecimalsThanTheCurrencyHasAreRefusedUnlessZero);
    CPPUNIT_TEST(whatIsNoPlainDecimalIsRefused);
    CPPUNIT_TEST(aRefusalQuotesWholeCharacters);
    CPPUNIT_TEST(allOf64BitsFitAndNoMore);
    CPPUNIT_TEST(minorUnitsBecomeDecimals);
    CPPUNIT_TEST_SUITE_END();

    static void expect(std::int64_t minor, std::string_view decimal, std::string_view currency) {
        const auto money = moneyFrom(decimal, currency);
        CPPUNIT_ASSERT_MESSAGE(money ? "" : money.error().message, bool(money));
        CPPUNIT_ASSERT_EQUAL(minor, money->minor);
        CPPUNIT_ASSERT_EQUAL(std::string(currency), money->currency);
    }

    static void expectText(const std::string& decimal, const Money& money) {
        CPPUNIT_ASSERT_EQUAL(decimal, *decimalOf(money));
    }

public:
    void aRefusalQuotesWholeCharacters() {
        const std::string digits(39, '1');
        const auto message = [](std::string_view decimal, std::string_view currency) {
            return moneyFrom(decimal, currency).error().message;
        };
        CPPUNIT_ASSERT(
            message(digits + "\u20AC", "USD").starts_with("amount '" + digits + "...' "));
        CPPUNIT_ASSERT(message("1", "seven77\u20AC").starts_with("unknown currency 'seven77...'"));
        CPPUNIT_ASSERT(message("1", "\xFF").starts_with("unknown currency '\uFFFD'"));
    }

    void exponentsAreThoseOfIso4217() {
        CPPUNIT_ASSERT_EQUAL(2, *exponentOf("USD"));
        CPPUNIT_ASSERT_EQUAL(2, *exponentOf("ZWL"));
        CPPUNIT_ASSERT_EQUAL(2, *exponentOf("AED"));
        CPPUNIT_ASSERT_EQUAL(0, *exponentOf("JPY"));
        CPPUNIT_ASSERT_EQUAL(3, *exponentOf("KWD"));
        CPPUNIT_ASSERT_EQUAL(4, *exponentOf("CLF"));
        for (const auto* const unknown : {"", "usd", "US", "USDT", "XXX", "D E", "   "})
            CPPUNIT_ASSERT_MESSAGE(unknown, !exponentOf(unknown));
    }

    void decimalsBecomeMinorUnits() {
        expect(1990, "19.9", "USD");
        expect(1990, "19.90", "USD");
        expect(1900, "19", "USD");
        expect(-5, "-0.05", "USD");
        expect(0, "-0", "USD");
        expect(1990, "0019.90", "USD");
        expect(1000, "1000", "JPY");
        expect(1234, "1.234", "KWD");
        expect(1200, "1.2", "KWD");
    }

    void moreDecimalsThanTheCurrencyHasAreRefusedUnlessZero() {
        expect(1990, "19.9000000", "USD");
        expect(1000, "1000.00", "JPY");
        CPPUNIT_ASSERT_EQUAL(std::string("amount '19.905' has more decimals than USD has (2)"),
                             moneyFrom("19.905", "USD").error().message);
        CPPUNIT_ASSERT(!moneyFrom("1000.5", "JPY"));
    }

    void whatIsNoPlainDecimalIsRefused() {
        for (const auto* const text : {"",
                                       "-",
                                       "+1",
                                       "1e3",
                                       ".5",
                                       "5.",
                                       "1,50",
                                       "1.5.0",
                                       " 1",
                                       "1 ",
                                       "--1",
                                       "0x1",
                                       "NaN",
                                       "1.-5",
                                       "\xD9\xA1"})
            CPPUNIT_ASSERT_MESSAGE(text, !moneyFrom(text, "USD"));
        CPPUNIT_ASSERT(!moneyFrom("1", "???"));
        const auto endless = moneyFrom(std::string(10'000, 'x'), "USD");
        CPPUNIT_ASSERT(endless.error().message.size() < 100);
    }

    void allOf64BitsFitAndNoMore() {
        expect(std::numeric_limits<std::int64_t>::max(), "92233720368547758.07", "USD");
        expect(std::numeric_limits<std::int64_t>::min(), "-92233720368547758.08", "USD");
        CPPUNIT_ASSERT(!moneyFrom("92233720368547758.08", "USD"));
        CPPUNIT_ASSERT(!moneyFrom("-92233720368547758.09", "USD"));
        CPPUNIT_ASSERT(!moneyFrom(std::string(1000, '9'), "JPY"));
    }

    void minorUnitsBecomeDecimals() {
        expectText("19.90", {1990, "USD"});
        expectText("0.05", {5, "USD"});
        expectText("-0.05", {-5, "USD"});
        expectText("0.00", {0, "USD"});
        expectText("1990", {1990, "JPY"});
        expectText("1.990", {1990, "KWD"});
        expectText("-92233720368547758.08", {std::numeric_limits<std::int64_t>::min(), "USD"});
        CPPUNIT_ASSERT(!decimalOf({1, ""}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MoneyTest);
