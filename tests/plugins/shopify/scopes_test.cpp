#include "scopes.hpp"

#include "plugins/shopify/support.hpp"

namespace souk::shopify::tests {

class ScopesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ScopesTest);
    CPPUNIT_TEST(listsAreSplitAtCommasAndBlanks);
    CPPUNIT_TEST(writingImpliesReading);
    CPPUNIT_TEST(missingOnesAreNamed);
    CPPUNIT_TEST(theManifestNamesTheRequiredOnes);
    CPPUNIT_TEST_SUITE_END();

    using List = std::vector<std::string>;

public:
    void listsAreSplitAtCommasAndBlanks() {
        CPPUNIT_ASSERT(splitScopes("a,b, c,,d") == (List{"a", "b", "c", "d"}));
        CPPUNIT_ASSERT(splitScopes("").empty());
        CPPUNIT_ASSERT(splitScopes(",").empty());
    }

    void writingImpliesReading() {
        CPPUNIT_ASSERT(expandedScopes({"write_products", "read_orders", "write_products"}) ==
                       (List{"read_orders", "read_products", "write_products"}));
        CPPUNIT_ASSERT(expandedScopes({"unauthenticated_write_checkouts"}) ==
                       (List{"unauthenticated_read_checkouts", "unauthenticated_write_checkouts"}));
    }

    void missingOnesAreNamed() {
        CPPUNIT_ASSERT_EQUAL(std::string("read_locations, read_customers"),
                             missingScopes({"read_products", "write_inventory", "read_orders"}));
        CPPUNIT_ASSERT_EQUAL(std::string(),
                             missingScopes({"read_products",
                                            "write_inventory",
                                            "read_orders",
                                            "read_locations",
                                            "read_customers"}));
    }

    void theManifestNamesTheRequiredOnes() {
        const auto manifest =
            jsonFrom(fileText(std::string(SOUK_SOURCE_DIR) + "/plugins/shopify/manifest.json"));
        List declared;
        for (const auto& scope : valueOf(manifest.items("scopes")))
            declared.push_back(valueOf(scope.text()));
        CPPUNIT_ASSERT(declared == List(kRequiredScopes.begin(), kRequiredScopes.end()));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ScopesTest);

}  // namespace souk::shopify::tests
