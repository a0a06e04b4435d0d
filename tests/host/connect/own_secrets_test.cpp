#include "connect/own_secrets.hpp"

#include "fakes.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::connect {

using testing::Hub;

class OwnSecretsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OwnSecretsTest);
    CPPUNIT_TEST(itsOwnValueComesBeforeTheApps);
    CPPUNIT_TEST(whatItLacksIsTheApps);
    CPPUNIT_TEST(aGrantThatIsNotStoredYetLendsItsSecrets);
    CPPUNIT_TEST(aCheckOfNoAccountTriesEveryones);
    CPPUNIT_TEST(theDisconnectedLendNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        hub_ = std::make_unique<Hub>();
        app_ = std::make_unique<AppSecrets>(*hub_->database, hub_->vault, hub_->time, hub_->log);
        CPPUNIT_ASSERT(app_->set(
            "example",
            std::nullopt,
            {{"client_secret", sdk::Secret("the-apps")}, {"client_id", sdk::Secret("app-id")}}));
        own_ = std::make_unique<OwnSecrets>(
            *hub_->database, hub_->credentials, *app_, hub_->time, hub_->log);
        key_ = hub_->connected({withSecret("its-own"), std::nullopt, std::nullopt});
    }

    void itsOwnValueComesBeforeTheApps() {
        const auto secrets = open(key_);
        CPPUNIT_ASSERT(secrets->find("client_secret")->reveal() == "its-own");
        const auto all = secrets->all("client_secret");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, all.size());
        CPPUNIT_ASSERT(all[0].reveal() == "its-own" && all[1].reveal() == "the-apps");
    }
    void whatItLacksIsTheApps() {
        CPPUNIT_ASSERT(open(key_)->find("client_id")->reveal() == "app-id");
        CPPUNIT_ASSERT(!open(key_)->find("nobody's"));
        const net::AccountKey fresh{hub_->storeId, core::newId()};
        CPPUNIT_ASSERT(open(fresh)->find("client_secret")->reveal() == "the-apps");
    }
    void aGrantThatIsNotStoredYetLendsItsSecrets() {
        const auto secrets = own_->openWith("example", hub_->storeId, withSecret("brand-new"));
        CPPUNIT_ASSERT((*secrets)->find("client_secret")->reveal() == "brand-new");
    }
    void aCheckOfNoAccountTriesEveryones() { CPPUNIT_ASSERT_EQUAL(std::size_t{2}, everyones()); }
    void theDisconnectedLendNothing() {
        {
            auto tx = hub_->database->asWorker();
            store::Integrations::setStatus(tx,
                                           key_.integration,
                                           store::IntegrationStatus::Disconnected,
                                           std::nullopt,
                                           hub_->time.now());
            tx.commit();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, everyones());
    }

private:
    sdk::Grant withSecret(const std::string& value) const {
        auto grant = hub_->grantOf("access", "refresh");
        grant.secrets.emplace("client_secret", sdk::Secret(value));
        return grant;
    }
    std::unique_ptr<sdk::Secrets> open(const net::AccountKey& key) {
        auto opened = own_->open("example", key);
        CPPUNIT_ASSERT(opened);
        return *std::move(opened);
    }
    std::size_t everyones() { return (*own_->openAll("example"))->all("client_secret").size(); }

    std::unique_ptr<Hub> hub_;
    std::unique_ptr<AppSecrets> app_;
    std::unique_ptr<OwnSecrets> own_;
    net::AccountKey key_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(OwnSecretsTest);

}  // namespace souk::connect
