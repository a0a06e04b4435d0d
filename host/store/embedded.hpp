#pragma once

#include <souk/sdk/result.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace souk::store {

struct EmbeddedOptions {
    std::filesystem::path folder;  ///< data in <folder>/data, socket in <folder>/run
    std::string serviceUser;       ///< to drop to when started as root; empty: souk, then postgres
    std::filesystem::path
        binaries;         ///< empty: newest of /usr/lib/postgresql/*/bin with version >= 15
    bool durable = true;  ///< false (tests only): fsync off
    /// Tests only: the end of the thread that starts it, even by a crash, ends it too.
    bool diesWithStarter = false;
};

/// A private PostgreSQL cluster: unix socket only, started and stopped by us, never as root. Comes
/// back after a killed host: a stale postmaster.pid is recognised, a postmaster that survived is
/// adopted, crash recovery is waited for.
///
/// One host at a time: the folder is locked while the object lives.
class EmbeddedServer {
public:
    /// Rejected, with a sentence that names the fix: nothing installed, no service user, folder of
    /// somebody else, path too long for a socket, another host on the folder, no start.
    static sdk::Result<std::unique_ptr<EmbeddedServer>> start(const EmbeddedOptions& options);
    ~EmbeddedServer();  ///< stops it (fast mode)

    /// URL of the cluster in `folder` when it is up right now, whoever started it: for commands
    /// beside a running host.
    static std::optional<std::string> running(const std::filesystem::path& folder);

    /// libpq URL of the database "souk" in the cluster.
    const std::string& url() const noexcept;
    int pid() const;
    /// True when it outlived a killed host and was taken over.
    bool adopted() const noexcept;
    /// Starts it again when it ended without us (killed for want of memory, say); does nothing when
    /// it runs or was stopped. To be called now and then, by any thread. Rejected as start() is.
    sdk::Result<sdk::Done> keepUp();
    /// Stops it now. `immediate` is a crash for tests.
    void stop();
    void crash();

private:
    struct State;
    explicit EmbeddedServer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace souk::store
