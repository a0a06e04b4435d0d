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

private:
    enum class Ended : std::uint8_t { Done, Again, Dead, Lost };
    Ended settle(const Job& job,
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
                std::string_view reason);
    void note(const Job& job, Ended ended, const sdk::Result<Outcome>& result);

    store::Database& database_;
    const sdk::Clock& clock_;
    core::Log& log_;
    core::Metrics& metrics_;
};

}  // namespace souk::jobs
