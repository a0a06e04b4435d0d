#include "tenants.hpp"

namespace souk::web::test {

/// Two stores in one hub: what one of them may read never holds anything of the other.
class TwoStoresTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TwoStoresTest);
    CPPUNIT_TEST(noListShowsTheOtherStoresRows);
    CPPUNIT_TEST(noIdOfTheOtherStoreIsFound);
    CPPUNIT_TEST(namingTheOtherStoreIsRefused);
    CPPUNIT_TEST(theOtherStoresIdsAreEmptyFilters);
    CPPUNIT_TEST(aCursorOfTheOtherStoreShowsNothingOfIt);
    CPPUNIT_TEST(noDeedReachesTheOtherStore);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        hub_ = std::make_unique<ApiHub>();
        mine_ = filled(*hub_, "alpha");
        other_ = filled(*hub_, "bravo");
    }
    void tearDown() override { hub_.reset(); }

    void noListShowsTheOtherStoresRows() {
        for (const auto* self : {&mine_, &other_}) {
            const auto& foreign = self == &mine_ ? other_ : mine_;
            for (const auto& operation : lists()) {
                const auto answer = expectStatus(200, hub_->get(operation, self->token));
                showsNothingOf(foreign, answer);
                const bool common = operation == "/api/v1/platforms";
                CPPUNIT_ASSERT_MESSAGE(operation + " shows its own\n" + answer.text,
                                       common || showsAnythingOf(*self, answer));
            }
        }
    }
    void noIdOfTheOtherStoreIsFound() {
        int asked = 0;
        // Under one id, which problems repeat.
        const sdk::Headers same{{"X-Request-Id", core::newId().text()}};
        for (const auto& operation : Document::instance().operations()) {
            if (operation.method != "GET" || !operation.path.starts_with("/api/v1/")) continue;
            const auto brace = operation.path.find('{');
            if (brace == std::string::npos) continue;
            const auto list = operation.path.substr(8, brace - 9);
            const auto rest = operation.path.substr(operation.path.find('}') + 1);
            const auto target = [&](const Tenant& tenant) {
                return "/api/v1/" + list + "/" + tenant.ids.at(list) + rest;
            };
            const auto own = expectStatus(200, hub_->get(target(mine_), mine_.token));
            showsNothingOf(other_, own);
            const auto foreign = expectStatus(404, hub_->get(target(other_), mine_.token, same));
            // As if it were not there at all: the same answer as for an id nobody has.
            const auto none =
                hub_->get("/api/v1/" + list + "/" + core::newId().text() + rest, mine_.token, same);
            CPPUNIT_ASSERT_EQUAL(none.body, foreign.body);
            ++asked;
        }
        CPPUNIT_ASSERT_EQUAL(13, asked);
    }
    void namingTheOtherStoreIsRefused() {
        for (const auto& list : lists()) {
            const auto answer = hub_->get(list + "?store_id=" + other_.store.text(), mine_.token);
            CPPUNIT_ASSERT_MESSAGE(answer.text, answer.status == 404 || answer.status == 400);
            showsNothingOf(other_, answer);
        }
    }
    void theOtherStoresIdsAreEmptyFilters() {
        for (const auto& [list, filter] :
             std::initializer_list<std::pair<const char*, std::string>>{
                 {"products", "integration_id=" + other_.shop.text()},
                 {"orders", "integration_id=" + other_.shop.text()},
                 {"orders", "customer_id=" + other_.ids.at("customers")},
                 {"customers", "integration_id=" + other_.shop.text()},
                 {"sync", "integration_id=" + other_.shop.text()},
                 {"sync-logs", "integration_id=" + other_.shop.text()},
                 {"sync-logs", "entity_id=" + other_.ids.at("products")},
                 {"webhooks", "integration_id=" + other_.shop.text()},
                 {"products", "q=bravo"},
                 {"customers", "q=bravo"},
                 {"customers", "email=bravo@shop.test"},
                 {"orders", "name=%23bravo"},
                 {"sync-logs", "external_id=bravo-product"}}) {
            const auto answer =
                hub_->get(std::string("/api/v1/") + list + "?" + filter, mine_.token);
            CPPUNIT_ASSERT_MESSAGE(answer.text, dataOf(expectStatus(200, answer)).empty());
        }
    }
    void aCursorOfTheOtherStoreShowsNothingOfIt() {
        for (const auto& list : lists()) {
            const auto theirs = hub_->get(list + "?limit=1", other_.token);
            if (theirs.status != 200) continue;  // takes no limit
            const auto cursor = jsonOf(theirs).textOr("next_cursor", "");
            if (cursor.empty()) continue;
            const auto answer = hub_->get(list + "?limit=5&cursor=" + cursor, mine_.token);
            showsNothingOf(other_, answer);
        }
    }
    void noDeedReachesTheOtherStore() {
        const auto before = hub_->count("job") + hub_->count("sync_run");
        const auto admin = hub_->token("admin", mine_.store);
        const auto& ids = other_.ids;
        for (const auto& path : {"integrations/" + ids.at("integrations") + "/connect",
                                 "integrations/" + ids.at("integrations") + "/disconnect",
                                 "integrations/" + ids.at("integrations") + "/form",
                                 "integrations/" + ids.at("integrations") + "/subscriptions/repair",
                                 "sync/" + ids.at("sync") + "/cancel",
                                 "webhooks/" + ids.at("webhooks") + "/replay"})
            expectStatus(404, hub_->post("/api/v1/" + path, admin, "{}"));
        expectStatus(
            404,
            hub_->post(
                "/api/v1/sync", admin, R"({"integration_id":")" + ids.at("integrations") + "\"}"));
        const auto replayed = hub_->post("/api/v1/webhooks/replay", admin, "{}");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), in(replayed, "replayed"));
        CPPUNIT_ASSERT_EQUAL(before, hub_->count("job") + hub_->count("sync_run"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), hub_->count("sync_run WHERE cancel_requested"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2),
                             hub_->count("integration WHERE status = 'connected'"));
    }

private:
    std::unique_ptr<ApiHub> hub_;
    Tenant mine_;
    Tenant other_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(TwoStoresTest);

}  // namespace souk::web::test
