#include "host/sync/run_fixture.hpp"
#include "sync/run_attempt.hpp"

namespace souk::sync {
namespace {

using sdk::Entity;
using sdk::Error;
using sdk::ErrorKind;
using std::chrono::minutes;

sdk::Record level(const std::string& item, const std::string& location) {
    sdk::StockLevel level;
    level.inventoryItemId = item;
    level.locationExternalId = location;
    level.available = 5;
    level.updatedAt = test::day(2);
    return level;
}

}  // namespace

class RunVerifyTest : public test::RunFixture {
    CPPUNIT_TEST_SUITE(RunVerifyTest);
    CPPUNIT_TEST(anUnreadableRecordMakesTheRunIncompleteAndStopsNothing);
    CPPUNIT_TEST(missingRecordsAreSaidAfterRecounting);
    CPPUNIT_TEST(aCountThatCatchesUpIsVerified);
    CPPUNIT_TEST(anInexactOrUntoldCountIsCompleteButNotVerified);
    CPPUNIT_TEST(whatAFullRunDoesNotMeetIsConfirmedGone);
    CPPUNIT_TEST(aStockLevelThatAFullRunDoesNotMeetIsConfirmedGone);
    CPPUNIT_TEST(tooManyAbsentOnesAreNotTouchedByAFullRun);
    CPPUNIT_TEST(aVerifyRunAsksAboutEveryAbsentOne);
    CPPUNIT_TEST(ordersHiddenByAgeAreLeftAlone);
    CPPUNIT_TEST_SUITE_END();

private:
    void anUnreadableRecordMakesTheRunIncompleteAndStopsNothing() {
        fill(3);
        customers().rejects.push_back({Entity::Customer, "bad", "customers[1].id: missing", "{}"});
        customers().count = sdk::RemoteCount{4, true};
        const auto run = startCustomers();
        CPPUNIT_ASSERT(hub_->work("sync"));
        const auto progress = hub_->progress(run);
        CPPUNIT_ASSERT_EQUAL(std::string("incomplete"), progress.status);
        CPPUNIT_ASSERT(!progress.verified);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, progress.rejects);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, progress.processed);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, hub_->count("customer"));
        CPPUNIT_ASSERT(progress.error->find("3 of 4 customers are here, 1 is missing") == 0);
        CPPUNIT_ASSERT(progress.error->find("could not be read") != std::string::npos);
    }

    void missingRecordsAreSaidAfterRecounting() {
        fill(3);
        customers().count = sdk::RemoteCount{5, true};
        const auto run = startCustomers();
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("running"), statusOf(run));
        CPPUNIT_ASSERT_EQUAL(std::string("verifying"), hub_->progress(run).stage);
        hub_->settle(10);
        const auto progress = hub_->progress(run);
        CPPUNIT_ASSERT_EQUAL(std::string("incomplete"), progress.status);
        CPPUNIT_ASSERT(progress.error == "3 of 5 customers are here, 2 are missing.");
        CPPUNIT_ASSERT(hub_->integration().syncError == progress.error);
        CPPUNIT_ASSERT(!hub_->integration().lastSyncAt);
        CPPUNIT_ASSERT(customers().counted >= 4);
    }

    void aCountThatCatchesUpIsVerified() {
        fill(3);
        customers().count = sdk::RemoteCount{4, true};
        const auto run = startCustomers();
        CPPUNIT_ASSERT(hub_->work("sync"));
        customers().count = std::nullopt;
        hub_->settle(1);
        CPPUNIT_ASSERT_EQUAL(std::string("running"), statusOf(run));
        hub_->settle(1);
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT(hub_->progress(run).verified);
    }

    void anInexactOrUntoldCountIsCompleteButNotVerified() {
        fill(3);
        customers().count = sdk::RemoteCount{2, false};
        const auto inexact = startCustomers();
        hub_->settle(1);
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(inexact));
        CPPUNIT_ASSERT(!hub_->progress(inexact).verified);
        customers().count =
            sdk::Result<sdk::RemoteCount>(Error{ErrorKind::Unsupported, "it does not tell"});
        const auto untold = startCustomers(Mode::Full);
        hub_->settle(1);
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(untold));
        CPPUNIT_ASSERT(!hub_->progress(untold).verified);
    }

    void whatAFullRunDoesNotMeetIsConfirmedGone() {
        fill(4);
        startCustomers();
        hub_->settle(1);
        // One is gone; one is only missing from the list.
        const auto hidden = customers().records[0];
        customers().records.erase(customers().records.begin(), customers().records.begin() + 2);
        customers().count = sdk::RemoteCount{3, true};
        customers().one =
            [&](Entity, const std::string& id, const std::string&) -> sdk::Result<sdk::Page> {
            if (id != "0") return Error{ErrorKind::NotFound, "gone"};
            sdk::Page page;
            page.records.push_back(hidden);
            page.last = true;
            return page;
        };
        hub_->clock.advance(minutes(5));
        const auto run = startCustomers(Mode::Full);
        hub_->settle(5);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, customers().askedOne.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, hub_->count("customer WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT(hub_->progress(run).verified);
    }

    void aStockLevelThatAFullRunDoesNotMeetIsConfirmedGone() {
        auto& products = hub_->plugin->products;
        products.stock = true;
        products.records = {test::product("1"), level("a", "x"), level("a", "y"), level("b", "x")};
        products.count = sdk::RemoteCount{1, true};
        products.one =
            [&](Entity, const std::string& id, const std::string&) -> sdk::Result<sdk::Page> {
            if (id != "b@x") return Error{ErrorKind::NotFound, "gone"};
            sdk::Page page;
            page.records.push_back(level("b", "x"));
            page.last = true;
            return page;
        };
        hub_->start({Entity::Product});
        hub_->settle(1);
        CPPUNIT_ASSERT(products.askedOne.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, hub_->count("inventory WHERE deleted_at IS NULL"));
        // One is gone; one is only missing from the list.
        products.records.resize(2);
        const auto run = hub_->start({Entity::Product}, Mode::Full);
        hub_->settle(5);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, products.askedOne.size());
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            hub_->count("inventory WHERE deleted_at IS NOT NULL AND inventory_item_id = 'a' "
                        "AND location_external_id = 'y' AND available IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, hub_->count("inventory WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT(hub_->progress(run).verified);
    }

    void fillMany() {
        fill(120);
        customers().pageSize = 50;
        startCustomers();
        hub_->settle(1);
        customers().records.resize(5);
        hub_->clock.advance(minutes(5));
    }

    void tooManyAbsentOnesAreNotTouchedByAFullRun() {
        fillMany();
        const auto run = startCustomers(Mode::Full);
        hub_->settle(2);
        const auto progress = hub_->progress(run);
        CPPUNIT_ASSERT_EQUAL(std::string("incomplete"), progress.status);
        CPPUNIT_ASSERT(progress.error->find("115 customers of 120 here were not met") !=
                       std::string::npos);
        CPPUNIT_ASSERT(progress.error->find("mode verify") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{120}, hub_->count("customer WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT(customers().askedOne.empty());
    }

    void aVerifyRunAsksAboutEveryAbsentOne() {
        fillMany();
        const auto run = startCustomers(Mode::Verify);
        hub_->settle(3);
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT_EQUAL(std::size_t{115}, customers().askedOne.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, hub_->count("customer WHERE deleted_at IS NULL"));
    }

    void ordersHiddenByAgeAreLeftAlone() {
        auto& orders = hub_->plugin->orders;
        for (int i = 0; i < 40; ++i) orders.records.push_back(test::order(std::to_string(i), i));
        orders.pageSize = 50;
        hub_->start({Entity::Order});
        hub_->settle(1);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{40}, hub_->count("orders"));
        // The ten oldest have left the platform's window; one of the newer ones is really gone.
        orders.records.erase(orders.records.begin(), orders.records.begin() + 10);
        orders.records.erase(orders.records.begin() + 15);
        hub_->clock.advance(minutes(5));
        const auto run = hub_->start({Entity::Order}, Mode::Full);
        hub_->settle(3);
        CPPUNIT_ASSERT(orders.askedOne == std::vector<std::string>({"25"}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{39}, hub_->count("orders WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::string("complete"), statusOf(run));
        CPPUNIT_ASSERT(hub_->progress(run).verified);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RunVerifyTest);

}  // namespace souk::sync
