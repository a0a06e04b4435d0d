#include "publisher.hpp"

#include "plugins/shopify/offers.hpp"

namespace souk::shopify::tests {

/// What the shop shows of the hub's offers.
class ShownTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ShownTest);
    CPPUNIT_TEST(shownAreThoseWithOurIds);
    CPPUNIT_TEST(aBigProductIsReadToItsEnd);
    CPPUNIT_TEST(nothingWasEverOffered);
    CPPUNIT_TEST(aLookIsByTheHubsIds);
    CPPUNIT_TEST(whatSomebodyArchivedIsNotForSale);
    CPPUNIT_TEST_SUITE_END();

    Publisher publisher_;
    ShopStage stage_;

public:
    void shownAreThoseWithOurIds() {
        stage_.expectQuery(
            {"query OffersShown"},
            dataReply(
                R"({"metafieldDefinition":{"metafields":{"nodes":[{"value":"g1","owner":)" +
                product(node("1", "a") + "," + node("2", "")) +
                R"(},{"value":"g0","owner":{}},{"value":"g3","owner":{"id":"gid://shopify/Product/6","variants":{"nodes":[{"offer":{"value":"x"}}],"pageInfo":{"hasNextPage":false}}}}],"pageInfo":{"hasNextPage":true,"endCursor":"next"}}}})"));
        auto context = stage_.context();
        const auto page = publisher_.shown(context, {});
        CPPUNIT_ASSERT(page);
        CPPUNIT_ASSERT(!page->last);
        CPPUNIT_ASSERT_EQUAL(std::string("next"), page->next.value);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page->offers.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page->rejects.size());
        const auto& offer = page->offers[0];
        CPPUNIT_ASSERT_EQUAL(std::string("a"), offer.externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("Lamp"), offer.title);
        CPPUNIT_ASSERT(offer.price == (sdk::Money{1999, "USD"}));
        CPPUNIT_ASSERT(offer.available == 4);
        CPPUNIT_ASSERT(offer.sellable);
        CPPUNIT_ASSERT(offer.state == sdk::OfferState::Live);
        stage_.expectQuery(
            {R"("after":"next")"},
            dataReply(
                R"({"metafieldDefinition":{"metafields":{"nodes":[],"pageInfo":{"hasNextPage":false,"endCursor":null}}}})"));
        CPPUNIT_ASSERT(publisher_.shown(context, {"next"})->last);
    }

    void aBigProductIsReadToItsEnd() {
        stage_.expectQuery(
            {"query OffersShown"},
            dataReply(R"({"metafieldDefinition":{"metafields":{"nodes":[{"value":"g1","owner":)" +
                      product(node("1", "a"), "none", "x") +
                      R"(}],"pageInfo":{"hasNextPage":false,"endCursor":null}}}})"));
        stage_.expectQuery({R"("identifier":{"id":"gid://shopify/Product/5"})"},
                           dataReply(there(node("1", "a"), "none", "more")));
        stage_.expectQuery({R"("after":"more")"}, dataReply(there(node("2", "b"))));
        auto context = stage_.context();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, publisher_.shown(context, {})->offers.size());
        stage_.http.expectAllPlayed();
    }

    void nothingWasEverOffered() {
        stage_.expectQuery({"query OffersShown"}, dataReply(R"({"metafieldDefinition":null})"));
        auto context = stage_.context();
        const auto page = publisher_.shown(context, {});
        CPPUNIT_ASSERT(page->last && page->offers.empty());
    }

    void aLookIsByTheHubsIds() {
        std::vector<std::string> ids;
        for (int i = 0; i < 11; ++i) ids.push_back("o" + std::to_string(i));
        stage_.expectQuery(
            {"query OffersLook",
             R"("a":{"customId":{"namespace":"$app:souk","key":"variant","value":"o0"}})",
             R"("j":{"customId":{"namespace":"$app:souk","key":"variant","value":"o9"}})"},
            dataReply(R"({"a":null,"b":{"product":{"title":"Lamp","status":"ACTIVE"},)" +
                      node("1", "o1").substr(1) + "}"));
        stage_.expectQuery({R"("value":"o10"}},"b":)"}, dataReply(R"({"a":null,"b":null})"));
        auto context = stage_.context();
        const auto found = publisher_.look(context, ids);
        CPPUNIT_ASSERT(found);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, found->size());
        CPPUNIT_ASSERT_EQUAL(std::string("o1"), found->at(0).externalId);
        CPPUNIT_ASSERT(publisher_.look(context, {})->empty());
        stage_.http.expectAllPlayed();
        stage_.expectQuery({}, sdk::Error{sdk::ErrorKind::Transient, "not now"});
        CPPUNIT_ASSERT_EQUAL(std::string("transient"),
                             kindOf(errorOf(publisher_.look(context, ids))));
    }

    void whatSomebodyArchivedIsNotForSale() {
        stage_.expectQuery({},
                           dataReply(R"({"a":{"product":{"title":"Lamp","status":"ARCHIVED"},)" +
                                     node("1", "o1").substr(1) + "}"));
        auto context = stage_.context();
        const auto found = publisher_.look(context, {"o1"});
        CPPUNIT_ASSERT(found->at(0).state == sdk::OfferState::Rejected);
        assertMentions(found->at(0).reason, "archived");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ShownTest);

}  // namespace souk::shopify::tests
