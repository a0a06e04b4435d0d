#include "intake/intake.hpp"

#include "host/intake/hub.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::intake {

using namespace souk::test;

class IntakeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IntakeTest);
    CPPUNIT_TEST(aNewRecordLeavesRowLogAndChangeTogether);
    CPPUNIT_TEST(aRollbackLeavesNothing);
    CPPUNIT_TEST(anOlderEventNeverOverwritesANewerRow);
    CPPUNIT_TEST(theSameEventTwiceChangesNothing);
    CPPUNIT_TEST(aNewerStampOnTheSameContentIsNoNews);
    CPPUNIT_TEST(anEqualStampWithOtherContentIsReadAgainAndThenBelieved);
    CPPUNIT_TEST(aCutRecordIsReadAgainAndNotApplied);
    CPPUNIT_TEST(stockOfAStrangerIsAskedFor);
    CPPUNIT_TEST(oneBadRecordIsARejectNotAFailedPage);
    CPPUNIT_TEST(rejectsAreLoggedWithoutTheirBytes);
    CPPUNIT_TEST(accountAndPrivacyNewsBecomeJobs);
    CPPUNIT_TEST(aRefetchWaitsOnce);
    CPPUNIT_TEST(noticesAreLogged);
    CPPUNIT_TEST(recordsWithoutAnIdAreRejected);
    CPPUNIT_TEST(anotherStoresRowsAreUntouched);
    CPPUNIT_TEST(theLogHoldsNoPersonalData);
    CPPUNIT_TEST_SUITE_END();

public:
    void aNewRecordLeavesRowLogAndChangeTogether() {
        const Hub hub;
        const Outcome outcome = hub.take(productOf("1", 10, "Lamp", {variantOf("11", "A")}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, outcome.created);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, outcome.changed());
        CPPUNIT_ASSERT_EQUAL(std::string("Lamp"), hub.title("1"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            hub.count("sync_log l JOIN product p ON p.id = l.entity_id WHERE l.action = 'created' "
                      "AND l.entity = 'product' AND l.external_id = '1' AND l.cause = 'webhook' "
                      "AND l.cause_id IS NOT NULL"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            hub.count("change c JOIN product p ON p.id = c.entity_id WHERE c.kind = "
                      "'product.created' AND c.entity = 'product'"));
    }

    void aRollbackLeavesNothing() {
        const Hub hub;
        {
            auto tx = hub.database->forStore(hub.storeId);
            apply(tx,
                  hub.source(),
                  {productOf("1", 10, "Lamp", {variantOf("11")}),
                   deletionOf(sdk::Entity::Order, "9", 5)},
                  {});
        }
        for (const char* table : {"product",
                                  "product_listing",
                                  "product_variant",
                                  "variant_listing",
                                  "orders",
                                  "sync_log",
                                  "change",
                                  "job"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::int64_t{0}, hub.count(table));
    }

    void anOlderEventNeverOverwritesANewerRow() {
        const Hub hub;
        hub.take(productOf("1", 20, "new"));
        const Outcome outcome = hub.take(productOf("1", 10, "old"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, outcome.stale);
        CPPUNIT_ASSERT_EQUAL(std::string("new"), hub.title("1"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.logged("stale"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("change"));
    }

    void theSameEventTwiceChangesNothing() {
        const Hub hub;
        hub.take(productOf("1", 20));
        const Outcome outcome = hub.take(productOf("1", 20));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, outcome.unchanged);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, outcome.changed());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("sync_log"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("change"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.number("SELECT version AS n FROM product"));
    }

    void aNewerStampOnTheSameContentIsNoNews() {
        const Hub hub;
        hub.take(productOf("1", 20));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take(productOf("1", 30)).unchanged);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("change"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take(productOf("1", 25, "late")).stale);
    }

    void anEqualStampWithOtherContentIsReadAgainAndThenBelieved() {
        const Hub hub;
        hub.take(productOf("1", 20, "first"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take(productOf("1", 20, "second")).refetches);
        CPPUNIT_ASSERT_EQUAL(std::string("first"), hub.title("1"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            hub.count("job WHERE kind = 'refetch' AND dedupe = 'product:1' AND priority = 30 AND "
                      "payload ->> 'entity' = 'product' AND payload ->> 'external_id' = '1' AND "
                      "payload ->> 'reason' <> ''"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.takeLive(productOf("1", 20, "second")).updated);
        CPPUNIT_ASSERT_EQUAL(std::string("second"), hub.title("1"));
    }

    void aCutRecordIsReadAgainAndNotApplied() {
        const Hub hub;
        hub.take(productOf("1", 20, "whole", {variantOf("11"), variantOf("12")}));
        sdk::Product cut = productOf("1", 30, "cut", {variantOf("11")});
        cut.partial = true;
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take(cut).refetches);
        CPPUNIT_ASSERT_EQUAL(std::string("whole"), hub.title("1"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.takeLive(cut).updated);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2},
                             hub.count("variant_listing WHERE deleted_at IS NULL"));
    }

    void stockOfAStrangerIsAskedFor() {
        const Hub hub;
        const auto asked = [&](const char* item) {
            return hub.count("job WHERE kind = 'refetch' AND dedupe = 'stock:" + std::string(item) +
                             "@'");
        };
        hub.take(hub.source(),
                 {levelOf("item-11", 10, 1),
                  levelOf("item-99", 10, 2),
                  levelOf("item-99", 10, 3, "loc-2"),
                  productOf("1", 10, "Lamp", {variantOf("11")})});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, asked("item-11"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, asked("item-99"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.logged("refetch"));
        // Once is enough; what is read live or in pages is not asked for again.
        hub.take(levelOf("item-99", 20, 5));
        hub.takeLive(levelOf("item-98", 10, 1));
        Source page = hub.source();
        page.cause = Source::Cause::Sync;
        hub.take(page, {levelOf("item-97", 10, 1)});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.refetches());
    }

    void oneBadRecordIsARejectNotAFailedPage() {
        const Hub hub;
        sdk::Product nul = productOf("2", 10, std::string("a\0b", 3));
        sdk::Customer address = customerOf("3", 10);
        address.defaultAddress = R"({"city":"\u0000"})";
        sdk::Product hugeSku = productOf("4", 10, "huge", {variantOf("41")});
        unsigned noise = 1;  // incompressible, so that no index can hold it
        while (hugeSku.variants[0].sku.size() < 9000) {
            noise = noise * 1103515245U + 12345U;
            hugeSku.variants[0].sku += static_cast<char>('!' + (noise >> 16U) % 90U);
        }
        const Outcome outcome =
            hub.take(hub.source(), {productOf("1", 10), nul, address, hugeSku, orderOf("5", 10)});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, outcome.created);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, outcome.rejected);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, hub.logged("rejected"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, hub.logged("created"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.count("product"));
    }

    void rejectsAreLoggedWithoutTheirBytes() {
        const Hub hub;
        const sdk::Reject reject{
            sdk::Entity::Order, "7", "orders[0].total_price: missing", "{\"email\":\"a@b.c\"}"};
        const sdk::Reject broken{sdk::Entity::Order, std::string("\xff\0", 2), "x\xff", ""};
        const Outcome outcome = hub.take(hub.source(), {}, {reject, broken});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, outcome.rejected);
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            hub.count("sync_log WHERE action = 'rejected' AND entity = 'order' AND external_id = "
                      "'7' AND detail = 'orders[0].total_price: missing'"));
    }

    void accountAndPrivacyNewsBecomeJobs() {
        const Hub hub;
        const sdk::AccountChange scopes{
            sdk::AccountChange::What::ScopesChanged, {"read_products"}, second(5)};
        const sdk::AccountChange uninstalled{
            sdk::AccountChange::What::Uninstalled, {}, std::nullopt};
        const sdk::PrivacyRequest erase{
            sdk::PrivacyRequest::What::EraseCustomer, "7", {"8", "9"}, "r1"};
        const auto source = hub.source();
        const Outcome outcome = hub.take(source, {scopes, uninstalled, erase});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, outcome.noticed);
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            hub.count("job WHERE kind = 'account' AND priority = 10 AND payload ->> 'what' = "
                      "'scopes_changed' AND payload -> 'scopes' = '[\"read_products\"]'"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            hub.count("job WHERE kind = 'account' AND payload ->> 'what' = 'uninstalled'"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            hub.count("job WHERE kind = 'privacy' AND payload = '{\"what\":\"erase_customer\","
                      "\"customer_external_id\":\"7\",\"order_external_ids\":[\"8\",\"9\"],"
                      "\"request_id\":\"r1\",\"event\":\"" +
                      source.causeId.text() + "\"}'"));
    }

    void aRefetchWaitsOnce() {
        const Hub hub;
        const sdk::Refetch hint{sdk::Entity::Order, "7", "the platform sent a hint only"};
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take(hint).refetches);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.take(hint).refetches);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub.refetches());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, hub.logged("refetch"));
    }

    void noticesAreLogged() {
        const Hub hub;
        hub.take(sdk::Notice{"bulk_operations/finish", "99", "completed"});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             hub.count("sync_log WHERE action = 'noticed' AND entity = "
                                       "'integration' AND external_id = '99' AND detail = "
                                       "'bulk_operations/finish: completed'"));
    }

    void recordsWithoutAnIdAreRejected() {
        const Hub hub;
        const Outcome outcome = hub.take(
            hub.source(),
            {productOf("", 10), levelOf("", 10, 1), deletionOf(sdk::Entity::Order, "", 5)});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, outcome.rejected);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub.count("product"));
    }

    void anotherStoresRowsAreUntouched() {
        const Hub hub;
        hub.take(productOf("1", 10, "ours", {variantOf("11", "SKU")}));
        const core::Uuid otherStore = insertStore(*hub.database, "Other");
        Source foreign = hub.source();
        foreign.storeId = otherStore;
        foreign.integrationId = insertIntegration(*hub.database, otherStore, "example", "two");
        {
            auto tx = hub.database->forStore(otherStore);
            apply(tx, foreign, {productOf("1", 99, "theirs", {variantOf("11", "SKU")})}, {});
            confirmGone(tx, foreign, sdk::Entity::Product, "1");
            tx.commit();
        }
        CPPUNIT_ASSERT_EQUAL(std::string("ours"), hub.title("1"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, hub.count("product"));

        Source misled = hub.source();
        misled.storeId = otherStore;
        auto tx = hub.database->forStore(hub.storeId);
        CPPUNIT_ASSERT_THROW(apply(tx, misled, {productOf("5", 10)}, {}), store::Failure);
    }

    void theLogHoldsNoPersonalData() {
        const Hub hub;
        sdk::Order order = orderOf("3", 10);
        order.email = "person@example.com";
        order.phone = "+49301234567";
        order.note = "ring at Mrs Lovelace";
        order.shippingAddress = R"({"line1":"Secret Street 1"})";
        hub.take(hub.source(), {customerOf("2", 10, "person@example.com"), order});
        order.note = "again Mrs Lovelace";
        hub.take(order);
        hub.take(
            hub.source(),
            {deletionOf(sdk::Entity::Customer, "2", 20), deletionOf(sdk::Entity::Order, "3", 5)});
        CPPUNIT_ASSERT(hub.count("sync_log") >= 5);
        // Ids and hashes are of the same letters as some of the words.
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{0},
            hub.count("sync_log l WHERE regexp_replace(l::text, '[0-9a-f-]{32,}', '', 'g') ~* "
                      "'person|example.com|4930|lovelace|secret|ada'"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IntakeTest);

}  // namespace souk::intake
