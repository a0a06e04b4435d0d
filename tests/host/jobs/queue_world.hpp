#pragma once

#include "jobs/queue.hpp"

#include "host/jobs/manual_clock.hpp"
#include "support/test_database.hpp"

#include <cppunit/TestFixture.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace souk::jobs {

inline NewJob refetchOf(const core::Uuid& integration, const std::string& record) {
    NewJob job;
    job.integrationId = integration;
    job.kind = "refetch";
    job.dedupe = record;
    return job;
}

/// A queue of its own for every test: a store with two lanes, and a clock that tests move.
class QueueFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        database_ = test::TestDatabase::instance().emptied();
        store_ = test::insertStore(*database_);
        big_ = test::insertIntegration(*database_, store_, "example", "big");
        small_ = test::insertIntegration(*database_, store_, "other", "small");
    }
    void tearDown() override { database_.reset(); }

protected:
    int add(const std::vector<NewJob>& jobs) {
        auto tx = database_->forStore(store_);
        const int added = enqueue(tx, store_, jobs);
        tx.commit();
        return added;
    }

    LeaseRequest request(std::int32_t batch) const {
        LeaseRequest request;
        request.owner = "host-1";
        request.kinds = {{"refetch", 4, 100, false}, {"sync", 1, 100, false}};
        request.batch = batch;
        request.now = clock_.now();
        request.until = request.now + std::chrono::seconds(60);
        return request;
    }

    std::vector<Job> take(const LeaseRequest& wanted) {
        auto tx = database_->asWorker();
        auto jobs = lease(tx, wanted);
        tx.commit();
        return jobs;
    }
    std::vector<Job> take(std::int32_t batch) { return take(request(batch)); }

    template <class F>
    auto asWorker(F&& work) {
        auto tx = database_->asWorker();
        auto answer = work(tx);
        tx.commit();
        return answer;
    }

    std::string stateOf(const Job& job) {
        auto tx = database_->asWorker();
        const auto rows = tx.query("SELECT state FROM job WHERE id = $1", job.id);
        return rows.empty() ? "gone" : rows[0].text("state");
    }

    static std::int64_t countOf(const std::vector<Job>& jobs, const core::Uuid& lane) {
        return std::count_if(
            jobs.begin(), jobs.end(), [&](const Job& job) { return job.integrationId == lane; });
    }

    test::ManualClock clock_;
    std::unique_ptr<store::Database> database_;
    core::Uuid store_;
    core::Uuid big_;
    core::Uuid small_;
};

}  // namespace souk::jobs
