#include "api_hub.hpp"

namespace souk::web::test {

/// People's rights over REST, and the page that somebody is sent to.
class ApiPrivacyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiPrivacyTest);
    CPPUNIT_TEST(anAdminAsksAndReads);
    CPPUNIT_TEST(onlyAnAdminMay);
    CPPUNIT_TEST(requestsAreFilteredAndListedNewestFirst);
    CPPUNIT_TEST(unfitRequestsAreRefused);
    CPPUNIT_TEST(thePageTellsTheTruth);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        hub_ = std::make_unique<ApiHub>();
        store_ = hub_->addStore("mine");
        shop_ = hub_->addIntegration(store_, "shop-1");
        admin_ = hub_->token("admin", store_);
    }
    void tearDown() override { hub_.reset(); }

    void anAdminAsksAndReads() {
        const auto asked = expectStatus(
            201, ask(R"("what":"export","customer_external_id":"7","order_external_ids":["8"])"));
        CPPUNIT_ASSERT_EQUAL(std::string("received"), in(asked, "state"));
        CPPUNIT_ASSERT_EQUAL(std::string("person"), in(asked, "origin"));
        CPPUNIT_ASSERT(!in(asked, "asked_by").empty());
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            hub_->count("job WHERE kind = 'privacy' AND integration_id = '" + shop_.text() +
                        "' AND payload ->> 'request' = '" + in(asked, "id") + "'"));
        const auto one = expectStatus(200, get("/" + in(asked, "id")));
        CPPUNIT_ASSERT_EQUAL(in(asked, "due_at"), in(one, "due_at"));
        const auto document = expectStatus(200, get("/" + in(asked, "id") + "/document"));
        CPPUNIT_ASSERT(contains(document.body, R"("person":{"customer":"7","orders":["8"]})"));
        CPPUNIT_ASSERT(contains(document.text, "no-store"));
        CPPUNIT_ASSERT(!in(expectStatus(200, get("/" + in(asked, "id"))), "fetched_at").empty());
        expectStatus(404, get("/" + core::newId().text()));
        expectStatus(404, get("/" + core::newId().text() + "/document"));
    }

    void onlyAnAdminMay() {
        for (const auto* role : {"operator", "viewer", "agent"}) {
            const auto token = hub_->token(role, store_);
            expectStatus(403, hub_->get(kAll, token));
            expectStatus(403, hub_->post(kAll, token, "{}"));
        }
    }

    void requestsAreFilteredAndListedNewestFirst() {
        const auto first = in(ask(R"("what":"export","customer_external_id":"7")"), "id");
        const auto second = in(ask(R"("what":"erase_customer","customer_external_id":"7")"), "id");
        const auto page = expectStatus(200, get("?limit=1"));
        CPPUNIT_ASSERT_EQUAL(second, dataOf(page)[0].textOr("id", ""));
        const auto next = expectStatus(200, get("?limit=1&cursor=" + in(page, "next_cursor")));
        CPPUNIT_ASSERT_EQUAL(first, dataOf(next)[0].textOr("id", ""));
        CPPUNIT_ASSERT(dataOf(expectStatus(200, get("?state=done"))).empty());
        CPPUNIT_ASSERT_EQUAL(
            std::size_t{2},
            dataOf(expectStatus(200, get("?integration_id=" + shop_.text()))).size());
        expectStatus(400, get("?state=lost"));
        expectStatus(422, get("/" + second + "/document"));
    }

    void unfitRequestsAreRefused() {
        expectStatus(400, ask(R"("what":"erase_store","customer_external_id":"7")"));
        expectStatus(400, ask(R"("what":"export","customer_external_id":"7","when":"now")"));
        expectStatus(422, ask(R"("what":"export")"));
        expectStatus(404,
                     hub_->post(kAll,
                                admin_,
                                R"({"integration_id":")" + core::newId().text() +
                                    R"(","what":"export","customer_external_id":"7"})"));
        expectStatus(400, hub_->post(kAll, admin_, R"({"integration_id":"7","what":"export"})"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("privacy_request"));
    }

    void thePageTellsTheTruth() {
        says("here-0", 0, "Nothing is kept");
        says("here-1", 1, "waits to be carried out");
        stands("here-1", "received", "{}");
        says("here-1", 1, "waits to be carried out");
        stands("here-2", "working", "{}");
        says("here-2", 1, "is being carried out");
        stands("here-3", "done", "{}");
        says("here-3", 1, "this hub kept no data");
        says("here-3", 2, "is being carried out", "two accounts, one of them done");
        stands("here-4", "done", R"({"orders": 2})");
        says("here-4", 1, "was deleted on");
        stands("here-5", "failed", "{}");
        says("here-5", 1, "carrying it out failed");
        expectStatus(404, hub_->get("/api/webhooks/example/requests/nowhere", ""));
    }

private:
    static constexpr const char* kAll = "/api/v1/privacy-requests";

    RawAnswer get(const std::string& rest) { return hub_->get(kAll + rest, admin_); }
    RawAnswer ask(const std::string& members) {
        return hub_->post(
            kAll, admin_, R"({"integration_id":")" + shop_.text() + "\"," + members + "}");
    }
    void stands(const std::string& code, const std::string& state, const std::string& counts) {
        auto tx = hub_->database->asOwner();
        tx.query(
            "INSERT INTO privacy_request (store_id, id, integration_id, what, origin, code, "
            "state, counts, received_at, due_at, done_at) VALUES ($1, $2, $3, "
            "'erase_customer', 'platform', $4, $5, $6, now(), now(), now())",
            store_,
            core::newId(),
            shop_,
            code,
            state,
            store::JsonText{counts});
        tx.commit();
    }
    void says(const std::string& code,
              int accounts,
              const std::string& words,
              const std::string& why = "") {
        auto tx = hub_->database->asOwner();
        tx.query(
            "INSERT INTO answered_delivery (code, platform, received_at, accounts) VALUES "
            "($1, 'example', now(), $2) ON CONFLICT (code) DO UPDATE SET accounts = $2",
            code,
            accounts);
        tx.commit();
        const auto page =
            expectStatus(200, hub_->get("/api/webhooks/example/requests/" + code, ""));
        CPPUNIT_ASSERT_MESSAGE(code + why + page.body, contains(page.body, words));
    }

    std::unique_ptr<ApiHub> hub_;
    core::Uuid store_, shop_;
    std::string admin_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApiPrivacyTest);

}  // namespace souk::web::test
