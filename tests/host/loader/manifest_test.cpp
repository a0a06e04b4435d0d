#include "loader/manifest.hpp"

#include "core/text.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <fstream>
#include <iterator>
#include <string>

using souk::loader::Manifest;

class ManifestTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ManifestTest);
    CPPUNIT_TEST(theExamplesManifestIsReadWhole);
    CPPUNIT_TEST(theLeastManifestHasDefaults);
    CPPUNIT_TEST(unknownKeysAreRefusedByName);
    CPPUNIT_TEST(whatIsWrongIsNamed);
    CPPUNIT_TEST(sectionsAndCapabilitiesMustAgree);
    CPPUNIT_TEST(whatIsNoObjectIsRefused);
    CPPUNIT_TEST(aStarStandsForOneOrMoreLabels);
    CPPUNIT_TEST_SUITE_END();

    /// A sound manifest with `more` members added.
    static std::string with(const std::string& more,
                            const std::string& capabilities = R"(["sync.product"])") {
        return R"({"domain": "shop_2", "name": "Shop", "version": "1.2.3", "hosts": ["a.example"],
                   "sync": {"entities": ["product"]}, "capabilities": )" +
               capabilities + more + "}";
    }

    static void expectRefused(const std::string& json, const std::string& sentence) {
        const auto manifest = Manifest::parse(json);
        CPPUNIT_ASSERT_MESSAGE("accepted: " + json, !manifest);
        const auto& message = manifest.error().message;
        CPPUNIT_ASSERT_MESSAGE(message, message.find(sentence) != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE("not printable: " + message, souk::core::isUtf8(message));
    }

    static std::string replaced(std::string text, const std::string& from, const std::string& to) {
        const auto at = text.find(from);
        CPPUNIT_ASSERT(at != std::string::npos);
        return text.replace(at, from.size(), to);
    }

public:
    void theExamplesManifestIsReadWhole() {
        std::ifstream file(SOUK_SOURCE_DIR "/plugins/example/manifest.json");
        const std::string json{std::istreambuf_iterator<char>(file),
                               std::istreambuf_iterator<char>()};
        const auto manifest = Manifest::parse(json);
        CPPUNIT_ASSERT_MESSAGE(manifest ? "" : manifest.error().message, bool(manifest));
        CPPUNIT_ASSERT_EQUAL(std::string("example"), manifest->domain);
        CPPUNIT_ASSERT_EQUAL(std::string("Bearer {token}"), manifest->auth.format);
        CPPUNIT_ASSERT(manifest->connect.kind == Manifest::ConnectKind::OAuth);
        CPPUNIT_ASSERT(manifest->connect.pkce);
        CPPUNIT_ASSERT_EQUAL(std::string("account"), manifest->connect.fields.at(0).name);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, manifest->secrets.size());
        CPPUNIT_ASSERT_EQUAL(40.0, manifest->rate.capacity);
        CPPUNIT_ASSERT(manifest->sync.entities.front() == souk::sdk::Entity::Customer);
        CPPUNIT_ASSERT_EQUAL(json, manifest->json);
        CPPUNIT_ASSERT(manifest->declares("webhooks") && !manifest->declares("agent"));
    }

    void theLeastManifestHasDefaults() {
        const auto manifest = Manifest::parse(with(""));
        CPPUNIT_ASSERT_MESSAGE(manifest ? "" : manifest.error().message, bool(manifest));
        CPPUNIT_ASSERT(manifest->auth.header.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{60},
                             static_cast<std::int64_t>(manifest->sync.interval.count()));
        CPPUNIT_ASSERT_EQUAL(std::string("application/json"),
                             manifest->webhooks.contentTypes.at(0));
    }

    void unknownKeysAreRefusedByName() {
        expectRefused(with(R"(, "owner": "me")"), "'owner' is not a key Souk knows");
        expectRefused(with(R"(, "rate": {"capacity": 1, "per_minute": 2})"), "'rate.per_minute'");
        expectRefused(with(R"(, "auth": {"header": "A", "format": "{token}", "prefix": ""})"),
                      "'auth.prefix'");
    }

    void whatIsWrongIsNamed() {
        expectRefused(replaced(with(""), "shop_2", "Shop"), "'domain' must be lower case");
        expectRefused(replaced(with(""), R"("name": "Shop",)", ""), "'name' is missing");
        expectRefused(replaced(with(""), R"("Shop")", "7"), "'name' must be text");
        expectRefused(replaced(with(""), "1.2.3", "one"), "'version' must read like 1.0.0");
        expectRefused(replaced(with(""), "a.example", "*"), "'hosts' holds '*'");
        expectRefused(replaced(with(""), "a.example", "https://a.example"), "'hosts' holds");
        expectRefused(replaced(with(""), R"(["a.example"])", "[1]"), "'hosts' must be a list");
        expectRefused(replaced(with(""), R"(["a.example"])", "\"a\""), "'hosts' must be a list");
        expectRefused(with(R"(, "documentation": "ftp://x")"), "'documentation'");
        expectRefused(with(R"(, "auth": {"header": "A", "format": "Bearer"})"), "{token} once");
        expectRefused(with(R"(, "auth": [])"), "'auth' must be an object");
        expectRefused(with(R"(, "secrets": ["Client Id"])"), "'secrets' holds 'Client Id'");
        expectRefused(with(R"(, "secrets": ["a", "a"])"), "'secrets' names something twice");
        expectRefused(with(R"(, "rate": {"capacity": 0})"), "'rate.capacity' must be a number");
        expectRefused(with(R"(, "rate": {"capacity": 1, "cost_per_request": 2})"),
                      "nothing could ever be sent");
        expectRefused(with("", R"(["sync.product", "teleport"])"), "holds 'teleport'");
        expectRefused(with("", "[]"), "'capabilities' must not be empty");
    }

    void sectionsAndCapabilitiesMustAgree() {
        expectRefused(with(R"(, "webhooks": {})"), "'webhooks' describes a capability");
        expectRefused(with("", R"(["sync.product", "webhooks"])"), "'webhooks' is missing");
        expectRefused(with("", R"(["sync.product", "sync.order"])"), "'sync.entities' must name");
        const std::string connect = R"(["sync.product", "connect"])";
        expectRefused(with(R"(, "connect": {"kind": "magic"})", connect), "oauth, form or token");
        expectRefused(with(R"(, "connect": {"kind": "form", "pkce": true})", connect), "pkce");
        expectRefused(with(R"(, "connect": {"kind": "form", "fields": [{"name": "x"}]})", connect),
                      "'connect.fields[0].label' is missing");
        expectRefused(with(R"(, "connect": {"kind": "form",
                     "fields": [{"name": "x", "label": "X", "pattern": "("}]})",
                           connect),
                      "is not a regular expression");
        for (const std::string count : {"{99999}", "{1,629223372036854775808}", "(a)\\\\12345"})
            expectRefused(with(R"(, "connect": {"kind": "form",
                         "fields": [{"name": "x", "label": "X", "pattern": "a)" +
                                   count + R"("}]})",
                               connect),
                          "is not a regular expression");
        expectRefused(
            with(R"(, "webhooks": {"max_body_bytes": -1})", R"(["sync.product", "webhooks"])"),
            "whole number above 0");
        expectRefused(
            replaced(with(""), R"(["product"])", R"(["product"], "interval_minutes": 1.5)"),
            "'sync.interval_minutes' must be a whole number");
    }

    void whatIsNoObjectIsRefused() {
        expectRefused("", "is not a JSON object");
        expectRefused("[]", "is not a JSON object");
        expectRefused("[[]", "is not a JSON object");
        expectRefused(R"({"domain": )", "is not a JSON object");
    }

    void aStarStandsForOneOrMoreLabels() {
        auto manifest = Manifest::parse(replaced(with(""), "a.example", "*.shops.example"));
        CPPUNIT_ASSERT(bool(manifest));
        CPPUNIT_ASSERT(manifest->mayReach("one.shops.example"));
        CPPUNIT_ASSERT(manifest->mayReach("a.one.shops.example"));
        CPPUNIT_ASSERT(!manifest->mayReach("shops.example"));
        CPPUNIT_ASSERT(!manifest->mayReach("evilshops.example"));
        CPPUNIT_ASSERT(!manifest->mayReach("one.shops.example.org"));
        manifest = Manifest::parse(with(""));
        CPPUNIT_ASSERT(manifest->mayReach("a.example") && !manifest->mayReach("b.a.example"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ManifestTest);
