#include "web/idempotency.hpp"

#include "host/net/fake_time.hpp"
#include "support/test_database.hpp"
#include "web/errors.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

namespace souk::web {

using namespace std::chrono_literals;

class IdempotencyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IdempotencyTest);
    CPPUNIT_TEST(aRepetitionGetsTheAnswerAndNotTheDeed);
    CPPUNIT_TEST(anotherRequestUnderTheKeyIsRefused);
    CPPUNIT_TEST(keysOfOtherTokensAreOtherKeys);
    CPPUNIT_TEST(aRequestThatStillRunsIsWaitedFor);
    CPPUNIT_TEST(aFailedRunLeavesTheKeyFree);
    CPPUNIT_TEST(aDeadHostsKeyIsFreeAfterFiveMinutes);
    CPPUNIT_TEST(aLateRunTouchesNoNewerClaim);
    CPPUNIT_TEST(aLongKeyIsRefused);
    CPPUNIT_TEST(answersAreKeptForADayAndPruned);
    CPPUNIT_TEST(anAnswerThatCannotBeKeptIsStillGiven);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().fresh();
        idempotency_ = std::make_unique<Idempotency>(*database_, vault_, time_);
        test::insertVaultKey(*database_);
        request_.method = "POST";
        request_.path = "/api/v1/things";
        request_.body = R"({"a":1})";
        runs_ = 0;
    }

    void aRepetitionGetsTheAnswerAndNotTheDeed() {
        const auto first = once("k");
        const auto second = once("k");
        CPPUNIT_ASSERT_EQUAL(1, runs_);
        CPPUNIT_ASSERT_EQUAL(first.status, second.status);
        CPPUNIT_ASSERT_EQUAL(first.body, second.body);
        CPPUNIT_ASSERT_EQUAL(first.headers.at("Location"), second.headers.at("Location"));
        CPPUNIT_ASSERT(!first.headers.contains("Idempotency-Replayed"));
        CPPUNIT_ASSERT_EQUAL(std::string("true"), second.headers.at("Idempotency-Replayed"));
    }
    void anotherRequestUnderTheKeyIsRefused() {
        once("k");
        request_.body = R"({"a":2})";
        CPPUNIT_ASSERT_EQUAL(422, refused("k"));
        request_.body = R"({"a":1})";
        request_.path = "/api/v1/others";
        CPPUNIT_ASSERT_EQUAL(422, refused("k"));
        request_.path = "/api/v1/things";
        request_.query = "store_id=1";
        CPPUNIT_ASSERT_EQUAL(422, refused("k"));
        CPPUNIT_ASSERT_EQUAL(1, runs_);
    }
    void keysOfOtherTokensAreOtherKeys() {
        once("k", "token-1");
        once("k", "token-2");
        CPPUNIT_ASSERT_EQUAL(2, runs_);
    }
    void aRequestThatStillRunsIsWaitedFor() {
        idempotency_->once("token", "k", request_, [&] {
            CPPUNIT_ASSERT_EQUAL(409, refused("k"));
            return answer();
        });
        CPPUNIT_ASSERT_EQUAL(1, runs_);
    }
    void aFailedRunLeavesTheKeyFree() {
        CPPUNIT_ASSERT_THROW(
            idempotency_->once(
                "token", "k", request_, []() -> Response { throw std::runtime_error("no"); }),
            std::runtime_error);
        idempotency_->once("token", "k", request_, [] { return Response{503, {}, "later"}; });
        CPPUNIT_ASSERT_EQUAL(201, once("k").status);
        CPPUNIT_ASSERT_EQUAL(1, runs_);
    }
    void aDeadHostsKeyIsFreeAfterFiveMinutes() {
        claimAsADyingHost();
        CPPUNIT_ASSERT_EQUAL(409, refused("k"));
        time_.advance(5min + 1s);
        CPPUNIT_ASSERT_EQUAL(201, once("k").status);
    }
    void aLateRunTouchesNoNewerClaim() {
        idempotency_->once("token", "k", request_, [&] {
            time_.advance(6min);  // so long that another takes the key over and finishes
            once("k");
            return Response{200, {}, "late"};
        });
        CPPUNIT_ASSERT_EQUAL(std::string("made"), once("k").body);
        idempotency_->once("token", "l", request_, [&] {
            time_.advance(6min);
            once("l");
            return Response{500, {}, ""};
        });
        CPPUNIT_ASSERT_EQUAL(std::string("made"), once("l").body);
        CPPUNIT_ASSERT_EQUAL(2, runs_);
    }
    void aLongKeyIsRefused() {
        once(std::string(255, 'k'));
        CPPUNIT_ASSERT_EQUAL(400, refused(std::string(256, 'k')));
    }
    void answersAreKeptForADayAndPruned() {
        once("k");
        time_.advance(24h);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), idempotency_->prune());
        once("k");
        CPPUNIT_ASSERT_EQUAL(1, runs_);
        time_.advance(1s);
        once("k");
        CPPUNIT_ASSERT_EQUAL_MESSAGE("after a day the key is a new one", 2, runs_);
        time_.advance(25h);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), idempotency_->prune());
    }
    void anAnswerThatCannotBeKeptIsStillGiven() {
        const auto given = idempotency_->once("token", "k", request_, [&] {
            takeTableAway();
            return answer();
        });
        CPPUNIT_ASSERT_EQUAL(201, given.status);
        bringTableBack();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("not done twice", 409, refused("k"));
    }

private:
    Response answer() {
        ++runs_;
        return {201, {{"Location", "/api/v1/things/1"}, {"Content-Type", "text/plain"}}, "made"};
    }
    Response once(const std::string& key, const std::string& scope = "token") {
        return idempotency_->once(scope, key, request_, [&] { return answer(); });
    }
    int refused(const std::string& key) {
        try {
            once(key);
        } catch (const Problem& problem) {
            return problem.status();
        }
        return 0;
    }
    /// Runs until the deed and then cannot tell the table any more.
    void claimAsADyingHost() {
        try {
            idempotency_->once("token", "k", request_, [&]() -> Response {
                takeTableAway();
                throw std::runtime_error("killed");
            });
        } catch (const std::runtime_error&) {
            bringTableBack();
        }
    }
    void takeTableAway() {
        auto tx = database_->asOwner();
        tx.query("ALTER TABLE idempotency_key RENAME TO gone");
        tx.commit();
    }
    void bringTableBack() {
        auto tx = database_->asOwner();
        tx.query("ALTER TABLE gone RENAME TO idempotency_key");
        tx.commit();
    }

    std::unique_ptr<store::Database> database_;
    net::testing::FakeTime time_;
    vault::Vault vault_ =
        *vault::Vault::make({{"k001", sdk::Secret(std::string(32, 'k'))}}, "k001");
    std::unique_ptr<Idempotency> idempotency_;
    Request request_;
    int runs_ = 0;
};
CPPUNIT_TEST_SUITE_REGISTRATION(IdempotencyTest);

}  // namespace souk::web
