#pragma once

#include "core/log.hpp"
#include "core/metrics.hpp"
#include "store/database.hpp"

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace souk::app {

/// What /metrics tells of the state all hosts share: read from small tables and the ends of
/// indexes when it is scraped, at most every few seconds, and never longer than two.
class Figures {
public:
    /// All must outlive this; the metrics may be scraped after it.
    Figures(store::Database& database,
            const sdk::Clock& clock,
            core::Log& log,
            core::Metrics& metrics);

private:
    using OwnLabels = std::vector<std::pair<std::string, std::string>>;

    double refresh();
    void read();
    void readLanes(store::Transaction& tx, sdk::Timestamp now);
    void readJobs(store::Transaction& tx);
    void readSyncs(store::Transaction& tx);
    void readBudgets(store::Transaction& tx, sdk::Timestamp now);
    /// Sets what was met and zeroes what was met before and is no more.
    void set(const std::string& name,
             const std::string& help,
             const std::map<OwnLabels, double>& values);

    store::Database& database_;
    const sdk::Clock& clock_;
    core::Log& log_;
    core::Metrics& metrics_;
    std::mutex mutex_;
    sdk::Timestamp fresh_{};  ///< until then nothing is read anew
    bool up_ = true;          ///< until it is found away
    std::map<std::string, std::map<OwnLabels, double>> told_;
    std::vector<core::Observation> observations_;  ///< last: they end before what they read
};

}  // namespace souk::app
