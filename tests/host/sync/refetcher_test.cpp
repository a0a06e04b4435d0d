#include "sync/refetcher.hpp"

#include "host/sync/fake_hub.hpp"
#include "intake/intake.hpp"

namespace souk::sync {
namespace {

using sdk::Entity;
using sdk::Error;
using sdk::ErrorKind;

}  // namespace

class RefetcherTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RefetcherTest);
    CPPUNIT_TEST(aRecordIsReadWholeOverItsPages);
    CPPUNIT_TEST(aRecordThatChangesBetweenPagesIsReadAnew);
    CPPUNIT_TEST(aRecordThatNeverStandsStillIsTriedLater);
    CPPUNIT_TEST(whatIsGoneIsMarked);
    CPPUNIT_TEST(anItemWithoutVariantIsAskedForUntilItIsGone);
    CPPUNIT_TEST(anItemWithoutVariantIsAskedForUntilItHasOne);
    CPPUNIT_TEST(anItemThatNeverHasAVariantIsLeftInTheEnd);
    CPPUNIT_TEST(whatCannotBeFetchedIsADeadLetter);
    CPPUNIT_TEST(aLateHostWritesNothing);
    CPPUNIT_TEST(aPlatformsTroubleIsTriedAgain);
    CPPUNIT_TEST(aDisconnectedIntegrationsRecordWaits);
    CPPUNIT_TEST(aPayloadThatCannotBeReadIsADeadLetter);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { hub_ = std::make_unique<test::FakeHub>(); }
    void tearDown() override { hub_.reset(); }

private:
    test::FakeSource& products() { return hub_->plugin->products; }

    void ask(Entity entity, const std::string& externalId) {
        auto tx = hub_->database->forStore(hub_->storeId);
        jobs::enqueue(
            tx,
            hub_->storeId,
            {refetchJob(
                hub_->integrationId, entity, externalId, "by the test", jobs::kWebhookFollowUp)});
        tx.commit();
    }

    static sdk::Page pageOf(int number, int pages, int version = 2) {
        auto record = std::get<sdk::Product>(test::product("giant", 0));
        record.updatedAt = test::day(version);
        record.partial = number < pages;
        for (int i = 0; i < 3; ++i) {
            sdk::Variant variant;
            variant.externalId = std::to_string(number) + "-" + std::to_string(i);
            variant.title = "Variant";
            variant.position = number * 3 + i;
            record.variants.push_back(variant);
        }
        sdk::Page page;
        page.records.emplace_back(record);
        page.last = number == pages;
        page.next.value = std::to_string(number + 1);
        return page;
    }

    void aRecordIsReadWholeOverItsPages() {
        std::vector<std::string> cursors;
        products().one = [&](Entity, const std::string&, const std::string& at) {
            cursors.push_back(at);
            return sdk::Result<sdk::Page>(pageOf(at.empty() ? 1 : std::stoi(at), 3));
        };
        ask(Entity::Product, "giant");
        CPPUNIT_ASSERT(hub_->work("refetch"));
        CPPUNIT_ASSERT(cursors == std::vector<std::string>({"", "2", "3"}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9}, hub_->count("variant_listing"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("job"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub_->count("sync_log WHERE cause = 'refetch'"));
    }

    void aRecordThatChangesBetweenPagesIsReadAnew() {
        int calls = 0;
        products().one = [&](Entity, const std::string&, const std::string& at) {
            ++calls;
            return sdk::Result<sdk::Page>(
                pageOf(at.empty() ? 1 : std::stoi(at), 2, calls == 1 ? 2 : 3));
        };
        ask(Entity::Product, "giant");
        CPPUNIT_ASSERT(hub_->work("refetch"));
        CPPUNIT_ASSERT_EQUAL(4, calls);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, hub_->count("variant_listing"));
    }

    void aRecordThatNeverStandsStillIsTriedLater() {
        int calls = 0;
        products().one = [&](Entity, const std::string&, const std::string& at) {
            ++calls;
            return sdk::Result<sdk::Page>(pageOf(at.empty() ? 1 : std::stoi(at), 2, calls));
        };
        ask(Entity::Product, "giant");
        CPPUNIT_ASSERT(hub_->work("refetch"));
        CPPUNIT_ASSERT_EQUAL(8, calls);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub_->count("job WHERE state = 'waiting'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("product_listing"));
    }

    void whatIsGoneIsMarked() {
        products().records.push_back(test::product("1"));
        ask(Entity::Product, "1");
        CPPUNIT_ASSERT(hub_->work("refetch"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             hub_->count("product_listing WHERE deleted_at IS NULL"));
        products().records.clear();
        ask(Entity::Product, "1");
        CPPUNIT_ASSERT(hub_->work("refetch"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             hub_->count("product_listing WHERE deleted_at IS NULL"));
    }

    /// An item's stock, as the platform answers it, while no variant of it is here.
    void itemIsThere() {
        products().stock = true;
        products().one = [&](Entity, const std::string&, const std::string&) {
            ++asked_;
            sdk::StockLevel level;
            level.inventoryItemId = "77";
            level.locationExternalId = "1";
            level.updatedAt = test::day(2);
            sdk::Page page;
            page.records.emplace_back(level);
            page.last = true;
            return sdk::Result<sdk::Page>(page);
        };
        ask(Entity::Stock, "77@");
        CPPUNIT_ASSERT(hub_->work("refetch"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub_->count("inventory WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT(!hub_->work("refetch"));
    }

    void anItemWithoutVariantIsAskedForUntilItIsGone() {
        itemIsThere();
        products().one = nullptr;
        hub_->clock.advance(std::chrono::seconds(5));
        CPPUNIT_ASSERT(hub_->work("refetch"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("inventory WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("job"));
    }

    void anItemWithoutVariantIsAskedForUntilItHasOne() {
        itemIsThere();
        auto tx = hub_->database->forStore(hub_->storeId);
        auto record = std::get<sdk::Product>(test::product("1"));
        record.variants[0].inventoryItemId = "77";
        intake::apply(tx, source(), {record}, {});
        tx.commit();
        hub_->clock.advance(std::chrono::seconds(5));
        CPPUNIT_ASSERT(hub_->work("refetch"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub_->count("inventory WHERE deleted_at IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("job"));
    }

    void anItemThatNeverHasAVariantIsLeftInTheEnd() {
        itemIsThere();
        for (int i = 0; i < 10 && hub_->count("job") > 0; ++i) {
            hub_->clock.advance(std::chrono::hours(1));
            CPPUNIT_ASSERT(hub_->work("refetch"));
        }
        CPPUNIT_ASSERT_EQUAL(5, asked_);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub_->count("inventory WHERE deleted_at IS NULL"));
    }

    intake::Source source() const {
        intake::Source source;
        source.storeId = hub_->storeId;
        source.integrationId = hub_->integrationId;
        source.integrationName = "shop";
        source.now = hub_->clock.now();
        return source;
    }

    void whatCannotBeFetchedIsADeadLetter() {
        ask(Entity::Message, "1");
        for (int i = 0; i < 3; ++i) {
            CPPUNIT_ASSERT(hub_->work("refetch"));
            hub_->clock.advance(std::chrono::seconds(20));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub_->count("job WHERE state = 'dead'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             hub_->count("job WHERE reason LIKE '%cannot fetch one message%'"));
    }

    void aLateHostWritesNothing() {
        products().one = [&](Entity, const std::string&, const std::string&) {
            hub_->clock.advance(std::chrono::seconds(61));
            CPPUNIT_ASSERT(hub_->lease("refetch", "host-2"));
            return sdk::Result<sdk::Page>(pageOf(1, 1));
        };
        ask(Entity::Product, "giant");
        CPPUNIT_ASSERT(hub_->work("refetch"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("product_listing"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub_->count("job WHERE state = 'leased'"));
    }

    void aPlatformsTroubleIsTriedAgain() {
        products().one = [&](Entity, const std::string&, const std::string&) {
            return sdk::Result<sdk::Page>(Error{ErrorKind::Transient, "502"});
        };
        ask(Entity::Product, "1");
        CPPUNIT_ASSERT(hub_->work("refetch"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, hub_->waiter.waits.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             hub_->count("job WHERE state = 'waiting' AND attempts = 1"));
    }

    void aDisconnectedIntegrationsRecordWaits() {
        products().records.push_back(test::product("1"));
        ask(Entity::Product, "1");
        hub_->setStatus(store::IntegrationStatus::Paused);
        CPPUNIT_ASSERT(!hub_->work("refetch"));
        hub_->setStatus(store::IntegrationStatus::Connected);
        CPPUNIT_ASSERT(hub_->work("refetch"));
    }

    void aPayloadThatCannotBeReadIsADeadLetter() {
        for (const char* payload :
             {R"({"entity":"planet","external_id":"1"})", R"({"entity":"product"})", "[]"}) {
            const auto task = refetchTaskFrom(payload);
            CPPUNIT_ASSERT(!task);
        }
        const auto task = refetchTaskFrom(
            refetchJob(hub_->integrationId, Entity::Order, "a\"b", "why", 1).payload);
        CPPUNIT_ASSERT(task && task->entity == Entity::Order);
        CPPUNIT_ASSERT_EQUAL(std::string("a\"b"), task->externalId);
    }

    int asked_ = 0;
    std::unique_ptr<test::FakeHub> hub_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(RefetcherTest);

}  // namespace souk::sync
