#include "connect/credentials.hpp"

#include "host/connect/fakes.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::connect {

using testing::contains;
using testing::Hub;

class CredentialsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CredentialsTest);
    CPPUNIT_TEST(whatIsStoredIsSealed);
    CPPUNIT_TEST(aRowCopiedToAnotherIntegrationDoesNotOpen);
    CPPUNIT_TEST(aSavedGrantEndsRefreshesInFlight);
    CPPUNIT_TEST(aRemovedCredentialIsGone);
    CPPUNIT_TEST(anotherStoreSeesNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void whatIsStoredIsSealed() {
        Hub hub;
        hub.connected({hub.grantOf("shpat-secret", "refresh-secret"), {}, {}});
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{0},
            hub.count("SELECT count(*) AS n FROM credential WHERE position('secret'::bytea in "
                      "sealed) > 0"));
    }

    void aRowCopiedToAnotherIntegrationDoesNotOpen() {
        Hub hub;
        const auto key = hub.connected({hub.grantOf("a", "r"), {}, {}});
        const net::AccountKey other{
            hub.storeId,
            test::insertIntegration(*hub.database, hub.storeId, "example", "account-2")};
        {
            auto tx = hub.database->asOwner();
            tx.query("UPDATE credential SET integration_id = $1", other.integration);
            tx.commit();
        }
        auto tx = hub.database->forStore(hub.storeId);
        const auto found = hub.credentials.find(tx, other);
        CPPUNIT_ASSERT(!found);
        CPPUNIT_ASSERT(contains(found.error().message, "another row"));
        const auto former = hub.credentials.find(tx, key);
        CPPUNIT_ASSERT(former && !*former);
    }

    void aSavedGrantEndsRefreshesInFlight() {
        Hub hub;
        const auto key = hub.connected({hub.grantOf("a", "r"), {}, {}});
        const auto now = hub.time.now();
        auto tx = hub.database->forStore(hub.storeId);
        CPPUNIT_ASSERT(
            hub.credentials.lease(tx, key, 1, "host-a", now, now + std::chrono::hours(1)));
        CPPUNIT_ASSERT(!hub.credentials.lease(tx, key, 1, "host-b", now, now));
        hub.credentials.save(tx, key, {hub.grantOf("b", "s"), {}, {}}, now);
        CPPUNIT_ASSERT(!hub.credentials.replace(tx, key, 1, {hub.grantOf("c", "t"), {}, {}}, now));
        CPPUNIT_ASSERT(!hub.credentials.holds(tx, key, 1));
        CPPUNIT_ASSERT(hub.credentials.holds(tx, key, 2));
        CPPUNIT_ASSERT(hub.credentials.lease(tx, key, 2, "host-b", now, now));
        tx.commit();
        CPPUNIT_ASSERT(hub.credential(key)->kept.grant.accessToken.reveal() == "b");
    }

    void aRemovedCredentialIsGone() {
        Hub hub;
        const auto key = hub.connected({hub.grantOf("a", "r"), {}, {}});
        auto tx = hub.database->forStore(hub.storeId);
        CPPUNIT_ASSERT(hub.credentials.remove(tx, key));
        CPPUNIT_ASSERT(!hub.credentials.remove(tx, key));
        tx.commit();
        CPPUNIT_ASSERT(!hub.credential(key));
    }

    void anotherStoreSeesNothing() {
        Hub hub;
        const auto key = hub.connected({hub.grantOf("a", "r"), {}, {}});
        auto tx = hub.database->forStore(test::insertStore(*hub.database, "Other"));
        const auto found = hub.credentials.find(tx, key);
        CPPUNIT_ASSERT(found && !*found);
        CPPUNIT_ASSERT(!hub.credentials.remove(tx, key));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CredentialsTest);

}  // namespace souk::connect
