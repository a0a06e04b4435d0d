#pragma once

#include "app/foundation.hpp"
#include "connect/app_secrets.hpp"
#include "core/uuid.hpp"
#include "store/integrations.hpp"
#include "web/router.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace souk::app {

/// The composition root: every room, wired. Made for `souk serve`, which starts it, and for
/// commands, which only use its routes and services in their own process.
class Hub {
public:
    /// The foundation must outlive the hub.
    static sdk::Result<std::unique_ptr<Hub>> make(Foundation& foundation);
    ~Hub();
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    /// Starts workers, lanes, scheduler, feed and the web server.
    sdk::Result<sdk::Done> start();
    /// From now on /readyz says 503, every answer closes its connection, and no job is taken up;
    /// those in hand are asked to hand their leases back. Returns at once.
    void retire();
    /// Retires, answers what is under way and ends all threads. Requests that are not answered
    /// within `limit` are cut off: false.
    bool stop(std::chrono::milliseconds limit);
    /// Within shutdown.drain.
    bool stop();
    /// What stop() would wait for, in words; empty when there is nothing.
    std::string inHand() const;
    /// Gives the jobs in hand to other hosts, for a process that ends without waiting for them. The
    /// lease of a lane runs out by itself: what hangs there may be its event's fault, and counts.
    void surrender();
    /// "127.0.0.1:8080", with the port that was bound.
    std::string address() const;

    struct Rooms;

    const web::Router& router() const;
    connect::AppSecrets& appSecrets();
    /// Connects with an access token made elsewhere; tried on the platform first.
    sdk::Result<store::IntegrationRow> addToken(const core::Uuid& integration, sdk::Secret token);

private:
    explicit Hub(std::unique_ptr<Rooms> rooms);
    std::unique_ptr<Rooms> rooms_;
};

}  // namespace souk::app
