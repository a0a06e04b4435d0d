#include "api_hub.hpp"

namespace souk::web::test {

namespace {

constexpr const char* kAll = "/api/v1/integrations";
constexpr const char* kNew = R"({"platform":"example","config":{"shop":"a.example.test"}})";

std::string one(const std::string& id, const std::string& more = "") {
    return kAll + ("/" + id) + more;
}

}  // namespace

class ApiIntegrationsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiIntegrationsTest);
    CPPUNIT_TEST(anIntegrationIsMadeAndRead);
    CPPUNIT_TEST(anUnfitIntegrationIsRefusedWithTheReason);
    CPPUNIT_TEST(integrationsAreListedOfTheStore);
    CPPUNIT_TEST(anIntegrationOfAnotherStoreIsNotThere);
    CPPUNIT_TEST(connectAnswersAnAddressOfOurs);
    CPPUNIT_TEST(aFormConnectsPlatformsWithoutABrowser);
    CPPUNIT_TEST(disconnectLetsGoAtOnceAndMayBeRepeated);
    CPPUNIT_TEST(aPersonPausesAndResumes);
    CPPUNIT_TEST(subscriptionsAreComparedLive);
    CPPUNIT_TEST(aPlatformsTroubleIsTold);
    CPPUNIT_TEST(repairQueuesOneJob);
    CPPUNIT_TEST(platformsShowTheirForm);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        hub_ = std::make_unique<ApiHub>();
        store_ = hub_->addStore("mine");
        admin_ = hub_->token("admin", store_);
    }
    void tearDown() override { hub_.reset(); }

    void anIntegrationIsMadeAndRead() {
        const auto made = expectStatus(201, hub_->post(kAll, admin_, kNew));
        CPPUNIT_ASSERT_EQUAL(one(in(made, "id")), header(made, "Location"));
        CPPUNIT_ASSERT_EQUAL(std::string("pending"), in(made, "status"));
        CPPUNIT_ASSERT_EQUAL(store_.text(), in(made, "store_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("a.example.test"),
                             jsonOf(made).at("config").textOr("shop", ""));
        const auto read = expectStatus(200, hub_->get(one(in(made, "id")), admin_));
        CPPUNIT_ASSERT_EQUAL(made.body, read.body);
        // A second one of the platform gets a name of its own.
        const auto second = expectStatus(201, hub_->post(kAll, admin_, kNew));
        CPPUNIT_ASSERT(in(made, "name") != in(second, "name"));
        const auto named = expectStatus(
            201,
            hub_->post(kAll + ("?store_id=" + store_.text()),
                       hub_->token("admin"),
                       R"({"platform":"example","name":"n","config":{"shop":"b.example.test"}})"));
        CPPUNIT_ASSERT_EQUAL(std::string("n"), in(named, "name"));
    }
    void anUnfitIntegrationIsRefusedWithTheReason() {
        const auto refused = [&](int status, const std::string& body) {
            return in(expectStatus(status, hub_->post(kAll, admin_, body)), "detail");
        };
        CPPUNIT_ASSERT(contains(refused(422, R"({"platform":"nope"})"), "\"nope\""));
        CPPUNIT_ASSERT(contains(refused(422, R"({"platform":"example"})"), "\"shop\""));
        CPPUNIT_ASSERT(contains(
            refused(422, R"({"platform":"example","config":{"shop":"evil.test"}})"), "\"shop\""));
        const auto secret = refused(
            422, R"({"platform":"example","config":{"shop":"a.example.test","pin":"hunter2"}})");
        CPPUNIT_ASSERT(contains(secret, "secret") && !contains(secret, "hunter2"));
        refused(400, R"({"platform":"example","config":[]})");
        refused(400, R"({"platform":"example","config":{"shop":{}}})");
        refused(400, R"({"platform":"example","store_id":"x"})");
        refused(404, R"({"platform":"example","store_id":")" + core::newId().text() + "\"}");
        expectStatus(400, hub_->post(kAll, hub_->token("admin"), kNew));
        expectStatus(201, hub_->post(kAll, admin_, withName("taken")));
        CPPUNIT_ASSERT(contains(refused(422, withName("taken")), "taken"));
    }
    void integrationsAreListedOfTheStore() {
        hub_->addIntegration(store_, "a");
        hub_->addIntegration(store_, "b");
        hub_->addIntegration(hub_->addStore("other"), "c");
        const auto first = expectStatus(200, hub_->get(kAll + std::string("?limit=1"), admin_));
        const auto cursor = in(first, "next_cursor");
        const auto second =
            expectStatus(200, hub_->get(kAll + ("?limit=1&cursor=" + cursor), admin_));
        CPPUNIT_ASSERT(dataOf(first)[0].textOr("id", "") != dataOf(second)[0].textOr("id", ""));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), dataOf(hub_->get(kAll, admin_)).size());
        const auto all = hub_->token("viewer");
        expectStatus(400, hub_->get(kAll, all));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2),
                             dataOf(hub_->get(kAll + ("?store_id=" + store_.text()), all)).size());
        expectStatus(404, hub_->get(kAll + ("?store_id=" + core::newId().text()), admin_));
    }
    void anIntegrationOfAnotherStoreIsNotThere() {
        const auto foreign = hub_->addIntegration(hub_->addStore("other")).text();
        expectStatus(404, hub_->get(one(foreign), admin_));
        expectStatus(404, hub_->get(one(foreign, "/subscriptions"), admin_));
        for (const auto* deed : {"/connect", "/disconnect", "/subscriptions/repair"})
            expectStatus(404, hub_->post(one(foreign, deed), admin_));
        expectStatus(404, hub_->post(one(foreign, "/form"), admin_, R"({"fields":{}})"));
        expectStatus(
            404, hub_->post("/api/v1/sync", admin_, R"({"integration_id":")" + foreign + "\"}"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), hub_->count("job"));
        expectStatus(200, hub_->get(one(foreign), hub_->token("viewer")));
    }
    void connectAnswersAnAddressOfOurs() {
        const auto id = in(hub_->post(kAll, admin_, kNew), "id");
        const auto answer = expectStatus(200, hub_->post(one(id, "/connect"), admin_));
        CPPUNIT_ASSERT(in(answer, "connect_url")
                           .starts_with("https://hub.test/api/auth/example/start?ticket="));
        expectStatus(400, hub_->post(one(id, "/connect"), admin_, R"({"now":true})"));
        expectStatus(403, hub_->post(one(id, "/connect"), hub_->token("viewer", store_)));
        expectStatus(400,
                     hub_->post(one(id, "/connect"), admin_, "{}", {{"Idempotency-Key", "k"}}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), hub_->count("idempotency_key"));
    }
    void aFormConnectsPlatformsWithoutABrowser() {
        expectStatus(501,
                     hub_->post(one(in(hub_->post(kAll, admin_, kNew), "id"), "/form"),
                                admin_,
                                R"({"fields":{"shop":"a.example.test"}})"));
        hub_ = std::make_unique<ApiHub>(
            HubOptions{16, 15s, 1000, loader::Manifest::ConnectKind::Form});
        const auto admin = hub_->token("admin", hub_->addStore("forms"));
        const auto id = in(hub_->post(kAll, admin, kNew), "id");
        expectStatus(501, hub_->post(one(id, "/connect"), admin));
        expectStatus(422, hub_->post(one(id, "/form"), admin, R"({"fields":{}})"));
        expectStatus(400, hub_->post(one(id, "/form"), admin, R"({"fields":"shop"})"));
        const auto connected =
            expectStatus(200,
                         hub_->post(one(id, "/form"),
                                    admin,
                                    R"({"fields":{"shop":"a.example.test","pin":"hunter2"}})",
                                    {{"Idempotency-Key", "form"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("connected"), in(connected, "status"));
        CPPUNIT_ASSERT(!contains(connected.body, "hunter2"));
        CPPUNIT_ASSERT(!contains(hub_->logged(), "hunter2"));
        CPPUNIT_ASSERT_EQUAL(1, hub_->firstSyncs);
    }
    void disconnectLetsGoAtOnceAndMayBeRepeated() {
        const auto id = hub_->addIntegration(store_).text();
        for (int i = 0; i < 2; ++i) {
            const auto gone = expectStatus(202, hub_->post(one(id, "/disconnect"), admin_));
            CPPUNIT_ASSERT_EQUAL(std::string("disconnected"), in(gone, "status"));
            CPPUNIT_ASSERT(!in(gone, "status_reason").empty());
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), hub_->count("job WHERE kind = 'disconnect'"));
    }
    void aPersonPausesAndResumes() {
        const auto id = hub_->addIntegration(store_).text();
        for (int i = 0; i < 2; ++i) {
            const auto paused = expectStatus(200, hub_->post(one(id, "/pause"), admin_));
            CPPUNIT_ASSERT_EQUAL(std::string("paused"), in(paused, "status"));
            CPPUNIT_ASSERT_EQUAL(std::string("Paused by a person."), in(paused, "status_reason"));
        }
        for (int i = 0; i < 2; ++i) {
            const auto resumed = expectStatus(200, hub_->post(one(id, "/resume"), admin_));
            CPPUNIT_ASSERT_EQUAL(std::string("connected"), in(resumed, "status"));
        }
        const auto gone = hub_->addIntegration(store_, "shop-2", "disconnected").text();
        expectStatus(409, hub_->post(one(gone, "/pause"), admin_));
        expectStatus(409, hub_->post(one(gone, "/resume"), admin_));
    }
    void subscriptionsAreComparedLive() {
        const auto id = hub_->addIntegration(store_).text();
        hub_->platform->flow.held = {
            {"1", "products/update", "https://hub.test/api/webhooks/example"},
            {"2", "orders/create", "https://other.test/hook"}};
        const auto listed = dataOf(expectStatus(200, hub_->get(one(id, "/subscriptions"), admin_)));
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), listed.size());
        std::string states;
        for (const auto& topic : listed)
            states += topic.textOr("topic", "") + " " + topic.textOr("state", "") + ";";
        CPPUNIT_ASSERT_EQUAL(std::string("products/update present;orders/create missing;"
                                         "orders/create foreign;"),
                             states);
        expectStatus(409,
                     hub_->get(one(hub_->addIntegration(store_, "x", "disconnected").text(),
                                   "/subscriptions"),
                               admin_));
        hub_->platform->flow.hasSubscriptions = false;
        expectStatus(501, hub_->get(one(id, "/subscriptions"), admin_));
    }
    void aPlatformsTroubleIsTold() {
        const auto path = one(hub_->addIntegration(store_).text(), "/subscriptions");
        using Kind = sdk::ErrorKind;
        for (const auto& [kind, status] : {std::pair{Kind::Unauthorized, 409},
                                           std::pair{Kind::RateLimited, 429},
                                           std::pair{Kind::Transient, 503},
                                           std::pair{Kind::BadPayload, 502},
                                           std::pair{Kind::Bug, 500}}) {
            hub_->platform->flow.listError = sdk::Error{kind, "the platform's trouble", 2500ms};
            const auto answer = expectStatus(status, hub_->get(path, admin_));
            CPPUNIT_ASSERT_EQUAL(std::string(sdk::name(kind)), in(answer, "code"));
            CPPUNIT_ASSERT_EQUAL(std::string("3"), header(answer, "Retry-After"));
        }
    }
    void repairQueuesOneJob() {
        const auto id = hub_->addIntegration(store_).text();
        for (int i = 0; i < 2; ++i)
            expectStatus(202, hub_->post(one(id, "/subscriptions/repair"), admin_));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), hub_->count("job WHERE kind = 'subscribe'"));
        const auto off = hub_->addIntegration(store_, "x", "disconnected").text();
        expectStatus(409, hub_->post(one(off, "/subscriptions/repair"), admin_));
    }
    void platformsShowTheirForm() {
        const auto listed =
            dataOf(expectStatus(200, hub_->get("/api/v1/platforms", hub_->token("agent"))));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listed.size());
        CPPUNIT_ASSERT_EQUAL(std::string("loaded"), listed[0].textOr("state", ""));
        const auto form = listed[0].at("connect");
        CPPUNIT_ASSERT_EQUAL(std::string("oauth"), form.textOr("kind", ""));
        const auto fields = *form.items("fields");
        CPPUNIT_ASSERT_EQUAL(std::string("[a-z]+\\.example\\.test"),
                             fields[0].textOr("pattern", ""));
        CPPUNIT_ASSERT(fields[1].booleanOr("secret", false));
        expectStatus(400, hub_->get("/api/v1/platforms?q=x", hub_->token("agent")));
    }

private:
    static std::string withName(const std::string& name) {
        return R"({"platform":"example","name":")" + name +
               R"(","config":{"shop":"a.example.test"}})";
    }

    std::unique_ptr<ApiHub> hub_;
    core::Uuid store_;
    std::string admin_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(ApiIntegrationsTest);

}  // namespace souk::web::test
