#include "store/pool.hpp"

#include <algorithm>
#include <utility>

namespace souk::store {

namespace {

std::string setting(const char* name, std::chrono::milliseconds value) {
    return std::string(", set_config('") + name + "', '" + std::to_string(value.count()) +
           "', true)";
}

/// A host that stands still inside a transaction (paused, starved) loses it when a statement would
/// have been cancelled, with its locks: the others wait for nothing else.
std::string settings(const PoolLimits& limits) {
    return "set_config('timezone', 'UTC', true)" +
           setting("statement_timeout", limits.statementTimeout) +
           setting("idle_in_transaction_session_timeout", limits.statementTimeout) +
           setting("lock_timeout", limits.lockTimeout);
}

/// What to do where the roles are not as the migrations leave them.
Failure withFix(const Failure& failure) {
    if (failure.sqlState() != "22023" && failure.sqlState() != "42501") return failure;
    return {failure.sqlState(),
            std::string(failure.what()) + "; `souk migrate` makes the roles this login needs"};
}

}  // namespace

Database::Pool::Pool(const std::string& url, const PoolLimits& wanted)
    : connectionString(store::connectionString(url)), limits(wanted) {}

std::unique_ptr<Connection> Database::Pool::takeAny() {
    std::unique_lock lock(mutex_);
    if (!idle_.empty()) {
        // The most recently used one: the others may stay asleep.
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
    }
    if (made_ < limits.connections) {
        ++made_;
        return std::make_unique<Connection>(connectionString);
    }
    Waiter waiter;
    ++waits_;
    waiters_.push_back(&waiter);
    const auto served = [&waiter] { return waiter.connection != nullptr; };
    if (!waiter.turn.wait_for(lock, limits.wait, served)) {
        waiters_.erase(std::find(waiters_.begin(), waiters_.end(), &waiter));
        throw Failure("53300",
                      "no database connection came free within " +
                          std::to_string(limits.wait.count()) + " ms; all " +
                          std::to_string(limits.connections) +
                          " are busy (database.pool.connections)");
    }
    return std::move(waiter.connection);
}

std::unique_ptr<Connection> Database::Pool::take() {
    auto connection = takeAny();
    try {
        connection->makeReady();
    } catch (...) {
        give(std::move(connection));
        throw;
    }
    return connection;
}

void Database::Pool::give(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    if (waiters_.empty()) {
        idle_.push_back(std::move(connection));
        return;
    }
    auto* const next = waiters_.front();
    waiters_.pop_front();
    next->connection = std::move(connection);
    next->turn.notify_one();
}

Transaction Database::Pool::begin(const std::string& preamble) {
    auto session = std::make_unique<Transaction::Session>(shared_from_this(), take());
    session->begin("BEGIN; " + preamble + "; SELECT " + settings(limits));
    return Transaction(std::move(session));
}

Sent Database::Pool::send(const std::string& role, std::string_view sql, const Params& params) {
    auto session = std::make_unique<Transaction::Session>(shared_from_this(), take());
    session->send(
        "SELECT set_config('role', '" + role + "', true), " + settings(limits), sql, params);
    return Sent(std::move(session));
}

Database::Usage Database::Pool::usage() const {
    const std::lock_guard lock(mutex_);
    Usage now;
    now.idle = static_cast<int>(idle_.size());
    now.busy = made_ - now.idle;
    now.waiting = static_cast<int>(waiters_.size());
    now.waits = waits_;
    return now;
}

Transaction::Session::Session(std::shared_ptr<Database::Pool> pool,
                              std::unique_ptr<Connection> connection)
    : pool_(std::move(pool)), connection_(std::move(connection)) {}

Transaction::Session::~Session() {
    if (connection_->open() && PQtransactionStatus(connection_->raw()) != PQTRANS_IDLE) {
        try {
            connection_->command("ROLLBACK");
        } catch (const Failure&) {
            connection_->distrust();
        }
    }
    pool_->give(std::move(connection_));
}

void Transaction::Session::begin(const std::string& preamble) {
    try {
        connection_->command(preamble);
    } catch (const Failure& failure) {
        throw withFix(failure);
    }
}

void Transaction::Session::send(const std::string& preamble,
                                std::string_view sql,
                                const Params& params) {
    connection_->send(preamble, sql, params);
}

Rows Transaction::Session::receive() {
    try {
        return connection_->receive();
    } catch (const Failure& failure) {
        throw withFix(failure);
    }
}

void Transaction::Session::refuseIfFailed() const {
    if (failed_)
        throw Failure("25P02", "an earlier statement of this transaction failed; roll it back");
}

Rows Transaction::Session::run(std::string_view sql, const Params& params) {
    refuseIfFailed();
    try {
        return connection_->run(sql, params);
    } catch (const Failure&) {
        failed_ = true;
        throw;
    }
}

void Transaction::Session::attempt(const std::function<void()>& work) {
    refuseIfFailed();
    connection_->command("SAVEPOINT attempt");
    const auto acts = afterCommit.size();
    try {
        work();
        refuseIfFailed();
        connection_->command("RELEASE SAVEPOINT attempt");
    } catch (...) {
        afterCommit.resize(acts);
        failed_ = true;  // unless the next line can be run
        if (connection_->open()) {
            connection_->command("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt");
            failed_ = false;
        }
        throw;
    }
}

void Transaction::Session::commit() {
    refuseIfFailed();
    failed_ = true;  // unless the next line returns
    const auto tag = connection_->command("COMMIT");
    if (tag != "COMMIT") throw Failure("25P02", "PostgreSQL rolled the transaction back");
    failed_ = false;
}

}  // namespace souk::store
