#include <souk/sdk/json.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <limits>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace std::string_literals;

using souk::sdk::ErrorKind;
using souk::sdk::Json;

class JsonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonTest);
    CPPUNIT_TEST(numbersKeepTheirDigits);
    CPPUNIT_TEST(rawIsThePlatformsBytes);
    CPPUNIT_TEST(nullAndAbsentAreTheSame);
    CPPUNIT_TEST(theLastOfRepeatedKeysWins);
    CPPUNIT_TEST(escapedKeysAndTextsAreUnderstood);
    CPPUNIT_TEST(errorsNameThePath);
    CPPUNIT_TEST(wrongTypesAreErrorsAndFallbacksAreTaken);
    CPPUNIT_TEST(integersBeyond64BitsAreTextOnly);
    CPPUNIT_TEST(anAbsentValueHasNoMembersAndNoErrors);
    CPPUNIT_TEST(aValueKeepsItsDocumentAlive);
    CPPUNIT_TEST(itemsStandInTheDocumentsOrder);
    CPPUNIT_TEST(scalarsAreDocumentsToo);
    CPPUNIT_TEST(whatIsNoJsonIsRefusedWithCauseAndPlace);
    CPPUNIT_TEST(brokenTextIsRefused);
    CPPUNIT_TEST(depthIsLimited);
    CPPUNIT_TEST(largeDocumentsAndManyThreadsAreFine);
    CPPUNIT_TEST(randomDamageIsNeverFatal);
    CPPUNIT_TEST_SUITE_END();

    static Json parsed(std::string_view text) {
        auto json = Json::parse(text);
        CPPUNIT_ASSERT_MESSAGE(json ? "" : json.error().message, bool(json));
        return *std::move(json);
    }

    static void expectRefused(std::string_view text, const std::string& cause) {
        const auto json = Json::parse(text);
        CPPUNIT_ASSERT_MESSAGE("accepted: " + std::string(text), !json);
        CPPUNIT_ASSERT(json.error().kind == ErrorKind::BadPayload);
        CPPUNIT_ASSERT_EQUAL("not JSON: " + cause, json.error().message);
    }

    static std::string nested(std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    }

public:
    void numbersKeepTheirDigits() {
        const auto json = parsed(R"({"price": 19.90, "id": 12345678901234567890, "e": -1.50E+3})");
        CPPUNIT_ASSERT_EQUAL(std::string("19.90"), *json.text("price"));
        CPPUNIT_ASSERT_EQUAL(std::string("12345678901234567890"), *json.text("id"));
        CPPUNIT_ASSERT_EQUAL(std::string("-1.50E+3"), *json.text("e"));
    }

    void rawIsThePlatformsBytes() {
        const auto json = parsed("  {\"a\" : [1 , {\"b\":\"\\u00e9\"} ] }\n");
        CPPUNIT_ASSERT_EQUAL(std::string_view("{\"a\" : [1 , {\"b\":\"\\u00e9\"} ] }"), json.raw());
        CPPUNIT_ASSERT_EQUAL(std::string_view("{\"b\":\"\\u00e9\"}"), (*json.items("a"))[1].raw());
    }

    void nullAndAbsentAreTheSame() {
        const auto json = parsed(R"({"a": null})");
        CPPUNIT_ASSERT(!json.has("a") && !json.has("b"));
        CPPUNIT_ASSERT_EQUAL(std::string("a: missing"), json.text("a").error().message);
        CPPUNIT_ASSERT_EQUAL(std::string("b: missing"), json.text("b").error().message);
        CPPUNIT_ASSERT_EQUAL(std::string("x"), json.textOr("a", "x"));
    }

    void theLastOfRepeatedKeysWins() {
        const auto json = parsed(R"({"a": 1, "b": 2, "a": 3, "\u0061": 4})");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, *json.integer("a"));
        CPPUNIT_ASSERT((std::vector<std::string>{"b", "a"}) == json.keys());
        CPPUNIT_ASSERT(!parsed(R"({"a": 1, "a": null})").has("a"));
    }

    void escapedKeysAndTextsAreUnderstood() {
        const auto json = parsed(R"({"q\"k": "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000!"})");
        const auto expected = "\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80\0!"s;
        CPPUNIT_ASSERT_EQUAL(expected, *json.text("q\"k"));
        CPPUNIT_ASSERT((std::vector<std::string>{"q\"k"}) == json.keys());
        CPPUNIT_ASSERT(!json.has("q\\\"k"));
    }

    void errorsNameThePath() {
        const auto json = parsed(R"({"orders": [{}, {"lines": [{"price": true, "q": "x"}]}]})");
        const auto line = (*(*json.items("orders"))[1].items("lines"))[0];
        CPPUNIT_ASSERT_EQUAL(std::string("orders[1].lines[0]"), line.path());
        CPPUNIT_ASSERT_EQUAL(std::string("orders[1].lines[0].id: missing"),
                             line.text("id").error().message);
        CPPUNIT_ASSERT_EQUAL(
            std::string("orders[1].lines[0].price: expected text, found a boolean"),
            line.text("price").error().message);
        CPPUNIT_ASSERT_EQUAL(std::string("(root)"), json.path());
        CPPUNIT_ASSERT_EQUAL(std::string("orders"), json.at("orders").path());
        const auto list = parsed(R"([[7]])");
        CPPUNIT_ASSERT_EQUAL(std::string("[0][0]"), (*(*list.items())[0].items())[0].path());
        CPPUNIT_ASSERT_EQUAL(std::string("(root): expected text, found a list"),
                             list.text().error().message);
    }

    void wrongTypesAreErrorsAndFallbacksAreTaken() {
        const auto json = parsed(R"({"o": {}, "l": [], "t": "5", "n": 5, "f": 5.5, "b": true})");
        CPPUNIT_ASSERT_EQUAL(std::string("l: expected an object, found a list"),
                             json.object("l").error().message);
        CPPUNIT_ASSERT_EQUAL(std::string("o: expected a list, found an object"),
                             json.items("o").error().message);
        CPPUNIT_ASSERT_EQUAL(std::string("t: expected a whole number, found text"),
                             json.integer("t").error().message);
        CPPUNIT_ASSERT_EQUAL(std::string("f: a number that is not whole"),
                             json.integer("f").error().message);
        CPPUNIT_ASSERT_EQUAL(std::string("n: expected a boolean, found a number"),
                             json.boolean("n").error().message);
        CPPUNIT_ASSERT_EQUAL(std::string("x"), json.textOr("o", "x"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9}, json.integerOr("t", 9));
        CPPUNIT_ASSERT(json.booleanOr("n", true) && json.booleanOr("b", false));
        CPPUNIT_ASSERT(json.at("t").isString() && !json.at("n").isString());
        CPPUNIT_ASSERT(json.at("l").isArray() && json.at("o").isObject() && json.isObject());
        CPPUNIT_ASSERT(!json.at("l").has("0"));
    }

    void integersBeyond64BitsAreTextOnly() {
        const auto json = parsed(R"({"a": 9223372036854775807, "b": 9223372036854775808,
                                     "c": -9223372036854775808})");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9223372036854775807}, *json.integer("a"));
        CPPUNIT_ASSERT_EQUAL(std::string("b: a number beyond 64 bits"),
                             json.integer("b").error().message);
        CPPUNIT_ASSERT_EQUAL(std::numeric_limits<std::int64_t>::min(), *json.integer("c"));
    }

    void anAbsentValueHasNoMembersAndNoErrors() {
        const auto nothing = parsed("{}").at("a").at("b");
        CPPUNIT_ASSERT(!nothing.has("c") && nothing.keys().empty() && nothing.raw().empty());
        CPPUNIT_ASSERT_EQUAL(std::string("d"), nothing.textOr("c", "d"));
        CPPUNIT_ASSERT_EQUAL(std::string("(absent)"), nothing.path());
        CPPUNIT_ASSERT_EQUAL(std::string("(absent).c: missing"), nothing.text("c").error().message);
        CPPUNIT_ASSERT(!nothing.items() && !nothing.text());
    }

    void aValueKeepsItsDocumentAlive() {
        std::vector<Json> items;
        {
            const auto text = std::make_unique<std::string>(R"({"a": ["kept"]})");
            items = *parsed(*text).items("a");
        }
        CPPUNIT_ASSERT_EQUAL(std::string("kept"), *items[0].text());
    }

    void itemsStandInTheDocumentsOrder() {
        const auto items = *parsed("[1, null, [2], {}, \"3\"]").items();
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, items.size());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), *items[0].text());
        CPPUNIT_ASSERT_EQUAL(std::string_view("null"), items[1].raw());
        CPPUNIT_ASSERT_EQUAL(std::string("[2]"), items[2].path());
        CPPUNIT_ASSERT_EQUAL(std::string("3"), *items[4].text());
    }

    void scalarsAreDocumentsToo() {
        CPPUNIT_ASSERT_EQUAL(std::string("7"), *parsed(" 7 ").text());
        CPPUNIT_ASSERT_EQUAL(std::string("x"), *parsed("\"x\"").text());
        CPPUNIT_ASSERT_EQUAL(std::string_view("false"), parsed("false").raw());
    }

    void whatIsNoJsonIsRefusedWithCauseAndPlace() {
        expectRefused("", "there is nothing in it");
        expectRefused(" \n", "there is nothing in it");
        expectRefused("[1]x", "something follows the document at byte 3");
        expectRefused("{}{}", "something follows the document at byte 2");
        expectRefused("{\"a\":1,}", "a member's name is missing at byte 7");
        expectRefused("[1,]", "a value is missing or misspelt at byte 3");
        expectRefused("[,1]", "a value is missing or misspelt at byte 1");
        expectRefused("[1 2]", "a comma or closing bracket is missing at byte 3");
        expectRefused("{\"a\" 1}", "a colon is missing at byte 5");
        expectRefused("{1:2}", "a member's name is missing at byte 1");
        expectRefused("[1}", "a comma or closing bracket is missing at byte 2");
        expectRefused("[\"a\"b]", "a comma or closing bracket is missing at byte 4");
        for (const auto* const word : {"tru",
                                       "True",
                                       "NaN",
                                       "01",
                                       "1.",
                                       ".5",
                                       "+1",
                                       "1e",
                                       "0x1",
                                       "-",
                                       "--1",
                                       "1e+",
                                       "nulll",
                                       "'a'",
                                       "\xEF\xBB\xBF{}"})
            CPPUNIT_ASSERT_MESSAGE(word, !Json::parse(word));
        for (const std::string whole = R"({"a": [1, {"b": "c"}], "d": null})";
             const auto size : {1U, 2U, 5U, 8U, 12U, 18U, 22U, 30U})
            CPPUNIT_ASSERT(!Json::parse(whole.substr(0, size)));
    }

    void brokenTextIsRefused() {
        expectRefused("\"\xff\"", "it is not UTF-8");
        expectRefused("\"\xed\xa0\x80\"", "it is not UTF-8");  // an encoded surrogate
        expectRefused("\"abc", "a string is not closed");
        expectRefused("\"a\nb\"", "a string holds a raw control character");
        for (const auto* const text : {R"("\ud800")",
                                       R"("\udc00")",
                                       R"("\ud800\ud800")",
                                       R"("\ud800x")",
                                       R"("\q")",
                                       R"("\u12")",
                                       R"("\u12g4")",
                                       R"({"\ud800": 1})"})
            CPPUNIT_ASSERT_MESSAGE(text, !Json::parse(text));
    }

    void depthIsLimited() {
        CPPUNIT_ASSERT(Json::parse(nested(128)));
        expectRefused(nested(129), "more than 128 levels at byte 128");
        expectRefused(nested(1'000'000), "more than 128 levels at byte 128");
    }

    void largeDocumentsAndManyThreadsAreFine() {
        std::string list = "[";
        for (int i = 0; i < 300'000; ++i)
            list += "{\"id\": " + std::to_string(i) + ", \"x\": 1.50},";
        list.back() = ']';
        std::vector<std::jthread> threads;
        std::vector<std::size_t> sizes(3);
        threads.reserve(sizes.size());
        for (auto& size : sizes)
            threads.emplace_back([&] {
                const auto json = Json::parse(list);  // beyond what a thread's parser keeps
                size = json ? json->items()->size() : 0;
                if (!Json::parse("{}")) size = 0;
            });
        threads.clear();
        for (const auto size : sizes) CPPUNIT_ASSERT_EQUAL(std::size_t{300'000}, size);
    }

    void randomDamageIsNeverFatal() {
        const std::string whole =
            R"({"a": [1, -2.50e3, {"b\n": "\u00e9\ud83d\ude00"}], "c": {"d": null, "e": true}})";
        constexpr std::string_view kBytes = "{}[]\",:\\u0d8 tfn-1.e\x01\xC3\xA9";
        std::mt19937 random(20261101);
        for (int round = 0; round < 20'000; ++round) {
            auto text = whole;
            for (int i = 0; i < 3; ++i)
                text[random() % text.size()] = kBytes[random() % kBytes.size()];
            const auto json = Json::parse(text);
            if (!json) continue;
            (void)json->keys();
            (void)json->textOr("a", "");
            (void)json->at("c").keys();
            CPPUNIT_ASSERT(Json::parse(json->raw()));  // what is read once reads again
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonTest);
