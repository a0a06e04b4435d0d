#pragma once

#include "events/feed.hpp"
#include "web/front/responder.hpp"

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace souk::web {

/// The clients of GET /api/v1/events: each change of their store as a server-sent event, a comment
/// as heartbeat every fifteen seconds from one thread for all. A client that cannot keep up is cut
/// and comes back with Last-Event-ID. Thread-safe.
class EventStream {
public:
    EventStream(events::Feed& feed, std::size_t mostClients);
    ~EventStream();
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    /// Begins a stream on the responder. False, and the responder is untouched, when there are as
    /// many clients as allowed.
    bool begin(const core::Uuid& store,
               events::Filter filter,
               const std::optional<store::ChangePosition>& from,
               Responder& responder);
    std::size_t clients() const;
    /// Ends every stream.
    void stop();

private:
    struct Client {
        std::shared_ptr<Stream> stream;
        events::Feed::Subscription subscription;
    };
    void beat(const std::stop_token& stop);
    void dropGone();

    events::Feed& feed_;
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    std::vector<Client> clients_;
    std::jthread heart_;
};

}  // namespace souk::web
