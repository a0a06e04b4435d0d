#include "store/rows.hpp"

#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::store {

class RowsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RowsTest);
    CPPUNIT_TEST(everyReadableTypeIsRead);
    CPPUNIT_TEST(anUnknownColumnIsABug);
    CPPUNIT_TEST(aNullReadAsAValueIsABug);
    CPPUNIT_TEST(aWrongTypeNamesColumnAndType);
    CPPUNIT_TEST(numericMustBeCast);
    CPPUNIT_TEST(anInfiniteTimeIsABug);
    CPPUNIT_TEST(aRowBeyondTheEndIsABug);
    CPPUNIT_TEST(aNullInAnArrayIsABug);
    CPPUNIT_TEST(aRowOutlivesItsRows);
    CPPUNIT_TEST(theTouchedRowsAreCounted);
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
    Row ask(std::string_view sql) { return transaction_->query(sql)[0]; }

    template <class Read>
    static std::string complaint(Read read) {
        try {
            read();
        } catch (const std::logic_error& error) {
            return error.what();
        }
        return "none";
    }

    void everyReadableTypeIsRead() {
        const auto row = ask(R"sql(
            SELECT 'a'::varchar AS v, 'b'::name AS n, 'c'::char(2) AS c, 'd' AS u, '{"e": 1}'::json AS j,
                   '{"f": 2}'::jsonb AS jb, 1.5::real AS r4, 2.5::float8 AS r8, 3::int2 AS i2,
                   '{x,y}'::text[] AS t, '{v}'::varchar[] AS tv,
                   array['00000000-0000-0000-0000-000000000001'::uuid] AS ids, '\x00ff'::bytea AS b)sql");
        CPPUNIT_ASSERT_EQUAL(std::string("a"), row.text("v"));
        CPPUNIT_ASSERT_EQUAL(std::string("b"), row.text("n"));
        CPPUNIT_ASSERT_EQUAL(std::string("c "), row.text("c"));
        CPPUNIT_ASSERT_EQUAL(std::string("d"), row.text("u"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"e": 1})"), row.text("j"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"f": 2})"), row.text("jb"));
        CPPUNIT_ASSERT_EQUAL(1.5, row.real("r4"));
        CPPUNIT_ASSERT_EQUAL(2.5, row.real("r8"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, row.integer("i2"));
        CPPUNIT_ASSERT((row.texts("t") == std::vector<std::string>{"x", "y"}));
        CPPUNIT_ASSERT((row.texts("tv") == std::vector<std::string>{"v"}));
        CPPUNIT_ASSERT_EQUAL(std::string("00000000-0000-0000-0000-000000000001"),
                             row.uuids("ids").at(0).text());
        CPPUNIT_ASSERT_EQUAL(std::string("\0\xff", 2), row.bytes("b"));
        CPPUNIT_ASSERT_EQUAL(std::string("d"), row.textOr("u", "other"));
    }

    void anUnknownColumnIsABug() {
        const auto row = ask("SELECT 1 AS one");
        CPPUNIT_ASSERT_EQUAL(std::string("the statement answers no column 'two'"),
                             complaint([&] { (void)row.integer("two"); }));
    }

    void aNullReadAsAValueIsABug() {
        const auto row = ask("SELECT NULL::text AS word");
        CPPUNIT_ASSERT_EQUAL(std::string("column 'word' is null; read it as maybe"),
                             complaint([&] { (void)row.text("word"); }));
        CPPUNIT_ASSERT(!row.maybeText("word"));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), row.textOr("word", "none"));
    }

    void aWrongTypeNamesColumnAndType() {
        const auto row = ask("SELECT 1 AS one, 'x' AS word, now() AS at, '1 day'::interval AS gap");
        CPPUNIT_ASSERT_EQUAL(std::string("column 'one' is integer, not text"),
                             complaint([&] { (void)row.text("one"); }));
        CPPUNIT_ASSERT_EQUAL(std::string("column 'word' is text, not an integer"),
                             complaint([&] { (void)row.integer("word"); }));
        CPPUNIT_ASSERT_EQUAL(std::string("column 'at' is timestamptz, not uuid"),
                             complaint([&] { (void)row.uuid("at"); }));
        CPPUNIT_ASSERT(complaint([&] { (void)row.text("gap"); }).find("cast it in SQL") !=
                       std::string::npos);
        CPPUNIT_ASSERT(complaint([&] { (void)row.boolean("one"); }) != "none");
        CPPUNIT_ASSERT(complaint([&] { (void)row.bytes("word"); }) != "none");
        CPPUNIT_ASSERT(complaint([&] { (void)row.time("word"); }) != "none");
        CPPUNIT_ASSERT(complaint([&] { (void)row.real("one"); }) != "none");
        CPPUNIT_ASSERT(complaint([&] { (void)row.texts("word"); }) != "none");
        CPPUNIT_ASSERT(complaint([&] { (void)row.uuids("word"); }) != "none");
    }

    void numericMustBeCast() {
        const auto row = ask("SELECT 19.90 AS price");
        CPPUNIT_ASSERT(complaint([&] { (void)row.real("price"); }).find("cast it") !=
                       std::string::npos);
    }

    void anInfiniteTimeIsABug() {
        const auto row =
            ask("SELECT 'infinity'::timestamptz AS late, '-infinity'::timestamptz AS soon");
        CPPUNIT_ASSERT(complaint([&] { (void)row.time("late"); }) != "none");
        CPPUNIT_ASSERT(complaint([&] { (void)row.time("soon"); }) != "none");
    }

    void aRowBeyondTheEndIsABug() {
        const auto rows = transaction_->query("SELECT 1 AS one WHERE false");
        CPPUNIT_ASSERT(rows.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("row 0 of 0"), complaint([&] { (void)rows[0]; }));
    }

    void aNullInAnArrayIsABug() {
        const auto row = ask("SELECT array['a', NULL] AS words, '{{a},{b}}'::text[] AS square");
        CPPUNIT_ASSERT(complaint([&] { (void)row.texts("words"); }).find("null element") !=
                       std::string::npos);
        CPPUNIT_ASSERT(complaint([&] { (void)row.texts("square"); }).find("one dimension") !=
                       std::string::npos);
    }

    void aRowOutlivesItsRows() {
        const Row row = transaction_->query("SELECT 'kept'::text AS word")[0];
        transaction_->query("SELECT 2 AS other");
        CPPUNIT_ASSERT_EQUAL(std::string("kept"), row.text("word"));
    }

    void theTouchedRowsAreCounted() {
        transaction_->query("CREATE TEMPORARY TABLE heap (n integer)");
        const auto added = transaction_->query("INSERT INTO heap SELECT generate_series(1, 5)");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, added.affected());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2},
                             transaction_->query("DELETE FROM heap WHERE n > 3").affected());
    }

    std::unique_ptr<Database> database_;
    std::unique_ptr<Transaction> transaction_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RowsTest);

}  // namespace souk::store
