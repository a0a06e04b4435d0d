#pragma once

#include "net/connection.hpp"

#include <souk/sdk/context.hpp>

#include <condition_variable>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace souk::net {

/// Kept-alive connections by host: at most so many to one host at once, idle ones for a while.
/// Thread-safe.
class Pool {
public:
    Pool(const Options& options, TlsSettings tls, const sdk::Clock& clock);

    /// A connection in use. It goes back when it may be reused and was kept, else it is closed;
    /// its place is free again either way.
    class Lease {
    public:
        Lease(Pool& pool, std::unique_ptr<Connection> connection, bool reused) noexcept;
        ~Lease();
        Lease(Lease&& other) noexcept;
        Lease& operator=(Lease&&) = delete;

        Connection& connection() noexcept { return *connection_; }
        bool reused() const noexcept { return reused_; }
        void keep() noexcept { keep_ = true; }

    private:
        Pool* pool_;
        std::unique_ptr<Connection> connection_;
        bool reused_;
        bool keep_ = false;
    };

    /// An idle connection, or a new one. Transient when none is free or made within the limit.
    sdk::Result<Lease> take(const std::string& host, const Limit& limit);
    /// Never an idle one: after one of them had turned out to be dead.
    sdk::Result<Lease> takeNew(const std::string& host, const Limit& limit);
    /// For tests and metrics.
    std::size_t idle() const;

private:
    struct Idle {
        std::unique_ptr<Connection> connection;
        sdk::Timestamp since;
    };
    sdk::Result<sdk::Done> takePlace(const std::string& host, const Limit& limit);
    void freePlace(const std::string& host) noexcept;
    std::unique_ptr<Connection> takeIdle(const std::string& host);
    void giveBack(std::unique_ptr<Connection> connection, bool keep) noexcept;
    sdk::Result<Lease> openNew(const std::string& host, const Limit& limit);

    const Options options_;
    const TlsSettings tls_;
    const sdk::Clock& clock_;
    mutable std::mutex mutex_;
    std::condition_variable_any freed_;
    std::map<std::string, std::size_t> busy_;
    std::list<Idle> idle_;  ///< oldest first
};

}  // namespace souk::net
