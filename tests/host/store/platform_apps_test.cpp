#include "store/platform_apps.hpp"

#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::store {

class PlatformAppsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PlatformAppsTest);
    CPPUNIT_TEST(anAppIsMadeOnce);
    CPPUNIT_TEST(secretsComeNewestFirst);
    CPPUNIT_TEST(aStoreWithItsOwnAppUsesItAlone);
    CPPUNIT_TEST(retiringKeepsTheNewest);
    CPPUNIT_TEST(theListNamesWhatIsSetAndNoValue);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().emptied();
        test::insertVaultKey(*database_, "k1");
        worker_ = std::make_unique<Transaction>(database_->asWorker());
    }
    void tearDown() override {
        worker_.reset();
        database_.reset();
    }

private:
    void add(const core::Uuid& app, const std::string& name, const std::string& sealed) {
        PlatformApps::addSecret(
            *worker_, app, {core::newId(), name, sealed, "k1", sdk::Timestamp{}});
    }

    void anAppIsMadeOnce() {
        const auto app = PlatformApps::ensure(*worker_, "shopify", std::nullopt);
        CPPUNIT_ASSERT(PlatformApps::ensure(*worker_, "shopify", std::nullopt) == app);
        CPPUNIT_ASSERT(PlatformApps::ensure(*worker_, "whatsapp", std::nullopt) != app);
    }

    void secretsComeNewestFirst() {
        const auto app = PlatformApps::ensure(*worker_, "shopify", std::nullopt);
        add(app, "client_secret", std::string("\0old", 4));
        add(app, "client_secret", "new");
        const auto found = PlatformApps::secrets(*worker_, "shopify", core::newId());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, found.size());
        CPPUNIT_ASSERT_EQUAL(std::string("new"), found[0].sealed);
        CPPUNIT_ASSERT_EQUAL(std::string("\0old", 4), found[1].sealed);
        CPPUNIT_ASSERT_EQUAL(std::string("k1"), found[0].keyId);
        CPPUNIT_ASSERT_EQUAL(std::string("client_secret"), found[0].name);
        CPPUNIT_ASSERT(PlatformApps::secrets(*worker_, "whatsapp", std::nullopt).empty());
    }

    void aStoreWithItsOwnAppUsesItAlone() {
        add(PlatformApps::ensure(*worker_, "shopify", std::nullopt), "client_id", "common");
        const auto store = core::newId();
        {
            auto setUp = database_->asWorker();
            setUp.query(
                "INSERT INTO store (id, name, currency, time_zone) "
                "VALUES ($1, 'Own', 'EUR', 'UTC')",
                store);
            setUp.commit();
        }
        add(PlatformApps::ensure(*worker_, "shopify", store), "client_id", "own");
        const auto own = PlatformApps::secrets(*worker_, "shopify", store);
        CPPUNIT_ASSERT(own.size() == 1 && own[0].sealed == "own");
        const auto common = PlatformApps::secrets(*worker_, "shopify", std::nullopt);
        CPPUNIT_ASSERT(common.size() == 1 && common[0].sealed == "common");
    }

    void retiringKeepsTheNewest() {
        const auto app = PlatformApps::ensure(*worker_, "shopify", std::nullopt);
        add(app, "client_secret", "1");
        add(app, "client_secret", "2");
        add(app, "client_secret", "3");
        add(app, "client_id", "id");
        CPPUNIT_ASSERT_EQUAL(1, PlatformApps::retire(*worker_, app, "client_secret", 2));
        CPPUNIT_ASSERT_EQUAL(0, PlatformApps::retire(*worker_, app, "client_secret", 2));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3},
                             PlatformApps::secrets(*worker_, "shopify", std::nullopt).size());
    }

    void theListNamesWhatIsSetAndNoValue() {
        const auto app = PlatformApps::ensure(*worker_, "shopify", std::nullopt);
        PlatformApps::ensure(*worker_, "whatsapp", std::nullopt);
        add(app, "client_secret", "s");
        add(app, "client_id", "i");
        const auto apps = PlatformApps::list(*worker_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, apps.size());
        CPPUNIT_ASSERT_EQUAL(std::string("shopify"), apps[0].platform);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, apps[0].secrets.size());
        CPPUNIT_ASSERT_EQUAL(std::string("client_id"), apps[0].secrets[0].first);
        CPPUNIT_ASSERT(apps[1].secrets.empty() && !apps[1].storeId);
    }

    std::unique_ptr<Database> database_;
    std::unique_ptr<Transaction> worker_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PlatformAppsTest);

}  // namespace souk::store
