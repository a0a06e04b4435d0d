#include "publisher.hpp"

#include "offer_input.hpp"

#include "plugins/shopify/offers.hpp"

namespace souk::shopify::tests {

namespace {

using What = sdk::OfferChange::What;

constexpr auto kReady =
    R"({"location":{"id":"gid://shopify/Location/7"},"group":{"id":"gid://shopify/MetafieldDefinition/1"},)"
    R"("variant":{"id":"gid://shopify/MetafieldDefinition/2"}})";
constexpr auto kNobody = R"({"productByIdentifier":null})";

std::string setTo(const std::string& nodes) {
    return R"({"productSet":{"product":)" + product(nodes) + R"(,"userErrors":[]}})";
}

}  // namespace

class PublisherTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PublisherTest);
    CPPUNIT_TEST(aProductIsSetByTheHubsIdWithAllOfIt);
    CPPUNIT_TEST(whatIsThereKeepsItsVariantsAndPictures);
    CPPUNIT_TEST(idsAreDefinedOnce);
    CPPUNIT_TEST(whoIsWithdrawnIsLeftOutAndTheLastOneTakesTheProductAlong);
    CPPUNIT_TEST(whatIsGoneAlreadyIsGone);
    CPPUNIT_TEST(refusalsAreOfTheirOffers);
    CPPUNIT_TEST(anotherCurrencyIsRefusedByName);
    CPPUNIT_TEST(withoutTheScopeNothingIsAsked);
    CPPUNIT_TEST(withoutALocationThereIsNowhereToStockIt);
    CPPUNIT_TEST(whatPassesKeepsWhatWasDone);
    CPPUNIT_TEST(whatPassesAtOnceIsTheError);
    CPPUNIT_TEST(choicesFitTheShop);
    CPPUNIT_TEST(uncountedStockIsNotTracked);
    CPPUNIT_TEST_SUITE_END();

    Publisher publisher_;
    ShopStage stage_;

    sdk::Result<sdk::Receipt> publish(const std::vector<sdk::OfferChange>& batch) {
        auto context = stage_.context();
        return publisher_.publish(context, batch, "key");
    }
    sdk::Receipt published(const std::vector<sdk::OfferChange>& batch) {
        auto receipt = publish(batch);
        CPPUNIT_ASSERT_MESSAGE(receipt ? "" : receipt.error().message, bool(receipt));
        stage_.http.expectAllPlayed();
        return *receipt;
    }
    void ready() { stage_.expectQuery({"query Offering"}, dataReply(kReady)); }
    void find(const std::string& answer, const std::string& group = "g1") {
        stage_.expectQuery({"query OfferedProduct", R"("key":"group","value":")" + group + "\""},
                           dataReply(answer));
    }
    std::string sent(std::size_t index) const { return stage_.http.sent().at(index).body; }

public:
    void setUp() override { stage_.account.scopes = {"read_products", "write_products"}; }

    void aProductIsSetByTheHubsIdWithAllOfIt() {
        ready();
        find(kNobody);
        stage_.expectQuery(
            {"mutation OfferSet",
             R"("identifier":{"customId":{"namespace":"$app:souk","key":"group","value":"g1"}})",
             R"("title":"Lamp","descriptionHtml":"<p>warm</p>","vendor":"Lumen","productType":"Lamps","status":"ACTIVE")",
             R"({"namespace":"$app:souk","key":"group","type":"id","value":"g1"})",
             R"("files":[{"originalSource":"https://cdn.example/1.jpg","contentType":"IMAGE"}])",
             R"("productOptions":[{"name":"Size","position":1,"values":[{"name":"a"},{"name":"b"}]}])",
             R"({"optionValues":[{"optionName":"Size","name":"a"}],"sku":"SKU-a","barcode":"4000","price":"19.99","compareAtPrice":null,"inventoryPolicy":"DENY","inventoryItem":{"tracked":true},"inventoryQuantities":[{"locationId":"gid://shopify/Location/7","name":"available","quantity":4}],"metafields":[{"namespace":"$app:souk","key":"variant","type":"id","value":"a"}]})",
             R"("price":"19.99","compareAtPrice":"25.00","inventoryPolicy":"CONTINUE")"},
            dataReply(setTo(node("1", "a") + "," + node("2", "b"))));
        auto second = offerOf("b");
        second.position = 2;
        second.compareAtPrice = sdk::Money{2500, "USD"};
        second.oversells = true;
        const auto receipt = published({{What::Create, second}, {What::Create, offerOf("a")}});
        CPPUNIT_ASSERT(stage_.http.sent().back().repeatable);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, receipt.outcomes.size());
        const auto& first = receipt.outcomes[1];
        CPPUNIT_ASSERT_EQUAL(std::string("a"), first.externalId);
        CPPUNIT_ASSERT(first.state == sdk::OfferState::Live);
        CPPUNIT_ASSERT_EQUAL(std::string("5"), first.shownAs->groupId);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), first.shownAs->externalId);
        CPPUNIT_ASSERT_EQUAL(std::string("91"), first.shownAs->inventoryItemId);
    }

    void whatIsThereKeepsItsVariantsAndPictures() {
        ready();
        find(kNobody);
        stage_.expectQuery({"mutation OfferSet"}, dataReply(setTo(node("1", "a"))));
        published({{What::Create, offerOf("a")}});
        const auto first = sent(2);
        const auto key = std::string(R"("key":"images","type":"single_line_text_field","value":")");
        const auto digest = first.substr(first.find(key) + key.size(), 64);

        ready();
        find(there(node("1", "a") + "," + node("3", ""), digest));
        stage_.expectQuery(
            {"mutation OfferSet", R"("id":"gid://shopify/ProductVariant/1","optionValues")"},
            dataReply(setTo(node("1", "a"))));
        published({{What::Update, offerOf("a")}});
        CPPUNIT_ASSERT(sent(5).find("\"files\"") == std::string::npos);

        ready();
        find(there(node("1", "a"), digest));
        stage_.expectQuery({"mutation OfferSet", R"("files":[])"},
                           dataReply(setTo(node("1", "a"))));
        auto bare = offerOf("a");
        bare.images.clear();
        published({{What::Update, bare}});
    }

    void idsAreDefinedOnce() {
        stage_.expectQuery(
            {"query Offering"},
            dataReply(
                R"({"location":{"id":"gid://shopify/Location/7"},"group":null,"variant":null})"));
        stage_.expectQuery(
            {"metafieldDefinitionCreate",
             R"("ownerType":"PRODUCT","namespace":"$app:souk","key":"group","type":"id")"},
            dataReply(
                R"({"metafieldDefinitionCreate":{"createdDefinition":{"id":"1"},"userErrors":[]}})"));
        stage_.expectQuery(
            {R"("ownerType":"PRODUCTVARIANT","namespace":"$app:souk","key":"variant","type":"id")"},
            dataReply(
                R"({"metafieldDefinitionCreate":{"createdDefinition":null,"userErrors":[{"code":"TAKEN","field":["definition","key"],"message":"Key is in use"}]}})"));
        find(kNobody);
        stage_.expectQuery({"mutation OfferSet"}, dataReply(setTo(node("1", "a"))));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             published({{What::Create, offerOf("a")}}).outcomes.size());

        stage_.expectQuery(
            {"query Offering"},
            dataReply(
                R"({"location":{"id":"gid://shopify/Location/7"},"group":null,"variant":{"id":"2"}})"));
        stage_.expectQuery(
            {"metafieldDefinitionCreate"},
            dataReply(
                R"({"metafieldDefinitionCreate":{"createdDefinition":null,"userErrors":[{"code":"LIMIT_EXCEEDED","field":null,"message":"No more definitions"}]}})"));
        const auto error = errorOf(publish({{What::Create, offerOf("a")}}));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "No more definitions");
    }

    void whoIsWithdrawnIsLeftOutAndTheLastOneTakesTheProductAlong() {
        ready();
        find(there(node("1", "a") + "," + node("2", "b")));
        stage_.expectQuery({"mutation OfferSet"}, dataReply(setTo(node("1", "a"))));
        const auto some = published({{What::Update, offerOf("a")}, {What::Withdraw, offerOf("b")}});
        CPPUNIT_ASSERT(sent(2).find("SKU-b") == std::string::npos);
        CPPUNIT_ASSERT(some.outcomes[1].state == sdk::OfferState::Absent);

        ready();
        find(there(node("1", "a")));
        stage_.expectQuery(
            {"mutation OfferDelete", R"("id":"gid://shopify/Product/5")"},
            dataReply(
                R"({"productDelete":{"deletedProductId":"gid://shopify/Product/5","userErrors":[]}})"));
        const auto all = published({{What::Withdraw, offerOf("a")}});
        CPPUNIT_ASSERT(all.outcomes[0].state == sdk::OfferState::Absent);

        ready();
        find(there(node("1", "a")));
        stage_.expectQuery(
            {"mutation OfferDelete"},
            dataReply(
                R"({"productDelete":{"deletedProductId":null,"userErrors":[{"field":["id"],"message":"It is suspended"}]}})"));
        const auto kept = published({{What::Withdraw, offerOf("a")}});
        CPPUNIT_ASSERT(kept.outcomes[0].state == sdk::OfferState::Rejected);
        assertMentions(kept.outcomes[0].reason, "It is suspended");
    }

    void whatIsGoneAlreadyIsGone() {
        ready();
        find(kNobody);
        const auto receipt = published({{What::Withdraw, offerOf("a")}});
        CPPUNIT_ASSERT(receipt.outcomes[0].state == sdk::OfferState::Absent);
    }

    void refusalsAreOfTheirOffers() {
        ready();
        find(kNobody);
        stage_.expectQuery(
            {"mutation OfferSet"},
            dataReply(
                R"({"productSet":{"product":null,"userErrors":[)"
                R"({"code":"INVALID_VARIANT","field":["input","variants","1","price"],"message":"Price is odd"},)"
                R"({"code":"INVALID_VARIANT","field":["input","variants","1","sku"],"message":"SKU is odd"}]}})"));
        find(kNobody, "g2");
        stage_.expectQuery({"mutation OfferSet"}, dataReply(setTo(node("1", "c"))));
        const auto receipt = published({{What::Create, offerOf("a")},
                                        {What::Create, offerOf("b")},
                                        {What::Create, offerOf("c", "g2")}});
        CPPUNIT_ASSERT(receipt.outcomes[0].state == sdk::OfferState::Rejected);
        assertMentions(receipt.outcomes[0].reason, "Shopify refused: Price is odd; SKU is odd");
        CPPUNIT_ASSERT_EQUAL(std::string("Price is odd; SKU is odd"), receipt.outcomes[1].reason);
        CPPUNIT_ASSERT(receipt.outcomes[2].state == sdk::OfferState::Live);
    }

    void anotherCurrencyIsRefusedByName() {
        ready();
        auto offer = offerOf("a");
        offer.price.currency = "EUR";
        const auto receipt = published({{What::Create, offer}});
        CPPUNIT_ASSERT(receipt.outcomes[0].state == sdk::OfferState::Rejected);
        assertMentions(receipt.outcomes[0].reason, "EUR");
        assertMentions(receipt.outcomes[0].reason, "USD");
    }

    void withoutTheScopeNothingIsAsked() {
        stage_.account.scopes = {"read_products"};
        const auto error = errorOf(publish({{What::Create, offerOf("a")}}));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "write_products");
        CPPUNIT_ASSERT(stage_.http.sent().empty());
        CPPUNIT_ASSERT(publish({}));
    }

    void withoutALocationThereIsNowhereToStockIt() {
        stage_.expectQuery({"query Offering"},
                           dataReply(R"({"location":null,"group":null,"variant":null})"));
        const auto error = errorOf(publish({{What::Create, offerOf("a")}}));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"), kindOf(error));
        assertMentions(error.message, "location");
    }

    void whatPassesKeepsWhatWasDone() {
        ready();
        find(kNobody);
        stage_.expectQuery({"mutation OfferSet"}, dataReply(setTo(node("1", "a"))));
        stage_.expectQuery(
            {R"("value":"g2")"},
            sdk::Error{sdk::ErrorKind::RateLimited, "slow down", std::chrono::seconds(3)});
        const auto receipt =
            published({{What::Create, offerOf("a")}, {What::Create, offerOf("b", "g2")}});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, receipt.outcomes.size());
        CPPUNIT_ASSERT(receipt.pause == std::chrono::seconds(3));
        CPPUNIT_ASSERT(receipt.ticket.empty());
    }

    void whatPassesAtOnceIsTheError() {
        for (const auto kind : {sdk::ErrorKind::Transient,
                                sdk::ErrorKind::Unauthorized,
                                sdk::ErrorKind::RateLimited}) {
            ready();
            stage_.expectQuery({"OfferedProduct"}, sdk::Error{kind, "not now"});
            CPPUNIT_ASSERT(errorOf(publish({{What::Create, offerOf("a")}})).kind == kind);
        }
        ready();
        stage_.expectQuery({"OfferedProduct"},
                           dataReply(R"({"productByIdentifier":{"title":"no id"}})"));
        const auto receipt = published({{What::Create, offerOf("a")}});
        CPPUNIT_ASSERT(receipt.outcomes[0].state == sdk::OfferState::Rejected);
        stage_.expectQuery(
            {"query Offering"},
            okReply(
                R"({"data":null,"errors":[{"message":"Access denied for location field.","extensions":{"code":"ACCESS_DENIED"}}]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("rejected"),
                             kindOf(errorOf(publish({{What::Create, offerOf("a")}}))));
    }

    void choicesFitTheShop() {
        auto one = offerOf("a");
        auto other = offerOf("b");
        const auto told = [&] {
            std::string all;
            for (const auto& choices : choicesOf({&one, &other}))
                for (const auto& [name, value] : choices) all += name + "=" + value + " ";
            return all;
        };
        CPPUNIT_ASSERT_EQUAL(std::string("Size=a Size=b "), told());
        other.options = {{"Colour", "b"}};
        CPPUNIT_ASSERT_EQUAL_MESSAGE("other names", std::string("Title=a Title=b "), told());
        other.options = one.options;
        other.variantTitle = "a";
        CPPUNIT_ASSERT_EQUAL_MESSAGE("no two alike", std::string("Title=a Title=a (2) "), told());
        one.options = {{"A", "1"}, {"B", "2"}, {"C", "3"}, {"D", "4"}};
        one.variantTitle.clear();
        other.options.clear();
        other.variantTitle.clear();
        CPPUNIT_ASSERT_EQUAL(std::string("Title=1 / 2 / 3 / 4 Title=Variant "), told());
        const auto alone = choicesOf({&other});
        CPPUNIT_ASSERT_EQUAL(std::string("Default Title"), alone.at(0).at(0).second);
    }

    void uncountedStockIsNotTracked() {
        auto offer = offerOf("a");
        offer.available.reset();
        ready();
        find(kNobody);
        stage_.expectQuery({R"("inventoryItem":{"tracked":false},"inventoryQuantities":[)"
                            R"({"locationId":"gid://shopify/Location/7","name":"available",)"
                            R"("quantity":0}],"metafields")"},
                           dataReply(setTo(node("1", "a"))));
        published({{What::Create, offer}});
        ready();
        find(there(node("1", "a")));
        stage_.expectQuery({R"("inventoryItem":{"tracked":false},"metafields")"},
                           dataReply(setTo(node("1", "a"))));
        published({{What::Update, offer}});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PublisherTest);

}  // namespace souk::shopify::tests
