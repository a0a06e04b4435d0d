#include "api_hub.hpp"

#include <souk/sdk/crypto.hpp>

namespace souk::web::test {

/// Deliveries through the front, and the inbox as people see it.
class ApiWebhooksTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiWebhooksTest);
    CPPUNIT_TEST(aSignedDeliveryIsStoredAndRead);
    CPPUNIT_TEST(aWrongSignatureIs401);
    CPPUNIT_TEST(anUnknownPlatformOrAccountIs404);
    CPPUNIT_TEST(anotherTypeIs415);
    CPPUNIT_TEST(aBodyBeyondThePlatformsLimitIs413);
    CPPUNIT_TEST(bodyLimitsComeFromTheManifest);
    CPPUNIT_TEST(anUnreadableDeliveryIs400);
    CPPUNIT_TEST(noRoomToWaitIs503);
    CPPUNIT_TEST(aDatabaseThatRefusesIs503);
    CPPUNIT_TEST(aKnownAccountNeedsNoWorker);
    CPPUNIT_TEST(theQueryReachesThePluginRaw);
    CPPUNIT_TEST(eventsAreFilteredAndListedNewestFirst);
    CPPUNIT_TEST(anEventIsFoundByTheIdOfItsRequest);
    CPPUNIT_TEST(oneEventIsReplayed);
    CPPUNIT_TEST(aRangeIsReplayed);
    CPPUNIT_TEST(unfitReplaysAreRefused);
    CPPUNIT_TEST(credentialsAmongHeadersAreNotShown);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { begin({}); }
    void tearDown() override { hub_.reset(); }

    void aSignedDeliveryIsStoredAndRead() {
        const auto stored = expectStatus(200, hub_->deliver("shop-1", "k1"));
        CPPUNIT_ASSERT_EQUAL(std::string(), stored.body);
        expectStatus(200, hub_->deliver("shop-1", "k1"));
        const auto listed = dataOf(expectStatus(200, get("")));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the repetition is known", std::size_t(1), listed.size());
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), listed[0].textOr("state", ""));
        const auto whole = expectStatus(200, get("/" + listed[0].textOr("id", "")));
        CPPUNIT_ASSERT(contains(*sdk::fromBase64(in(whole, "body_base64")), R"("key":"k1")"));
        expectStatus(404, get("/" + core::newId().text()));
        expectStatus(403,
                     hub_->get("/api/v1/webhooks/" + listed[0].textOr("id", ""),
                               hub_->token("viewer", store_)));
    }
    void aWrongSignatureIs401() {
        expectStatus(401, hub_->deliver("shop-1", "k1", "a", {{"X-Signature", "forged"}}));
        expectStatus(401, hub_->deliver("shop-1", "k1", "a", {}));
        expectStatus(401, hub_->deliver("nobody", "k1", "a", {{"X-Signature", "forged"}}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), hub_->count("webhook"));
    }
    void anUnknownPlatformOrAccountIs404() {
        expectStatus(404, hub_->deliver("nobody", "k1"));
        expectStatus(404, hub_->post("/api/webhooks/nothing", "", "{}"));
        hub_->addIntegration(store_, "gone", "disconnected");
        expectStatus(200, hub_->deliver("gone", "k2"));
    }
    void anotherTypeIs415() {
        expectStatus(
            415,
            hub_->post(kPath, "", "a=b", {{"Content-Type", "application/x-www-form-urlencoded"}}));
        expectStatus(415, hub_->post(kPath, ""));
    }
    void anEventIsFoundByTheIdOfItsRequest() {
        const std::string id = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736";
        const auto taken =
            expectStatus(200,
                         hub_->deliver("shop-1",
                                       "k1",
                                       "customers/update",
                                       {{"X-Signature", "app-secret"}, {"X-Request-Id", id}}));
        CPPUNIT_ASSERT_EQUAL(id, header(taken, "X-Request-Id"));
        expectStatus(200, hub_->deliver("shop-1", "k2"));
        const auto bearer = hub_->token("admin");
        const auto list = [&](const std::string& correlation) {
            return dataOf(hub_->get(
                "/api/v1/webhooks?store_id=" + store_.text() + "&correlation_id=" + correlation,
                bearer));
        };
        const auto found = list(id);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), found.size());
        CPPUNIT_ASSERT_EQUAL(std::string("k1"), found.front().textOr("key", ""));
        CPPUNIT_ASSERT_EQUAL(id, found.front().textOr("correlation_id", ""));
        CPPUNIT_ASSERT(list(core::newId().text()).empty());
    }
    void aBodyBeyondThePlatformsLimitIs413() {
        const auto filled = [](std::size_t bytes) {
            return R"({"events":[]})" + std::string(bytes - 13, ' ');
        };
        expectStatus(200, hub_->post(kPath, "", filled(2048)));
        expectStatus(413, hub_->post(kPath, "", filled(2049)));
    }
    void bodyLimitsComeFromTheManifest() {
        const auto limit = [&](const char* path) {
            return bodyLimit(hub_->catalog, path, 5000, 7);
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t(2048), limit("/api/webhooks/example"));
        for (const auto* path : {"/api/webhooks/",
                                 "/api/webhooks",
                                 "/api/webhooks/other",
                                 "/api/webhooks/example/x",
                                 "/api/v1/stores",
                                 ""})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, std::size_t(7), limit(path));
        CPPUNIT_ASSERT_EQUAL(std::size_t(100),
                             bodyLimit(hub_->catalog, "/api/webhooks/example", 100, 7));
    }
    void anUnreadableDeliveryIs400() {
        expectStatus(400, hub_->post(kPath, "", "{", {{"X-Signature", "app-secret"}}));
    }
    void noRoomToWaitIs503() {
        hub_->pool.stop();  // takes nothing any more, as when it is full
        const auto refused = expectStatus(503, hub_->deliver("shop-1", "k1"));
        CPPUNIT_ASSERT(!header(refused, "Retry-After").empty());
        expectStatus(503, hub_->get(kPath));
        expectStatus(200, hub_->get("/healthz"));
    }
    void aDatabaseThatRefusesIs503() {
        expectStatus(200, hub_->deliver("shop-1", "k1"));
        auto tx = hub_->database->asOwner();
        tx.query("REVOKE INSERT ON webhook FROM souk_worker");
        tx.commit();
        const auto refused = expectStatus(503, hub_->deliver("shop-1", "k2"));
        CPPUNIT_ASSERT(!header(refused, "Retry-After").empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), hub_->count("webhook"));
    }
    void aKnownAccountNeedsNoWorker() {
        expectStatus(200, hub_->deliver("shop-1", "k1"));
        hub_->pool.stop();
        expectStatus(200, hub_->deliver("shop-1", "k2"));
    }
    void theQueryReachesThePluginRaw() {
        const auto right = expectStatus(200, hub_->get(std::string(kPath) + "?hub.challenge=42"));
        CPPUNIT_ASSERT_EQUAL(std::string("42"), right.body);
        CPPUNIT_ASSERT_EQUAL(std::string("nosniff"), header(right, "X-Content-Type-Options"));
        expectStatus(403, hub_->get(std::string(kPath) + "?hub%2Echallenge=42"));
        expectStatus(404, hub_->get("/api/webhooks/nothing"));
    }
    void eventsAreFilteredAndListedNewestFirst() {
        hub_->deliver("shop-1", "k1", "products/update");
        hub_->deliver("shop-1", "k2", "orders/create");
        hub_->deliver("shop-1", "k3", "orders/create");
        CPPUNIT_ASSERT_EQUAL(std::string("k3k2k1"), keys(""));
        CPPUNIT_ASSERT_EQUAL(std::string("k3k2"), keys("?topic=orders/create"));
        CPPUNIT_ASSERT_EQUAL(std::string(), keys("?state=dead"));
        CPPUNIT_ASSERT_EQUAL(std::string(), keys("?since=2100-01-01T00:00:00Z"));
        CPPUNIT_ASSERT_EQUAL(std::string("k3k2k1"), keys("?until=2100-01-01T00:00:00Z"));
        CPPUNIT_ASSERT_EQUAL(std::string(), keys("?integration_id=" + core::newId().text()));
        const auto first = get("?limit=2");
        CPPUNIT_ASSERT_EQUAL(std::string("k1"),
                             keys("?limit=2&cursor=" + in(first, "next_cursor")));
        for (const auto* filter : {"?state=lost", "?since=x", "?key=k1"})
            expectStatus(400, get(filter));
    }
    void oneEventIsReplayed() {
        hub_->deliver("shop-1", "k1");
        settle("dead");
        const auto id = dataOf(get(""))[0].textOr("id", "");
        const auto replayed = expectStatus(202, post("/" + id + "/replay"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), in(replayed, "replayed"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), hub_->count("webhook WHERE state = 'waiting'"));
        expectStatus(404, post("/" + core::newId().text() + "/replay"));
        expectStatus(
            403, hub_->post("/api/v1/webhooks/" + id + "/replay", hub_->token("viewer", store_)));
        expectStatus(404,
                     hub_->post("/api/v1/webhooks/" + id + "/replay",
                                hub_->token("operator", hub_->addStore("other"))));
    }
    void aRangeIsReplayed() {
        for (const auto* key : {"k1", "k2", "k3"}) hub_->deliver("shop-1", key, "orders/create");
        hub_->deliver("shop-1", "k4", "products/update");
        const auto replayed = [&](const std::string& body) {
            settle("dead");
            return in(expectStatus(202, post("/replay", body)), "replayed");
        };
        CPPUNIT_ASSERT_EQUAL(std::string("3"), replayed(R"({"topic":"orders/create"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), replayed(R"({"state":"dead","limit":2})"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), replayed(R"({"state":"stale"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), replayed(R"({"until":"2020-01-01T00:00:00Z"})"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("4"),
            replayed(R"({"integration_id":")" + integration_.text() + "\",\"topic\":null}"));
        CPPUNIT_ASSERT_EQUAL(std::string("4"), replayed("{}"));
    }
    void unfitReplaysAreRefused() {
        for (const auto* body : {R"({"limit":0})",
                                 R"({"limit":10001})",
                                 R"({"limit":"many"})",
                                 R"({"limit":1.5})",
                                 R"({"state":"lost"})",
                                 R"({"state":{}})",
                                 R"({"since":"yesterday"})",
                                 R"({"since":[]})",
                                 R"({"integration_id":"1"})",
                                 R"({"key":"k1"})",
                                 "[]"})
            expectStatus(400, post("/replay", body));
        expectStatus(400, hub_->post("/api/v1/webhooks/replay?topic=a", operator_, "{}"));
        expectStatus(400, hub_->post("/api/v1/webhooks/replay", hub_->token("operator"), "{}"));
    }
    void credentialsAmongHeadersAreNotShown() {
        hub_->deliver("shop-1",
                      "k1",
                      "a",
                      {{"X-Signature", "app-secret"},
                       {"Authorization", "Bearer platforms-own"},
                       {"Cookie", "session=platforms-own"}});
        const auto whole = get("/" + dataOf(get(""))[0].textOr("id", ""));
        CPPUNIT_ASSERT_MESSAGE(whole.body, !contains(whole.body, "platforms-own"));
    }

private:
    static constexpr const char* kPath = "/api/webhooks/example";

    void begin(const HubOptions& options) {
        hub_ = std::make_unique<ApiHub>(options);
        store_ = hub_->addStore("mine");
        operator_ = hub_->token("operator", store_);
        integration_ = hub_->addIntegration(store_);
    }
    RawAnswer get(const std::string& more) {
        return hub_->get("/api/v1/webhooks" + more, operator_);
    }
    RawAnswer post(const std::string& more, const std::optional<std::string>& body = {}) {
        return hub_->post("/api/v1/webhooks" + more, operator_, body);
    }
    std::string keys(const std::string& filter) {
        std::string joined;
        for (const auto& event : dataOf(expectStatus(200, get(filter))))
            joined += event.textOr("key", "");
        return joined;
    }
    void settle(const std::string& state) {
        const auto sql = "UPDATE webhook SET state = '" + state + "'";
        auto tx = hub_->database->asOwner();
        tx.query(sql);
        tx.commit();
    }

    std::unique_ptr<ApiHub> hub_;
    core::Uuid store_;
    core::Uuid integration_;
    std::string operator_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(ApiWebhooksTest);

}  // namespace souk::web::test
