#include "api_hub.hpp"

namespace souk::web::test {

namespace {

/// One store full of rows, every text of which carries its mark.
struct Tenant {
    std::string mark;
    core::Uuid store;
    core::Uuid shop;
    std::string token;
    std::map<std::string, std::string> ids;  ///< by list: products, orders, ...
};

}  // namespace

/// Two stores in one hub: what one of them may read never holds anything of the other.
class IsolationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IsolationTest);
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
        mine_ = fill("alpha");
        other_ = fill("bravo");
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
            const auto foreign = expectStatus(404, hub_->get(target(other_), mine_.token));
            // As if it were not there at all: the same answer as for an id nobody has.
            const auto none =
                hub_->get("/api/v1/" + list + "/" + core::newId().text() + rest, mine_.token);
            CPPUNIT_ASSERT_EQUAL(none.body, foreign.body);
            ++asked;
        }
        CPPUNIT_ASSERT_EQUAL(8, asked);
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
    Tenant fill(const std::string& mark) {
        Tenant tenant;
        tenant.mark = mark;
        tenant.store = hub_->addStore(mark + " store");
        tenant.shop = hub_->addIntegration(tenant.store, mark);
        tenant.token = hub_->token("admin", tenant.store);
        rename(tenant.shop, mark);
        auto product = souk::test::productOf(
            mark + "-product", 1, mark + " lamp", {souk::test::variantOf(mark, mark + "-sku")});
        auto customer = souk::test::customerOf(mark + "-customer", 1, mark + "@shop.test");
        customer.firstName = mark;
        auto order = souk::test::orderOf(mark, 1, "paid", {souk::test::lineOf(mark)});
        order.customerExternalId = mark + "-customer";
        hub_->take(tenant.store,
                   tenant.shop,
                   {product,
                    customer,
                    order,
                    souk::test::locationOf(mark, 1, mark),
                    souk::test::levelOf("item-" + mark, 1, 3, mark)});
        expectStatus(200, hub_->deliver(mark, mark + "-event"));
        expectStatus(202,
                     hub_->post("/api/v1/sync",
                                tenant.token,
                                R"({"integration_id":")" + tenant.shop.text() + "\"}"));
        for (const auto* list :
             {"products", "orders", "customers", "webhooks", "sync", "integrations", "stores"})
            tenant.ids[list] =
                dataOf(hub_->get(std::string("/api/v1/") + list, tenant.token))[0].textOr("id", "");
        return tenant;
    }
    void rename(const core::Uuid& integration, const std::string& name) {
        auto tx = hub_->database->asOwner();
        tx.query("UPDATE integration SET name = $2 WHERE id = $1", integration, name);
        tx.commit();
    }
    /// Every GET below /api/v1 that answers at once and names no single thing.
    static std::vector<std::string> lists() {
        std::vector<std::string> found;
        for (const auto& operation : Document::instance().operations())
            if (operation.method == "GET" && operation.path.starts_with("/api/v1/") &&
                operation.path.find('{') == std::string::npos && operation.path != "/api/v1/events")
                found.push_back(operation.path);
        CPPUNIT_ASSERT(found.size() >= 10);
        return found;
    }
    static bool showsAnythingOf(const Tenant& tenant, const RawAnswer& answer) {
        for (const auto& [list, id] : tenant.ids)
            if (contains(answer.text, id)) return true;
        return contains(answer.text, tenant.mark) || contains(answer.text, tenant.store.text()) ||
               contains(answer.text, tenant.shop.text());
    }
    static void showsNothingOf(const Tenant& tenant, const RawAnswer& answer) {
        CPPUNIT_ASSERT_MESSAGE("shows " + tenant.mark + "\n" + answer.text,
                               !showsAnythingOf(tenant, answer));
    }

    std::unique_ptr<ApiHub> hub_;
    Tenant mine_;
    Tenant other_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(IsolationTest);

}  // namespace souk::web::test
