#include "store/api_tokens.hpp"

#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::store {

using namespace std::chrono_literals;

namespace {

const sdk::Timestamp kNow{std::chrono::seconds(1'795'000'000)};

}  // namespace

class ApiTokensTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApiTokensTest);
    CPPUNIT_TEST(aTokenIsFoundByItsHash);
    CPPUNIT_TEST(anExpiredTokenIsNotFound);
    CPPUNIT_TEST(aRevokedTokenIsNotFoundButListed);
    CPPUNIT_TEST(useIsNotedOnceAMinute);
    CPPUNIT_TEST(aTokenMayBeOfOneStore);
    CPPUNIT_TEST(anUnknownRoleIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().emptied();
        store_ = test::insertStore(*database_);
        worker_ = std::make_unique<Transaction>(database_->asWorker());
    }
    void tearDown() override {
        worker_.reset();
        database_.reset();
    }

private:
    ApiToken create(const std::string& hash,
                    std::optional<sdk::Timestamp> expires = std::nullopt,
                    std::optional<core::Uuid> store = std::nullopt) {
        ApiToken wanted;
        wanted.name = "ci";
        wanted.role = "operator";
        wanted.expiresAt = expires;
        wanted.storeId = store;
        return ApiTokens::create(*worker_, wanted, hash);
    }

    void aTokenIsFoundByItsHash() {
        const std::string hash("\0\xffhash", 6);
        const auto made = create(hash);
        const auto found = ApiTokens::find(*worker_, hash, kNow);
        CPPUNIT_ASSERT(found && found->id == made.id);
        CPPUNIT_ASSERT_EQUAL(std::string("operator"), found->role);
        CPPUNIT_ASSERT_EQUAL(std::string("ci"), found->name);
        CPPUNIT_ASSERT(!found->storeId && !found->lastUsedAt && !found->expiresAt);
        CPPUNIT_ASSERT(!ApiTokens::find(*worker_, "other", kNow));
    }

    void anExpiredTokenIsNotFound() {
        create("h", kNow);
        CPPUNIT_ASSERT(ApiTokens::find(*worker_, "h", kNow - 1us));
        CPPUNIT_ASSERT(!ApiTokens::find(*worker_, "h", kNow));
    }

    void aRevokedTokenIsNotFoundButListed() {
        const auto id = create("h").id;
        CPPUNIT_ASSERT(ApiTokens::revoke(*worker_, id, kNow));
        CPPUNIT_ASSERT(!ApiTokens::revoke(*worker_, id, kNow + 1s));
        CPPUNIT_ASSERT(!ApiTokens::find(*worker_, "h", kNow));
        const auto all = ApiTokens::list(*worker_);
        CPPUNIT_ASSERT(all.size() == 1 && all[0].revokedAt == kNow);
    }

    void useIsNotedOnceAMinute() {
        const auto id = create("h").id;
        const auto usedAt = [this] { return ApiTokens::find(*worker_, "h", kNow)->lastUsedAt; };
        ApiTokens::touch(*worker_, id, kNow);
        CPPUNIT_ASSERT(usedAt() == kNow);
        ApiTokens::touch(*worker_, id, kNow + 59s);
        CPPUNIT_ASSERT(usedAt() == kNow);
        ApiTokens::touch(*worker_, id, kNow + 60s);
        CPPUNIT_ASSERT(usedAt() == kNow + 60s);
    }

    void aTokenMayBeOfOneStore() {
        create("h", std::nullopt, store_);
        CPPUNIT_ASSERT(ApiTokens::find(*worker_, "h", kNow)->storeId == store_);
    }

    void anUnknownRoleIsRefused() {
        ApiToken wanted;
        wanted.name = "x";
        wanted.role = "emperor";
        CPPUNIT_ASSERT_THROW(ApiTokens::create(*worker_, wanted, "h"), Failure);
    }

    std::unique_ptr<Database> database_;
    std::unique_ptr<Transaction> worker_;
    core::Uuid store_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApiTokensTest);

}  // namespace souk::store
