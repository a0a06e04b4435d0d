#include "net/pool.hpp"

#include <utility>

namespace souk::net {

Pool::Lease::Lease(Pool& pool, std::unique_ptr<Connection> connection, bool reused) noexcept
    : pool_(&pool), connection_(std::move(connection)), reused_(reused) {}

Pool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      connection_(std::move(other.connection_)),
      reused_(other.reused_),
      keep_(other.keep_) {}

Pool::Lease::~Lease() {
    if (pool_ != nullptr) pool_->giveBack(std::move(connection_), keep_);
}

Pool::Pool(const Options& options, TlsSettings tls, const sdk::Clock& clock)
    : options_(options), tls_(std::move(tls)), clock_(clock) {}

sdk::Result<Pool::Lease> Pool::take(const std::string& host, const Limit& limit) {
    SOUK_TRY(takePlace(host, limit));
    while (auto idle = takeIdle(host))
        if (idle->fresh()) return Lease(*this, std::move(idle), true);
    return openNew(host, limit);
}

sdk::Result<Pool::Lease> Pool::takeNew(const std::string& host, const Limit& limit) {
    SOUK_TRY(takePlace(host, limit));
    return openNew(host, limit);
}

sdk::Result<Pool::Lease> Pool::openNew(const std::string& host, const Limit& limit) {
    auto opened = Connection::open(host, options_, tls_, limit);
    if (!opened) {
        freePlace(host);
        return std::move(opened).error();
    }
    return Lease(*this, *std::move(opened), false);
}

sdk::Result<sdk::Done> Pool::takePlace(const std::string& host, const Limit& limit) {
    std::unique_lock lock(mutex_);
    const bool free = freed_.wait_until(lock, limit.stop, limit.until, [&] {
        const auto busy = busy_.find(host);
        return busy == busy_.end() || busy->second < options_.connectionsPerHost;
    });
    if (!free)
        return sdk::Error{sdk::ErrorKind::Transient,
                          "All connections to " + host + " were busy; net.connections_per_host " +
                              "says how many there may be."};
    ++busy_[host];
    return sdk::Done{};
}

void Pool::freePlace(const std::string& host) noexcept {
    {
        const std::lock_guard lock(mutex_);
        const auto busy = busy_.find(host);
        if (busy != busy_.end() && --busy->second == 0) busy_.erase(busy);
    }
    freed_.notify_all();
}

std::unique_ptr<Connection> Pool::takeIdle(const std::string& host) {
    const std::lock_guard lock(mutex_);
    const auto oldest = clock_.now() - options_.idleTime;
    while (!idle_.empty() && idle_.front().since < oldest) idle_.pop_front();
    // The newest one: the others may then grow old and close.
    for (auto at = idle_.end(); at != idle_.begin();) {
        --at;
        if (at->connection->host() != host) continue;
        auto connection = std::move(at->connection);
        idle_.erase(at);
        return connection;
    }
    return nullptr;
}

void Pool::giveBack(std::unique_ptr<Connection> connection, bool keep) noexcept {
    const auto host = connection->host();
    if (keep) {
        const std::lock_guard lock(mutex_);
        idle_.push_back({std::move(connection), clock_.now()});
        while (idle_.size() > options_.idleConnections) idle_.pop_front();
    }
    connection.reset();
    freePlace(host);
}

std::size_t Pool::idle() const {
    const std::lock_guard lock(mutex_);
    return idle_.size();
}

}  // namespace souk::net
