#include "web/access.hpp"

#include "host/net/fake_time.hpp"
#include "store/api_tokens.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <set>

namespace souk::web {

using namespace std::chrono_literals;

class AccessTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccessTest);
    CPPUNIT_TEST(rolesMayWhatTheTableSays);
    CPPUNIT_TEST(tokensAreLongRandomAndKeptAsHash);
    CPPUNIT_TEST(aTokenIsItsCaller);
    CPPUNIT_TEST(whatIsNoBearerTokenIsNobody);
    CPPUNIT_TEST(aRevokedTokenIsRefusedAfterTenSecondsAtTheLatest);
    CPPUNIT_TEST(anExpiredTokenIsRefusedAtOnce);
    CPPUNIT_TEST(aKnownCallerCostsNoQuery);
    CPPUNIT_TEST(useIsNoted);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { database_ = test::TestDatabase::instance().fresh(); }

    void rolesMayWhatTheTableSays() {
        const auto may = [](const std::string& role, Access access) {
            return Caller{{}, {}, role}.may(access);
        };
        for (const auto* role : {"admin", "operator", "viewer", "agent", ""})
            CPPUNIT_ASSERT(may(role, Access::Public) && may(role, Access::Read));
        CPPUNIT_ASSERT(may("admin", Access::Operate) && may("admin", Access::Manage));
        CPPUNIT_ASSERT(may("operator", Access::Operate) && !may("operator", Access::Manage));
        for (const auto* role : {"admin", "operator", "agent"})
            CPPUNIT_ASSERT(may(role, Access::Converse));
        for (const auto* role : {"viewer", "", "ADMIN"})
            CPPUNIT_ASSERT(!may(role, Access::Converse));
        for (const auto* role : {"viewer", "agent", "", "ADMIN"})
            CPPUNIT_ASSERT(!may(role, Access::Operate) && !may(role, Access::Manage));
    }
    void tokensAreLongRandomAndKeptAsHash() {
        std::set<std::string> tokens;
        for (int i = 0; i < 100; ++i) {
            const auto issued = issueToken();
            CPPUNIT_ASSERT_EQUAL(std::size_t(48), issued.token.size());
            CPPUNIT_ASSERT(issued.token.starts_with("souk_"));
            CPPUNIT_ASSERT_EQUAL(std::size_t(32), issued.hash.size());
            CPPUNIT_ASSERT(issued.hash == tokenHash(issued.token));
            tokens.insert(issued.token);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(100), tokens.size());
    }
    void aTokenIsItsCaller() {
        const auto store = test::insertStore(*database_);
        const auto token = add("operator", store);
        Authenticator authenticator(*database_, time_);
        for (const auto* scheme : {"Bearer ", "bearer ", "BEARER "}) {
            const auto caller = authenticator.callerOf(scheme + token);
            CPPUNIT_ASSERT(caller && caller->storeId == store);
            CPPUNIT_ASSERT_EQUAL(std::string("operator"), caller->role);
        }
    }
    void whatIsNoBearerTokenIsNobody() {
        const auto token = add("admin");
        Authenticator authenticator(*database_, time_);
        for (const auto& header : {std::string(),
                                   std::string("Bearer"),
                                   std::string("Bearer "),
                                   "Basic " + token,
                                   "Bearer  " + token,
                                   "Bearer " + token + "x",
                                   "Bearer " + token.substr(0, token.size() - 1),
                                   token,
                                   std::string("Bearer \xff\xfe")})
            CPPUNIT_ASSERT_MESSAGE(header, !authenticator.callerOf(header));
    }
    void aRevokedTokenIsRefusedAfterTenSecondsAtTheLatest() {
        const auto token = add("admin");
        Authenticator authenticator(*database_, time_);
        CPPUNIT_ASSERT(authenticator.callerOf("Bearer " + token));
        auto tx = database_->asWorker();
        store::ApiTokens::revoke(tx, store::ApiTokens::list(tx).front().id, time_.now());
        tx.commit();
        time_.advance(10s);
        CPPUNIT_ASSERT(!authenticator.callerOf("Bearer " + token));
        CPPUNIT_ASSERT(!Authenticator(*database_, time_).callerOf("Bearer " + token));
    }
    void anExpiredTokenIsRefusedAtOnce() {
        const auto token = add("admin", std::nullopt, time_.now() + 3s);
        Authenticator authenticator(*database_, time_);
        CPPUNIT_ASSERT(authenticator.callerOf("Bearer " + token));
        time_.advance(3s);
        CPPUNIT_ASSERT(!authenticator.callerOf("Bearer " + token));
    }
    void aKnownCallerCostsNoQuery() {
        const auto token = add("admin");
        Authenticator authenticator(*database_, time_);
        CPPUNIT_ASSERT(authenticator.callerOf("Bearer " + token));
        auto tx = database_->asOwner();
        tx.query("DELETE FROM api_token");
        tx.commit();
        time_.advance(9s);
        CPPUNIT_ASSERT(authenticator.callerOf("Bearer " + token));
    }
    void useIsNoted() {
        const auto token = add("admin");
        Authenticator authenticator(*database_, time_);
        CPPUNIT_ASSERT(authenticator.callerOf("Bearer " + token));
        auto tx = database_->asWorker();
        CPPUNIT_ASSERT(store::ApiTokens::list(tx).front().lastUsedAt == time_.now());
    }

private:
    std::string add(const std::string& role,
                    const std::optional<core::Uuid>& store = std::nullopt,
                    const std::optional<sdk::Timestamp>& expiresAt = std::nullopt) {
        const auto issued = issueToken();
        store::ApiToken wanted;
        wanted.storeId = store;
        wanted.name = "test";
        wanted.role = role;
        wanted.expiresAt = expiresAt;
        auto tx = database_->asWorker();
        store::ApiTokens::create(tx, wanted, issued.hash);
        tx.commit();
        return issued.token;
    }

    std::unique_ptr<store::Database> database_;
    net::testing::FakeTime time_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(AccessTest);

}  // namespace souk::web
