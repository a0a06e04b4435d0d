#include <souk/sdk/time.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <string>

using souk::sdk::rfc3339;
using souk::sdk::timestampFrom;

class TimeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TimeTest);
    CPPUNIT_TEST(anyOffsetBecomesUtc);
    CPPUNIT_TEST(fractionsAreCutToMicroseconds);
    CPPUNIT_TEST(daysThatDoNotExistAreRefused);
    CPPUNIT_TEST(anOffsetLeadsOutOfNoYearWithFourDigits);
    CPPUNIT_TEST(aRefusalQuotesWholeCharacters);
    CPPUNIT_TEST(whatIsNoTimeIsRefusedWithItsCause);
    CPPUNIT_TEST(microsecondsAreShownOnlyWhereThereAreAny);
    CPPUNIT_TEST_SUITE_END();

    static void expect(const std::string& utc, std::string_view text) {
        const auto at = timestampFrom(text);
        CPPUNIT_ASSERT_MESSAGE(at ? "" : at.error().message, bool(at));
        CPPUNIT_ASSERT_EQUAL(utc, rfc3339(*at));
    }

    static void expectRefused(std::string_view text, const std::string& cause) {
        const auto at = timestampFrom(text);
        CPPUNIT_ASSERT_MESSAGE(std::string(text), !at);
        CPPUNIT_ASSERT_MESSAGE(at.error().message,
                               at.error().message.find(cause) != std::string::npos);
    }

public:
    void anOffsetLeadsOutOfNoYearWithFourDigits() {
        expect("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z");
        expect("0000-01-01T00:00:00Z", "0000-01-01T00:01:00+00:01");
        expectRefused("9999-12-31T23:59:59-00:01", "0000 to 9999");
        expectRefused("9999-12-31T23:59:60Z", "0000 to 9999");
        expectRefused("0000-01-01T00:00:00+00:01", "0000 to 9999");
    }
    void aRefusalQuotesWholeCharacters() {
        const std::string euro = "\xE2\x82\xAC";  // 40 bytes end within the fourteenth
        std::string many;
        for (int i = 0; i < 20; ++i) many += euro;
        expectRefused(many, "'" + many.substr(0, 39) + "...' ");
        expectRefused("\xFF", "'\xEF\xBF\xBD' ");
    }
    void anyOffsetBecomesUtc() {
        expect("2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z");
        expect("2026-11-01T04:30:00Z", "2026-11-01T10:00:00+05:30");
        expect("2026-11-02T03:00:00Z", "2026-11-01T22:00:00-05:00");
        expect("2026-11-01T10:00:00Z", "2026-11-01T10:00:00+0000");
        expect("2026-11-01T10:00:00Z", "2026-11-01t10:00:00z");
        expect("2026-11-01T10:00:00Z", "2026-11-01 10:00:00Z");
        expect("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z");
        expect("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z");
        expect("2017-01-01T00:00:00Z", "2016-12-31T23:59:60Z");  // a leap second
    }

    void fractionsAreCutToMicroseconds() {
        expect("2026-11-01T10:00:00.100000Z", "2026-11-01T10:00:00.1Z");
        expect("2026-11-01T10:00:00.123456Z", "2026-11-01T10:00:00.123456789Z");
        expect("1969-12-31T23:59:59.500000Z", "1969-12-31T23:59:59.5Z");
    }

    void daysThatDoNotExistAreRefused() {
        for (const auto* const text : {"2026-02-29T00:00:00Z",
                                       "2026-13-01T00:00:00Z",
                                       "2026-00-01T00:00:00Z",
                                       "2026-01-01T24:00:00Z",
                                       "2026-01-01T00:60:00Z",
                                       "2026-01-01T00:00:61Z"})
            expectRefused(text, "does not exist");
    }

    void whatIsNoTimeIsRefusedWithItsCause() {
        expectRefused("", "does not start with a date");
        expectRefused("1.11.2026", "does not start with a date");
        expectRefused("2026-11-01", "has no time of day");
        expectRefused("2026-11-01T10:00Z", "has no time of day");
        expectRefused("2026-11-01T10:00:00", "has no UTC offset");
        expectRefused("2026-11-01T10:00:00+5", "has no UTC offset");
        expectRefused("2026-11-01T10:00:00+24:00", "has no UTC offset");
        expectRefused("2026-11-01T10:00:00.Z", "one to nine digits");
        expectRefused("2026-11-01T10:00:00.1234567890Z", "one to nine digits");
        expectRefused("2026-11-01T10:00:00Z ", "after its offset");
    }

    void microsecondsAreShownOnlyWhereThereAreAny() {
        using namespace std::chrono_literals;
        CPPUNIT_ASSERT_EQUAL(std::string("1970-01-01T00:00:00Z"), rfc3339({}));
        CPPUNIT_ASSERT_EQUAL(std::string("1970-01-01T00:00:00.000001Z"),
                             rfc3339(souk::sdk::Timestamp(1us)));
        CPPUNIT_ASSERT_EQUAL(std::string("1969-12-31T23:59:59.999999Z"),
                             rfc3339(souk::sdk::Timestamp(-1us)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TimeTest);
