#include "web/api/event_stream.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace souk::web {

namespace {

constexpr std::string_view kHello = "retry: 2000\n\n";
constexpr std::string_view kBeat = ": still here\n\n";

Response head() {
    Response answer;
    answer.headers["Content-Type"] = "text/event-stream";
    answer.headers["Cache-Control"] = "no-store";
    answer.headers["X-Accel-Buffering"] = "no";  // reverse proxies must not wait for more
    return answer;
}

std::string written(const events::Event& event) {
    // Data is JSON in one line, so one data field holds it.
    return "id: " + event.id + "\nevent: " + event.kind + "\ndata: " + event.data + "\n\n";
}

}  // namespace

EventStream::EventStream(events::Feed& feed,
                         std::size_t mostClients,
                         std::chrono::milliseconds heartbeat)
    : feed_(feed),
      most_(mostClients),
      heartbeat_(heartbeat),
      heart_([this](const std::stop_token& stop) { beat(stop); }) {}

EventStream::~EventStream() {
    stop();
}

bool EventStream::begin(const core::Uuid& store,
                        events::Filter filter,
                        const store::ChangePosition& from,
                        Responder& responder) {
    dropGone();
    const std::lock_guard lock(mutex_);
    if (stopped_ || clients_.size() >= most_) return false;
    auto stream = responder.stream(head());
    if (!stream->write(std::string(kHello))) return true;  // gone already
    auto subscription =
        feed_.subscribe(store, std::move(filter), from, [stream](const events::Event& event) {
            if (stream->write(written(event))) return true;
            stream->close();
            return false;
        });
    clients_.push_back({std::move(stream), std::move(subscription)});
    return true;
}

std::size_t EventStream::clients() const {
    const std::lock_guard lock(mutex_);
    return clients_.size();
}

void EventStream::dropGone() {
    std::vector<Client> gone;  // unsubscribed outside the lock: the feed may be calling them
    const std::lock_guard lock(mutex_);
    const auto first = std::partition(clients_.begin(), clients_.end(), [](const auto& client) {
        return client.stream->open() && client.subscription.alive();
    });
    std::move(first, clients_.end(), std::back_inserter(gone));
    clients_.erase(first, clients_.end());
}

void EventStream::beat(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, stop, heartbeat_, [] { return false; });
            for (auto& client : clients_) client.stream->write(std::string(kBeat));
        }
        dropGone();
    }
}

void EventStream::stop() {
    heart_.request_stop();
    if (heart_.joinable()) heart_.join();
    std::vector<Client> all;
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        all.swap(clients_);
    }
    for (auto& client : all) client.stream->close();
}

}  // namespace souk::web
