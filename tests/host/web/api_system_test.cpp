#include "api_hub.hpp"
#include "support/exposition.hpp"

#include <filesystem>
#include <fstream>

namespace souk::web::test {

class ApiSystemTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiSystemTest);
    CPPUNIT_TEST(aHubLivesAndIsReady);
    CPPUNIT_TEST(aHubLivesWithoutItsDatabaseButIsNotReady);
    CPPUNIT_TEST(aHubOfAnotherSchemaIsNotReady);
    CPPUNIT_TEST(aHubAboutToStopAnswersButIsNotReady);
    CPPUNIT_TEST(aRefusedPluginIsToldAndDoesNotHinder);
    CPPUNIT_TEST(metricsAreInPrometheusFormat);
    CPPUNIT_TEST(everyAnswerCarriesTheIdItIsFoundBy);
    CPPUNIT_TEST(theDocumentIsServedAsItIs);
    CPPUNIT_TEST(everyRequestCarriesAProblemWhenItFails);
    CPPUNIT_TEST(unfitTextIsTheCallersFault);
    CPPUNIT_TEST_SUITE_END();

public:
    void aHubLivesAndIsReady() {
        ApiHub hub;
        expectStatus(200, hub.get("/healthz"));
        const auto ready = hub.get("/readyz");
        expectStatus(200, ready);
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), in(ready, "status"));
        const auto plugins = *jsonOf(ready).object("plugins");
        CPPUNIT_ASSERT_EQUAL(std::string("example"), *plugins.items("loaded")->front().text());
    }
    void aHubLivesWithoutItsDatabaseButIsNotReady() {
        ApiHub hub;
        const auto bearer = hub.token("admin");
        store::Database away("host=/nowhere-at-all dbname=secret-name user=secret-user", {});
        auto services = Services{away,
                                 hub.time,
                                 hub.log,
                                 hub.metrics,
                                 hub.catalog,
                                 hub.sessions,
                                 hub.receiver,
                                 hub.sync,
                                 hub.connect,
                                 hub.outbox,
                                 hub.publishing,
                                 hub.privacy,
                                 "",
                                 hub.stream,
                                 hub.pool,
                                 hub.retired};
        Router router(hub.authenticator, hub.idempotency, hub.pool, hub.log, hub.metrics);
        addRoutes(router, services);
        Request request;
        request.method = "GET";
        request.path = "/readyz";
        const auto ready = router.call(request, {});
        CPPUNIT_ASSERT_EQUAL(503, ready.status);
        CPPUNIT_ASSERT_MESSAGE(ready.body, contains(ready.body, R"("status":"not ready")"));
        CPPUNIT_ASSERT_MESSAGE("anybody may ask", !contains(ready.body, "secret"));
        CPPUNIT_ASSERT(contains(hub.logged(), "the database is not reachable"));
        request.path = "/api/v1/stores";
        const auto stores = router.call(request, {{}, {}, "admin"});
        CPPUNIT_ASSERT_EQUAL(503, stores.status);
        CPPUNIT_ASSERT(stores.headers.contains("Retry-After"));
        CPPUNIT_ASSERT(!contains(stores.body, "secret"));
    }
    void aHubOfAnotherSchemaIsNotReady() {
        ApiHub hub;
        auto tx = hub.database->asOwner();
        tx.query(
            "DELETE FROM souk_migration WHERE number = (SELECT max(number) FROM "
            "souk_migration)");
        tx.commit();
        const auto ready = hub.get("/readyz");
        expectStatus(503, ready);
        CPPUNIT_ASSERT_MESSAGE(ready.body, contains(ready.body, "souk migrate"));
    }
    void aHubAboutToStopAnswersButIsNotReady() {
        ApiHub hub;
        hub.retired = true;
        const auto ready = expectStatus(503, hub.get("/readyz"));
        CPPUNIT_ASSERT_EQUAL(std::string("stopping"), in(ready, "status"));
        expectStatus(200, hub.get("/healthz"));
        expectStatus(200, hub.get("/api/v1/stores", hub.token("admin")));
    }
    void aRefusedPluginIsToldAndDoesNotHinder() {
        ApiHub hub;
        const souk::test::TestFolder folder("souk-api-plugins");
        std::filesystem::create_directories(folder.path() / "broken");
        std::ofstream(folder.path() / "broken" / "manifest.json") << "{";
        auto catalog = loader::Catalog::load(folder.path(), hub.log);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), catalog.refused().size());
        hub.catalog = std::move(catalog);
        const auto ready = hub.get("/readyz");
        expectStatus(200, ready);
        CPPUNIT_ASSERT_MESSAGE(ready.body, contains(ready.body, R"("platform":"broken")"));
        const auto platforms = dataOf(hub.get("/api/v1/platforms", hub.token("viewer")));
        CPPUNIT_ASSERT_EQUAL(std::string("refused"), platforms.back().textOr("state", ""));
        CPPUNIT_ASSERT(!platforms.back().textOr("fix", "").empty());
    }
    void metricsAreInPrometheusFormat() {
        ApiHub hub;
        hub.get("/readyz");
        hub.deliver("shop-1", "k1", "a", {{"X-Signature", "forged"}});
        const auto metrics = hub.get("/metrics");
        expectStatus(200, metrics);
        CPPUNIT_ASSERT(header(metrics, "Content-Type").starts_with("text/plain; version=0.0.4"));
        const auto read = souk::test::Exposition::read(metrics.body);
        CPPUNIT_ASSERT_EQUAL(std::string(), read.told());
        CPPUNIT_ASSERT_EQUAL(
            1.0, read.sum("souk_http_request_seconds", {{"route", "/readyz"}, {"le", "+Inf"}}));
        CPPUNIT_ASSERT_MESSAGE(metrics.body, contains(metrics.body, R"(route="/readyz")"));
        CPPUNIT_ASSERT_MESSAGE(
            metrics.body,
            contains(metrics.body,
                     R"({method="POST",route="/api/webhooks/{platform}",status="401"} 1)"));
    }
    void everyAnswerCarriesTheIdItIsFoundBy() {
        ApiHub hub;
        const std::string id = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736";
        const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        const auto bearer = hub.token("viewer");
        const auto found = hub.get("/api/v1/stores", bearer, {{"X-Request-Id", id}});
        CPPUNIT_ASSERT_EQUAL(id, header(found, "X-Request-Id"));
        const auto line = R"("message":"answered","correlation_id":")" + id +
                          R"(","method":"GET","path":"/api/v1/stores")";
        CPPUNIT_ASSERT_MESSAGE(hub.logged(), contains(hub.logged(), line));
        const auto traced = hub.get("/api/v1/stores?x=y", bearer, {{"traceparent", trace}});
        expectStatus(400, traced);
        CPPUNIT_ASSERT_EQUAL(id, header(traced, "X-Request-Id"));
        CPPUNIT_ASSERT_EQUAL("urn:uuid:" + id, in(traced, "instance"));
        CPPUNIT_ASSERT_MESSAGE("a query may name people", !contains(hub.logged(), "x=y"));
        for (const auto* const odd : {"", "1", "anything else", "4bf92f35"}) {
            const auto own =
                header(hub.get("/nothing", "", {{"X-Request-Id", odd}}), "X-Request-Id");
            CPPUNIT_ASSERT_MESSAGE(own, core::Uuid::parse(own) && own != id);
            CPPUNIT_ASSERT_MESSAGE(hub.logged(), contains(hub.logged(), own));
        }
    }
    void theDocumentIsServedAsItIs() {
        ApiHub hub;
        const auto served = hub.get("/openapi.json");
        expectStatus(200, served);
        std::ifstream file(std::string(SOUK_SOURCE_DIR) + "/host/web/openapi.json");
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        CPPUNIT_ASSERT(text == served.body);
    }
    void everyRequestCarriesAProblemWhenItFails() {
        ApiHub hub;
        for (const auto& answer : {hub.get("/nothing/here"),
                                   hub.ask({"PUT", "/api/v1/stores", "", "{}", {}}),
                                   hub.get("/api/v1/stores")}) {
            CPPUNIT_ASSERT(answer.status >= 400);
            CPPUNIT_ASSERT_EQUAL(std::string("application/problem+json"),
                                 header(answer, "Content-Type"));
            const auto faults = Document::instance().faultsOf(
                Document::instance().schema("Problem"), parsed(answer.body));
            CPPUNIT_ASSERT(faults.empty());
        }
    }
    void unfitTextIsTheCallersFault() {
        ApiHub hub;
        const auto store = hub.addStore("Lamps");
        const auto bearer = hub.token("admin", store);
        for (const auto* target : {"/api/v1/products?q=%00",
                                   "/api/v1/products?q=%ff",
                                   "/api/v1/orders?name=a%00b",
                                   "/api/v1/sync-logs?entity=%c3%28"})
            expectStatus(400, hub.get(target, bearer));
        expectStatus(400,
                     hub.post("/api/v1/tokens", bearer, R"({"role":"viewer","name":"a\u0000b"})"));
        expectStatus(400,
                     hub.post("/api/v1/integrations/" + core::newId().text() + "/disconnect",
                              bearer,
                              "{}",
                              {{"Idempotency-Key", "\xff"}}));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ApiSystemTest);

}  // namespace souk::web::test
