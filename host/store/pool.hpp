#pragma once

#include "store/connection.hpp"
#include "store/database.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace souk::store {

/// Hands out connections, at most so many, first come first served. A returned connection goes
/// straight to the longest waiting. Seen by host/store's own .cpp files only.
struct Database::Pool : std::enable_shared_from_this<Database::Pool> {
    Pool(const std::string& url, const PoolLimits& wanted);

    /// A connection that is ready. Failure 53300 when none came free in time, 08006 when the
    /// server is not there.
    std::unique_ptr<Connection> take();
    void give(std::unique_ptr<Connection> connection);
    /// Opens a transaction; `preamble` sets role and store within it.
    Transaction begin(const std::string& preamble);
    Sent send(const std::string& role, std::string_view sql, const Params& params);
    Usage usage() const;

    const std::string connectionString;
    const PoolLimits limits;

private:
    struct Waiter {
        std::condition_variable turn;
        std::unique_ptr<Connection> connection;
    };
    std::unique_ptr<Connection> takeAny();

    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::deque<Waiter*> waiters_;
    int made_ = 0;
    std::uint64_t waits_ = 0;
};

/// A connection lent from the pool, with an open transaction.
class Transaction::Session {
public:
    Session(std::shared_ptr<Database::Pool> pool, std::unique_ptr<Connection> connection);
    /// Rolls back what was not committed; a broken connection is opened anew by its next user.
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void begin(const std::string& preamble);
    Rows run(std::string_view sql, const Params& params);
    void attempt(const std::function<void()>& work);
    void commit();
    /// A statement that is the whole transaction, after `preamble`; then only receive().
    void send(const std::string& preamble, std::string_view sql, const Params& params);
    Rows receive();

    std::vector<std::function<void()>> afterCommit;

private:
    void refuseIfFailed() const;

    std::shared_ptr<Database::Pool> pool_;
    std::unique_ptr<Connection> connection_;
    bool failed_ = false;
};

}  // namespace souk::store
