#include "store/database.hpp"

#include "store/pool.hpp"

#include <stdexcept>
#include <utility>

namespace souk::store {

Transaction::Transaction(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Transaction::~Transaction() = default;
Transaction::Transaction(Transaction&&) noexcept = default;

Rows Transaction::run(std::string_view sql, const Params& params) {
    if (!session_) throw std::logic_error("a statement after the transaction's end");
    return session_->run(sql, params);
}

void Transaction::attempt(const std::function<void()>& work) {
    if (!session_) throw std::logic_error("an attempt after the transaction's end");
    session_->attempt(work);
}

void Transaction::commit() {
    if (!session_) throw std::logic_error("a second commit of one transaction");
    session_->commit();
    const auto acts = std::move(session_->afterCommit);
    session_.reset();
    for (const auto& act : acts) act();
}

void Transaction::afterCommit(std::function<void()> act) {
    if (!session_) throw std::logic_error("afterCommit after the transaction's end");
    session_->afterCommit.push_back(std::move(act));
}

Sent::Sent(std::unique_ptr<Transaction::Session> session) : session_(std::move(session)) {}
Sent::~Sent() = default;
Sent::Sent(Sent&&) noexcept = default;

Rows Sent::finish() {
    if (!session_) throw std::logic_error("the answer of a statement was asked for twice");
    const auto session = std::move(session_);
    return session->receive();
}

Database::Database(const std::string& url, const PoolLimits& limits)
    : pool_(std::make_shared<Pool>(url, limits)) {}

Database::~Database() = default;

Transaction Database::forStore(const core::Uuid& store) {
    if (store.empty()) throw std::logic_error("a store transaction without a store");
    return pool_->begin("SET LOCAL ROLE souk_app; SET LOCAL souk.store_id = '" + store.text() +
                        "'");
}

Transaction Database::asWorker() {
    return pool_->begin("SET LOCAL ROLE souk_worker");
}

Sent Database::sendAsWorker(std::string_view sql, const Params& params) {
    return pool_->send("souk_worker", sql, params);
}

Transaction Database::asOwner() {
    return pool_->begin("SET LOCAL ROLE souk_owner");
}

Transaction Database::asLogin() {
    return pool_->begin("SET LOCAL ROLE NONE");
}

void Database::ping() {
    auto connection = pool_->take();
    try {
        connection->command("SELECT 1");
    } catch (const Failure&) {
        pool_->give(std::move(connection));
        throw;
    }
    pool_->give(std::move(connection));
}

Database::Usage Database::usage() const {
    return pool_->usage();
}

}  // namespace souk::store
