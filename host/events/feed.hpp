#pragma once

#include "core/log.hpp"
#include "core/uuid.hpp"
#include "store/changes.hpp"
#include "store/database.hpp"

#include <souk/sdk/result.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::events {

/// A position in a store's feed as text, for the SSE field `id` and Last-Event-ID: "xid-uuid".
std::string text(const store::ChangePosition& position);
sdk::Result<store::ChangePosition> positionFrom(std::string_view text);

/// One change as a subscriber gets it.
struct Event {
    std::string id;    ///< resume after this one
    std::string kind;  ///< product.updated, sync.progress, ...
    std::string data;  ///< JSON object in one line
};

/// Turns a change into its JSON data: {kind, entity, entity_id, integration_id, at}, and under
/// "detail" what the function registered for its entity says (for sync_run: the run's numbers,
/// sync::toJson). A function that answers nothing adds nothing.
class Renderer {
public:
    using Detail = std::function<std::optional<std::string>(store::Transaction& store,
                                                            const core::Uuid& entityId)>;
    void add(std::string entity, Detail detail);
    std::string render(store::Transaction& store, const store::Change& change) const;

private:
    std::vector<std::pair<std::string, Detail>> details_;
};

struct Filter {
    std::vector<std::string> kinds;  ///< prefixes ("product.", "sync.progress"); empty: all
    std::optional<core::Uuid> integrationId;

    bool takes(const store::Change& change) const;
};

/// Follows the change feed of every store that somebody listens to: one thread, woken by
/// NOTIFY souk_change and a poll; one reading per store, shared by its subscribers. Whoever comes
/// from a place that is no longer kept is told so by an event "reset", whatever the filter, and
/// goes on from the oldest change there is. Thread-safe.
class Feed {
public:
    /// Called on the feed's thread, in feed order: must be quick and must not block (put it into a
    /// buffer). False: I am gone or cannot keep up; not called again.
    using Callback = std::function<bool(const Event&)>;

    struct Limits {
        std::chrono::milliseconds poll{1000};
        int batch = 500;  ///< changes read per store and turn
    };

    /// `database` must outlive the feed.
    Feed(store::Database& database,
         std::string databaseUrl,
         Renderer renderer,
         core::Log& log,
         const Limits& limits);
    ~Feed();  ///< stops
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    void start();
    void stop();

    /// Ends the subscription when destroyed; after that the callback is not running and will not
    /// be called again (unless it is the callback that destroys it: then it is the last call).
    class Subscription {
    public:
        Subscription() = default;
        ~Subscription();
        Subscription(Subscription&&) noexcept = default;
        Subscription& operator=(Subscription&& other) noexcept;
        /// False once the callback answered false.
        bool alive() const noexcept;

    private:
        friend class Feed;
        struct State;
        explicit Subscription(std::shared_ptr<State> state) : state_(std::move(state)) {}
        std::shared_ptr<State> state_;
    };

    /// From `from` on (Last-Event-ID), or from now. A store::Failure tells that the database is
    /// not there.
    Subscription subscribe(const core::Uuid& storeId,
                           Filter filter,
                           const std::optional<store::ChangePosition>& from,
                           Callback callback);

    /// One round: reads what is new and hands it out. Answers how many changes were read. What the
    /// thread does between waits.
    std::size_t turn();

private:
    class Core;
    std::unique_ptr<Core> core_;
};

}  // namespace souk::events
