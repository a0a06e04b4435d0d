#pragma once

#include "jobs/workers.hpp"

namespace souk::jobs {

/// Runs one leased job through its handler and writes down what became of it. Never throws: when
/// the database is not there for the writing, the lease runs out and another attempt follows.
/// Thread-safe.
class Executor {
public:
    Executor(store::Database& database,
             const sdk::Clock& clock,
             core::Log& log,
             core::Metrics& metrics);

    void run(const Job& job,
             const Handler& handler,
             const KindRules& rules,
             const std::stop_token& stop);

    /// Writes down the end of a job whose thread was left behind in a plugin: its integration is
    /// paused, the job waits for that to end. On the watch's thread; never throws either.
    void leave(const Job& job, const std::string& why);

private:
    enum class Ended : std::uint8_t { Done, Again, Dead, Lost };
    using Writing = std::function<Ended(store::Transaction&)>;
    void end(const Job& job, const sdk::Result<Outcome>& result, const Writing& write);
    void buryCrasher(const Job& job, const KindRules& rules);
    void pause(store::Transaction& worker, const core::Uuid& integrationId, const std::string& why);
    Ended settle(store::Transaction& worker,
                 const Job& job,
                 const KindRules& rules,
                 const sdk::Result<Outcome>& result,
                 sdk::Timestamp began,
                 bool stopped);
    Ended settleError(store::Transaction& worker,
                      const Job& job,
                      const KindRules& rules,
                      const sdk::Error& error,
                      sdk::Timestamp began);
    Ended again(store::Transaction& worker,
                const Job& job,
                sdk::Timestamp at,
                std::int32_t attempts,
                std::string_view reason,
                std::int32_t crashes = 0);
    void note(const Job& job, Ended ended, const sdk::Result<Outcome>& result);

    store::Database& database_;
    const sdk::Clock& clock_;
    core::Log& log_;
    core::Metrics& metrics_;
};

}  // namespace souk::jobs
