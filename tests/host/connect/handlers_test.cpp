#include "connect/handlers.hpp"

#include "host/connect/fakes.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <souk/sdk/time.hpp>

namespace souk::connect {

using store::IntegrationStatus;
using testing::contains;
using testing::Hub;
using testing::refusal;

class HandlersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HandlersTest);
    CPPUNIT_TEST(missingSubscriptionsAreCreatedAndStaleOnesRemoved);
    CPPUNIT_TEST(whatIsRightIsLeftAlone);
    CPPUNIT_TEST(oneRefusedTopicDoesNotStopTheOthers);
    CPPUNIT_TEST(troubleWithThePlatformStopsAndIsTriedAgain);
    CPPUNIT_TEST(aStoppedJobEndsBeforeTheNextCall);
    CPPUNIT_TEST(onlyConnectedIntegrationsSubscribe);
    CPPUNIT_TEST(disconnectingCleansUpOnThePlatform);
    CPPUNIT_TEST(aPlatformThatHasLetGoAlreadyIsFine);
    CPPUNIT_TEST(aPlatformInTroubleIsTriedAgainUntilTheLastAttempt);
    CPPUNIT_TEST(whoConnectedAgainIsNotCleanedUp);
    CPPUNIT_TEST(anUninstalledAppIsDisconnected);
    CPPUNIT_TEST(oldNewsOfAnUninstallIsIgnored);
    CPPUNIT_TEST(factsThatCameLateAreKept);
    CPPUNIT_TEST(aLostScopeNeedsANewConnect);
    CPPUNIT_TEST(moreScopesAreSimplyNoted);
    CPPUNIT_TEST(oddAccountNewsIsBadPayload);
    CPPUNIT_TEST(checksAreQueuedOnceForWhatIsConnected);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        hub_ = std::make_unique<Hub>();
        key_ = hub_->connected({hub_->grantOf("access-1", "refresh-1"), {}, {}});
    }

    void missingSubscriptionsAreCreatedAndStaleOnesRemoved() {
        hub_->plugin->held = {
            {"1", "orders/create", "https://old.test/api/webhooks/example"},
            {"2", "themes/update", kAddress},
            {"3", "products/update", "https://somebody.test/elsewhere"},
            {"4", "products/update", kAddress},
            {"5", "products/update", kAddress},
        };
        CPPUNIT_ASSERT(subscribe());
        CPPUNIT_ASSERT_EQUAL(std::string("3 4 new-orders/create"), held());
        CPPUNIT_ASSERT(contains(hub_->logged, R"("kept":"1")"));
        CPPUNIT_ASSERT(contains(hub_->logged, R"("created":"1")"));
        CPPUNIT_ASSERT(contains(hub_->logged, R"("removed":"3")"));
    }

    void whatIsRightIsLeftAlone() {
        CPPUNIT_ASSERT(subscribe());
        const auto before = held();
        CPPUNIT_ASSERT(subscribe());
        CPPUNIT_ASSERT_EQUAL(before, held());
        CPPUNIT_ASSERT_EQUAL(std::string("new-products/update new-orders/create"), held());
    }

    void oneRefusedTopicDoesNotStopTheOthers() {
        hub_->plugin->createError = {"products/update",
                                     refusal(sdk::ErrorKind::Rejected, "scope is missing")};
        const auto done = subscribe();
        CPPUNIT_ASSERT(!done && done.error().kind == sdk::ErrorKind::Rejected);
        CPPUNIT_ASSERT_EQUAL(std::string("new-orders/create"), held());
    }

    void troubleWithThePlatformStopsAndIsTriedAgain() {
        hub_->plugin->createError = {"products/update", refusal(sdk::ErrorKind::Transient, "502")};
        const auto done = subscribe();
        CPPUNIT_ASSERT(!done && done.error().kind == sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT(held().empty());
        hub_->plugin->listError = refusal(sdk::ErrorKind::Transient, "502");
        CPPUNIT_ASSERT(!subscribe());
    }

    void aStoppedJobEndsBeforeTheNextCall() {
        std::stop_source stop;
        stop.request_stop();
        CPPUNIT_ASSERT(!SubscribeJob(tools()).run(job("subscribe"), stop.get_token()));
        CPPUNIT_ASSERT(held().empty());
    }

    void onlyConnectedIntegrationsSubscribe() {
        setStatus(IntegrationStatus::ReauthRequired);
        CPPUNIT_ASSERT(subscribe());
        CPPUNIT_ASSERT(held().empty());
        setStatus(IntegrationStatus::Connected);
        hub_->plugin->hasSubscriptions = false;
        CPPUNIT_ASSERT(subscribe());
        auto gone = job("subscribe");
        gone.integrationId = core::newId();
        CPPUNIT_ASSERT(SubscribeJob(tools()).run(gone, {}));
    }

    void disconnectingCleansUpOnThePlatform() {
        hub_->plugin->held = {{"1", "orders/create", kAddress},
                              {"2", "orders/create", "https://somebody.test/elsewhere"}};
        setStatus(IntegrationStatus::Disconnected);
        CPPUNIT_ASSERT(disconnect());
        CPPUNIT_ASSERT_EQUAL(std::string("2"), held());
        CPPUNIT_ASSERT_EQUAL(1, hub_->plugin->revokes);
        CPPUNIT_ASSERT(!hub_->credential(key_));
        CPPUNIT_ASSERT(disconnect());
        CPPUNIT_ASSERT_EQUAL(1, hub_->plugin->revokes);
    }

    void aPlatformThatHasLetGoAlreadyIsFine() {
        setStatus(IntegrationStatus::Disconnected);
        hub_->plugin->listError = refusal(sdk::ErrorKind::Unauthorized, "401");
        hub_->plugin->revokeError = refusal(sdk::ErrorKind::Unsupported, "no revoke");
        CPPUNIT_ASSERT(disconnect());
        CPPUNIT_ASSERT(!hub_->credential(key_));
    }

    void aPlatformInTroubleIsTriedAgainUntilTheLastAttempt() {
        setStatus(IntegrationStatus::Disconnected);
        hub_->plugin->revokeError = refusal(sdk::ErrorKind::Transient, "502");
        CPPUNIT_ASSERT(!disconnect());
        CPPUNIT_ASSERT(hub_->credential(key_));
        auto last = job("disconnect");
        last.attempts = last.maxAttempts;
        CPPUNIT_ASSERT(DisconnectJob(tools()).run(last, {}));
        CPPUNIT_ASSERT(!hub_->credential(key_));
        CPPUNIT_ASSERT(contains(hub_->logged, "could not be cleaned up"));
    }

    void whoConnectedAgainIsNotCleanedUp() {
        CPPUNIT_ASSERT(disconnect());
        CPPUNIT_ASSERT(hub_->credential(key_));
        CPPUNIT_ASSERT_EQUAL(0, hub_->plugin->revokes);
    }

    void anUninstalledAppIsDisconnected() {
        CPPUNIT_ASSERT(account(R"({"what":"uninstalled"})"));
        const auto row = hub_->row(key_.integration);
        CPPUNIT_ASSERT(row.status == IntegrationStatus::Disconnected);
        CPPUNIT_ASSERT(contains(*row.statusReason, "uninstalled"));
        CPPUNIT_ASSERT(!hub_->credential(key_));
        CPPUNIT_ASSERT(account(R"({"what":"uninstalled"})"));
    }

    void oldNewsOfAnUninstallIsIgnored() {
        connectAgain();
        const auto at = [&](std::chrono::seconds offset) {
            return R"({"what":"uninstalled","at":")" + sdk::rfc3339(hub_->time.now() + offset) +
                   R"("})";
        };
        CPPUNIT_ASSERT(account(at(std::chrono::seconds(-1))));
        CPPUNIT_ASSERT(hub_->credential(key_));
        CPPUNIT_ASSERT(account(at(std::chrono::seconds(1))));
        CPPUNIT_ASSERT(!hub_->credential(key_));
    }

    void factsThatCameLateAreKept() {
        connectAgain();
        const auto before = sdk::rfc3339(hub_->time.now() - std::chrono::seconds(1));
        CPPUNIT_ASSERT(account(R"({"what":"facts_changed","at":")" + before +
                               R"(","facts":{"templates":{"offer/en":{"status":"REJECTED"}}}})"));
        const auto facts = hub_->row(key_.integration).account.facts;
        CPPUNIT_ASSERT_MESSAGE(facts, contains(facts, "REJECTED"));
    }

    void aLostScopeNeedsANewConnect() {
        CPPUNIT_ASSERT(account(R"({"what":"scopes_changed","scopes":["read_orders"]})"));
        const auto row = hub_->row(key_.integration);
        CPPUNIT_ASSERT(row.status == IntegrationStatus::ReauthRequired);
        CPPUNIT_ASSERT(contains(*row.statusReason, "read_products"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, row.account.scopes.size());
    }

    void moreScopesAreSimplyNoted() {
        CPPUNIT_ASSERT(account(
            R"({"what":"scopes_changed","scopes":["read_orders","read_products","write_orders"]})"));
        const auto row = hub_->row(key_.integration);
        CPPUNIT_ASSERT(row.status == IntegrationStatus::Connected);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, row.account.scopes.size());
    }

    void oddAccountNewsIsBadPayload() {
        for (const auto* payload :
             {"{}", R"({"what":"exploded"})", "[", R"({"what":"uninstalled","at":"yesterday"})"}) {
            const auto done = account(payload);
            CPPUNIT_ASSERT(!done && done.error().kind == sdk::ErrorKind::BadPayload);
        }
        CPPUNIT_ASSERT(hub_->credential(key_));
    }

    void checksAreQueuedOnceForWhatIsConnected() {
        hub_->add();  // pending
        test::insertIntegration(*hub_->database, hub_->storeId, "unknown", "account-5");
        const loader::Catalog catalog({hub_->loaded});
        CPPUNIT_ASSERT_EQUAL(1, enqueueSubscriptionChecks(*hub_->database, catalog));
        CPPUNIT_ASSERT_EQUAL(0, enqueueSubscriptionChecks(*hub_->database, catalog));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             hub_->count("SELECT count(*) AS n FROM job WHERE kind = 'subscribe'"));
    }

private:
    static constexpr const char* kAddress = "https://hub.test/api/webhooks/example";

    HandlerTools tools() {
        return {*hub_->database,
                hub_->credentials,
                hub_->sessions,
                hub_->time,
                hub_->log,
                "https://hub.test"};
    }
    jobs::Job job(const std::string& kind, const std::string& payload = "{}") const {
        jobs::Job made;
        made.storeId = key_.store;
        made.id = core::newId();
        made.integrationId = key_.integration;
        made.kind = kind;
        made.payload = payload;
        made.attempts = 1;
        made.maxAttempts = 20;
        return made;
    }
    sdk::Result<sdk::Done> subscribe() { return SubscribeJob(tools()).run(job("subscribe"), {}); }
    sdk::Result<sdk::Done> disconnect() {
        return DisconnectJob(tools()).run(job("disconnect"), {});
    }
    sdk::Result<sdk::Done> account(const std::string& payload) {
        return AccountJob(tools()).run(job("account", payload), {});
    }
    void connectAgain() {
        auto tx = hub_->database->forStore(hub_->storeId);
        sdk::Account account;
        account.externalId = "account-1";
        CPPUNIT_ASSERT(
            store::Integrations::connected(tx, key_.integration, account, hub_->time.now()));
        tx.commit();
    }
    void setStatus(IntegrationStatus status) {
        auto tx = hub_->database->forStore(hub_->storeId);
        store::Integrations::setStatus(
            tx, key_.integration, status, std::nullopt, hub_->time.now());
        tx.commit();
    }
    std::string held() const {
        std::string ids;
        for (const auto& one : hub_->plugin->held) ids += (ids.empty() ? "" : " ") + one.externalId;
        return ids;
    }

    std::unique_ptr<Hub> hub_;
    net::AccountKey key_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(HandlersTest);

}  // namespace souk::connect
