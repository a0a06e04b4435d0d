#include "net/options.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::net {

class OptionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OptionsTest);
    CPPUNIT_TEST(theDefaultsLeadToTheWorld);
    CPPUNIT_TEST(platformHostsLeadToLoopback);
    CPPUNIT_TEST(anythingButLoopbackIsRefused);
    CPPUNIT_TEST(noConnectionAtAllIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void theDefaultsLeadToTheWorld() {
        const auto options = from({});
        CPPUNIT_ASSERT(options);
        CPPUNIT_ASSERT(options->platformHosts.empty());
        CPPUNIT_ASSERT(options->loopbackFor("a.myshopify.com") == nullptr);
        CPPUNIT_ASSERT(options->connectionsPerHost > 0);
        CPPUNIT_ASSERT(options->patience == std::chrono::seconds(60));
        CPPUNIT_ASSERT(from({"net.budget_patience=5s"})->patience == std::chrono::seconds(5));
    }

    void platformHostsLeadToLoopback() {
        const auto options =
            from({"dev.platform_hosts=*.myshopify.com=127.0.0.1:4443, api.test=localhost:1, "
                  "x.test=[::1]:2",
                  "dev.platform_ca=/tmp/ca.pem"});
        CPPUNIT_ASSERT(options);
        const auto* shop = options->loopbackFor("a.myshopify.com");
        CPPUNIT_ASSERT(shop != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::uint16_t{4443}, shop->port);
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), options->loopbackFor("api.test")->address);
        CPPUNIT_ASSERT_EQUAL(std::string("::1"), options->loopbackFor("x.test")->address);
        CPPUNIT_ASSERT(options->loopbackFor("myshopify.com") == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("/tmp/ca.pem"), options->platformCa);
    }

    void anythingButLoopbackIsRefused() {
        for (const auto* value : {"*.a.test=10.0.0.1:443",
                                  "*.a.test=evil.example:443",
                                  "*.a.test=127.0.0.1",
                                  "*.a.test=127.0.0.1:0",
                                  "*.a.test=127.0.0.1:99999",
                                  "*.a.test=127.0.0.1:4x",
                                  "127.0.0.1:443"}) {
            const auto options = from({std::string("dev.platform_hosts=") + value});
            CPPUNIT_ASSERT_MESSAGE(value, !options);
            CPPUNIT_ASSERT(options.error().message.find("pattern=address:port") !=
                           std::string::npos);
        }
    }

    void noConnectionAtAllIsRefused() { CPPUNIT_ASSERT(!from({"net.connections_per_host=0"})); }

private:
    static sdk::Result<Options> from(const std::vector<std::string>& overrides) {
        const auto config = core::Config::defaults(overrides);
        CPPUNIT_ASSERT(config);
        return Options::from(*config);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OptionsTest);

}  // namespace souk::net
