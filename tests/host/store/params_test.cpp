#include "store/params.hpp"

#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <limits>

namespace souk::store {

using namespace std::chrono_literals;

/// Every parameter type goes to PostgreSQL and comes back.
class ParamsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ParamsTest);
    CPPUNIT_TEST(scalarsComeBackAsTheyWent);
    CPPUNIT_TEST(theLimitsOfIntegersAreKept);
    CPPUNIT_TEST(bytesAreBytesAndTextIsText);
    CPPUNIT_TEST(jsonKeepsWhatItSays);
    CPPUNIT_TEST(absentValuesAreNull);
    CPPUNIT_TEST(timesKeepTheirMicrosecondsBeforeAndAfter2000);
    CPPUNIT_TEST(arraysUnnestInOrder);
    CPPUNIT_TEST(arraysMayHoldNulls);
    CPPUNIT_TEST(emptyArraysAreEmptyNotNull);
    CPPUNIT_TEST(theSameStatementTakesDifferentTypes);
    CPPUNIT_TEST(aNulByteIsRefusedNotCut);
    CPPUNIT_TEST(brokenUtf8IsRefused);
    CPPUNIT_TEST(brokenTextWithinAnArrayIsRefused);
    CPPUNIT_TEST(aTimeBeforePostgresqlsFirstIsRefused);
    CPPUNIT_TEST(aRefusedParameterDoesNotPoisonTheTransaction);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ =
            std::make_unique<Database>(test::TestDatabase::instance().emptiedUrl(), PoolLimits{});
        transaction_ = std::make_unique<Transaction>(database_->asLogin());
    }
    void tearDown() override {
        transaction_.reset();
        database_.reset();
    }

private:
    template <class... Values>
    Row ask(std::string_view sql, const Values&... values) {
        return transaction_->query(sql, values...)[0];
    }

    void scalarsComeBackAsTheyWent() {
        const auto id = core::newId();
        const auto row =
            ask("SELECT $1 AS yes, $2 AS small, $3 AS middle, $4 AS big, $5 AS real, $6 AS id, "
                "pg_typeof($2)::text AS small_type, $7::text AS word, $8::text AS literal",
                true,
                std::int16_t{-7},
                std::int32_t{-70'000},
                std::int64_t{-7'000'000'000},
                0.1,
                id,
                std::string("Grüße"),
                "plain");
        CPPUNIT_ASSERT(row.boolean("yes"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-7}, row.integer("small"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-70'000}, row.integer("middle"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-7'000'000'000}, row.integer("big"));
        CPPUNIT_ASSERT_EQUAL(0.1, row.real("real"));
        CPPUNIT_ASSERT(row.uuid("id") == id);
        CPPUNIT_ASSERT_EQUAL(std::string("smallint"), row.text("small_type"));
        CPPUNIT_ASSERT_EQUAL(std::string("Grüße"), row.text("word"));
        CPPUNIT_ASSERT_EQUAL(std::string("plain"), row.text("literal"));
    }

    void theLimitsOfIntegersAreKept() {
        using Limits = std::numeric_limits<std::int64_t>;
        const auto row = ask("SELECT $1 AS low, $2 AS high", Limits::min(), Limits::max());
        CPPUNIT_ASSERT_EQUAL(Limits::min(), row.integer("low"));
        CPPUNIT_ASSERT_EQUAL(Limits::max(), row.integer("high"));
    }

    void bytesAreBytesAndTextIsText() {
        const std::string raw("\0\xff\x80 raw", 7);
        const auto row = ask(
            "SELECT $1 AS raw, octet_length($1) AS size, $2 AS nothing", Bytes{raw}, std::string());
        CPPUNIT_ASSERT_EQUAL(raw, row.bytes("raw"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, row.integer("size"));
        CPPUNIT_ASSERT(!row.null("nothing"));
        CPPUNIT_ASSERT_EQUAL(std::string(), row.text("nothing"));
    }

    void jsonKeepsWhatItSays() {
        const auto row = ask("SELECT $1 AS doc, $1 ->> 'price' AS price, $1::json AS plain",
                             JsonText{R"({"price":19.90,"id":12345678901234567890})"});
        CPPUNIT_ASSERT_EQUAL(std::string("19.90"), row.text("price"));
        CPPUNIT_ASSERT(row.text("doc").find("12345678901234567890") != std::string::npos);
        CPPUNIT_ASSERT(row.text("plain").front() == '{');
    }

    void absentValuesAreNull() {
        const auto row =
            ask("SELECT $1 IS NULL AND $2 IS NULL AND $3 IS NULL AND $4 IS NULL AND $5 IS NULL AND "
                "$6 IS NULL AND $7 IS NULL AND $8 IS NULL AND $9 IS NULL AND $10 IS NULL AND "
                "$11 IS NULL AS all_null, pg_typeof($1)::text AS first, $12::integer AS untyped",
                std::optional<bool>(),
                std::optional<std::int16_t>(),
                std::optional<std::int32_t>(),
                std::optional<std::int64_t>(),
                std::optional<double>(),
                std::optional<std::string_view>(),
                std::optional<std::string>(),
                std::optional<Bytes>(),
                std::optional<JsonText>(),
                std::optional<core::Uuid>(),
                std::optional<sdk::Timestamp>(),
                std::nullopt);
        CPPUNIT_ASSERT(row.boolean("all_null"));
        CPPUNIT_ASSERT_EQUAL(std::string("boolean"), row.text("first"));
        CPPUNIT_ASSERT(row.null("untyped"));
        CPPUNIT_ASSERT(!row.maybeInteger("untyped"));
    }

    void timesKeepTheirMicrosecondsBeforeAndAfter2000() {
        for (const auto count :
             {-1'234'567LL, 1LL, 946'684'799'999'999LL, 1'795'219'200'123'456LL}) {
            const sdk::Timestamp at{std::chrono::microseconds(count)};
            const auto row =
                ask("SELECT $1 AS at, (extract(epoch FROM $1) * 1000000)::bigint AS n", at);
            CPPUNIT_ASSERT(row.time("at") == at);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{count}, row.integer("n"));
        }
    }

    void arraysUnnestInOrder() {
        const std::vector<std::string> words{"one", "", "drei \"{},\\"};
        const std::vector<std::int64_t> big{1, -2, 3'000'000'000};
        const std::vector<std::int32_t> middle{10, 20, 30};
        const std::vector<core::Uuid> ids{core::newId(), core::newId(), core::newId()};
        const std::vector<sdk::Timestamp> times(3, sdk::Timestamp{5us});
        const std::vector<bool> flags{true, false, true};
        const std::vector<std::string> raw{std::string("\0a", 2), "", "b"};
        const auto rows = transaction_->query(
            "SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) "
            "AS t(word, big, middle, id, at, flag, raw)",
            words,
            big,
            middle,
            ids,
            times,
            flags,
            BytesList{raw});
        CPPUNIT_ASSERT_EQUAL(words.size(), rows.size());
        std::size_t i = 0;
        for (const auto row : rows) {
            CPPUNIT_ASSERT_EQUAL(words[i], row.text("word"));
            CPPUNIT_ASSERT_EQUAL(big[i], row.integer("big"));
            CPPUNIT_ASSERT_EQUAL(std::int64_t{middle[i]}, row.integer("middle"));
            CPPUNIT_ASSERT(ids[i] == row.uuid("id"));
            CPPUNIT_ASSERT(times[i] == row.time("at"));
            CPPUNIT_ASSERT_EQUAL(bool{flags[i]}, row.boolean("flag"));
            CPPUNIT_ASSERT_EQUAL(raw[i], row.bytes("raw"));
            ++i;
        }
    }

    void arraysMayHoldNulls() {
        const std::vector<std::optional<std::string>> words{"a", std::nullopt};
        const std::vector<std::optional<std::int64_t>> big{std::nullopt, 2};
        const std::vector<std::optional<std::int32_t>> middle{1, std::nullopt};
        const std::vector<std::optional<bool>> flags{std::nullopt, false};
        const std::vector<std::optional<core::Uuid>> ids{core::newId(), std::nullopt};
        const std::vector<std::optional<sdk::Timestamp>> times{std::nullopt, sdk::Timestamp{1us}};
        const auto rows = transaction_->query(
            "SELECT * FROM unnest($1, $2, $3, $4, $5, $6) AS t(word, big, middle, flag, id, at)",
            words,
            big,
            middle,
            flags,
            ids,
            times);
        CPPUNIT_ASSERT(rows[0].maybeText("word") == words[0] && !rows[1].maybeText("word"));
        CPPUNIT_ASSERT(!rows[0].maybeInteger("big") && rows[1].maybeInteger("big") == big[1]);
        CPPUNIT_ASSERT(rows[0].integer("middle") == 1 && rows[1].null("middle"));
        CPPUNIT_ASSERT(!rows[0].maybeBoolean("flag") && rows[1].maybeBoolean("flag") == flags[1]);
        CPPUNIT_ASSERT(rows[0].maybeUuid("id") == ids[0] && !rows[1].maybeUuid("id"));
        CPPUNIT_ASSERT(!rows[0].maybeTime("at") && rows[1].maybeTime("at") == times[1]);
    }

    void emptyArraysAreEmptyNotNull() {
        const auto row = ask("SELECT $1 IS NULL AS absent, cardinality($1) AS n, $2 AS words",
                             std::vector<core::Uuid>(),
                             std::vector<std::string>());
        CPPUNIT_ASSERT(!row.boolean("absent"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, row.integer("n"));
        CPPUNIT_ASSERT(row.texts("words").empty());
    }

    void theSameStatementTakesDifferentTypes() {
        constexpr const char* kType = "SELECT pg_typeof($1)::text AS type";
        CPPUNIT_ASSERT_EQUAL(std::string("bigint"), ask(kType, std::int64_t{1}).text("type"));
        CPPUNIT_ASSERT_EQUAL(std::string("text"), ask(kType, "1").text("type"));
        CPPUNIT_ASSERT_EQUAL(std::string("bigint"), ask(kType, std::int64_t{2}).text("type"));
    }

    template <class Value>
    static std::string refusal(const Value& value) {
        try {
            const Params params(value);
        } catch (const Failure& failure) {
            return failure.sqlState();
        }
        return "none";
    }

    void aNulByteIsRefusedNotCut() {
        CPPUNIT_ASSERT_EQUAL(std::string("22021"), refusal(std::string("a\0b", 3)));
        CPPUNIT_ASSERT_EQUAL(std::string("22021"), refusal(JsonText{std::string_view("{}\0", 3)}));
    }

    void brokenUtf8IsRefused() {
        CPPUNIT_ASSERT_EQUAL(std::string("22021"), refusal(std::string("\xc3\x28")));
        CPPUNIT_ASSERT_EQUAL(std::string("22021"), refusal(std::string("\xed\xa0\x80")));
    }

    void brokenTextWithinAnArrayIsRefused() {
        CPPUNIT_ASSERT_EQUAL(std::string("22021"),
                             refusal(std::vector<std::string>{"fine", "\xff"}));
    }

    void aTimeBeforePostgresqlsFirstIsRefused() {
        CPPUNIT_ASSERT_EQUAL(std::string("22008"), refusal(sdk::Timestamp::min()));
    }

    void aRefusedParameterDoesNotPoisonTheTransaction() {
        CPPUNIT_ASSERT_THROW(ask("SELECT $1 AS word", std::string("\xff")), Failure);
        CPPUNIT_ASSERT_EQUAL(std::string("fine"), ask("SELECT $1 AS word", "fine").text("word"));
    }

    std::unique_ptr<Database> database_;
    std::unique_ptr<Transaction> transaction_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ParamsTest);

}  // namespace souk::store
