#include "connect/app_secrets.hpp"

#include "host/connect/fakes.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::connect {

using testing::contains;
using testing::Hub;

class AppSecretsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AppSecretsTest);
    CPPUNIT_TEST(theNewestIsUsedAndAllVerify);
    CPPUNIT_TEST(theSameValueIsNotAddedTwice);
    CPPUNIT_TEST(retiringKeepsTheNewest);
    CPPUNIT_TEST(aStoresOwnAppComesFirst);
    CPPUNIT_TEST(anUnsetSecretNamesTheCommand);
    CPPUNIT_TEST(anEmptyValueIsRefused);
    CPPUNIT_TEST(anotherHostsChangeIsSeenSoon);
    CPPUNIT_TEST(aSecretThatDoesNotOpenIsLeftOutAndLogged);
    CPPUNIT_TEST(aMissingKeyIsTroubleOfThisHostAlone);
    CPPUNIT_TEST(listingsShowNoValues);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        hub_ = std::make_unique<Hub>();
        secrets_ =
            std::make_unique<AppSecrets>(*hub_->database, hub_->vault, hub_->time, hub_->log);
    }

    void theNewestIsUsedAndAllVerify() {
        set("one");
        set("two");
        const auto view = *secrets_->open("example", std::nullopt);
        CPPUNIT_ASSERT(view->find("client_secret")->reveal() == "two");
        const auto all = view->all("client_secret");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, all.size());
        CPPUNIT_ASSERT(all[0].reveal() == "two");
        CPPUNIT_ASSERT(all[1].reveal() == "one");
    }

    void theSameValueIsNotAddedTwice() {
        set("one");
        set("one");
        CPPUNIT_ASSERT_EQUAL(
            std::size_t{1},
            (*secrets_->open("example", std::nullopt))->all("client_secret").size());
    }

    void retiringKeepsTheNewest() {
        set("one");
        set("two");
        const auto retired = secrets_->retireOld("example", std::nullopt, "client_secret");
        CPPUNIT_ASSERT(retired && *retired == 1);
        CPPUNIT_ASSERT_EQUAL(
            std::size_t{1},
            (*secrets_->open("example", std::nullopt))->all("client_secret").size());
        CPPUNIT_ASSERT(!secrets_->retireOld("example", std::nullopt, "client_secret"));
        CPPUNIT_ASSERT(!secrets_->retireOld("nothing", std::nullopt, "client_secret"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             hub_->count("SELECT count(*) AS n FROM platform_app"));
    }

    void aStoresOwnAppComesFirst() {
        set("common");
        CPPUNIT_ASSERT(
            (*secrets_->open("example", hub_->storeId))->find("client_secret")->reveal() ==
            "common");
        CPPUNIT_ASSERT(
            secrets_->set("example", hub_->storeId, {{"client_secret", sdk::Secret("own")}}));
        CPPUNIT_ASSERT(
            (*secrets_->open("example", hub_->storeId))->find("client_secret")->reveal() == "own");
        CPPUNIT_ASSERT(
            (*secrets_->open("example", std::nullopt))->find("client_secret")->reveal() ==
            "common");
    }

    void anUnsetSecretNamesTheCommand() {
        const auto view = *secrets_->open("example", std::nullopt);
        const auto found = view->find("client_id");
        CPPUNIT_ASSERT(!found);
        CPPUNIT_ASSERT(contains(found.error().message, "souk app set example"));
        CPPUNIT_ASSERT(view->all("client_id").empty());
    }

    void anEmptyValueIsRefused() {
        CPPUNIT_ASSERT(!secrets_->set("example", std::nullopt, {{"client_id", sdk::Secret("")}}));
        CPPUNIT_ASSERT(!secrets_->set("example", std::nullopt, {{"", sdk::Secret("x")}}));
    }

    void anotherHostsChangeIsSeenSoon() {
        set("one");
        CPPUNIT_ASSERT(newest() == "one");
        AppSecrets other(*hub_->database, hub_->vault, hub_->time, hub_->log);
        CPPUNIT_ASSERT(other.set("example", std::nullopt, {{"client_secret", sdk::Secret("two")}}));
        CPPUNIT_ASSERT(newest() == "one");
        hub_->time.advance(std::chrono::seconds(6));
        CPPUNIT_ASSERT(newest() == "two");
    }

    void aSecretThatDoesNotOpenIsLeftOutAndLogged() {
        set("one");
        const auto strange =
            *vault::Vault::make({{"k001", sdk::Secret(std::string(32, 'z'))}}, "k001");
        AppSecrets other(*hub_->database, strange, hub_->time, hub_->log);
        CPPUNIT_ASSERT(!valueIn(other));
        CPPUNIT_ASSERT(contains(hub_->logged, "does not open"));
        CPPUNIT_ASSERT(other.set("example", std::nullopt, {{"client_secret", sdk::Secret("new")}}));
        CPPUNIT_ASSERT(valueIn(other)->reveal() == "new");
    }

    void aMissingKeyIsTroubleOfThisHostAlone() {
        set("one");
        const auto without =
            *vault::Vault::make({{"k002", sdk::Secret(std::string(32, 'z'))}}, "k002");
        AppSecrets other(*hub_->database, without, hub_->time, hub_->log);
        const auto opened = other.open("example", std::nullopt);
        CPPUNIT_ASSERT(!opened);
        CPPUNIT_ASSERT(opened.error().kind == sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT(contains(opened.error().message, "k001"));
        CPPUNIT_ASSERT(!other.set("example", std::nullopt, {{"client_secret", sdk::Secret("x")}}));
    }

    void listingsShowNoValues() {
        set("one");
        set("two");
        const auto apps = secrets_->list();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, apps.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, apps[0].secrets.size());
        CPPUNIT_ASSERT_EQUAL(std::string("client_secret"), apps[0].secrets[0].first);
    }

private:
    void set(const std::string& value) {
        CPPUNIT_ASSERT(
            secrets_->set("example", std::nullopt, {{"client_secret", sdk::Secret(value)}}));
    }
    static sdk::Result<sdk::Secret> valueIn(AppSecrets& secrets) {
        return (*secrets.open("example", std::nullopt))->find("client_secret");
    }
    std::string newest() { return std::string(valueIn(*secrets_)->reveal()); }

    std::unique_ptr<Hub> hub_;
    std::unique_ptr<AppSecrets> secrets_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AppSecretsTest);

}  // namespace souk::connect
