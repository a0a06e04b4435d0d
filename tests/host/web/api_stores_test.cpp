#include "api_hub.hpp"

namespace souk::web::test {

class ApiStoresTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiStoresTest);
    CPPUNIT_TEST(aStoreIsMadeAndRead);
    CPPUNIT_TEST(anUnfitStoreIsRefusedWithTheReason);
    CPPUNIT_TEST(storesAreListedPageByPage);
    CPPUNIT_TEST(aTokenOfOneStoreSeesThatOneAlone);
    CPPUNIT_TEST(anUnchangedStoreIsNotSentAgain);
    CPPUNIT_TEST(aRepeatedPostMakesOneStore);
    CPPUNIT_TEST(aTokenIsMadeUsedAndRevoked);
    CPPUNIT_TEST(aStoresAdministratorStaysInTheStore);
    CPPUNIT_TEST(unfitTokensAreRefused);
    CPPUNIT_TEST(noKeptAnswerHoldsAToken);
    CPPUNIT_TEST_SUITE_END();

public:
    void aStoreIsMadeAndRead() {
        ApiHub hub;
        const auto admin = hub.token("admin");
        const auto made =
            expectStatus(201,
                         hub.post("/api/v1/stores",
                                  admin,
                                  R"({"name":"Lamps","currency":"JPY","time_zone":"Asia/Tokyo"})"));
        CPPUNIT_ASSERT_EQUAL("/api/v1/stores/" + in(made, "id"), header(made, "Location"));
        const auto read = expectStatus(200, hub.get(header(made, "Location"), admin));
        CPPUNIT_ASSERT_EQUAL(made.body, read.body);
        CPPUNIT_ASSERT_EQUAL(std::string("Asia/Tokyo"), in(read, "time_zone"));
    }
    void anUnfitStoreIsRefusedWithTheReason() {
        ApiHub hub;
        const auto admin = hub.token("admin");
        const auto refused = [&](int status, const std::string& body) {
            return in(expectStatus(status, hub.post("/api/v1/stores", admin, body)), "detail");
        };
        CPPUNIT_ASSERT(contains(refused(422, R"({"name":"a","currency":"XYZ"})"), "ISO 4217"));
        CPPUNIT_ASSERT(contains(refused(422, R"({"currency":"EUR"})"), "name"));
        CPPUNIT_ASSERT(contains(
            refused(422, R"({"name":"a","currency":"EUR","time_zone":"Mars/Base"})"), "IANA"));
        CPPUNIT_ASSERT(contains(refused(400, R"({"nmae":"a"})"), "nmae"));
        expectStatus(400, hub.post("/api/v1/stores?dry_run=true", admin, "{}"));
        expectStatus(413, hub.post("/api/v1/stores", admin, std::string(5000, ' ')));
        expectStatus(403,
                     hub.post("/api/v1/stores",
                              hub.token("admin", hub.addStore("own")),
                              R"({"name":"b","currency":"EUR"})"));
    }
    void storesAreListedPageByPage() {
        ApiHub hub;
        for (int i = 0; i < 5; ++i) hub.addStore("Store " + std::to_string(i));
        const auto admin = hub.token("viewer");
        std::vector<std::string> names;
        std::string cursor;
        int pages = 0;
        do {
            const auto page = expectStatus(
                200,
                hub.get("/api/v1/stores?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor),
                        admin));
            for (const auto& store : dataOf(page)) names.push_back(store.textOr("name", ""));
            cursor = jsonOf(page).textOr("next_cursor", "");
        } while (!cursor.empty() && ++pages < 9);
        CPPUNIT_ASSERT((names == std::vector<std::string>{
                                     "Store 0", "Store 1", "Store 2", "Store 3", "Store 4"}));
        expectStatus(400, hub.get("/api/v1/stores?cursor=abc", admin));
        expectStatus(400, hub.get("/api/v1/stores?limit=0", admin));
    }
    void aTokenOfOneStoreSeesThatOneAlone() {
        ApiHub hub;
        const auto mine = hub.addStore("mine");
        const auto other = hub.addStore("other");
        const auto viewer = hub.token("viewer", mine);
        const auto listed = dataOf(expectStatus(200, hub.get("/api/v1/stores", viewer)));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listed.size());
        CPPUNIT_ASSERT_EQUAL(std::string("mine"), listed[0].textOr("name", ""));
        expectStatus(200, hub.get("/api/v1/stores/" + mine.text(), viewer));
        expectStatus(404, hub.get("/api/v1/stores/" + other.text(), viewer));
        expectStatus(404, hub.get("/api/v1/stores/" + core::newId().text(), hub.token("admin")));
        expectStatus(404, hub.get("/api/v1/stores/12", viewer));
    }
    void anUnchangedStoreIsNotSentAgain() {
        ApiHub hub;
        const auto path = "/api/v1/stores/" + hub.addStore("one").text();
        const auto admin = hub.token("admin");
        const auto tag = header(expectStatus(200, hub.get(path, admin)), "ETag");
        for (const auto& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
            const auto same = expectStatus(304, hub.get(path, admin, {{"If-None-Match", known}}));
            CPPUNIT_ASSERT_EQUAL(tag, header(same, "ETag"));
        }
        auto tx = hub.database->asOwner();
        tx.query("UPDATE store SET name = 'renamed'");
        tx.commit();
        const auto changed = expectStatus(200, hub.get(path, admin, {{"If-None-Match", tag}}));
        CPPUNIT_ASSERT(tag != header(changed, "ETag"));
    }
    void aRepeatedPostMakesOneStore() {
        ApiHub hub;
        const auto admin = hub.token("admin");
        const std::string body = R"({"name":"Lamps","currency":"EUR"})";
        const sdk::Headers key{{"Idempotency-Key", "store-1"}};
        const auto first = expectStatus(201, hub.post("/api/v1/stores", admin, body, key));
        const auto second = expectStatus(201, hub.post("/api/v1/stores", admin, body, key));
        CPPUNIT_ASSERT_EQUAL(first.body, second.body);
        CPPUNIT_ASSERT_EQUAL(header(first, "Location"), header(second, "Location"));
        CPPUNIT_ASSERT_EQUAL(std::string("true"), header(second, "Idempotency-Replayed"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), hub.count("store"));
        expectStatus(422,
                     hub.post("/api/v1/stores", admin, R"({"name":"x","currency":"EUR"})", key));
        expectStatus(
            400,
            hub.post("/api/v1/stores", admin, body, {{"Idempotency-Key", std::string(256, 'k')}}));
    }
    void aTokenIsMadeUsedAndRevoked() {
        ApiHub hub;
        const auto store = hub.addStore("one");
        const auto admin = hub.token("admin");
        const auto made =
            expectStatus(201,
                         hub.post("/api/v1/tokens",
                                  admin,
                                  R"({"role":"viewer","name":"board","store_id":")" + store.text() +
                                      R"(","expires_at":"2030-01-01T00:00:00+02:00"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("2029-12-31T22:00:00Z"), in(made, "expires_at"));
        const auto token = in(made, "token");
        expectStatus(200, hub.get("/api/v1/products", token));
        expectStatus(403, hub.get("/api/v1/tokens", token));
        const auto listed = expectStatus(200, hub.get("/api/v1/tokens", admin));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), dataOf(listed).size());
        CPPUNIT_ASSERT(!contains(listed.body, token));
        const auto path = "/api/v1/tokens/" + in(made, "id");
        expectStatus(204, hub.ask({"DELETE", path, admin, std::nullopt, {}}));
        expectStatus(204, hub.ask({"DELETE", path, admin, std::nullopt, {}}));
        hub.time.advance(10s);
        expectStatus(401, hub.get("/api/v1/products", token));
        expectStatus(404,
                     hub.ask({"DELETE", "/api/v1/tokens/" + core::newId().text(), admin, {}, {}}));
    }
    void aStoresAdministratorStaysInTheStore() {
        ApiHub hub;
        const auto mine = hub.addStore("mine");
        const auto other = hub.addStore("other");
        const auto admin = hub.token("admin", mine);
        hub.token("viewer", other);
        hub.token("viewer");
        const auto made =
            expectStatus(201, hub.post("/api/v1/tokens", admin, R"({"role":"admin"})"));
        CPPUNIT_ASSERT_EQUAL(mine.text(), in(made, "store_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("admin"), in(made, "name"));
        expectStatus(404,
                     hub.post("/api/v1/tokens",
                              admin,
                              R"({"role":"viewer","store_id":")" + other.text() + "\"}"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), dataOf(hub.get("/api/v1/tokens", admin)).size());
        for (const auto& token : dataOf(hub.get("/api/v1/tokens", hub.token("admin"))))
            if (token.textOr("store_id", "") != mine.text())
                expectStatus(404,
                             hub.ask({"DELETE",
                                      "/api/v1/tokens/" + token.textOr("id", ""),
                                      admin,
                                      std::nullopt,
                                      {}}));
    }
    void unfitTokensAreRefused() {
        ApiHub hub;
        const auto admin = hub.token("admin");
        for (const auto* body : {R"({})",
                                 R"({"role":"root"})",
                                 R"({"role":"viewer","store_id":"x"})",
                                 R"({"role":"viewer","expires_at":"soon"})",
                                 R"({"role":"viewer","expires_at":{}})"})
            expectStatus(400, hub.post("/api/v1/tokens", admin, body));
        expectStatus(404,
                     hub.post("/api/v1/tokens",
                              admin,
                              R"({"role":"viewer","store_id":")" + core::newId().text() + "\"}"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), hub.count("api_token"));
    }
    void noKeptAnswerHoldsAToken() {
        ApiHub hub;
        const auto refused = expectStatus(400,
                                          hub.post("/api/v1/tokens",
                                                   hub.token("admin"),
                                                   R"({"role":"viewer"})",
                                                   {{"Idempotency-Key", "k"}}));
        CPPUNIT_ASSERT(contains(in(refused, "detail"), "Idempotency-Key"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), hub.count("api_token"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), hub.count("idempotency_key"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ApiStoresTest);

}  // namespace souk::web::test
