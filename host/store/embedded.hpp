#pragma once

#include <souk/sdk/result.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace souk::store {

struct EmbeddedOptions {
    std::filesystem::path folder;  ///< data in <folder>/data, socket in <folder>/run
    std::string serviceUser;       ///< to drop to when started as root; empty: souk, then postgres
    std::filesystem::path
        binaries;         ///< empty: newest of /usr/lib/postgresql/*/bin with version >= 15
    bool durable = true;  ///< false (tests only): fsync off
};

/// A private PostgreSQL cluster: unix socket only, started and stopped by us, never as root. Comes
/// back after a killed host: a stale postmaster.pid is recognised, a postmaster that survived is
/// adopted, crash recovery is waited for.
class EmbeddedServer {
public:
    static sdk::Result<std::unique_ptr<EmbeddedServer>> start(const EmbeddedOptions& options);
    ~EmbeddedServer();  ///< stops it (fast mode)

    /// libpq URL of the database "souk" in the cluster.
    const std::string& url() const noexcept;
    int pid() const noexcept;
    /// Stops it now. `immediate` is a crash for tests.
    void stop();
    void crash();

private:
    struct State;
    explicit EmbeddedServer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace souk::store
