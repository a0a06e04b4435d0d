#pragma once

#include "store/embedded.hpp"
#include "store/process.hpp"

#include <souk/sdk/result.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace souk::store {

/// Where PostgreSQL's programs are: `wanted`, or the newest version >= 15 below `versions`
/// (/usr/lib/postgresql), or of exactly `major` when a cluster of that version exists already.
sdk::Result<std::filesystem::path> findBinaries(const std::filesystem::path& wanted,
                                                std::optional<int> major,
                                                const std::filesystem::path& versions);

/// The folder of an embedded cluster: who owns it, what lies where, and what it was made by.
struct Cluster {
    std::filesystem::path folder;
    std::filesystem::path binaries;
    std::optional<Account> account;
    bool durable = true;
    bool diesWithStarter = false;

    std::filesystem::path data() const { return folder / "data"; }
    std::filesystem::path run() const { return folder / "run"; }
    std::filesystem::path log() const { return folder / "postgresql.log"; }
    std::string url(const std::string& database) const;

    /// Makes folder and socket folder where they are missing, owned by the account alone.
    sdk::Result<sdk::Done> prepareFolder() const;
    /// Makes the data where there is none; killed half-way it starts over next time.
    sdk::Result<sdk::Done> initialise() const;
    /// The postmaster that already runs on the data, if any. A pid file that names somebody else's
    /// process is removed.
    std::optional<Process> findRunning() const;
    sdk::Result<Process> startPostmaster() const;
    /// Until it takes connections; Rejected with the end of its log when it ends instead.
    sdk::Result<sdk::Done> waitUntilReady(Process& postmaster) const;
    /// Makes the database "souk" in a new cluster.
    sdk::Result<sdk::Done> ensureDatabase() const;
};

/// Major version of the data in `folder`/data, nothing when there is none yet.
std::optional<int> dataVersion(const std::filesystem::path& folder);

}  // namespace souk::store
