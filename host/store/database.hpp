#pragma once

#include "core/uuid.hpp"
#include "store/failure.hpp"
#include "store/params.hpp"
#include "store/rows.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace souk::store {

/// One unit of work: BEGIN at birth, rolled back at death unless committed. One thread at a time.
/// Statements are prepared once per session and cached by their text, so `sql` must be a constant.
class Transaction {
public:
    class Session;
    explicit Transaction(std::unique_ptr<Session> session);
    ~Transaction();
    Transaction(Transaction&&) noexcept;
    Transaction& operator=(Transaction&&) = delete;

    template <class... Values>
    Rows query(std::string_view sql, const Values&... values) {
        return run(sql, Params(values...));
    }
    Rows run(std::string_view sql, const Params& params);

    /// Runs `work` in a savepoint: when it throws, what it wrote is undone and the transaction goes
    /// on as if it had not begun. For statements whose failure is an answer (a taken name).
    void attempt(const std::function<void()>& work);

    /// Durable when it returns. Throws Failure when the transaction had already failed.
    void commit();
    /// Called after the commit, never after a rollback (wake a queue, publish progress). The
    /// connection is free again by then. Must not throw: the work is already done.
    void afterCommit(std::function<void()> act);

private:
    std::unique_ptr<Session> session_;
};

/// One statement on its way that is a whole transaction: role, statement and commit go in one round
/// trip, and the caller may do something else before it asks for the answer. One thread at a time.
class Sent {
public:
    explicit Sent(std::unique_ptr<Transaction::Session> session);
    /// Unasked, whether it is committed stays unknown.
    ~Sent();
    Sent(Sent&&) noexcept;
    Sent& operator=(Sent&&) = delete;

    /// Waits. Durable when it returns; nothing of it is when it throws a Failure, unless that says
    /// that the connection is gone (08006): then nobody knows.
    Rows finish();

private:
    std::unique_ptr<Transaction::Session> session_;
};

struct PoolLimits {
    int connections = 16;
    std::chrono::milliseconds wait{5000};  ///< for a free connection, then Failure 53300
    std::chrono::milliseconds statementTimeout{30000};
    std::chrono::milliseconds lockTimeout{10000};
};

/// A PostgreSQL database behind a bounded pool. Sessions are checked on the way out, so a restarted
/// server costs nobody a failed statement. Thread-safe.
class Database {
public:
    /// `url`: postgresql://user:password@host:port/name?options or a libpq keyword string. Nothing
    /// is opened yet.
    Database(const std::string& url, const PoolLimits& limits);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// As souk_app, seeing the rows of this store alone.
    Transaction forStore(const core::Uuid& store);
    /// As souk_worker, for cross-store work on the tables it needs.
    Transaction asWorker();
    /// The same for a single statement; prepared and cached as a transaction's are.
    Sent sendAsWorker(std::string_view sql, const Params& params);
    /// As souk_owner: migrations, backup, tests.
    Transaction asOwner();

    /// As the login itself, for what must work before the roles exist.
    Transaction asLogin();

    /// One round trip; Failure when the database is not there.
    void ping();
    struct Usage {
        int busy = 0;
        int idle = 0;
        int waiting = 0;
        std::uint64_t waits = 0;  ///< how often somebody had to wait
    };
    Usage usage() const;

private:
    friend class Transaction;
    struct Pool;
    std::shared_ptr<Pool> pool_;
};

/// LISTEN on one channel with a connection of its own, reconnecting by itself. NOTIFY is only a
/// hint: whoever waits also polls.
class Listener {
public:
    Listener(const std::string& url, std::string channel);
    ~Listener();
    /// True when something was notified, or may have been missed because we only now began to
    /// listen (first call, reconnected); false after `timeout` or when stopped. Never throws when
    /// the database is away: that is a false after at most `timeout`.
    bool wait(std::chrono::milliseconds timeout, const std::stop_token& stop);

private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
};

}  // namespace souk::store
