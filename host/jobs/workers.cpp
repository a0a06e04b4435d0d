#include "jobs/workers.hpp"

#include "core/crew.hpp"
#include "jobs/executor.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace souk::jobs {

namespace {

/// A database that is itself the trouble must not hold up the end of the process.
constexpr std::string_view kAtOnce =
    "SELECT set_config('statement_timeout', '1000', true), set_config('lock_timeout', '500', true)";

/// A suspect, counted while a plugin has it: should the host end there, it was this one.
class Suspect final : public core::Suspicion {
public:
    Suspect(store::Database& database, const Job& job) : database_(database), job_(job) {}
    bool inHand() noexcept override { return count(1); }
    void outOfHand() noexcept override { count(-1); }

private:
    bool count(std::int32_t by) noexcept try {
        auto worker = database_.asWorker();
        const bool ours = countCrash(worker, job_, by);
        worker.commit();
        return ours;
    } catch (const store::Failure&) {
        return false;
    }

    store::Database& database_;
    const Job& job_;
};

}  // namespace

class Workers::Pool {
public:
    Pool(store::Database& database,
         std::string databaseUrl,
         std::string owner,
         const sdk::Clock& clock,
         core::Log& log,
         core::Metrics& metrics,
         const WorkerLimits& limits)
        : database_(database),
          url_(std::move(databaseUrl)),
          owner_(std::move(owner)),
          clock_(clock),
          log_(log),
          limits_(limits),
          executor_(database, clock, log, metrics),
          busy_(metrics.gauge("souk_workers_busy", "Worker threads running a job.")) {}

    void handle(std::string kind, Handler handler, const KindRules& rules) {
        kinds_[std::move(kind)] = Kind{std::move(handler), rules};
    }

    void start() {
        if (keeper_.joinable()) return;
        crew_.start(static_cast<std::size_t>(limits_.threads),
                    [this](const std::stop_token& stop) { work(stop); });
        keeper_ = std::jthread([this](const std::stop_token& stop) { keepLeases(stop); });
        leaser_ = std::jthread([this](const std::stop_token& stop) { leaseLoop(stop); });
        ear_ = std::jthread([this](const std::stop_token& stop) { listen(stop); });
    }

    void stop() {
        end(ear_);
        end(leaser_);
        {
            const std::scoped_lock lock(mutex_);
            for (const auto& held : held_) held->stop.request_stop();
        }
        crew_.stop();
        end(keeper_);
    }

    std::vector<Job> inHand() const {
        const std::scoped_lock lock(mutex_);
        std::vector<Job> jobs;
        jobs.reserve(held_.size());
        for (const auto& held : held_) jobs.push_back(held->job);
        return jobs;
    }

    void surrender() try {
        auto worker = database_.asWorker();
        worker.query(kAtOnce);
        for (const auto& job : inHand())
            putBack(worker,
                    job,
                    clock_.now(),
                    job.attempts,
                    "its host ended before it did",
                    job.crashes);
        worker.commit();
    } catch (const store::Failure& failure) {
        log_.warning("jobs",
                     "jobs could not be put back; their leases will run out",
                     {{"error", failure.what()}});
    }

private:
    struct Kind {
        Handler handler;
        KindRules rules;
    };
    /// A leased job, from the lease until its end is written.
    struct Held {
        Job job;
        std::stop_source stop;
    };

    static void end(std::jthread& thread) {
        thread.request_stop();
        if (thread.joinable()) thread.join();
    }

    /// What may be leased now, given what is in hand. Under the mutex.
    LeaseRequest wanted() const {
        LeaseRequest request;
        request.owner = owner_;
        request.perLane = limits_.perLane;
        request.batch = limits_.threads - static_cast<std::int32_t>(held_.size());
        for (const auto& [name, kind] : kinds_) {
            const std::int32_t most = kind.rules.perHost > 0 ? kind.rules.perHost : limits_.threads;
            const auto running =
                std::count_if(held_.begin(), held_.end(), [&name = name](const auto& held) {
                    return held->job.kind == name;
                });
            const std::int32_t room = most - static_cast<std::int32_t>(running);
            if (room > 0)
                request.kinds.push_back(
                    {name, kind.rules.perLane, room, kind.rules.needsConnection});
        }
        request.now = clock_.now();
        request.until = request.now + limits_.lease;
        return request;
    }

    void leaseLoop(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            LeaseRequest request;
            {
                std::unique_lock lock(mutex_);
                wake_.wait_for(lock, stop, limits_.poll, [this] { return hint_; });
                if (stop.stop_requested()) return;
                hint_ = false;
                request = wanted();
            }
            if (request.batch > 0 && !request.kinds.empty()) leaseOnce(request);
        }
    }

    void leaseOnce(const LeaseRequest& request) {
        std::vector<Job> jobs;
        try {
            auto worker = database_.asWorker();
            jobs = lease(worker, request);
            worker.commit();
        } catch (const store::Failure& failure) {
            log_.warning("jobs", "leasing failed; trying again", {{"error", failure.what()}});
            return;
        }
        if (jobs.empty()) return;
        const std::scoped_lock lock(mutex_);
        for (Job& job : jobs) {
            auto held = std::make_shared<Held>();
            held->job = std::move(job);
            held_.push_back(held);
            ready_.push_back(std::move(held));
        }
        hint_ = true;  // there may be more than this batch
        wake_.notify_all();
    }

    void work(const std::stop_token& stop) {
        for (;;) {
            std::shared_ptr<Held> held;
            {
                std::unique_lock lock(mutex_);
                wake_.wait(lock, stop, [this] { return !ready_.empty(); });
                if (ready_.empty()) return;
                held = std::move(ready_.front());
                ready_.pop_front();
            }
            busy_.add(1);
            run(held);
            giveUp(held);
        }
    }

    void run(const std::shared_ptr<Held>& held) {
        const Job& job = held->job;
        const Kind& kind = kinds_.at(job.kind);
        Suspect counted(database_, job);
        const core::Errand errand(
            [this, &held](const std::string& why) {
                executor_.leave(held->job, why);
                giveUp(held);
            },
            job.suspect ? &counted : nullptr);
        executor_.run(job, kind.handler, kind.rules, held->stop.get_token());
    }

    /// Its end is written: its thread and its place in the lane are free.
    void giveUp(const std::shared_ptr<Held>& held) {
        busy_.add(-1);
        const std::scoped_lock lock(mutex_);
        std::erase(held_, held);
        hint_ = true;
        wake_.notify_all();
    }

    void keepLeases(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::vector<Job> jobs;
            {
                std::unique_lock lock(mutex_);
                wake_.wait_for(lock, stop, limits_.heartbeat, [] { return false; });
                if (stop.stop_requested()) return;
                for (const auto& held : held_) jobs.push_back(held->job);
            }
            if (!jobs.empty()) extendAll(jobs);
        }
    }

    void extendAll(const std::vector<Job>& jobs) {
        std::vector<core::Uuid> lost;
        try {
            auto worker = database_.asWorker();
            lost = extend(worker, jobs, clock_.now() + limits_.lease);
            worker.commit();
        } catch (const store::Failure& failure) {
            log_.warning("jobs", "leases could not be extended", {{"error", failure.what()}});
            return;
        }
        const std::scoped_lock lock(mutex_);
        for (const auto& held : held_)
            if (std::find(lost.begin(), lost.end(), held->job.id) != lost.end())
                held->stop.request_stop();
    }

    void listen(const std::stop_token& stop) {
        store::Listener listener(url_, "souk_job");
        while (!stop.stop_requested()) {
            if (!listener.wait(limits_.poll, stop)) continue;
            const std::scoped_lock lock(mutex_);
            hint_ = true;
            wake_.notify_all();
        }
    }

    store::Database& database_;
    std::string url_;
    std::string owner_;
    const sdk::Clock& clock_;
    core::Log& log_;
    WorkerLimits limits_;
    Executor executor_;
    core::Gauge& busy_;
    std::map<std::string, Kind, std::less<>> kinds_;  // constant once started

    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    bool hint_ = true;  // something may be due: look
    std::vector<std::shared_ptr<Held>> held_;
    std::deque<std::shared_ptr<Held>> ready_;

    core::Crew crew_;
    std::jthread keeper_;
    std::jthread leaser_;
    std::jthread ear_;
};

Workers::Workers(store::Database& database,
                 std::string databaseUrl,
                 std::string owner,
                 const sdk::Clock& clock,
                 core::Log& log,
                 core::Metrics& metrics,
                 const WorkerLimits& limits)
    : pool_(std::make_unique<Pool>(
          database, std::move(databaseUrl), std::move(owner), clock, log, metrics, limits)) {}

Workers::~Workers() {
    stop();
}

void Workers::handle(std::string kind, Handler handler, const KindRules& rules) {
    pool_->handle(std::move(kind), std::move(handler), rules);
}

void Workers::start() {
    pool_->start();
}

void Workers::stop() {
    pool_->stop();
}

std::vector<Job> Workers::inHand() const {
    return pool_->inHand();
}

void Workers::surrender() {
    pool_->surrender();
}

}  // namespace souk::jobs
