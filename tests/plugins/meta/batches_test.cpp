#include "meta/batches.hpp"

#include <algorithm>
#include <chrono>

#include "plugins/meta/support.hpp"

namespace souk::meta::tests {

using namespace std::chrono_literals;
using sdk::OfferState;
using std::chrono::milliseconds;

class BatchesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BatchesTest);
    CPPUNIT_TEST(aBatchIsHandedOverWithoutUpsert);
    CPPUNIT_TEST(emptyHandlesMeanThatNothingWasTaken);
    CPPUNIT_TEST(whatIsRefusedAtOnceIsTold);
    CPPUNIT_TEST(warningsAloneRefuseNothing);
    CPPUNIT_TEST(anOfferThatCannotBeWrittenStaysOut);
    CPPUNIT_TEST(theFullerTheBudgetTheLongerThePause);
    CPPUNIT_TEST(noMinuteOfAFreshCatalogueSeesMoreThanEight);
    CPPUNIT_TEST(aCatalogueWithTrafficIsNeverPaced);
    CPPUNIT_TEST(aBudgetThatIsUsedUpIsARateLimit);
    CPPUNIT_TEST(aDeadTokenIsUnauthorized);
    CPPUNIT_TEST(aBatchUnderWayKeepsItsTicket);
    CPPUNIT_TEST(aWordNobodyKnowsIsUnderWay);
    CPPUNIT_TEST(aFinishedBatchTellsOfEveryItem);
    CPPUNIT_TEST(warningsMayBeTheReason);
    CPPUNIT_TEST(aBatchThatWasGivenUpIsAnError);
    CPPUNIT_TEST(aPageLeadsOnUntilNextIsAbsent);
    CPPUNIT_TEST(anEmptyPageMayLeadOn);
    CPPUNIT_TEST(oneUnreadableItemIsOneReject);
    CPPUNIT_TEST(aFewAreLookedAtByTheirIds);
    CPPUNIT_TEST_SUITE_END();

    GraphStage stage_;

    static sdk::OfferChange offer(const std::string& id) {
        sdk::OfferChange change;
        change.what = sdk::OfferChange::What::Update;
        change.offer.externalId = id;
        change.offer.title = "Mug";
        change.offer.price = {999, "USD"};
        return change;
    }

    sdk::Result<sdk::Receipt> published(std::vector<sdk::OfferChange> batch, sdk::HttpReply reply) {
        stage_.expectPost(
            "/880001/items_batch",
            {R"({"item_type":"PRODUCT_ITEM","allow_upsert":false,"requests":[{"method":"UPDATE")"},
            std::move(reply));
        auto context = stage_.context();
        return publish(context, "880001", batch);
    }

    sdk::Result<sdk::Receipt> polled(const std::string& batch) {
        stage_.expectGet("/880001/check_batch_request_status",
                         {{"handle", "AcT"}, {"load_ids_of_invalid_requests", "true"}},
                         ok(R"({"data":[{"handle":"AcT",)" + batch + "}]}"));
        auto context = stage_.context();
        return poll(context, "880001", "AcT");
    }

    static std::string told(const sdk::Receipt& receipt) {
        std::string text = receipt.ticket;
        for (const auto& one : receipt.outcomes)
            text +=
                "|" + one.externalId + " " + std::string(sdk::name(one.state)) + " " + one.reason;
        return text;
    }

    std::optional<milliseconds> pauseAt(int percent, int minutes) {
        return valueOf(
                   published({offer("a")}, ok(R"({"handles":["AcT"]})", usage(percent, minutes))))
            .pause;
    }

    /// When batches go out if there is always one to hand over, `every` so often at most, to a
    /// catalogue that takes `most` in any minute and counts them as Meta does.
    std::vector<milliseconds> callsIn(milliseconds watched, int most, milliseconds every) {
        std::vector<milliseconds> calls;
        for (milliseconds now{0}; now < watched;) {
            calls.push_back(now);
            const auto counted =
                std::count_if(calls.begin(), calls.end(), [&](auto at) { return at > now - 1min; });
            CPPUNIT_ASSERT_MESSAGE("80014 at " + std::to_string(now.count()), counted <= most);
            const auto percent = static_cast<int>(100 * counted / most);
            now += std::max(every, pauseAt(percent, percent < 100 ? 0 : 1).value_or(every));
        }
        return calls;
    }

    sdk::ShownPage paged(const std::string& reply, const std::string& from = "") {
        std::map<std::string, std::string> query{{"limit", "200"}};
        if (!from.empty()) query["after"] = from;
        stage_.expectGet("/880001/products", query, ok(reply));
        auto context = stage_.context();
        return valueOf(shown(context, "880001", sdk::Cursor{from}));
    }

public:
    void aBatchIsHandedOverWithoutUpsert() {
        const auto receipt = valueOf(published(
            {offer("a"), offer("b")}, ok(R"({"handles":["AcT"],"validation_status":[]})")));
        CPPUNIT_ASSERT_EQUAL(std::string("AcT"), told(receipt));
        CPPUNIT_ASSERT(!receipt.pause);
        const auto requests = valueOf(jsonFrom(stage_.lastBody()).items("requests"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, requests.size());
        CPPUNIT_ASSERT(stage_.http.sent().back().repeatable);
    }

    void emptyHandlesMeanThatNothingWasTaken() {
        const auto receipt = valueOf(published(
            {offer("a"), offer("b")},
            ok(R"({"handles":[],"validation_status":[{"retailer_id":"b","errors":[{"message":"bad id"}]}]})")));
        CPPUNIT_ASSERT_EQUAL(
            std::string("|b rejected bad id|a rejected the catalogue took nothing of this batch"),
            told(receipt));
    }

    void whatIsRefusedAtOnceIsTold() {
        const auto receipt = valueOf(published(
            {offer("a"), offer("b")},
            ok(R"({"handles":["AcT"],"validation_status":[{"retailer_id":"a","errors":[{"message":"one"},{"message":"two"}]}]})")));
        CPPUNIT_ASSERT_EQUAL(std::string("AcT|a rejected one; two"), told(receipt));
    }

    void warningsAloneRefuseNothing() {
        const auto receipt = valueOf(published(
            {offer("a")},
            ok(R"({"handles":["AcT"],"validation_status":[{"retailer_id":"a","warnings":[{"message":"Unrecognised field"}]}]})")));
        CPPUNIT_ASSERT_EQUAL(std::string("AcT"), told(receipt));
    }

    void anOfferThatCannotBeWrittenStaysOut() {
        auto odd = offer("odd");
        odd.offer.price.currency = "ZZZ";
        const auto receipt = valueOf(published({offer("a"), odd}, ok(R"({"handles":["AcT"]})")));
        assertMentions(told(receipt), "AcT|odd rejected ");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, jsonFrom(stage_.lastBody()).items("requests")->size());

        auto context = stage_.context();
        const auto nothing = valueOf(publish(context, "880001", {odd}));  // nothing is asked
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, nothing.outcomes.size());
        CPPUNIT_ASSERT(nothing.ticket.empty());
    }

    void theFullerTheBudgetTheLongerThePause() {
        CPPUNIT_ASSERT(!pauseAt(0, 0));
        CPPUNIT_ASSERT(!pauseAt(50, 0));
        CPPUNIT_ASSERT(pauseAt(51, 0) == 800ms);
        CPPUNIT_ASSERT(pauseAt(75, 0) == 20s);
        CPPUNIT_ASSERT(pauseAt(99, 0) == 39200ms);
        CPPUNIT_ASSERT(pauseAt(100, 0) == 1min);
        CPPUNIT_ASSERT_MESSAGE("as long as the platform says", pauseAt(100, 5) == 5min);
        CPPUNIT_ASSERT_MESSAGE("another budget's, too", pauseAt(60, 2) == 2min);
    }

    void noMinuteOfAFreshCatalogueSeesMoreThanEight() {
        constexpr auto kWatched = 30min;
        const auto calls = callsIn(kWatched, 8, 250ms);
        for (std::size_t i = 8; i < calls.size(); ++i)
            CPPUNIT_ASSERT_MESSAGE("nine within a minute", calls[i] - calls[i - 8] >= 1min);
        for (std::size_t i = 1; i < calls.size(); ++i)
            CPPUNIT_ASSERT_MESSAGE("left alone for too long", calls[i] - calls[i - 1] <= 31s);
        // Most of what it takes is used.
        CPPUNIT_ASSERT_GREATER(std::size_t{30 * 5}, calls.size());
    }

    void aCatalogueWithTrafficIsNeverPaced() {
        constexpr auto kWatched = 10min;
        CPPUNIT_ASSERT_EQUAL(std::size_t{600}, callsIn(kWatched, 122, 1s).size());
    }

    void aBudgetThatIsUsedUpIsARateLimit() {
        const auto error =
            errorOf(published({offer("a")}, refused(400, 80014, "too many", "", usage(100, 2))));
        CPPUNIT_ASSERT_EQUAL(std::string("rate_limited"), kindOf(error));
        CPPUNIT_ASSERT(error.retryAfter == 2min);
    }

    void aDeadTokenIsUnauthorized() {
        for (const auto* subcode : {"458", "460", "463", "467"})
            CPPUNIT_ASSERT_EQUAL(
                std::string("unauthorized"),
                kindOf(errorOf(published(
                    {offer("a")},
                    refused(400, 190, "gone", R"(,"error_subcode":)" + std::string(subcode))))));
    }

    void aBatchUnderWayKeepsItsTicket() {
        CPPUNIT_ASSERT_EQUAL(std::string("AcT"),
                             told(valueOf(polled(R"("status":"started","errors":[])"))));
    }

    void aWordNobodyKnowsIsUnderWay() {
        CPPUNIT_ASSERT_EQUAL(std::string("AcT"), told(valueOf(polled(R"("status":"simmering")"))));
    }

    void aFinishedBatchTellsOfEveryItem() {
        CPPUNIT_ASSERT_EQUAL(std::string(), told(valueOf(polled(R"("status":"finished")"))));
        CPPUNIT_ASSERT_EQUAL(
            std::string("|a rejected no image|b rejected the catalogue found it invalid|c rejected "
                        "no price"),
            told(valueOf(polled(
                R"("status":"finished","errors_total_count":3,"errors":[{"line":1,"id":"a","message":"no image"},)"
                R"({"line":3,"id":"c","message":"no price"}],"warnings":[],"ids_of_invalid_requests":["b","a","a"])"))));
    }

    void warningsMayBeTheReason() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("|a rejected Descriptions are missing"),
            told(valueOf(polled(
                R"("status":"finished","warnings":[{"line":1,"id":"a","message":"Descriptions are missing"},)"
                R"({"line":2,"id":"fine","message":"Small image"}],"ids_of_invalid_requests":["a","a"])"))));
    }

    void aBatchThatWasGivenUpIsAnError() {
        const auto error = errorOf(polled(R"("status":"fatal")"));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "fatal");
    }

    void aPageLeadsOnUntilNextIsAbsent() {
        const auto page = paged(
            R"({"data":[{"retailer_id":"a","name":"A","price":"$9.99","currency":"USD"}],)"
            R"("paging":{"cursors":{"before":"B","after":"Q"},"next":"https://evil.example/?access_token=x"}})");
        CPPUNIT_ASSERT(!page.last);
        CPPUNIT_ASSERT_EQUAL(std::string("Q"), page.next.value);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page.offers.size());
        const auto last =
            paged(R"({"data":[],"paging":{"cursors":{"before":"B","after":"Z"}}})", "Q");
        CPPUNIT_ASSERT(last.last);
        CPPUNIT_ASSERT(paged(R"({"data":[]})").last);
    }

    void anEmptyPageMayLeadOn() {
        const auto page = paged(
            R"({"data":[],"paging":{"cursors":{"before":"B","after":"Q"},"next":"https://x"}})");
        CPPUNIT_ASSERT(!page.last && page.offers.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("Q"), page.next.value);
    }

    void oneUnreadableItemIsOneReject() {
        const auto page = paged(
            R"({"data":[{"retailer_id":"a","price":"gratis","currency":"USD"},{"retailer_id":"b"},{"name":"no id"}]})");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page.offers.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, page.rejects.size());
        CPPUNIT_ASSERT_EQUAL(std::string("a"), page.rejects[0].externalId);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"name":"no id"})"), page.rejects[1].raw);
    }

    void aFewAreLookedAtByTheirIds() {
        stage_.expectGet("/880001/products",
                         {{"filter", R"({"retailer_id":{"is_any":["a","b\"c"]}})"}},
                         ok(R"({"data":[{"retailer_id":"a"}]})"));
        auto context = stage_.context();
        const auto offers = valueOf(look(context, "880001", {"a", "b\"c"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, offers.size());
        CPPUNIT_ASSERT_EQUAL(std::string("a"), offers[0].externalId);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BatchesTest);

}  // namespace souk::meta::tests
