#include "store/changes.hpp"

#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace souk::store {

using namespace std::chrono_literals;

class ChangesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ChangesTest);
    CPPUNIT_TEST(changesComeInOrderAndGoOnAfterTheLast);
    CPPUNIT_TEST(nobodyReadsPastARunningTransaction);
    CPPUNIT_TEST(theEndHidesWhatWasAndShowsWhatComes);
    CPPUNIT_TEST(aStoreReadsItsOwnChanges);
    CPPUNIT_TEST(theCommitNotifies);
    CPPUNIT_TEST(theFeedForgetsFromItsBeginning);
    CPPUNIT_TEST(whoeverIsBehindTheEdgeSeesIt);
    CPPUNIT_TEST(aLongFeedIsForgottenInPortions);
    CPPUNIT_TEST(whatNobodyCouldReadYetIsKept);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        url_ = test::TestDatabase::instance().emptiedUrl();
        database_ = std::make_unique<Database>(url_, PoolLimits{});
        store_ = test::insertStore(*database_);
    }
    void tearDown() override { database_.reset(); }

private:
    Transaction add(const std::string& kind) {
        auto app = database_->forStore(store_);
        Changes::add(app, store_, std::nullopt, kind, "product", core::newId());
        return app;
    }

    std::vector<Change> after(const ChangePosition& from, int limit = 100) {
        auto app = database_->forStore(store_);
        return Changes::after(app, from, limit);
    }

    void changesComeInOrderAndGoOnAfterTheLast() {
        add("product.created").commit();
        {
            auto app = database_->forStore(store_);
            const auto integration = core::newId();
            Changes::add(app, store_, integration, "order.created", "order", core::newId());
            Changes::add(app, store_, integration, "sync.progress", "sync_run", std::nullopt);
            app.commit();
        }
        const auto first = after({}, 2);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, first.size());
        CPPUNIT_ASSERT_EQUAL(std::string("product.created"), first[0].kind);
        CPPUNIT_ASSERT_EQUAL(std::string("order"), first[1].entity);
        CPPUNIT_ASSERT(first[1].integrationId && first[1].entityId && !first[0].integrationId);
        const auto rest = after({first[1].xid, first[1].id});
        CPPUNIT_ASSERT(rest.size() == 1 && rest[0].kind == "sync.progress" && !rest[0].entityId);
        CPPUNIT_ASSERT(rest[0].at > sdk::Timestamp{});
    }

    void nobodyReadsPastARunningTransaction() {
        auto slow = add("slow");
        add("fast").commit();
        CPPUNIT_ASSERT(after({}).empty());
        slow.commit();
        const auto both = after({});
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, both.size());
        CPPUNIT_ASSERT_EQUAL(std::string("slow"), both[0].kind);
    }

    void theEndHidesWhatWasAndShowsWhatComes() {
        add("before").commit();
        auto running = add("running");
        ChangePosition end;
        {
            auto app = database_->forStore(store_);
            end = Changes::end(app);
        }
        running.commit();
        add("after").commit();
        const auto seen = after(end);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, seen.size());
        CPPUNIT_ASSERT_EQUAL(std::string("running"), seen[0].kind);
    }

    void aStoreReadsItsOwnChanges() {
        add("mine").commit();
        auto app = database_->forStore(test::insertStore(*database_));
        CPPUNIT_ASSERT(Changes::after(app, {}, 10).empty());
    }

    void theFeedForgetsFromItsBeginning() {
        addAged("old", 8h);
        addAged("older than a younger one", 9h);
        addAged("young", 1h);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, pruneAll());
        const auto left = after({});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, left.size());
        CPPUNIT_ASSERT_EQUAL(std::string("young"), left[0].kind);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, pruneAll());
    }

    void whoeverIsBehindTheEdgeSeesIt() {
        addAged("old", 8h);
        const auto first = after({});
        CPPUNIT_ASSERT(!edgeBeyond({}));
        addAged("last", 8h);
        const auto last = after({first[0].xid, first[0].id});
        pruneAll();
        const auto edge = edgeBeyond({first[0].xid, first[0].id});
        CPPUNIT_ASSERT(edge && edge->xid == last[0].xid && edge->id == last[0].id);
        CPPUNIT_ASSERT(!edgeBeyond(*edge));
        // It only grows, and is the store's own.
        addAged("later", 8h);
        pruneAll();
        CPPUNIT_ASSERT(edgeBeyond(*edge).has_value());
        store_ = test::insertStore(*database_);
        CPPUNIT_ASSERT(!edgeBeyond({}));
    }

    void aLongFeedIsForgottenInPortions() {
        auto owner = database_->asOwner();
        owner.query(
            "INSERT INTO change (store_id, id, at, kind, entity) SELECT $1, gen_random_uuid(), "
            "now() - interval '8 hours', 'product.updated', 'product' FROM generate_series(1, "
            "2500)",
            store_);
        owner.commit();
        auto worker = database_->asWorker();
        const auto portion = Changes::prune(worker, before());
        worker.commit();
        CPPUNIT_ASSERT_MESSAGE(std::to_string(portion), portion > 0 && portion < 2500);
        CPPUNIT_ASSERT_EQUAL(2500 - portion, pruneAll());
        CPPUNIT_ASSERT(after({}).empty());
    }

    void whatNobodyCouldReadYetIsKept() {
        auto slow = add("slow");
        addAged("old", 8h);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, pruneAll());
        slow.commit();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, pruneAll());
    }

    void addAged(const std::string& kind, std::chrono::hours age) {
        add(kind).commit();
        auto owner = database_->asOwner();
        owner.query("UPDATE change SET at = $1 WHERE kind = $2", now() - age, kind);
        owner.commit();
    }
    static sdk::Timestamp now() {
        return std::chrono::time_point_cast<std::chrono::microseconds>(
            std::chrono::system_clock::now());
    }
    static sdk::Timestamp before() { return now() - 4h; }

    std::int64_t pruneAll() {
        std::int64_t all = 0;
        for (std::int64_t removed = 1; removed > 0; all += removed) {
            auto worker = database_->asWorker();
            removed = Changes::prune(worker, before());
            worker.commit();
        }
        return all;
    }
    std::optional<ChangePosition> edgeBeyond(const ChangePosition& from) {
        auto app = database_->forStore(store_);
        return Changes::edgeBeyond(app, from);
    }

    void theCommitNotifies() {
        Listener listener(url_, "souk_change");
        listener.wait(10s, {});
        auto transaction = add("told");
        CPPUNIT_ASSERT(!listener.wait(20ms, {}));
        transaction.commit();
        CPPUNIT_ASSERT(listener.wait(30s, {}));
    }

    std::string url_;
    std::unique_ptr<Database> database_;
    core::Uuid store_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChangesTest);

}  // namespace souk::store
