#include "web/api/event_stream.hpp"

#include <algorithm>
#include <utility>

namespace souk::web {

namespace {

constexpr auto kHeartbeat = std::chrono::seconds(15);
constexpr std::string_view kHello = "retry: 2000\n\n";
constexpr std::string_view kBeat = ": still here\n\n";

std::string written(const events::Event& event) {
    // Data is JSON in one line, so one data field holds it.
    return "id: " + event.id + "\nevent: " + event.kind + "\ndata: " + event.data + "\n\n";
}

}  // namespace

EventStream::EventStream(events::Feed& feed, std::size_t mostClients)
    : feed_(feed),
      most_(mostClients),
      heart_([this](const std::stop_token& stop) { beat(stop); }) {}

EventStream::~EventStream() {
    stop();
}

bool EventStream::begin(const core::Uuid& store,
                        events::Filter filter,
                        const std::optional<store::ChangePosition>& from,
                        Responder& responder) {
    dropGone();
    {
        const std::lock_guard lock(mutex_);
        if (clients_.size() >= most_) return false;
        clients_.emplace_back();  // the place is taken before anything is promised
    }
    Response head;
    head.headers["Content-Type"] = "text/event-stream";
    head.headers["Cache-Control"] = "no-store";
    head.headers["X-Accel-Buffering"] = "no";
    // Subscribed first: a database that is away is answered 503, not with a stream that ends.
    auto buffer = std::make_shared<std::pair<std::mutex, std::shared_ptr<Stream>>>();
    std::unique_lock opening(buffer->first);
    events::Feed::Subscription subscription;
    try {
        subscription =
            feed_.subscribe(store, std::move(filter), from, [buffer](const events::Event& event) {
                const std::lock_guard lock(buffer->first);
                return buffer->second && buffer->second->write(written(event));
            });
    } catch (...) {  // give the place back, whatever went wrong
        const std::lock_guard lock(mutex_);
        const auto place = std::find_if(
            clients_.begin(), clients_.end(), [](const auto& client) { return !client.stream; });
        if (place != clients_.end()) clients_.erase(place);
        throw;
    }
    auto stream = responder.stream(std::move(head));
    stream->write(std::string(kHello));
    buffer->second = stream;
    opening.unlock();
    const std::lock_guard lock(mutex_);
    const auto place = std::find_if(
        clients_.begin(), clients_.end(), [](const auto& client) { return !client.stream; });
    if (place != clients_.end()) *place = Client{std::move(stream), std::move(subscription)};
    return true;
}

std::size_t EventStream::clients() const {
    const std::lock_guard lock(mutex_);
    return clients_.size();
}

void EventStream::dropGone() {
    std::vector<Client> gone;  // unsubscribed outside the lock: the feed may be calling them
    {
        const std::lock_guard lock(mutex_);
        const auto first = std::partition(clients_.begin(), clients_.end(), [](const auto& client) {
            return !client.stream || (client.stream->open() && client.subscription.alive());
        });
        std::move(first, clients_.end(), std::back_inserter(gone));
        clients_.erase(first, clients_.end());
    }
    for (auto& client : gone) client.stream->close();
}

void EventStream::beat(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, stop, kHeartbeat, [] { return false; });
            for (auto& client : clients_)
                if (client.stream) client.stream->write(std::string(kBeat));
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
        all.swap(clients_);
    }
    for (auto& client : all)
        if (client.stream) client.stream->close();
}

}  // namespace souk::web
