#include "host/privacy/person_world.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::privacy {

using namespace souk::test;

namespace {

const Somebody kAda{"7001", "Lovelace"};
const Somebody kGrace{"7002", "Hopper"};

/// A shop with people and goods, let go by its platform.
struct LeavingShop : PersonWorld {
    LeavingShop() {
        plant(kAda, shop);
        plant(kGrace, second);
        goods(shop, "Shelfmark");
        goods(second, "Otherlamp");
        take(shop, {productOf("both", 10, "Sharedlamp", {variantOf("b1", "SKU-BOTH")})});
        take(second, {productOf("both2", 10, "Sharedlamp", {variantOf("b2", "SKU-BOTH")})});
        connect::KeptGrant kept;
        kept.grant.accessToken = sdk::Secret("token");
        inStore([&](store::Transaction& tx) {
            credentials.save(tx, {storeId, shop}, kept, clock.now());
            return true;
        });
        auto tx = database->asOwner();
        tx.query(
            "UPDATE integration SET account_title = 'Titleword', config = '{\"shop\": "
            "\"Configword\"}', facts = '{\"a\": \"Factword\"}' WHERE id = $1",
            shop);
        tx.commit();
    }
    void goods(const core::Uuid& integration, const std::string& title) {
        take(integration,
             {locationOf("loc-1", 5, title + "house"),
              productOf("p-" + title, 10, title, {variantOf("v-" + title)}),
              levelOf("item-v-" + title, 10, 3)});
    }
    void status(const std::string& word) {
        auto tx = database->asOwner();
        tx.query("UPDATE integration SET status = $2 WHERE id = $1", shop, word);
        // Jobs of plant() stand for nobody here.
        tx.query("DELETE FROM job WHERE kind = 'refetch'");
        tx.commit();
    }
    void askErasure() { ask(shop, sdk::PrivacyRequest::What::EraseStore, ""); }

    core::Uuid second = insertIntegration(*database, storeId, "example", "two");
};

/// Tables with rows of an integration.
const std::vector<std::string> kTables{"webhook",
                                       "message",
                                       "conversation",
                                       "conversation_person",
                                       "orders",
                                       "customer",
                                       "product_listing",
                                       "variant_listing",
                                       "inventory",
                                       "location",
                                       "sync_log",
                                       "credential",
                                       "offer",
                                       "job",
                                       "sync_run"};

}  // namespace

/// What is left of an account that its platform wants erased: a stub with its name.
class EraseStoreTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EraseStoreTest);
    CPPUNIT_TEST(nothingOfTheShopIsLeft);
    CPPUNIT_TEST(whatOthersSellStays);
    CPPUNIT_TEST(aShopThatIsConnectedAgainKeepsWhatItHas);
    CPPUNIT_TEST(aShopThatIsConnectedAgainMeanwhileLosesNoMore);
    CPPUNIT_TEST(theEndOfTheConnectionIsAwaited);
    CPPUNIT_TEST(askedAgainThereIsNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void nothingOfTheShopIsLeft() {
        LeavingShop world;
        world.status("disconnected");
        CPPUNIT_ASSERT(world.dump().find("Shelfmark") != std::string::npos);
        world.askErasure();
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(world.counts(), std::string("done"), world.state());
        const auto dump = world.dump();
        CPPUNIT_ASSERT_EQUAL(std::string(), PersonWorld::foundIn(dump, kAda));
        for (const auto* text : {"Shelfmark", "Titleword", "Configword", "Factword"})
            CPPUNIT_ASSERT_MESSAGE(text, dump.find(text) == std::string::npos);
        for (const auto& table : kTables)
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                table,
                std::int64_t{0},
                world.count(table + " WHERE integration_id = '" + world.shop.text() + "'"));
        CPPUNIT_ASSERT(kGrace.planted().foundIn(dump).size() >= kGrace.planted().size());
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            world.count("integration WHERE status = 'disconnected' AND account_external_id IS "
                        "NULL AND name <> ''"));
        for (const auto* table : {"order_items", "refund", "fulfilment"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                table,
                std::int64_t{0},
                world.count(std::string(table) +
                            " t WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = t.order_id)"));
        for (const auto* table : {"orders", "customer", "message", "webhook", "product"})
            CPPUNIT_ASSERT_MESSAGE(table + world.counts(), world.counted(table) > 0);
    }

    void whatOthersSellStays() {
        LeavingShop world;
        world.status("disconnected");
        const auto products = world.count("product WHERE deleted_at IS NULL");
        world.askErasure();
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(products - 1, world.count("product WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             world.count("product WHERE title = 'Sharedlamp' AND deleted_at IS "
                                         "NULL AND lead_integration_id = '" +
                                         world.second.text() + "'"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{0},
            world.count("product_variant v WHERE NOT EXISTS (SELECT FROM product p WHERE p.id = "
                        "v.product_id)"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             world.count("inventory WHERE integration_id = '" +
                                         world.second.text() + "' AND deleted_at IS NULL"));
    }

    void aShopThatIsConnectedAgainKeepsWhatItHas() {
        LeavingShop world;
        world.status("connected");
        const auto rows = world.count("orders");
        world.askErasure();
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(std::string("refused"), world.state());
        CPPUNIT_ASSERT_EQUAL(rows, world.count("orders"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, world.count("credential"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             world.count("privacy_request WHERE reason LIKE '%connected again%'"));
    }

    /// The host died between two steps, and the shop came back before another took over.
    void aShopThatIsConnectedAgainMeanwhileLosesNoMore() {
        LeavingShop world;
        world.status("disconnected");
        const auto rows = world.count("orders");
        const auto events = world.count("webhook");
        world.askErasure();
        const auto job = world.leased();
        std::stop_source stop;
        const DyingClock clock(world.clock, stop, 3);
        RequestJob handler({*world.database, world.credentials, world.hash, clock, world.log});
        CPPUNIT_ASSERT(!handler.run(*job, stop.get_token()));
        CPPUNIT_ASSERT_EQUAL(std::string("working"), world.state());
        world.loseHost();
        world.status("connected");
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(std::string("refused"), world.state());
        CPPUNIT_ASSERT_EQUAL(rows, world.count("orders"));
        CPPUNIT_ASSERT_EQUAL(events, world.count("webhook"));
    }

    /// The news that it was let go came just before and is not carried out yet.
    void theEndOfTheConnectionIsAwaited() {
        LeavingShop world;
        world.status("connected");
        world.take(world.shop,
                   {sdk::AccountChange{sdk::AccountChange::What::Uninstalled, {}, std::nullopt}});
        world.askErasure();
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(std::string("received"), world.state());
        auto tx = world.database->asOwner();
        tx.query("DELETE FROM job WHERE kind = 'account'");
        tx.commit();
        world.status("disconnected");
        CPPUNIT_ASSERT(!world.run());
        world.clock.advance(std::chrono::seconds(11));
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(std::string("done"), world.state());
    }

    void askedAgainThereIsNothing() {
        LeavingShop world;
        world.status("disconnected");
        world.askErasure();
        CPPUNIT_ASSERT(world.run());
        world.askErasure();
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, world.count("privacy_request WHERE state = 'done'"));
        // The request itself is told of in the log, and nothing else.
        CPPUNIT_ASSERT_EQUAL(std::string("{\"sync_log\": 1}"), world.counts());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EraseStoreTest);

}  // namespace souk::privacy
