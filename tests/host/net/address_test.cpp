#include "net/address.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::net {

class AddressTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AddressTest);
    CPPUNIT_TEST(aPlainAddressIsHostAndTarget);
    CPPUNIT_TEST(onlyHttpsOnItsPortPasses);
    CPPUNIT_TEST(usersAddressesAndOddNamesAreRefused);
    CPPUNIT_TEST(refusalsDoNotTellTheQuery);
    CPPUNIT_TEST(aStarStandsForLabelsOnly);
    CPPUNIT_TEST(headersThatSplitOrReplaceAreRefused);
    CPPUNIT_TEST(theAuthHeaderBelongsToTheHost);
    CPPUNIT_TEST_SUITE_END();

public:
    void aPlainAddressIsHostAndTarget() {
        const auto address = addressOf("https://Shop-1.MyShopify.com/admin/x.json?a=b&c=%20");
        CPPUNIT_ASSERT(address);
        CPPUNIT_ASSERT_EQUAL(std::string("shop-1.myshopify.com"), address->host);
        CPPUNIT_ASSERT_EQUAL(std::string("/admin/x.json?a=b&c=%20"), address->target);
        CPPUNIT_ASSERT_EQUAL(std::string("/"), addressOf("https://a.example")->target);
        CPPUNIT_ASSERT_EQUAL(std::string("/?q"), addressOf("https://a.example?q")->target);
        CPPUNIT_ASSERT_EQUAL(std::string("a.example"), addressOf("HTTPS://a.example:443/")->host);
    }

    void onlyHttpsOnItsPortPasses() {
        for (const auto* url : {"http://a.example/",
                                "//a.example/",
                                "a.example",
                                "",
                                "https:/",
                                "ftp://a.example",
                                "https://a.example:8443/",
                                "https://a.example:/",
                                "https://"})
            refused(url);
    }

    void usersAddressesAndOddNamesAreRefused() {
        for (const auto* url : {"https://u@a.example/",
                                "https://a.example@evil.example/",
                                "https://127.0.0.1/",
                                "https://2130706433/",
                                "https://0x7f.1/",
                                "https://10.0.0.0x1/",
                                "https://[::1]/",
                                "https://localhost/",
                                "https://a..example/",
                                "https://.example/",
                                "https://a.example./",
                                "https://-a.example/",
                                "https://a.example\\@evil.example/",
                                "https://a.example/#x",
                                "https://a.example/a b",
                                "https://a.example/a\r\nX: y",
                                "https://\xc3\xa4.example/"})
            refused(url);
        refused("https://" + std::string(64, 'a') + ".example/");
        refused("https://" + std::string(300, 'a') + ".example/");
    }

    void refusalsDoNotTellTheQuery() {
        const auto result = addressOf("https://u@a.example/?token=hidden");
        CPPUNIT_ASSERT(!result);
        CPPUNIT_ASSERT(result.error().message.find("hidden") == std::string::npos);
    }

    void aStarStandsForLabelsOnly() {
        CPPUNIT_ASSERT(matches("*.shop.test", "a.shop.test"));
        CPPUNIT_ASSERT(matches("*.shop.test", "b.a.shop.test"));
        CPPUNIT_ASSERT(!matches("*.shop.test", "shop.test"));
        CPPUNIT_ASSERT(!matches("*.shop.test", ".shop.test"));
        CPPUNIT_ASSERT(!matches("*.shop.test", "evilshop.test"));
        CPPUNIT_ASSERT(!matches("*.shop.test", "a.shop.test.evil.example"));
        CPPUNIT_ASSERT(matches("API.shop.test", "api.shop.test"));
        CPPUNIT_ASSERT(!matches("api.shop.test", "x.api.shop.test"));
        CPPUNIT_ASSERT(matchesAny({"a.test", "*.b.test"}, "x.b.test"));
        CPPUNIT_ASSERT(!matchesAny({}, "x.b.test"));
    }

    void headersThatSplitOrReplaceAreRefused() {
        CPPUNIT_ASSERT(checkHeaders({{"Content-Type", "application/json"}, {"X-A", "b\tc"}}, ""));
        for (const auto* name : {"host",
                                 "Content-Length",
                                 "transfer-encoding",
                                 "Connection",
                                 "Accept-Encoding",
                                 "Expect",
                                 "",
                                 "A B",
                                 "A:B",
                                 "A\r\nB"})
            bad({{name, "x"}});
        bad({{"X-A", "b\r\nX-C: d"}});
        bad({{"X-A", std::string("b\0c", 3)}});
    }

    void theAuthHeaderBelongsToTheHost() {
        const sdk::Headers headers{{"x-access-token", "stolen"}};
        const auto result = checkHeaders(headers, "X-Access-Token");
        CPPUNIT_ASSERT(!result);
        CPPUNIT_ASSERT(result.error().message.find("stolen") == std::string::npos);
        CPPUNIT_ASSERT(checkHeaders(headers, ""));
    }

private:
    static void refused(const std::string& url) {
        const auto result = addressOf(url);
        CPPUNIT_ASSERT_MESSAGE(url, !result);
        CPPUNIT_ASSERT(result.error().kind == sdk::ErrorKind::Bug);
    }
    static void bad(const sdk::Headers& headers) {
        const auto result = checkHeaders(headers, "");
        CPPUNIT_ASSERT(!result);
        CPPUNIT_ASSERT(result.error().kind == sdk::ErrorKind::Bug);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AddressTest);

}  // namespace souk::net
