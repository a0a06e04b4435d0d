#include "store/integrations.hpp"

#include "store/changes.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::store {

using namespace std::chrono_literals;

namespace {

const sdk::Timestamp kNow{std::chrono::seconds(1'795'000'000)};

sdk::Account account(const std::string& id) {
    sdk::Account account;
    account.externalId = id;
    account.title = "Tea house";
    account.baseUrl = "https://" + id;
    account.currency = "GBP";
    account.timeZone = "Europe/London";
    account.settings = R"({"region":"uk"})";
    account.scopes = {"read_orders", "read_products"};
    return account;
}

}  // namespace

class IntegrationsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IntegrationsTest);
    CPPUNIT_TEST(statusesHaveTheNamesOfTheTable);
    CPPUNIT_TEST(aNewOneIsPendingAndTold);
    CPPUNIT_TEST(withoutANameItIsCalledAfterItsPlatformAndNumbered);
    CPPUNIT_TEST(aTakenNameIsRejected);
    CPPUNIT_TEST(connectingKeepsWhatTheProbeTold);
    CPPUNIT_TEST(connectingTheSameAccountAgainForgetsNoFacts);
    CPPUNIT_TEST(anAccountConnectedInAnotherStoreIsRejectedAndTheTransactionGoesOn);
    CPPUNIT_TEST(anAccountIsFreeAgainAfterItsDisconnection);
    CPPUNIT_TEST(connectingWhatIsNotThereIsNotFound);
    CPPUNIT_TEST(eventsRouteToTheConnectedOneThenToTheNewestStub);
    CPPUNIT_TEST(aStatusChangeGrowsTheVersionAndIsTold);
    CPPUNIT_TEST(scopesThatStayTheSameAreNoChange);
    CPPUNIT_TEST(cursorsAreKeptByEntity);
    CPPUNIT_TEST(aSyncLeavesItsTraces);
    CPPUNIT_TEST(whatIsDueIsTakenOnce);
    CPPUNIT_TEST(listsGoOnAfterTheLastOne);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().emptied();
        store_ = test::insertStore(*database_);
    }
    void tearDown() override { database_.reset(); }

private:
    core::Uuid create(const core::Uuid& store, const std::string& name = "") {
        auto app = database_->forStore(store);
        const auto made = Integrations::create(app, store, {"shopify", name, "{}"});
        CPPUNIT_ASSERT(made);
        app.commit();
        return made->id;
    }

    IntegrationRow connect(const core::Uuid& store, const core::Uuid& id, const std::string& name) {
        auto app = database_->forStore(store);
        const auto done = Integrations::connected(app, id, account(name), kNow);
        CPPUNIT_ASSERT(done);
        app.commit();
        return *done;
    }

    IntegrationRow get(const core::Uuid& id) {
        auto worker = database_->asWorker();
        return Integrations::find(worker, id).value();
    }

    std::size_t changes() {
        auto app = database_->forStore(store_);
        return Changes::after(app, {}, 100).size();
    }

    void setStatus(const core::Uuid& id, IntegrationStatus status, const std::string& reason) {
        auto worker = database_->asWorker();
        Integrations::setStatus(worker, id, status, reason, kNow);
        worker.commit();
    }

    void statusesHaveTheNamesOfTheTable() {
        CPPUNIT_ASSERT(name(IntegrationStatus::Pending) == "pending");
        CPPUNIT_ASSERT(name(IntegrationStatus::ReauthRequired) == "reauth_required");
        CPPUNIT_ASSERT(name(IntegrationStatus::Disconnected) == "disconnected");
    }

    void aNewOneIsPendingAndTold() {
        auto app = database_->forStore(store_);
        const auto made =
            Integrations::create(app, store_, {"shopify", "Main", R"({"shop":"tea"})"});
        CPPUNIT_ASSERT(made);
        app.commit();
        CPPUNIT_ASSERT(made->storeId == store_);
        CPPUNIT_ASSERT(made->status == IntegrationStatus::Pending);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"shop": "tea"})"), made->config);
        CPPUNIT_ASSERT_EQUAL(std::string(), made->account.externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("idle"), made->syncStatus);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, changes());
    }

    void withoutANameItIsCalledAfterItsPlatformAndNumbered() {
        CPPUNIT_ASSERT_EQUAL(std::string("shopify"), get(create(store_)).name);
        CPPUNIT_ASSERT_EQUAL(std::string("shopify-2"), get(create(store_)).name);
        CPPUNIT_ASSERT_EQUAL(std::string("shopify"),
                             get(create(test::insertStore(*database_))).name);
    }

    void aTakenNameIsRejected() {
        create(store_, "Main");
        auto app = database_->forStore(store_);
        const auto again = Integrations::create(app, store_, {"shopify", "Main", "{}"});
        CPPUNIT_ASSERT(!again && again.error().kind == sdk::ErrorKind::Rejected);
        CPPUNIT_ASSERT(again.error().message.find("choose another name") != std::string::npos);
    }

    void connectingKeepsWhatTheProbeTold() {
        const auto id = create(store_);
        setStatus(id, IntegrationStatus::Error, "no answer");
        connect(store_, id, "tea.example");
        const auto row = get(id);
        CPPUNIT_ASSERT(row.status == IntegrationStatus::Connected);
        CPPUNIT_ASSERT(!row.statusReason);
        CPPUNIT_ASSERT(row.connectedAt == kNow);
        CPPUNIT_ASSERT_EQUAL(std::string("tea.example"), row.account.externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("https://tea.example"), row.account.baseUrl);
        CPPUNIT_ASSERT_EQUAL(std::string("Tea house"), row.account.title);
        CPPUNIT_ASSERT_EQUAL(std::string("GBP"), row.account.currency);
        CPPUNIT_ASSERT_EQUAL(std::string("Europe/London"), row.account.timeZone);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"region":"uk"})"), row.account.settings);
        CPPUNIT_ASSERT(
            (row.account.scopes == std::vector<std::string>{"read_orders", "read_products"}));
    }

    void connectingTheSameAccountAgainForgetsNoFacts() {
        const auto id = create(store_);
        connect(store_, id, "tea.example");
        {
            auto app = database_->forStore(store_);
            Integrations::mergeFacts(
                app, id, R"({"templates":{"hello/en":{"status":"APPROVED"}}})");
            app.commit();
        }
        connect(store_, id, "tea.example");
        CPPUNIT_ASSERT(get(id).account.facts.find("APPROVED") != std::string::npos);
        connect(store_, id, "coffee.example");
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), get(id).account.facts);
    }

    void anAccountConnectedInAnotherStoreIsRejectedAndTheTransactionGoesOn() {
        const auto other = test::insertStore(*database_);
        connect(other, create(other), "tea.example");
        const auto id = create(store_);
        auto app = database_->forStore(store_);
        const auto refused = Integrations::connected(app, id, account("tea.example"), kNow);
        CPPUNIT_ASSERT(!refused && refused.error().kind == sdk::ErrorKind::Rejected);
        CPPUNIT_ASSERT(refused.error().message.find("disconnect that one") != std::string::npos);
        Integrations::setStatus(app, id, IntegrationStatus::Error, refused.error().message, kNow);
        app.commit();
        CPPUNIT_ASSERT(get(id).status == IntegrationStatus::Error);
    }

    void anAccountIsFreeAgainAfterItsDisconnection() {
        const auto other = test::insertStore(*database_);
        const auto before = create(other);
        connect(other, before, "tea.example");
        setStatus(before, IntegrationStatus::Disconnected, "by a person");
        CPPUNIT_ASSERT(get(before).disconnectedAt == kNow);
        CPPUNIT_ASSERT(connect(store_, create(store_), "tea.example").status ==
                       IntegrationStatus::Connected);
    }

    void connectingWhatIsNotThereIsNotFound() {
        auto app = database_->forStore(store_);
        const auto none = Integrations::connected(app, core::newId(), account("x"), kNow);
        CPPUNIT_ASSERT(!none && none.error().kind == sdk::ErrorKind::NotFound);
    }

    void eventsRouteToTheConnectedOneThenToTheNewestStub() {
        const auto route = [this] {
            auto worker = database_->asWorker();
            return Integrations::route(worker, "shopify", "tea.example");
        };
        CPPUNIT_ASSERT(route().empty());
        const auto first = create(store_);
        connect(store_, first, "tea.example");
        setStatus(first, IntegrationStatus::Disconnected, "gone");
        CPPUNIT_ASSERT(route().at(0).id == first);
        const auto second = create(store_);
        connect(store_, second, "tea.example");
        CPPUNIT_ASSERT(route().at(0).id == second);
        setStatus(second, IntegrationStatus::Disconnected, "gone too");
        CPPUNIT_ASSERT(route().at(0).id == second);
    }

    void aStatusChangeGrowsTheVersionAndIsTold() {
        const auto id = create(store_);
        const auto before = get(id).version;
        const auto told = changes();
        setStatus(id, IntegrationStatus::ReauthRequired, "the grant was withdrawn");
        CPPUNIT_ASSERT_EQUAL(before + 1, get(id).version);
        CPPUNIT_ASSERT_EQUAL(std::string("the grant was withdrawn"), *get(id).statusReason);
        CPPUNIT_ASSERT(get(id).updatedAt == kNow);
        CPPUNIT_ASSERT_EQUAL(told + 1, changes());
        setStatus(core::newId(), IntegrationStatus::Error, "not there");
        CPPUNIT_ASSERT_EQUAL(told + 1, changes());
    }

    void scopesThatStayTheSameAreNoChange() {
        const auto id = create(store_);
        const auto set = [&](const std::vector<std::string>& scopes) {
            auto worker = database_->asWorker();
            Integrations::setScopes(worker, id, scopes);
            worker.commit();
        };
        set({"a", "b"});
        const auto version = get(id).version;
        CPPUNIT_ASSERT((get(id).account.scopes == std::vector<std::string>{"a", "b"}));
        set({"a", "b"});
        CPPUNIT_ASSERT_EQUAL(version, get(id).version);
    }

    void cursorsAreKeptByEntity() {
        const auto id = create(store_);
        auto app = database_->forStore(store_);
        Integrations::saveCursor(app, id, "product", "p1");
        Integrations::saveCursor(app, id, "order", "o\"1");
        Integrations::saveCursor(app, id, "product", "p2");
        app.commit();
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"order": "o\"1", "product": "p2"})"),
                             get(id).syncCursor);
    }

    void aSyncLeavesItsTraces() {
        const auto id = create(store_);
        {
            auto app = database_->forStore(store_);
            Integrations::setSync(app, id, "failed", "no answer");
            app.commit();
        }
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), get(id).syncStatus);
        CPPUNIT_ASSERT_EQUAL(std::string("no answer"), *get(id).syncError);
        auto app = database_->forStore(store_);
        Integrations::syncComplete(app, id, kNow, kNow + 1h);
        app.commit();
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), get(id).syncStatus);
        CPPUNIT_ASSERT(!get(id).syncError);
        CPPUNIT_ASSERT(get(id).lastSyncAt == kNow && get(id).nextSyncAt == kNow + 1h);
    }

    void whatIsDueIsTakenOnce() {
        const auto due = create(store_);
        const auto paused = create(store_);
        const auto later = create(store_);
        connect(store_, due, "a.example");
        connect(store_, paused, "b.example");
        connect(store_, later, "c.example");
        {
            auto app = database_->forStore(store_);
            Integrations::syncComplete(app, due, kNow - 1h, kNow - 1s);
            Integrations::syncComplete(app, paused, kNow - 1h, kNow - 1s);
            Integrations::syncComplete(app, later, kNow - 1h, kNow + 1s);
            app.commit();
        }
        setStatus(paused, IntegrationStatus::Paused, "by a person");
        const auto take = [this] {
            auto worker = database_->asWorker();
            auto taken = Integrations::takeDue(worker, kNow, kNow + 1h, 10);
            worker.commit();
            return taken;
        };
        const auto first = take();
        CPPUNIT_ASSERT(first.size() == 1 && first[0].id == due);
        CPPUNIT_ASSERT(take().empty());
    }

    void listsGoOnAfterTheLastOne() {
        const auto first = create(store_);
        const auto second = create(store_);
        auto app = database_->forStore(store_);
        const auto page = Integrations::list(app, {}, 1);
        CPPUNIT_ASSERT(page.size() == 1 && page[0].id == first);
        const auto rest = Integrations::list(app, first, 10);
        CPPUNIT_ASSERT(rest.size() == 1 && rest[0].id == second);
    }

    std::unique_ptr<Database> database_;
    core::Uuid store_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(IntegrationsTest);

}  // namespace souk::store
