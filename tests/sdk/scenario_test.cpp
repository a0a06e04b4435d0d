#include <souk/testing/json_match.hpp>
#include <souk/testing/record_json.hpp>
#include <souk/testing/scenario.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace sdk = souk::sdk;
namespace fs = std::filesystem;

namespace {

/// One source that asks for one address and says what came.
class EchoSource final : public sdk::SyncSource {
public:
    sdk::Result<sdk::Page> fetch(sdk::Context& context, const sdk::Cursor& from) const override {
        sdk::HttpRequest request;
        request.url = context.account.baseUrl + "/list";
        const auto reply = SOUK_TRY(context.http.send(request));
        sdk::Page page;
        page.records.emplace_back(sdk::Notice{"echo", from.value, reply.body});
        page.last = true;
        return page;
    }
    sdk::Result<sdk::Page> fetchOne(sdk::Context&,
                                    sdk::Entity,
                                    std::string_view,
                                    const sdk::Cursor&) const override {
        return sdk::Error{sdk::ErrorKind::NotFound, "gone"};
    }
    std::vector<sdk::Entity> entities() const override { return {}; }
    sdk::Result<sdk::RemoteCount> remoteCount(sdk::Context&) const override {
        return sdk::RemoteCount{3, false};
    }
};

class EchoPlugin final : public sdk::Plugin {
public:
    const sdk::SyncSource* sync(sdk::Entity entity) const noexcept override {
        return entity == sdk::Entity::Product ? &source_ : nullptr;
    }

private:
    EchoSource source_;
};

}  // namespace

/// The runner itself: a scenario that should fail does, and says why.
class ScenarioTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ScenarioTest);
    CPPUNIT_TEST(aStoryThatGoesAsWrittenPasses);
    CPPUNIT_TEST(everythingElseComplains);
    CPPUNIT_TEST(scenariosThatCannotBeReadComplainAboutThemselves);
    CPPUNIT_TEST(differencesNameTheirPath);
    CPPUNIT_TEST(recordsAreShownWithTheirOwnNames);
    CPPUNIT_TEST_SUITE_END();

    fs::path folder_ = fs::path(SOUK_BUILD_DIR) / "tests" / "scenario_test";

    souk::testing::ScenarioOutcome play(const std::string& json) const {
        const auto file = folder_ / "story.json";
        std::ofstream(file) << json;
        return souk::testing::playScenario(file, EchoPlugin());
    }

    static std::string story(const std::string& call, const std::string& rest) {
        return R"({"story": "s", "account": {"base_url": "https://a.test"}, "call": )" + call +
               rest + "}";
    }

    static std::string listed(const std::string& expect) {
        return story(R"({"capability": "sync.product", "cursor": "c"})",
                     R"(, "http": [{"expect": {"url": "https://a.test/list"},
                                   "reply": {"body": "@body.txt"}}], "expect": )" +
                         expect);
    }

    void expectComplaint(const std::string& json, const std::string& part) const {
        const auto outcome = play(json);
        CPPUNIT_ASSERT(!outcome.passed());
        CPPUNIT_ASSERT_MESSAGE(outcome.text(), outcome.text().find(part) != std::string::npos);
    }

public:
    void setUp() override {
        fs::create_directories(folder_);
        std::ofstream(folder_ / "body.txt") << "from a file";
        std::ofstream(folder_ / "records.json")
            << R"([{"kind": "notice", "topic": "echo", "externalId": "c", "detail": "from a file"}])";
    }
    void tearDown() override { fs::remove_all(folder_); }

    void aStoryThatGoesAsWrittenPasses() {
        const auto outcome = play(listed(R"({"records": "@records.json", "last": true})"));
        CPPUNIT_ASSERT_MESSAGE(outcome.text(), outcome.passed());
        CPPUNIT_ASSERT(play(story(R"({"capability": "sync.product", "function": "remoteCount"})",
                                  R"(, "expect": {"count": 3, "exact": false})"))
                           .passed());
    }

    void everythingElseComplains() {
        expectComplaint(listed(R"({"records": []})"), "records: expected 0 item(s), got 1 item(s)");
        expectComplaint(listed(R"({"last": false})"), "last: expected false, got true");
        expectComplaint(listed(R"({"error": {"kind": "transient"}})"),
                        "expected the error transient");
        expectComplaint(story(R"({"capability": "sync.product"})", R"(, "expect": {})"),
                        "nothing more was expected");
        const std::string one = R"({"capability": "sync.product", "function": "fetchOne",
                                    "entity": "product", "external_id": "1"})";
        expectComplaint(story(one, R"(, "expect": {})"), "expected success, got not_found: gone");
        expectComplaint(story(one, R"(, "expect": {"error": {"kind": "bug"}})"),
                        "expected the error bug, got not_found: gone");
        expectComplaint(
            story(one, R"(, "expect": {"error": {"kind": "not_found", "message": "lost"}})"),
            "expected the error's message to hold 'lost'");
        expectComplaint(story(one, R"(, "http": [{"expect": {"method": "GET"}, "reply": {}}],
                                      "expect": {"error": {"kind": "not_found"}})"),
                        "1 expected request(s) never came");
        expectComplaint(story(R"({"capability": "sync.order"})", R"(, "expect": {})"),
                        "the plugin has no capability 'sync.order'");
        expectComplaint(story(R"({"capability": "webhooks"})", R"(, "expect": {})"),
                        "the plugin has no capability 'webhooks'");
    }

    void scenariosThatCannotBeReadComplainAboutThemselves() {
        expectComplaint("", "not JSON");
        expectComplaint(R"({"story": "s", "cal": {}})", "unknown key 'cal'");
        expectComplaint(story("{}", ""), "expect: missing");
        expectComplaint(listed(R"({"records": "@nowhere.json"})"), "cannot read");
        expectComplaint(story(R"({"capability": "sync.product"})",
                              R"(, "http": [{"reply": {"error": {"kind": "odd"}}}], "expect": {})"),
                        "unknown error kind 'odd'");
        expectComplaint(story("{}", R"(, "now": "noon", "expect": {})"), "time 'noon'");
        const auto absent = souk::testing::playScenario(folder_ / "absent.json", EchoPlugin());
        CPPUNIT_ASSERT(absent.text().starts_with("absent.json: (unread)\n  cannot read"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, souk::testing::scenarioFiles(folder_).size() - 1);
        CPPUNIT_ASSERT(souk::testing::scenarioFiles(folder_ / "none").empty());
    }

    void differencesNameTheirPath() {
        const auto expected = *sdk::Json::parse(
            R"({"a": [{"b": 1.50}], "c": null, "d": "1", "e": {}, "f": true, "g": 1})");
        const auto same = *sdk::Json::parse(
            R"({"a": [{"b": 1.50, "more": 1}], "d": "1", "e": {"x": 1}, "f": true, "g": 1})");
        CPPUNIT_ASSERT(souk::testing::differences(expected, same).empty());
        const auto other =
            *sdk::Json::parse(R"({"a": [{"b": 1.5}], "c": 0, "d": 1, "e": [], "f": false})");
        const std::vector<std::string> found{"a[0].b: expected 1.50, got 1.5",
                                             "c: expected nothing, got 0",
                                             "d: expected \"1\", got 1",
                                             "e: expected {}, got []",
                                             "f: expected true, got false",
                                             "g: expected 1, got nothing"};
        CPPUNIT_ASSERT(found == souk::testing::differences(expected, other));
    }

    void recordsAreShownWithTheirOwnNames() {
        using souk::testing::jsonOf;
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"([{"kind":"refetch","entity":"order","externalId":"1","reason":"cut"},)"
                R"({"kind":"account_change","what":"scopes_changed","scopes":["a"],"at":null,)"
                R"("reason":"","facts":{}},)"
                R"({"kind":"privacy_request","what":"erase_store","customerExternalId":"",)"
                R"("orderExternalIds":[],"requestId":"r"}])"),
            jsonOf(std::vector<sdk::Record>{
                sdk::Refetch{sdk::Entity::Order, "1", "cut"},
                sdk::AccountChange{sdk::AccountChange::What::ScopesChanged, {"a"}, {}},
                sdk::PrivacyRequest{sdk::PrivacyRequest::What::EraseStore, "", {}, "r"}}));
        sdk::MessageStatus status;
        status.messageExternalId = "m1";
        status.correlation = "c1";
        status.stage = sdk::MessageStatus::Stage::Failed;
        status.code = "7";
        status.detail = "no";
        sdk::Message message;
        message.externalId = "m2";
        message.kind = "text";
        message.text = "hi";
        message.person.externalId = "49";
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                R"([{"kind":"message_status","messageExternalId":"m1","correlation":"c1",)"
                R"("stage":"failed","code":"7","detail":"no","at":null},)"
                R"({"kind":"message","externalId":"m2","person":{"externalId":"49","otherIds":[],)"
                R"("name":"","username":"","phone":""},"direction":"incoming",)"
                R"("messageKind":"text","text":"hi","replyTo":"","content":{},"sentAt":null,)"
                R"("extra":{}},)"
                R"({"kind":"person_change","formerExternalId":"49","person":{"externalId":"50",)"
                R"("otherIds":["49"],"name":"","username":"","phone":""}},)"
                R"({"kind":"batch_settled","ticket":"t"}])"),
            jsonOf(std::vector<sdk::Record>{status,
                                            message,
                                            sdk::PersonChange{"49", {"50", {"49"}, "", "", ""}},
                                            sdk::BatchSettled{"t"}}));
        const sdk::Location location{"1", "Berlin", true, "{\"city\":\"Berlin\"}", {}, "{}"};
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"kind":"location","externalId":"1","name":"Berlin","active":true,)"
                        R"("address":{"city":"Berlin"},"updatedAt":null,"extra":{}})"),
            jsonOf(sdk::Record(location)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ScenarioTest);
