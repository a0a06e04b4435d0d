#include "sync/service.hpp"

#include "host/sync/fake_hub.hpp"

namespace souk::sync {
namespace {

using sdk::Entity;
using sdk::ErrorKind;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

}  // namespace

class ServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServiceTest);
    CPPUNIT_TEST(aRunStartsWithTheCallersTransactionOrNotAtAll);
    CPPUNIT_TEST(anActiveRunIsJoined);
    CPPUNIT_TEST(onlyAConnectedIntegrationIsSynced);
    CPPUNIT_TEST(anotherStoresIntegrationIsNotFound);
    CPPUNIT_TEST(entitiesAreCheckedAndPutInOrder);
    CPPUNIT_TEST(aPluginThatIsNotLoadedIsNamed);
    CPPUNIT_TEST(cancelEndsAWaitingRunAtOnce);
    CPPUNIT_TEST(cancelRefusesWhatHasEnded);
    CPPUNIT_TEST(runsAreListedNewestFirst);
    CPPUNIT_TEST(dueIntegrationsAreStartedOnce);
    CPPUNIT_TEST(aDifferenceIsMendedByAFullRunOnceADay);
    CPPUNIT_TEST(aRunWithoutAJobIsEnded);
    CPPUNIT_TEST(aDifferentFullRunIsNotContinued);
    CPPUNIT_TEST(anAccountThatWasDisconnectedIsReadInFull);
    CPPUNIT_TEST(whatAFailedRunHadMetIsForgottenAfterAWeek);
    CPPUNIT_TEST(namesAreTextAndBack);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { hub_ = std::make_unique<test::FakeHub>(); }
    void tearDown() override { hub_.reset(); }

private:
    SyncRequest wanted() const {
        SyncRequest request;
        request.storeId = hub_->storeId;
        request.integrationId = hub_->integrationId;
        return request;
    }
    SyncService& service() { return hub_->service; }

    void aRunStartsWithTheCallersTransactionOrNotAtAll() {
        {
            auto tx = hub_->database->forStore(hub_->storeId);
            CPPUNIT_ASSERT(service().request(tx, wanted()));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("sync_run"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("job"));
        auto tx = hub_->database->forStore(hub_->storeId);
        SyncRequest first = wanted();
        first.trigger = Trigger::Connect;
        const auto started = service().request(tx, first);
        CPPUNIT_ASSERT(started && !started->joined);
        tx.commit();
        const auto progress = hub_->progress(started->runId);
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), progress.status);
        CPPUNIT_ASSERT_EQUAL(std::string("connect"), progress.trigger);
        CPPUNIT_ASSERT_EQUAL(std::string(), progress.stage);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub_->count("change WHERE kind = 'sync.progress'"));
    }

    void anActiveRunIsJoined() {
        const auto first = service().request(wanted());
        SyncRequest full = wanted();
        full.mode = Mode::Full;
        const auto second = service().request(full);
        CPPUNIT_ASSERT(first && second);
        CPPUNIT_ASSERT(!first->joined && second->joined);
        CPPUNIT_ASSERT(first->runId == second->runId);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub_->count("job"));
    }

    void onlyAConnectedIntegrationIsSynced() {
        hub_->setStatus(store::IntegrationStatus::Disconnected);
        const auto refused = service().request(wanted());
        CPPUNIT_ASSERT(!refused);
        CPPUNIT_ASSERT(refused.error().kind == ErrorKind::Rejected);
        CPPUNIT_ASSERT(refused.error().message.find("disconnected") != std::string::npos);
        CPPUNIT_ASSERT(refused.error().message.find("/connect") != std::string::npos);
    }

    void anotherStoresIntegrationIsNotFound() {
        SyncRequest foreign = wanted();
        foreign.storeId = test::insertStore(*hub_->database, "Other");
        const auto refused = service().request(foreign);
        CPPUNIT_ASSERT(!refused && refused.error().kind == ErrorKind::NotFound);
    }

    void entitiesAreCheckedAndPutInOrder() {
        SyncRequest request = wanted();
        request.entities = {Entity::Stock};
        const auto refused = service().request(request);
        CPPUNIT_ASSERT(!refused && refused.error().kind == ErrorKind::Rejected);
        request.entities = {Entity::Order, Entity::Customer};
        const auto started = service().request(request);
        CPPUNIT_ASSERT(started);
        const auto progress = hub_->progress(started->runId);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, progress.entities.size());
        CPPUNIT_ASSERT_EQUAL(std::string("customer"), progress.entities[0].entity);
        CPPUNIT_ASSERT_EQUAL(std::string("order"), progress.entities[1].entity);
    }

    void aPluginThatIsNotLoadedIsNamed() {
        SyncRequest request = wanted();
        request.integrationId =
            test::insertIntegration(*hub_->database, hub_->storeId, "absent", "account-2");
        const auto refused = service().request(request);
        CPPUNIT_ASSERT(!refused && refused.error().kind == ErrorKind::Unsupported);
        CPPUNIT_ASSERT(refused.error().message.find("'absent'") != std::string::npos);
    }

    void cancelEndsAWaitingRunAtOnce() {
        hub_->plugin->customers.records.push_back(test::customer("1"));
        hub_->plugin->customers.beforeFetch = [](std::size_t) {
            return sdk::Error{ErrorKind::Transient, "down"};
        };
        const auto run = hub_->start();
        hub_->work("sync");
        CPPUNIT_ASSERT_EQUAL(std::string("waiting"), hub_->progress(run).status);
        const auto cancelled = service().cancel(hub_->storeId, run);
        CPPUNIT_ASSERT(cancelled && cancelled->cancelRequested);
        CPPUNIT_ASSERT(hub_->work("sync"));
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), hub_->progress(run).status);
        CPPUNIT_ASSERT(!hub_->progress(run).error);
    }

    void cancelRefusesWhatHasEnded() {
        const auto run = hub_->start();
        hub_->work("sync");
        const auto late = service().cancel(hub_->storeId, run);
        CPPUNIT_ASSERT(!late && late.error().kind == ErrorKind::Rejected);
        const auto unknown = service().cancel(hub_->storeId, core::newId());
        CPPUNIT_ASSERT(!unknown && unknown.error().kind == ErrorKind::NotFound);
    }

    void runsAreListedNewestFirst() {
        std::vector<core::Uuid> runs;
        for (int i = 0; i < 3; ++i) {
            runs.push_back(hub_->start());
            hub_->work("sync");
        }
        const auto newest = service().list(hub_->storeId, std::nullopt, {}, 2);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, newest.size());
        CPPUNIT_ASSERT(newest[0].runId == runs[2] && newest[1].runId == runs[1]);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, newest[0].entities.size());
        const auto rest = service().list(hub_->storeId, hub_->integrationId, newest[1].runId, 2);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rest.size());
        CPPUNIT_ASSERT(rest[0].runId == runs[0]);
        CPPUNIT_ASSERT(service().list(hub_->storeId, core::newId(), {}, 2).empty());
    }

    void dueIntegrationsAreStartedOnce() {
        CPPUNIT_ASSERT_EQUAL(0, service().startDue(hours(1)));
        hub_->start();
        hub_->work("sync");
        CPPUNIT_ASSERT_EQUAL(0, service().startDue(hours(1)));
        hub_->clock.advance(hours(1) + seconds(1));
        CPPUNIT_ASSERT_EQUAL(1, service().startDue(hours(1)));
        CPPUNIT_ASSERT_EQUAL(0, service().startDue(hours(1)));
        const auto newest = service().list(hub_->storeId, std::nullopt, {}, 1);
        CPPUNIT_ASSERT_EQUAL(std::string("schedule"), newest[0].trigger);
        CPPUNIT_ASSERT_EQUAL(std::string("incremental"), newest[0].mode);
        // Still running when the next hour strikes: that one is enough.
        hub_->clock.advance(hours(1) + seconds(1));
        CPPUNIT_ASSERT_EQUAL(0, service().startDue(hours(1)));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hub_->count("job"));
    }

    void aDifferenceIsMendedByAFullRunOnceADay() {
        hub_->plugin->customers.count = sdk::RemoteCount{1, true};
        hub_->start();
        hub_->settle(10);
        const auto modeOfNext = [&] {
            const auto run = hub_->start();
            hub_->settle(10);
            CPPUNIT_ASSERT_EQUAL(std::string("incomplete"), hub_->progress(run).status);
            return hub_->progress(run).mode;
        };
        CPPUNIT_ASSERT_EQUAL(std::string("incremental"), modeOfNext());
        hub_->clock.advance(hours(24));
        CPPUNIT_ASSERT_EQUAL(std::string("full"), modeOfNext());
        CPPUNIT_ASSERT_EQUAL(std::string("incremental"), modeOfNext());
    }

    void aRunWithoutAJobIsEnded() {
        const auto run = hub_->start();
        CPPUNIT_ASSERT_EQUAL(0, service().endOrphans());
        {
            auto tx = hub_->database->asOwner();
            tx.query("UPDATE job SET state = 'dead'");
            tx.commit();
        }
        CPPUNIT_ASSERT_EQUAL(1, service().endOrphans());
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), hub_->progress(run).status);
        CPPUNIT_ASSERT(hub_->progress(run).error);
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), hub_->integration().syncStatus);
        CPPUNIT_ASSERT(hub_->start() != run);
    }

    /// A run of customers that fails at its second page.
    void failHalfWay() {
        auto& source = hub_->plugin->customers;
        for (int i = 0; i < 4; ++i) source.records.push_back(test::customer(std::to_string(i)));
        source.beforeFetch = [](std::size_t call) -> std::optional<sdk::Error> {
            if (call == 2) return sdk::Error{ErrorKind::Unauthorized, "taken back"};
            return std::nullopt;
        };
        const auto failed = hub_->start({Entity::Customer});
        hub_->work("sync");
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), hub_->progress(failed).status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, hub_->count("sync_seen"));
        hub_->setStatus(store::IntegrationStatus::Connected);
        source.asked.clear();
    }

    void aDifferentFullRunIsNotContinued() {
        failHalfWay();
        hub_->start({}, Mode::Full);
        hub_->settle(1);
        CPPUNIT_ASSERT_EQUAL(std::string(), hub_->plugin->customers.asked.at(0));
    }

    void whatAFailedRunHadMetIsForgottenAfterAWeek() {
        failHalfWay();
        hub_->clock.advance(hours(6 * 24));
        service().forgetAbandoned();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, hub_->count("sync_seen"));
        hub_->clock.advance(hours(24) + seconds(1));
        service().forgetAbandoned();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, hub_->count("sync_seen"));
        hub_->start({Entity::Customer});
        hub_->settle(1);
        CPPUNIT_ASSERT_EQUAL(std::string(), hub_->plugin->customers.asked.at(0));
    }

    void anAccountThatWasDisconnectedIsReadInFull() {
        hub_->start();
        hub_->settle(1);
        hub_->setStatus(store::IntegrationStatus::Disconnected);
        hub_->clock.advance(minutes(5));
        hub_->setStatus(store::IntegrationStatus::Connected);
        CPPUNIT_ASSERT_EQUAL(std::string("full"), hub_->progress(hub_->start()).mode);
        hub_->settle(1);
        CPPUNIT_ASSERT_EQUAL(std::string("incremental"), hub_->progress(hub_->start()).mode);
    }

    void namesAreTextAndBack() {
        for (const Mode mode : {Mode::Full, Mode::Incremental, Mode::Verify})
            CPPUNIT_ASSERT(*modeFrom(name(mode)) == mode);
        CPPUNIT_ASSERT(!modeFrom("everything"));
        CPPUNIT_ASSERT_EQUAL(std::string_view("manual"), name(Trigger::Manual));
    }

    std::unique_ptr<test::FakeHub> hub_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(ServiceTest);

}  // namespace souk::sync
