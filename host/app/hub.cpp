#include "app/hub.hpp"

#include "app/rooms.hpp"

#include <souk/sdk/connect.hpp>

namespace souk::app {

using namespace std::chrono_literals;

namespace {

/// Wakes the lanes when any host stored an event; NOTIFY is a hint, they also look by themselves.
void listen(Hub::Rooms& rooms, const std::stop_token& stop) {
    store::Listener listener(rooms.base.databaseUrl, "souk_lane");
    while (!stop.stop_requested())
        if (listener.wait(5s, stop)) rooms.drain.wake();
}

}  // namespace

Hub::Hub(std::unique_ptr<Rooms> rooms) : rooms_(std::move(rooms)) {}

Hub::~Hub() = default;

sdk::Result<std::unique_ptr<Hub>> Hub::make(Foundation& foundation) {
    const auto options = SOUK_TRY(net::Options::from(foundation.config));
    auto tls = SOUK_TRY(net::TlsSettings::make(options));
    return std::unique_ptr<Hub>(
        new Hub(std::make_unique<Rooms>(foundation, options, std::move(tls))));
}

sdk::Result<sdk::Done> Hub::start() {
    auto& rooms = *rooms_;
    if (!rooms.base.config.text("dev.platform_hosts").empty())
        rooms.base.log->warning("app",
                                "dev.platform_hosts is on: platforms are played by this machine; "
                                "never use it for real stores");
    SOUK_TRY(rooms.presence.begin());
    rooms.watch.start();
    SOUK_TRY(rooms.server.start());
    rooms.feed.start();
    rooms.drain.start();
    rooms.workers.start();
    rooms.scheduler.start();
    rooms.laneListener =
        std::jthread([&rooms](const std::stop_token& stop) { listen(rooms, stop); });
    return sdk::Done{};
}

void Hub::retire() {
    auto& rooms = *rooms_;
    if (rooms.retired.exchange(true)) return;
    rooms.server.announceStop();
    rooms.handingBack = std::jthread([&rooms] {
        rooms.scheduler.stop();
        rooms.workers.stop();
    });
}

bool Hub::stop() {
    return stop(rooms_->base.config.duration("shutdown.drain"));
}

bool Hub::stop(std::chrono::milliseconds limit) {
    auto& rooms = *rooms_;
    retire();
    rooms.stream.stop();
    // The inbox still commits what was received: its answers are part of the drain.
    const bool whole = rooms.server.stop(limit);
    if (!whole)
        rooms.base.log->warning(
            "app", "some requests were cut off; shutdown.drain was not enough for them");
    rooms.pool.stop();
    rooms.laneListener.request_stop();
    if (rooms.laneListener.joinable()) rooms.laneListener.join();
    rooms.drain.stop();
    if (rooms.handingBack.joinable()) rooms.handingBack.join();
    rooms.feed.stop();
    rooms.watch.stop();
    rooms.presence.end();
    return whole;
}

std::string Hub::inHand() const {
    std::string told;
    const auto add = [&told](const std::string& what) {
        told += (told.empty() ? "" : "; ") + what;
    };
    if (const auto requests = rooms_->pool.inHand(); requests > 0)
        add("requests: " + std::to_string(requests));
    if (const auto lanes = rooms_->drain.lanesInHand(); lanes > 0)
        add("webhook lanes: " + std::to_string(lanes));
    if (const auto left = rooms_->watch.leftBehind(); left > 0)
        add("plugin calls that never returned: " + std::to_string(left));
    for (const auto& job : rooms_->workers.inHand()) add("job " + job.kind + ' ' + job.id.text());
    return told;
}

void Hub::surrender() {
    rooms_->workers.surrender();
}

std::string Hub::address() const {
    const auto& wanted = rooms_->base.config.text("web.address");
    return wanted.substr(0, wanted.rfind(':')) + ':' + std::to_string(rooms_->server.port());
}

const web::Router& Hub::router() const {
    return rooms_->router;
}

connect::AppSecrets& Hub::appSecrets() {
    return rooms_->appSecrets;
}

sdk::Result<store::IntegrationRow> Hub::addToken(const core::Uuid& integration, sdk::Secret token) {
    sdk::Grant grant;
    grant.accessToken = std::move(token);
    return rooms_->connect.addToken(integration, grant, std::stop_token{});
}

}  // namespace souk::app
