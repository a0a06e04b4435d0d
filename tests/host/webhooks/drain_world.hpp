#pragma once

#include "webhooks/drain.hpp"

#include "fake_platform.hpp"
#include "support/test_database.hpp"
#include "webhooks/inbox.hpp"
#include "webhooks/ledger.hpp"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace souk::webhooks {

using namespace std::chrono_literals;

/// An integration whose events are put into the inbox and drained by hand.
class DrainFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        database_ = test::TestDatabase::instance().fresh();
        store_ = test::insertStore(*database_);
        integration_ = test::insertIntegration(*database_, store_, "example", "shop-1");
    }
    void tearDown() override {
        drain_.reset();
        inbox_.reset();
        database_.reset();
    }

protected:
    Drain& drain() {
        drain_ = std::make_unique<Drain>(*database_, catalog_, clock_, log_, metrics_, options_);
        return *drain_;
    }
    void put(const std::string& key, const std::string& topic, const std::string& body) {
        put(key, topic, body, integration_);
    }
    void put(const std::string& key,
             const std::string& topic,
             const std::string& body,
             const core::Uuid& integration,
             const std::optional<core::Uuid>& correlation = std::nullopt) {
        if (!inbox_)
            inbox_ = std::make_unique<Inbox>(*database_, clock_, log_, metrics_, InboxLimits());
        std::promise<bool> promise;
        NewEvent event{core::newId(),
                       store_,
                       integration,
                       "example",
                       topic,
                       key,
                       "shop-1",
                       {},
                       "{}",
                       body,
                       {},
                       correlation};
        CPPUNIT_ASSERT(inbox_->submit({event}, [&](bool durable) { promise.set_value(durable); }));
        CPPUNIT_ASSERT(promise.get_future().get());
    }
    /// Leases the lane and takes events as a worker does, then is never heard of again; a suspect
    /// was in the plugin's hands.
    void die(const std::string& owner) {
        auto tx = database_->asWorker();
        const auto lane = Lanes::lease(tx, owner, clock_.now(), clock_.now() + 1s);
        CPPUNIT_ASSERT(lane.has_value());
        const auto events = Lanes::take(tx, *lane, clock_.now(), clock_.now() + 1s, 10);
        CPPUNIT_ASSERT(!events.empty());
        if (!lane->suspects.empty())
            CPPUNIT_ASSERT(Lanes::countCrash(tx, *lane, events.front(), 1));
        tx.commit();
    }
    std::vector<ListedEvent> list() {
        auto tx = database_->forStore(store_);
        return Ledger::list(tx, {}, {}, 250);
    }
    std::int64_t waitingOf(const core::Uuid& integration) {
        auto tx = database_->forStore(store_);
        return tx
            .query(
                "SELECT count(*) AS n FROM webhook WHERE integration_id = $1 AND state = 'waiting'",
                integration)[0]
            .integer("n");
    }
    static bool becomes(const std::function<bool()>& so) {
        for (int i = 0; i < 6000 && !so(); ++i) std::this_thread::sleep_for(10ms);
        return so();
    }
    std::string statusOf() { return text("SELECT status AS v FROM integration"); }
    std::string reasonOf() { return text("SELECT status_reason AS v FROM integration"); }
    std::string text(std::string_view sql) {
        auto tx = database_->forStore(store_);
        const auto rows = tx.query(sql);
        return rows.empty() ? "(no row)" : rows[0].text("v");
    }

    HandClock clock_;
    std::string logged_;
    std::mutex logMutex_;
    core::Log log_{
        clock_, core::Log::Format::Json, sdk::LogLevel::Info, [this](std::string_view line) {
            const std::lock_guard lock(logMutex_);
            logged_.append(line);
        }};
    core::Metrics metrics_;
    std::shared_ptr<FakePlugin> plugin_ = std::make_shared<FakePlugin>();
    loader::Catalog catalog_ = catalogWith(plugin_);
    DrainOptions options_{.owner = "this-host"};
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<Inbox> inbox_;
    std::unique_ptr<Drain> drain_;
    core::Uuid store_;
    core::Uuid integration_;
};

}  // namespace souk::webhooks
