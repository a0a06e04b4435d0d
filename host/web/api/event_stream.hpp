#pragma once

#include "events/feed.hpp"
#include "web/front/responder.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace souk::web {

/// The clients of GET /api/v1/events: each change of their store as a server-sent event, a comment
/// as heartbeat from one thread for all. A client that cannot keep up is cut and comes back with
/// Last-Event-ID. Thread-safe.
class EventStream {
public:
    EventStream(events::Feed& feed,
                std::size_t mostClients,
                std::chrono::milliseconds heartbeat = std::chrono::seconds(15));
    ~EventStream();
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    /// Begins a stream on the responder with what came after `from`. False, and the responder is
    /// untouched, when there are as many clients as allowed or the hub is stopping.
    bool begin(const core::Uuid& store,
               events::Filter filter,
               const store::ChangePosition& from,
               Responder& responder);
    std::size_t clients() const;
    /// Ends every stream; later ones are refused.
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
    const std::chrono::milliseconds heartbeat_;
    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    bool stopped_ = false;
    std::vector<Client> clients_;
    std::jthread heart_;
};

}  // namespace souk::web
