#include "api_hub.hpp"

namespace souk::web::test {

class ApiSyncTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiSyncTest);
    CPPUNIT_TEST(aRunIsStartedFollowedAndCancelled);
    CPPUNIT_TEST(aSecondStartJoinsTheActiveRun);
    CPPUNIT_TEST(entitiesAndModeAreChosen);
    CPPUNIT_TEST(unfitStartsAreRefusedWithTheReason);
    CPPUNIT_TEST(aTokenOfAllStoresFollowsByLocation);
    CPPUNIT_TEST(runsAreListedNewestFirst);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        hub_ = std::make_unique<ApiHub>();
        store_ = hub_->addStore("mine");
        operator_ = hub_->token("operator", store_);
        integration_ = hub_->addIntegration(store_).text();
    }
    void tearDown() override { hub_.reset(); }

    void aRunIsStartedFollowedAndCancelled() {
        const auto run = expectStatus(202, start());
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), in(run, "status"));
        CPPUNIT_ASSERT_EQUAL(std::string("manual"), in(run, "trigger"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), jsonOf(run).items("entities")->size());
        const auto path = "/api/v1/sync/" + in(run, "id");
        const auto read = expectStatus(200, hub_->get(path, operator_));
        CPPUNIT_ASSERT_EQUAL(run.body, read.body);
        expectStatus(304, hub_->get(path, operator_, {{"If-None-Match", header(read, "ETag")}}));
        expectStatus(403, hub_->post(path + "/cancel", hub_->token("viewer", store_)));
        const auto gone = expectStatus(202, hub_->post(path + "/cancel", operator_));
        CPPUNIT_ASSERT(jsonOf(gone).booleanOr("cancel_requested", false));
        end();
        expectStatus(422, hub_->post(path + "/cancel", operator_));
        const auto unknown = "/api/v1/sync/" + core::newId().text();
        expectStatus(404, hub_->get(unknown, operator_));
        expectStatus(404, hub_->post(unknown + "/cancel", operator_));
    }
    void aSecondStartJoinsTheActiveRun() {
        const auto first = expectStatus(202, start());
        CPPUNIT_ASSERT_EQUAL(in(first, "id"), in(expectStatus(202, start()), "id"));
    }
    void entitiesAndModeAreChosen() {
        const auto run =
            expectStatus(202, start(R"(,"entities":["product"],"mode":"incremental")"));
        CPPUNIT_ASSERT_EQUAL(std::string("incremental"), in(run, "mode"));
        const auto entities = *jsonOf(run).items("entities");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), entities.size());
        CPPUNIT_ASSERT_EQUAL(std::string("product"), entities[0].textOr("entity", ""));
    }
    void unfitStartsAreRefusedWithTheReason() {
        for (const auto* more : {R"(,"entities":"product")",
                                 R"(,"entities":["sofa"])",
                                 R"(,"entities":[{}])",
                                 R"(,"mode":"half")",
                                 R"(,"mode":{})",
                                 R"(,"entity":"product")"})
            expectStatus(400, start(more));
        expectStatus(422, start(R"(,"entities":["message"])"));
        expectStatus(400, hub_->post("/api/v1/sync", operator_, R"({"integration_id":"x"})"));
        expectStatus(400, hub_->post("/api/v1/sync", operator_));
        expectStatus(404, of(core::newId().text()));
        expectStatus(422, of(hub_->addIntegration(store_, "b", "disconnected").text()));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), hub_->count("sync_run"));
    }
    void aTokenOfAllStoresFollowsByLocation() {
        const auto all = hub_->token("operator");
        const auto run = expectStatus(
            202, hub_->post("/api/v1/sync", all, R"({"integration_id":")" + integration_ + "\"}"));
        expectStatus(200, hub_->get(header(run, "Location"), all));
        expectStatus(200, hub_->get(header(run, "Location"), operator_));
        expectStatus(400, hub_->get("/api/v1/sync/" + in(run, "id"), all));
    }
    void runsAreListedNewestFirst() {
        std::vector<std::string> ids;
        for (int i = 0; i < 3; ++i) {
            ids.insert(ids.begin(), in(expectStatus(202, start()), "id"));
            end();
        }
        std::vector<std::string> listed;
        std::string more;
        for (int pages = 0; pages < 3; ++pages) {
            const auto page =
                expectStatus(200, hub_->get("/api/v1/sync?limit=2" + more, operator_));
            for (const auto& run : dataOf(page)) listed.push_back(run.textOr("id", ""));
            const auto cursor = jsonOf(page).textOr("next_cursor", "");
            if (cursor.empty()) break;
            more = "&cursor=" + cursor;
        }
        CPPUNIT_ASSERT(ids == listed);
        const auto other = hub_->addIntegration(store_, "b").text();
        CPPUNIT_ASSERT(
            dataOf(hub_->get("/api/v1/sync?integration_id=" + other, operator_)).empty());
    }

private:
    RawAnswer of(const std::string& integration, const std::string& more = "") {
        return hub_->post(
            "/api/v1/sync", operator_, R"({"integration_id":")" + integration + "\"" + more + "}");
    }
    /// What the runner does to a run that was cancelled.
    void end() {
        auto tx = hub_->database->asOwner();
        tx.query("UPDATE sync_run SET status = 'cancelled'");
        tx.query("DELETE FROM job");
        tx.commit();
    }
    RawAnswer start(const std::string& more = "") { return of(integration_, more); }

    std::unique_ptr<ApiHub> hub_;
    core::Uuid store_;
    std::string operator_;
    std::string integration_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(ApiSyncTest);

}  // namespace souk::web::test
