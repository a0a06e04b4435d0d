#include "host/privacy/person_world.hpp"
#include "webhooks/lanes.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::privacy {

using namespace souk::test;

namespace {

const Somebody kAda{"7001", "Lovelace"};
const Somebody kGrace{"7002", "Hopper"};

}  // namespace

/// What is left of a person after the erasure: nothing, wherever it stood.
class EraseCustomerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EraseCustomerTest);
    CPPUNIT_TEST(nothingOfThePersonIsLeft);
    CPPUNIT_TEST(theSaleStaysForTheBooks);
    CPPUNIT_TEST(otherAccountsAndStoresAreLeftAlone);
    CPPUNIT_TEST(whoeverIsErasedStaysErased);
    CPPUNIT_TEST(whoBuysAgainIsKnownAgain);
    CPPUNIT_TEST(anEventInADrainersHandsIsNotApplied);
    CPPUNIT_TEST(aHostThatDiesBetweenStepsLosesNothing);
    CPPUNIT_TEST(askedAgainItIsDoneAgain);
    CPPUNIT_TEST(somebodyUnknownIsErasedAtOnce);
    CPPUNIT_TEST(guestsAreErasedByTheirOrders);
    CPPUNIT_TEST(manyOrdersAreErasedInPortions);
    CPPUNIT_TEST(whoConnectedTheAccountTakesTheGrantAlong);
    CPPUNIT_TEST(whatNamesNobodyIsBuried);
    CPPUNIT_TEST_SUITE_END();

public:
    void nothingOfThePersonIsLeft() {
        PersonWorld world;
        world.plant(kAda, world.shop);
        world.plant(kGrace, world.shop);
        const auto before = world.dump();
        for (const auto& text : {kAda.name(),
                                 kAda.email(),
                                 kAda.street(),
                                 kAda.words(),
                                 kAda.answer(),
                                 kAda.parcel(),
                                 kAda.bytes(),
                                 kAda.phone()})
            CPPUNIT_ASSERT_MESSAGE(text, before.find(text) != std::string::npos);
        world.erase(world.shop, kAda.id);
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(world.counts(), std::string("done"), world.state());

        const auto after = world.dump();
        CPPUNIT_ASSERT_EQUAL(std::string(), PersonWorld::foundIn(after, kAda));
        const auto left = kGrace.planted().foundIn(after);
        CPPUNIT_ASSERT(left.size() >= kGrace.planted().size());
        for (const auto& [table, rows] : Counts{{"webhook", 5},
                                                {"message", 3},
                                                {"conversation", 1},
                                                {"conversation_person", 2},
                                                {"orders", 2},
                                                {"refund", 2},
                                                {"fulfilment", 2},
                                                {"customer", 1},
                                                {"job", 2}})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table + world.counts(), rows, world.counted(table));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, world.count("webhook"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, world.count("webhook_key"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, world.count("job WHERE kind = 'privacy'"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            world.count("privacy_request WHERE subject IS NULL AND people = '{}' AND person IS NOT "
                        "NULL AND due_at = received_at + interval '30 days'"));
    }

    void theSaleStaysForTheBooks() {
        PersonWorld world;
        world.plant(kAda, world.shop);
        const auto books = [&] {
            return world.text(
                "SELECT string_agg(concat_ws(' ', o.external_id, name, o.total_minor, currency, "
                "financial_status, placed_at, i.title, i.quantity, i.unit_price_minor, "
                "r.total_minor, f.status), ';' ORDER BY o.external_id) AS n FROM orders o JOIN "
                "order_items i ON i.order_id = o.id JOIN refund r ON r.order_id = o.id JOIN "
                "fulfilment f ON f.order_id = o.id");
        };
        const auto before = books();
        world.erase(world.shop, kAda.id);
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(before, books());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, world.count("orders WHERE erased_at IS NOT NULL"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{2},
            world.count("change WHERE kind = 'order.updated' AND at >= now() - interval '1 hour'"));
    }

    void otherAccountsAndStoresAreLeftAlone() {
        PersonWorld world;
        const auto second = insertIntegration(*world.database, world.storeId, "example", "two");
        world.plant(kAda, world.shop);
        world.plant(kAda, second);
        const auto otherStore = insertStore(*world.database, "Other");
        const auto theirs = insertIntegration(*world.database, otherStore, "example", "three");
        const auto ours = std::exchange(world.storeId, otherStore);
        world.plant(kAda, theirs);
        world.storeId = ours;
        const auto rows = [&] {
            return world.text(
                "SELECT concat_ws(' ', (SELECT count(*) FROM webhook), (SELECT count(*) FROM "
                "message), (SELECT count(*) FROM conversation), (SELECT count(*) FROM orders WHERE "
                "email IS NOT NULL), (SELECT count(*) FROM customer WHERE email IS NOT NULL)) AS "
                "n");
        };
        CPPUNIT_ASSERT_EQUAL(std::string("15 9 3 6 3"), rows());
        world.erase(world.shop, kAda.id);
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(std::string("10 6 2 4 2"), rows());
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{0},
            world.count("orders WHERE erased_at IS NOT NULL AND integration_id <> '" +
                        world.shop.text() + "'"));
    }

    /// The platform still has the person and tells of them again.
    void whoeverIsErasedStaysErased() {
        PersonWorld world;
        world.plant(kAda, world.shop);
        world.erase(world.shop, kAda.id);
        CPPUNIT_ASSERT(world.run());
        // One of the orders never came before.
        world.take(world.shop,
                   {PersonWorld::customerRecord(kAda, 500),
                    PersonWorld::orderRecord(kAda, kAda.order(), false, 500, 4711),
                    PersonWorld::orderRecord(kAda, "late", false, 500, 4712)});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             world.count("orders WHERE external_id = '" + kAda.order() +
                                         "' AND total_minor = 4711"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, world.count("orders WHERE total_minor = 4712"));
        CPPUNIT_ASSERT_EQUAL(std::string(), PersonWorld::foundIn(world.dump(), kAda));
    }

    void whoBuysAgainIsKnownAgain() {
        PersonWorld world;
        world.plant(kAda, world.shop);
        world.erase(world.shop, kAda.id);
        CPPUNIT_ASSERT(world.run());
        auto order = PersonWorld::orderRecord(kAda, "again", false, 500);
        order.placedAt = world.clock.now() + std::chrono::hours(1);
        world.take(world.shop, {order});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             world.count("orders WHERE external_id = 'again' AND email IS NOT "
                                         "NULL AND erased_at IS NULL"));
    }

    void anEventInADrainersHandsIsNotApplied() {
        PersonWorld world;
        world.plant(kAda, world.shop);
        const auto now = world.clock.now();
        const auto until = now + std::chrono::minutes(1);
        auto worker = world.database->asWorker();
        const auto lane = webhooks::Lanes::lease(worker, "host-2", now, until);
        CPPUNIT_ASSERT(lane);
        const auto events = webhooks::Lanes::take(worker, *lane, now, until, 10);
        worker.commit();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, events.size());
        world.erase(world.shop, kAda.id);
        CPPUNIT_ASSERT(world.run());
        auto tx = world.database->forStore(world.storeId);
        CPPUNIT_ASSERT(
            !webhooks::Lanes::settle(tx, *lane, events[0], {"done", std::nullopt, {}}, now));
    }

    void aHostThatDiesBetweenStepsLosesNothing() {
        constexpr int kMostDeaths = 60;
        int deaths = 0;
        PersonWorld world;
        world.plant(kAda, world.shop);
        world.plant(kGrace, world.shop);
        world.erase(world.shop, kAda.id);
        for (;; ++deaths) {
            CPPUNIT_ASSERT(deaths < kMostDeaths);
            const auto job = world.leased();
            CPPUNIT_ASSERT(job);
            std::stop_source stop;
            // Each host lives a little longer than a step.
            const DyingClock clock(world.clock, stop, 3);
            RequestJob handler({*world.database, world.credentials, world.hash, clock, world.log});
            const auto ended = handler.run(*job, stop.get_token());
            if (ended) break;
            world.loseHost();
        }
        CPPUNIT_ASSERT(deaths >= 4);
        CPPUNIT_ASSERT_EQUAL(std::string("done"), world.state());
        for (const auto& [table, rows] :
             Counts{{"webhook", 5}, {"message", 3}, {"orders", 2}, {"customer", 1}})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, rows, world.counted(table));
        const auto job = world.leased();
        if (job) {
            RequestJob handler(world.tools);
            world.finish(*job, handler);
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), PersonWorld::foundIn(world.dump(), kAda));
    }

    void askedAgainItIsDoneAgain() {
        PersonWorld world;
        world.plant(kAda, world.shop);
        world.erase(world.shop, kAda.id);
        CPPUNIT_ASSERT(world.run());
        world.erase(world.shop, kAda.id, {kAda.order()});
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, world.count("privacy_request WHERE state = 'done'"));
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), world.counts());
    }

    void somebodyUnknownIsErasedAtOnce() {
        PersonWorld world;
        world.plant(kGrace, world.shop);
        const auto rows = world.count("webhook");
        world.erase(world.shop, "nobody-4711", {"nobody-4712"});
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(std::string("done"), world.state());
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), world.counts());
        CPPUNIT_ASSERT_EQUAL(rows, world.count("webhook"));
        CPPUNIT_ASSERT(world.dump().find("nobody-471") == std::string::npos);
    }

    void guestsAreErasedByTheirOrders() {
        PersonWorld world;
        world.take(world.shop, {PersonWorld::orderRecord(kAda, "g1", true, 10)});
        world.deliver(world.shop,
                      "orders/create",
                      "k",
                      PersonWorld::bodyOf(kAda),
                      {PersonWorld::lowered(kAda.email())});
        world.erase(world.shop, "", {"g1"});
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, world.counted("orders"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, world.counted("webhook"));
        CPPUNIT_ASSERT_EQUAL(std::string(), PersonWorld::foundIn(world.dump(), kAda));
    }

    void manyOrdersAreErasedInPortions() {
        constexpr int kMany = 450;
        constexpr int kMessages = 1100;
        PersonWorld world;
        std::vector<sdk::Record> records{PersonWorld::customerRecord(kAda, 10)};
        for (int i = 0; i < kMany; ++i)
            records.push_back(
                PersonWorld::orderRecord(kAda, "many-" + std::to_string(i), false, 10));
        for (int i = 0; i < kMessages; ++i)
            records.push_back(PersonWorld::messageRecord(kAda, std::to_string(i)));
        world.take(world.shop, records);
        world.erase(world.shop, kAda.id);
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{kMany}, world.counted("orders"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{kMessages}, world.counted("message"));
        CPPUNIT_ASSERT_EQUAL(std::string(), PersonWorld::foundIn(world.dump(), kAda));
    }

    void whoConnectedTheAccountTakesTheGrantAlong() {
        PersonWorld world;
        {
            auto tx = world.database->asOwner();
            tx.query("UPDATE integration SET other_ids = ARRAY['page-1', 'admin-7'] WHERE id = $1",
                     world.shop);
            tx.commit();
        }
        connect::KeptGrant kept;
        kept.grant.accessToken = sdk::Secret("token-of-admin-7");
        world.inStore([&](store::Transaction& tx) {
            world.credentials.save(tx, {world.storeId, world.shop}, kept, world.clock.now());
            return true;
        });
        world.erase(world.shop, "somebody-else");
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, world.count("credential"));
        world.erase(world.shop, "admin-7");
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, world.counted("integration"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, world.count("credential"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             world.count("integration WHERE other_ids = ARRAY['page-1'] AND status "
                                         "= 'reauth_required'"));
        CPPUNIT_ASSERT(world.dump().find("admin-7") == std::string::npos);
    }

    void whatNamesNobodyIsBuried() {
        PersonWorld world;
        world.erase(world.shop, "");
        for (int tries = 0; tries < 3 && world.run(); ++tries)
            world.clock.advance(std::chrono::hours(2));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             world.count("job WHERE kind = 'privacy' AND state = 'dead' AND reason "
                                         "LIKE '%neither a customer nor an order%'"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EraseCustomerTest);

}  // namespace souk::privacy
