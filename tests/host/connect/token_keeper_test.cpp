#include "connect/token_keeper.hpp"

#include "host/connect/fakes.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <condition_variable>
#include <thread>

namespace souk::connect {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::contains;
using testing::Hub;

constexpr minutes kAlmostOver{56};  // four minutes of the hour are left

}  // namespace

class TokenKeeperTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenKeeperTest);
    CPPUNIT_TEST(aTokenThatLivesIsHandedOut);
    CPPUNIT_TEST(aTokenNearItsEndIsRefreshedAndKept);
    CPPUNIT_TEST(aTokenThatNeverEndsIsNeverRefreshed);
    CPPUNIT_TEST(noCredentialIsUnauthorized);
    CPPUNIT_TEST(twoHostsRefreshOnce);
    CPPUNIT_TEST(whileTheTokenLivesNobodyWaits);
    CPPUNIT_TEST(whoWaitsForAnotherGetsItsToken);
    CPPUNIT_TEST(theWaitForAnotherIsBounded);
    CPPUNIT_TEST(stopEndsTheWaitForAnother);
    CPPUNIT_TEST(aCrashBetweenIntentAndSaveIsRecovered);
    CPPUNIT_TEST(aSlowRefresherCannotOverwriteANewerGrant);
    CPPUNIT_TEST(aRefusedRefreshReadsAgainBeforeItBelieves);
    CPPUNIT_TEST(theFormerRefreshTokenIsTriedOnce);
    CPPUNIT_TEST(aFormerTokenBeyondItsGraceIsNotTried);
    CPPUNIT_TEST(aDeadGrantStopsTheIntegration);
    CPPUNIT_TEST(aDeadGrantDoesNotReviveADisconnectedIntegration);
    CPPUNIT_TEST(troubleWithTheRefreshIsSurvivedWhileTheTokenLives);
    CPPUNIT_TEST(troubleWithTheRefreshIsTransientOnceTheTokenIsOver);
    CPPUNIT_TEST(aRefusedTokenIsReplaced);
    CPPUNIT_TEST(aRefusedTokenThatWasReplacedAlreadyCostsNothing);
    CPPUNIT_TEST(aRefusedTokenWithoutRefreshIsTheEnd);
    CPPUNIT_TEST(anExpiredTokenWithoutRefreshIsTheEnd);
    CPPUNIT_TEST(aRefreshTokenThatDoesNotRotateIsKept);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        hub_ = std::make_unique<Hub>();
        keeper_ = keeperOn(*hub_->database, "host-a");
        key_ = hub_->connected({hub_->grantOf("access-1", "refresh-1"), {}, {}});
        hub_->plugin->onRefresh = [this](const sdk::Grant& old) -> sdk::Result<sdk::Grant> {
            asked_.emplace_back(old.refreshToken->reveal());
            return next();
        };
    }

    void aTokenThatLivesIsHandedOut() {
        is("access-1", keeper_->token(key_, {}));
        CPPUNIT_ASSERT_EQUAL(0, hub_->plugin->refreshes);
    }

    void aTokenNearItsEndIsRefreshedAndKept() {
        hub_->time.advance(kAlmostOver);
        is("access-2", keeper_->token(key_, {}));
        is("access-2", keeper_->token(key_, {}));
        CPPUNIT_ASSERT_EQUAL(1, hub_->plugin->refreshes);
        const auto kept = hub_->credential(key_);
        CPPUNIT_ASSERT(kept->kept.grant.refreshToken->reveal() == "refresh-2");
        CPPUNIT_ASSERT(kept->kept.formerRefresh->reveal() == "refresh-1");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, kept->fence);
        CPPUNIT_ASSERT(!kept->leaseUntil && !kept->refreshIntentAt);
    }

    void aTokenThatNeverEndsIsNeverRefreshed() {
        auto grant = hub_->grantOf("access-1", "refresh-1");
        grant.expiresAt.reset();
        save({grant, {}, {}});
        hub_->time.advance(hours(24 * 1000));
        is("access-1", keeper_->token(key_, {}));
        CPPUNIT_ASSERT_EQUAL(0, hub_->plugin->refreshes);
    }

    void noCredentialIsUnauthorized() {
        isKind(sdk::ErrorKind::Unauthorized, keeper_->token({hub_->storeId, core::newId()}, {}));
    }

    void twoHostsRefreshOnce() {
        store::Database other(url(), {});
        // Every wait moves the clock of this test: the lease must outlast all of them.
        TokenRules rules;
        rules.lease = hours(1000);
        keeper_ = keeperOn(*hub_->database, "host-a", rules);
        const auto second = keeperOn(other, "host-b", rules);
        hub_->time.advance(hours(2));
        std::vector<std::string> tokens(6);
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < tokens.size(); ++i)
                threads.emplace_back([&, i] {
                    auto& keeper = i % 2 == 0 ? *keeper_ : *second;
                    tokens[i] = settled(keeper);
                });
        }
        for (const auto& token : tokens) CPPUNIT_ASSERT_EQUAL(std::string("access-2"), token);
        CPPUNIT_ASSERT_EQUAL(1, hub_->plugin->refreshes);
    }

    void whileTheTokenLivesNobodyWaits() {
        hub_->time.advance(kAlmostOver);
        leaseForAnother(seconds(60));
        is("access-1", keeper_->token(key_, {}));
        CPPUNIT_ASSERT_EQUAL(0, hub_->time.waits());
        CPPUNIT_ASSERT_EQUAL(0, hub_->plugin->refreshes);
    }

    void whoWaitsForAnotherGetsItsToken() {
        hub_->time.advance(hours(2));
        leaseForAnother(seconds(60));
        hub_->time.duringWaits([this] {
            if (hub_->time.waits() == 3) replaceAsAnother("access-other");
        });
        is("access-other", keeper_->token(key_, {}));
        CPPUNIT_ASSERT_EQUAL(3, hub_->time.waits());
        CPPUNIT_ASSERT_EQUAL(0, hub_->plugin->refreshes);
    }

    void theWaitForAnotherIsBounded() {
        hub_->time.advance(hours(2));
        leaseForAnother(hours(1));
        isKind(sdk::ErrorKind::Transient, keeper_->token(key_, {}));
        CPPUNIT_ASSERT(hub_->time.waited() <= seconds(41));
    }

    void stopEndsTheWaitForAnother() {
        hub_->time.advance(hours(2));
        leaseForAnother(hours(1));
        std::stop_source stop;
        hub_->time.duringWaits([&] { stop.request_stop(); });
        isKind(sdk::ErrorKind::Transient, keeper_->token(key_, stop.get_token()));
        CPPUNIT_ASSERT_EQUAL(1, hub_->time.waits());
    }

    void aCrashBetweenIntentAndSaveIsRecovered() {
        hub_->time.advance(hours(2));
        leaseForAnother(seconds(90));  // that host dies here, its answer is lost
        hub_->time.advance(seconds(91));
        is("access-2", keeper_->token(key_, {}));
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), asked_.at(0));
        CPPUNIT_ASSERT(contains(hub_->logged, "may be lost"));
    }

    void aSlowRefresherCannotOverwriteANewerGrant() {
        hub_->time.advance(hours(2));
        hub_->plugin->onRefresh = [this](const sdk::Grant&) -> sdk::Result<sdk::Grant> {
            replaceAsAnother("access-other");  // our lease ran out and another host was quicker
            return next();
        };
        is("access-other", keeper_->token(key_, {}));
        CPPUNIT_ASSERT(hub_->credential(key_)->kept.grant.accessToken.reveal() == "access-other");
    }

    void aRefusedRefreshReadsAgainBeforeItBelieves() {
        hub_->time.advance(hours(2));
        hub_->plugin->onRefresh = [this](const sdk::Grant&) -> sdk::Result<sdk::Grant> {
            replaceAsAnother("access-other");
            return sdk::Error{sdk::ErrorKind::Unauthorized, "invalid_grant"};
        };
        is("access-other", keeper_->token(key_, {}));
        CPPUNIT_ASSERT(status() == store::IntegrationStatus::Connected);
    }

    void theFormerRefreshTokenIsTriedOnce() {
        save({hub_->grantOf("access-1", "refresh-lost"),
              sdk::Secret("refresh-former"),
              hub_->time.now() + hours(48)});
        hub_->time.advance(hours(2));
        hub_->plugin->onRefresh = [this](const sdk::Grant& old) -> sdk::Result<sdk::Grant> {
            asked_.emplace_back(old.refreshToken->reveal());
            if (asked_.back() != "refresh-former") return dead();
            return next();
        };
        is("access-2", keeper_->token(key_, {}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, asked_.size());
        CPPUNIT_ASSERT(hub_->credential(key_)->kept.formerRefresh->reveal() == "refresh-former");
    }

    void aFormerTokenBeyondItsGraceIsNotTried() {
        save({hub_->grantOf("access-1", "refresh-lost"),
              sdk::Secret("refresh-former"),
              hub_->time.now() + hours(1)});
        hub_->time.advance(hours(2));
        hub_->plugin->onRefresh = [](const sdk::Grant&) -> sdk::Result<sdk::Grant> {
            return dead();
        };
        isKind(sdk::ErrorKind::Unauthorized, keeper_->token(key_, {}));
        CPPUNIT_ASSERT_EQUAL(1, hub_->plugin->refreshes);
    }

    void aDeadGrantStopsTheIntegration() {
        hub_->time.advance(hours(2));
        hub_->plugin->onRefresh = [](const sdk::Grant&) -> sdk::Result<sdk::Grant> {
            return dead();
        };
        isKind(sdk::ErrorKind::Unauthorized, keeper_->token(key_, {}));
        CPPUNIT_ASSERT(status() == store::IntegrationStatus::ReauthRequired);
        const auto reason = hub_->row(key_.integration).statusReason;
        CPPUNIT_ASSERT(reason && contains(*reason, "invalid_grant"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             hub_->count("SELECT count(*) AS n FROM change "
                                         "WHERE kind = 'integration.updated'"));
        CPPUNIT_ASSERT(!hub_->credential(key_)->leaseUntil);
    }

    void aDeadGrantDoesNotReviveADisconnectedIntegration() {
        setStatus(store::IntegrationStatus::Disconnected);
        hub_->time.advance(hours(2));
        hub_->plugin->onRefresh = [](const sdk::Grant&) -> sdk::Result<sdk::Grant> {
            return dead();
        };
        isKind(sdk::ErrorKind::Unauthorized, keeper_->token(key_, {}));
        CPPUNIT_ASSERT(status() == store::IntegrationStatus::Disconnected);
    }

    void troubleWithTheRefreshIsSurvivedWhileTheTokenLives() {
        hub_->time.advance(kAlmostOver);
        hub_->plugin->onRefresh = [](const sdk::Grant&) -> sdk::Result<sdk::Grant> {
            return sdk::Error{sdk::ErrorKind::Transient, "502"};
        };
        is("access-1", keeper_->token(key_, {}));
        is("access-1", keeper_->token(key_, {}));
        CPPUNIT_ASSERT_EQUAL(1, hub_->plugin->refreshes);  // not with every request
        hub_->time.advance(seconds(31));
        is("access-1", keeper_->token(key_, {}));
        CPPUNIT_ASSERT_EQUAL(2, hub_->plugin->refreshes);
    }

    void troubleWithTheRefreshIsTransientOnceTheTokenIsOver() {
        hub_->time.advance(hours(2));
        hub_->plugin->onRefresh = [](const sdk::Grant&) -> sdk::Result<sdk::Grant> {
            return sdk::Error{sdk::ErrorKind::Transient, "502"};
        };
        isKind(sdk::ErrorKind::Transient, keeper_->token(key_, {}));
        CPPUNIT_ASSERT(status() == store::IntegrationStatus::Connected);
        CPPUNIT_ASSERT(!hub_->credential(key_)->leaseUntil);
    }

    void aRefusedTokenIsReplaced() {
        is("access-2", keeper_->refreshed(key_, sdk::Secret("access-1"), {}));
        CPPUNIT_ASSERT_EQUAL(1, hub_->plugin->refreshes);
    }

    void aRefusedTokenThatWasReplacedAlreadyCostsNothing() {
        is("access-1", keeper_->refreshed(key_, sdk::Secret("access-0"), {}));
        CPPUNIT_ASSERT_EQUAL(0, hub_->plugin->refreshes);
    }

    void aRefusedTokenWithoutRefreshIsTheEnd() {
        auto grant = hub_->grantOf("access-1", "");
        grant.refreshToken.reset();
        save({grant, {}, {}});
        isKind(sdk::ErrorKind::Unauthorized, keeper_->refreshed(key_, sdk::Secret("access-1"), {}));
        CPPUNIT_ASSERT(status() == store::IntegrationStatus::ReauthRequired);
    }

    void anExpiredTokenWithoutRefreshIsTheEnd() {
        auto grant = hub_->grantOf("access-1", "");
        grant.refreshToken.reset();
        save({grant, {}, {}});
        hub_->time.advance(kAlmostOver);
        is("access-1", keeper_->token(key_, {}));
        hub_->time.advance(hours(1));
        isKind(sdk::ErrorKind::Unauthorized, keeper_->token(key_, {}));
        CPPUNIT_ASSERT(status() == store::IntegrationStatus::ReauthRequired);
    }

    void aRefreshTokenThatDoesNotRotateIsKept() {
        hub_->time.advance(hours(2));
        hub_->plugin->onRefresh = [this](const sdk::Grant&) -> sdk::Result<sdk::Grant> {
            auto grant = hub_->grantOf("access-2", "");
            grant.refreshToken.reset();
            grant.scopes.clear();
            return grant;
        };
        is("access-2", keeper_->token(key_, {}));
        const auto kept = hub_->credential(key_)->kept;
        CPPUNIT_ASSERT(kept.grant.refreshToken->reveal() == "refresh-1");
        CPPUNIT_ASSERT(!kept.formerRefresh);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, kept.grant.scopes.size());
    }

private:
    std::unique_ptr<TokenKeeper> keeperOn(store::Database& database,
                                          const std::string& owner,
                                          const TokenRules& rules = {}) {
        return std::make_unique<TokenKeeper>(database,
                                             hub_->credentials,
                                             hub_->sessions,
                                             hub_->time,
                                             hub_->time,
                                             hub_->log,
                                             metrics_,
                                             owner,
                                             rules);
    }

    /// A token, asked for until the refresh of the others has ended.
    std::string settled(TokenKeeper& keeper) {
        for (int attempt = 0; attempt < 1000; ++attempt) {
            const auto token = keeper.token(key_, {});
            if (token) return std::string(token->reveal());
            if (token.error().kind != sdk::ErrorKind::Transient) return token.error().message;
            std::this_thread::yield();
        }
        return "never";
    }

    sdk::Grant next() {
        const auto number = std::to_string(++number_);
        return hub_->grantOf("access-" + number, "refresh-" + number);
    }
    static sdk::Error dead() { return {sdk::ErrorKind::Unauthorized, "invalid_grant"}; }

    void save(const KeptGrant& kept) {
        auto tx = hub_->database->forStore(hub_->storeId);
        hub_->credentials.save(tx, key_, kept, hub_->time.now());
        tx.commit();
    }
    void leaseForAnother(std::chrono::milliseconds time) {
        auto tx = hub_->database->forStore(hub_->storeId);
        const auto now = hub_->time.now();
        CPPUNIT_ASSERT(hub_->credentials.lease(tx, key_, 1, "host-z", now, now + time));
        tx.commit();
    }
    void replaceAsAnother(const std::string& access) {
        auto tx = hub_->database->forStore(hub_->storeId);
        const auto grant = hub_->grantOf(access, "refresh-other");
        CPPUNIT_ASSERT(hub_->credentials.replace(tx, key_, 1, {grant, {}, {}}, hub_->time.now()));
        tx.commit();
    }
    void setStatus(store::IntegrationStatus wanted) {
        auto tx = hub_->database->forStore(hub_->storeId);
        store::Integrations::setStatus(
            tx, key_.integration, wanted, std::nullopt, hub_->time.now());
        tx.commit();
    }
    store::IntegrationStatus status() const { return hub_->row(key_.integration).status; }
    std::string url() const { return hub_->url; }

    static void is(const std::string& expected, const sdk::Result<sdk::Secret>& token) {
        CPPUNIT_ASSERT_MESSAGE(token ? "" : token.error().message, token);
        CPPUNIT_ASSERT_EQUAL(expected, std::string(token->reveal()));
    }
    static void isKind(sdk::ErrorKind kind, const sdk::Result<sdk::Secret>& token) {
        CPPUNIT_ASSERT(!token);
        CPPUNIT_ASSERT_EQUAL(std::string(sdk::name(kind)),
                             std::string(sdk::name(token.error().kind)));
    }

    core::Metrics metrics_;
    std::unique_ptr<Hub> hub_;
    std::unique_ptr<TokenKeeper> keeper_;
    net::AccountKey key_;
    std::vector<std::string> asked_;
    int number_ = 1;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenKeeperTest);

}  // namespace souk::connect
