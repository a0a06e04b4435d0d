#include "shop_domain.hpp"

#include "plugins/shopify/support.hpp"

namespace souk::shopify::tests {

class ShopDomainTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ShopDomainTest);
    CPPUNIT_TEST(onlyPermanentDomainsAreShops);
    CPPUNIT_TEST(whatPeopleTypeBecomesTheDomain);
    CPPUNIT_TEST(anythingElseIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void onlyPermanentDomainsAreShops() {
        CPPUNIT_ASSERT(isShopDomain("a.myshopify.com"));
        CPPUNIT_ASSERT(isShopDomain("0-my-shop.myshopify.com"));
        for (const auto* bad : {"",
                                ".myshopify.com",
                                "-a.myshopify.com",
                                "a_b.myshopify.com",
                                "A.myshopify.com",
                                "a.b.myshopify.com",
                                "a.myshopify.com.evil.example",
                                "a.myshopify.com/",
                                "a.myshopify.com\n",
                                "evil.example/x.myshopify.com",
                                "user@a.myshopify.com",
                                "a.myshopify.io",
                                "amyshopify.com"})
            CPPUNIT_ASSERT_MESSAGE(bad, !isShopDomain(bad));
        CPPUNIT_ASSERT(!isShopDomain(std::string(64, 'a') + ".myshopify.com"));
    }

    void whatPeopleTypeBecomesTheDomain() {
        for (const auto* typed : {"my-shop",
                                  " My-Shop ",
                                  "my-shop.myshopify.com",
                                  "MY-SHOP.MYSHOPIFY.COM",
                                  "https://my-shop.myshopify.com",
                                  "https://my-shop.myshopify.com/admin/products?x=1#y",
                                  "http://my-shop.myshopify.com/",
                                  "admin.shopify.com/store/my-shop",
                                  "https://admin.shopify.com/store/my-shop/orders"})
            CPPUNIT_ASSERT_EQUAL(std::string("my-shop.myshopify.com"),
                                 valueOf(shopDomainFrom(typed)));
    }

    void anythingElseIsRefused() {
        for (const auto* typed : {"",
                                  "  ",
                                  "my-shop.com",
                                  "https://www.my-shop.com/",
                                  "my shop",
                                  "https://evil.example/my-shop.myshopify.com",
                                  "my-shop.myshopify.com.evil.example",
                                  "my-shop.myshopify.com:8443",
                                  "user@my-shop.myshopify.com",
                                  "admin.shopify.com/store/"}) {
            const auto error = errorOf(shopDomainFrom(typed));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(typed, std::string("rejected"), kindOf(error));
            assertMentions(error.message, "my-shop.myshopify.com");
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ShopDomainTest);

}  // namespace souk::shopify::tests
