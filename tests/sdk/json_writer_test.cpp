#include <souk/sdk/json.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <string>

using namespace std::string_literals;

using souk::sdk::Json;
using souk::sdk::JsonWriter;

class JsonWriterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonWriterTest);
    CPPUNIT_TEST(commasAndNestingAreItsBusiness);
    CPPUNIT_TEST(whatItWritesReadsBackTheSame);
    CPPUNIT_TEST(bytesThatAreNoTextAreMended);
    CPPUNIT_TEST(takeBeginsAnew);
    CPPUNIT_TEST_SUITE_END();

public:
    void commasAndNestingAreItsBusiness() {
        JsonWriter out;
        out.object().key("a").array().integer(-1).text("x").boolean(true).null().object().end();
        out.array().end().end().key("b").object().key("c").raw("1.50").end().end();
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"a":[-1,"x",true,null,{},[]],"b":{"c":1.50}})"),
                             out.take());
    }

    void whatItWritesReadsBackTheSame() {
        const auto nasty = "quote\" slash\\ \b\f\n\r\t\x01\x1f \0 \xC3\xA9\xF0\x9F\x98\x80"s;
        const auto json = Json::parse(JsonWriter().object().key(nasty).text(nasty).end().take());
        CPPUNIT_ASSERT_EQUAL(nasty, *json->text(nasty));
    }

    void bytesThatAreNoTextAreMended() {
        const auto written = JsonWriter().text("a\xff\xC3(\xE2\x82").take();
        CPPUNIT_ASSERT_EQUAL(std::string("\"a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\""),
                             written);
        CPPUNIT_ASSERT(Json::parse(written));
    }

    void takeBeginsAnew() {
        JsonWriter out;
        CPPUNIT_ASSERT_EQUAL(std::string("1"), out.integer(1).take());
        CPPUNIT_ASSERT_EQUAL(std::string("[2]"), out.array().integer(2).end().take());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonWriterTest);
