#include "events/feed.hpp"

#include "host/jobs/manual_clock.hpp"
#include "support/test_database.hpp"

#include <souk/sdk/json.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <future>

namespace souk::events {
namespace {

using std::chrono::seconds;

/// A subscriber that keeps what it was told.
struct Reader {
    std::vector<Event> events;
    bool keepsUp = true;

    Feed::Callback callback() {
        return [this](const Event& event) {
            events.push_back(event);
            return keepsUp;
        };
    }
    std::vector<std::string> kinds() const {
        std::vector<std::string> kinds;
        for (const Event& event : events) kinds.push_back(event.kind);
        return kinds;
    }
};

using Kinds = std::vector<std::string>;

}  // namespace

class FeedTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FeedTest);
    CPPUNIT_TEST(aSubscriberHearsWhatComesAfterIt);
    CPPUNIT_TEST(anotherStoresChangesAreNotHeard);
    CPPUNIT_TEST(whatIsRolledBackIsNotTold);
    CPPUNIT_TEST(itGoesOnAfterTheLastEventSeen);
    CPPUNIT_TEST(aFarAwayPlaceIsReachedInTurns);
    CPPUNIT_TEST(whoComesFromBeforeTheEdgeIsToldSo);
    CPPUNIT_TEST(whoHasMissedNothingIsNotTold);
    CPPUNIT_TEST(filtersTakeKindsByPrefixAndOneIntegration);
    CPPUNIT_TEST(ofOneRunsProgressOnlyTheNewestIsTold);
    CPPUNIT_TEST(dataIsJsonWithTheDetailOfItsEntity);
    CPPUNIT_TEST(whoCannotKeepUpIsNotCalledAgain);
    CPPUNIT_TEST(anEndedSubscriptionIsSilent);
    CPPUNIT_TEST(aCallbackMayEndItsOwnSubscription);
    CPPUNIT_TEST(positionsAreTextAndBack);
    CPPUNIT_TEST(theThreadHearsOfACommitWithoutThePoll);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        url_ = test::TestDatabase::instance().emptiedUrl();
        database_ = std::make_unique<store::Database>(url_, store::PoolLimits{});
        store_ = test::insertStore(*database_);
        integration_ = test::insertIntegration(*database_, store_);
    }
    void tearDown() override { database_.reset(); }

private:
    Feed makeFeed(Renderer renderer = {}, int batch = 500) {
        return {*database_, url_, std::move(renderer), log_, {.poll = seconds(30), .batch = batch}};
    }

    void change(const std::string& kind,
                const std::optional<core::Uuid>& integration = std::nullopt,
                const core::Uuid& entityId = core::newId()) {
        auto tx = database_->forStore(store_);
        const std::string entity = kind.substr(0, kind.find('.'));
        store::Changes::add(
            tx, store_, integration, kind, entity == "sync" ? "sync_run" : entity, entityId);
        tx.commit();
    }

    void aSubscriberHearsWhatComesAfterIt() {
        Feed feed = makeFeed();
        change("product.created");
        Reader one;
        Reader two;
        const auto first = feed.subscribe(store_, {}, std::nullopt, one.callback());
        change("product.updated");
        const auto second = feed.subscribe(store_, {}, std::nullopt, two.callback());
        change("order.created");
        feed.turn();
        change("order.updated");
        feed.turn();
        CPPUNIT_ASSERT(one.kinds() == Kinds({"product.updated", "order.created", "order.updated"}));
        CPPUNIT_ASSERT(two.kinds() == Kinds({"order.created", "order.updated"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, feed.turn());
    }

    void anotherStoresChangesAreNotHeard() {
        Feed feed = makeFeed();
        Reader other;
        const auto subscription = feed.subscribe(
            test::insertStore(*database_, "Other"), {}, std::nullopt, other.callback());
        change("product.created");
        feed.turn();
        CPPUNIT_ASSERT(other.events.empty());
    }

    void whatIsRolledBackIsNotTold() {
        Feed feed = makeFeed();
        Reader reader;
        const auto subscription = feed.subscribe(store_, {}, std::nullopt, reader.callback());
        {
            auto tx = database_->forStore(store_);
            store::Changes::add(
                tx, store_, std::nullopt, "product.created", "product", core::newId());
        }
        change("product.updated");
        feed.turn();
        CPPUNIT_ASSERT(reader.kinds() == Kinds({"product.updated"}));
    }

    void itGoesOnAfterTheLastEventSeen() {
        Feed feed = makeFeed();
        Reader before;
        {
            const auto subscription = feed.subscribe(store_, {}, std::nullopt, before.callback());
            change("product.created");
            change("product.updated");
            feed.turn();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, before.events.size());
        change("product.deleted");
        Reader after;
        const auto place = positionFrom(before.events[0].id);
        CPPUNIT_ASSERT(place);
        const auto subscription = feed.subscribe(store_, {}, *place, after.callback());
        feed.turn();
        CPPUNIT_ASSERT(after.kinds() == Kinds({"product.updated", "product.deleted"}));
    }

    void prune() {
        auto worker = database_->asWorker();
        const auto later = std::chrono::system_clock::now() + std::chrono::hours(1);
        store::Changes::prune(worker,
                              std::chrono::time_point_cast<std::chrono::microseconds>(later));
        worker.commit();
    }

    void whoComesFromBeforeTheEdgeIsToldSo() {
        change("product.created");
        Reader before;
        Feed feed = makeFeed();
        {
            const auto subscription =
                feed.subscribe(store_, {}, store::ChangePosition{}, before.callback());
            feed.turn();
        }
        change("product.updated");
        prune();
        const auto place = positionFrom(before.events.at(0).id);
        CPPUNIT_ASSERT(place);
        Reader late;
        Reader quiet;  // nothing comes after the edge, and no kind of it is wanted
        {
            const auto one = feed.subscribe(store_, {{"order."}, {}}, *place, quiet.callback());
            feed.turn();
            feed.turn();
        }
        CPPUNIT_ASSERT(quiet.kinds() == Kinds({"reset"}));
        change("order.created");
        const auto two = feed.subscribe(store_, {}, *place, late.callback());
        feed.turn();
        CPPUNIT_ASSERT(late.kinds() == Kinds({"reset", "order.created"}));
        const auto said = sdk::Json::parse(late.events[0].data);
        CPPUNIT_ASSERT(said && said->textOr("kind", "") == "reset");
        CPPUNIT_ASSERT(said->textOr("reason", "").find("events.keep") != std::string::npos);
        // Coming back with the id of that event, nothing is missed any more.
        const auto edge = positionFrom(late.events[0].id);
        CPPUNIT_ASSERT(edge);
        Reader again;
        const auto three = feed.subscribe(store_, {}, *edge, again.callback());
        feed.turn();
        CPPUNIT_ASSERT(again.kinds() == Kinds({"order.created"}));
    }

    void whoHasMissedNothingIsNotTold() {
        Feed feed = makeFeed();
        Reader reader;
        const auto subscription = feed.subscribe(store_, {}, std::nullopt, reader.callback());
        change("product.created");
        feed.turn();
        prune();
        feed.turn();
        change("product.updated");
        feed.turn();
        CPPUNIT_ASSERT(reader.kinds() == Kinds({"product.created", "product.updated"}));
        // A reader that was not served for as long as changes are kept is.
        change("product.deleted");
        prune();
        change("order.created");
        feed.turn();
        CPPUNIT_ASSERT(reader.kinds() ==
                       Kinds({"product.created", "product.updated", "reset", "order.created"}));
    }

    void aFarAwayPlaceIsReachedInTurns() {
        Feed feed = makeFeed({}, 2);
        for (int i = 0; i < 5; ++i) change("product.updated");
        Reader reader;
        const auto subscription =
            feed.subscribe(store_, {}, store::ChangePosition{}, reader.callback());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, feed.turn());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, feed.turn());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, feed.turn());
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, reader.events.size());
    }

    void filtersTakeKindsByPrefixAndOneIntegration() {
        Feed feed = makeFeed();
        Reader products;
        Reader mine;
        const auto first =
            feed.subscribe(store_, {{"product."}, std::nullopt}, std::nullopt, products.callback());
        const auto second =
            feed.subscribe(store_, {{}, integration_}, std::nullopt, mine.callback());
        change("product.created");
        change("order.created", integration_);
        feed.turn();
        CPPUNIT_ASSERT(products.kinds() == Kinds({"product.created"}));
        CPPUNIT_ASSERT(mine.kinds() == Kinds({"order.created"}));
    }

    void ofOneRunsProgressOnlyTheNewestIsTold() {
        Feed feed = makeFeed();
        Reader reader;
        const auto subscription = feed.subscribe(store_, {}, std::nullopt, reader.callback());
        const core::Uuid run = core::newId();
        change("sync.progress", integration_, run);
        change("product.created");
        change("sync.progress", integration_, run);
        change("sync.progress", integration_, core::newId());
        feed.turn();
        CPPUNIT_ASSERT(reader.kinds() ==
                       Kinds({"product.created", "sync.progress", "sync.progress"}));
    }

    void dataIsJsonWithTheDetailOfItsEntity() {
        Renderer renderer;
        renderer.add("sync_run", [](store::Transaction&, const core::Uuid& id) {
            return std::optional<std::string>(R"({"id":")" + id.text() + R"("})");
        });
        renderer.add("order", [](store::Transaction&, const core::Uuid&) { return std::nullopt; });
        Feed feed = makeFeed(std::move(renderer));
        Reader reader;
        const auto subscription = feed.subscribe(store_, {}, std::nullopt, reader.callback());
        const core::Uuid id = core::newId();
        change("sync.progress", integration_, id);
        change("order.created", std::nullopt, id);
        feed.turn();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, reader.events.size());
        const std::string& first = reader.events[0].data;
        const std::string expected =
            R"({"kind":"sync.progress","entity":"sync_run","entity_id":")" + id.text() +
            R"(","integration_id":")" + integration_.text() + R"(","at":")";
        CPPUNIT_ASSERT_EQUAL(expected, first.substr(0, expected.size()));
        CPPUNIT_ASSERT(first.ends_with(R"("detail":{"id":")" + id.text() + R"("}})"));
        CPPUNIT_ASSERT(reader.events[1].data.find("detail") == std::string::npos);
        CPPUNIT_ASSERT(reader.events[1].data.find(R"("integration_id":null)") != std::string::npos);
    }

    void whoCannotKeepUpIsNotCalledAgain() {
        Feed feed = makeFeed();
        Reader slow;
        slow.keepsUp = false;
        const auto subscription = feed.subscribe(store_, {}, std::nullopt, slow.callback());
        change("product.created");
        change("product.updated");
        feed.turn();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, slow.events.size());
        CPPUNIT_ASSERT(!subscription.alive());
    }

    void anEndedSubscriptionIsSilent() {
        Feed feed = makeFeed();
        Reader reader;
        Reader other;
        auto subscription = feed.subscribe(store_, {}, std::nullopt, reader.callback());
        CPPUNIT_ASSERT(subscription.alive());
        subscription = feed.subscribe(store_, {}, std::nullopt, other.callback());
        change("product.created");
        feed.turn();
        CPPUNIT_ASSERT(reader.events.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, other.events.size());
    }

    void aCallbackMayEndItsOwnSubscription() {
        Feed feed = makeFeed();
        int calls = 0;
        Feed::Subscription subscription;
        subscription = feed.subscribe(store_, {}, std::nullopt, [&](const Event&) {
            ++calls;
            subscription = Feed::Subscription();
            return true;
        });
        change("product.created");
        change("product.updated");
        feed.turn();
        CPPUNIT_ASSERT_EQUAL(1, calls);
    }

    void positionsAreTextAndBack() {
        const store::ChangePosition place{12345, core::newId()};
        const auto back = positionFrom(text(place));
        CPPUNIT_ASSERT(back);
        CPPUNIT_ASSERT(back->xid == place.xid && back->id == place.id);
        for (const char* wrong : {"", "-", "12", "12-", "x-y", "-5-", "12345-nonsense"})
            CPPUNIT_ASSERT(!positionFrom(wrong));
        CPPUNIT_ASSERT(!positionFrom("-1-" + place.id.text()));
    }

    void theThreadHearsOfACommitWithoutThePoll() {
        Feed feed = makeFeed();
        std::promise<std::string> heard;
        feed.start();
        const auto subscription = feed.subscribe(store_, {}, std::nullopt, [&](const Event& event) {
            heard.set_value(event.kind);
            return false;
        });
        change("product.created");
        auto kind = heard.get_future();
        CPPUNIT_ASSERT(kind.wait_for(seconds(20)) == std::future_status::ready);
        CPPUNIT_ASSERT_EQUAL(std::string("product.created"), kind.get());
        feed.stop();
    }

    test::ManualClock clock_;
    core::Log log_{clock_, core::Log::Format::Json, sdk::LogLevel::Debug, core::Log::nowhere()};
    std::string url_;
    std::unique_ptr<store::Database> database_;
    core::Uuid store_;
    core::Uuid integration_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(FeedTest);

}  // namespace souk::events
