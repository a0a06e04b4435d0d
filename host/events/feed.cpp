#include "events/feed.hpp"

#include <souk/sdk/json.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <tuple>

namespace souk::events {
namespace {

using Place = std::pair<std::int64_t, core::Uuid>;

Place placeOf(const store::ChangePosition& position) {
    return {position.xid, position.id};
}

/// To whoever has missed something.
Event resetAt(const store::ChangePosition& position) {
    sdk::JsonWriter json;
    json.object().key("kind").text("reset");
    json.key("reason").text(
        "what came after your last event is no longer kept (events.keep); read anew what you "
        "follow");
    return {text(position), "reset", json.end().take()};
}

/// Of several progress rows of one run only the newest is worth telling: each is rendered with the
/// run's numbers of now.
std::vector<const store::Change*> withoutOutdated(const std::vector<store::Change>& changes) {
    std::set<core::Uuid> told;
    std::vector<const store::Change*> kept;
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
        const bool progress = change->kind == "sync.progress" && change->entityId;
        if (progress && !told.insert(*change->entityId).second) continue;
        kept.push_back(&*change);
    }
    std::reverse(kept.begin(), kept.end());
    return kept;
}

}  // namespace

struct Feed::Subscription::State {
    core::Uuid storeId;
    Filter filter;
    Callback callback;
    store::ChangePosition at;  // of the feed's thread alone, as is:
    bool fresh = true;         // nothing was read from there yet

    // Recursive: the callback itself may end its subscription.
    std::recursive_mutex mutex;
    bool open = true;

    void tell(const store::Change& change, const Event& event) {
        const std::scoped_lock lock(mutex);
        if (open && filter.takes(change) && !callback(event)) open = false;
    }
    void tell(const Event& event) {
        const std::scoped_lock lock(mutex);
        if (open && !callback(event)) open = false;
    }
    bool isOpen() {
        const std::scoped_lock lock(mutex);
        return open;
    }
    void close() {
        const std::scoped_lock lock(mutex);
        open = false;
    }
};

class Feed::Core {
public:
    using State = Subscription::State;

    Core(store::Database& database,
         std::string databaseUrl,
         Renderer renderer,
         core::Log& log,
         const Limits& limits)
        : database_(database),
          url_(std::move(databaseUrl)),
          renderer_(std::move(renderer)),
          log_(log),
          limits_(limits) {}

    void start() {
        if (thread_.joinable()) return;
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }

    void stop() {
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }

    std::shared_ptr<State> subscribe(const core::Uuid& storeId,
                                     Filter filter,
                                     const std::optional<store::ChangePosition>& from,
                                     Callback callback) {
        auto state = std::make_shared<State>();
        state->storeId = storeId;
        state->filter = std::move(filter);
        state->callback = std::move(callback);
        state->at = from ? *from : endOf(storeId);
        const std::scoped_lock lock(mutex_);
        states_.push_back(state);
        return state;
    }

    std::size_t turn() {
        const std::scoped_lock oneAtATime(turning_);
        // Subscribers that stand at the same place share one reading; those who keep up all do.
        std::map<std::pair<core::Uuid, Place>, std::vector<std::shared_ptr<State>>> groups;
        for (auto& state : openStates())
            groups[{state->storeId, placeOf(state->at)}].push_back(std::move(state));
        std::size_t read = 0;
        for (auto& [where, group] : groups) {
            try {
                read += serve(where.first, group);
            } catch (const store::Failure& failure) {
                log_.warning("events",
                             "the change feed could not be read; trying again",
                             {{"store", where.first.text()}, {"error", failure.what()}});
            }
        }
        return read;
    }

private:
    store::ChangePosition endOf(const core::Uuid& storeId) {
        auto store = database_.forStore(storeId);
        return store::Changes::end(store);
    }

    std::vector<std::shared_ptr<State>> openStates() {
        const std::scoped_lock lock(mutex_);
        std::erase_if(states_, [](const auto& state) { return !state->isOpen(); });
        return states_;
    }

    std::size_t serve(const core::Uuid& storeId, std::vector<std::shared_ptr<State>>& group) {
        auto store = database_.forStore(storeId);
        const auto changes = readOn(store, group);
        if (changes.empty()) return 0;
        for (const auto* change : withoutOutdated(changes)) {
            const bool wanted = std::any_of(group.begin(), group.end(), [&](const auto& state) {
                return state->filter.takes(*change);
            });
            if (!wanted) continue;
            const Event event{
                text({change->xid, change->id}), change->kind, renderer_.render(store, *change)};
            for (const auto& state : group) state->tell(*change, event);
        }
        for (const auto& state : group) state->at = {changes.back().xid, changes.back().id};
        return changes.size();
    }

    /// What comes next for the group, once it knows whether something was missed before.
    std::vector<store::Change> readOn(store::Transaction& store,
                                      std::vector<std::shared_ptr<State>>& group) {
        const bool fresh =
            std::any_of(group.begin(), group.end(), [](const auto& state) { return state->fresh; });
        for (;;) {
            const auto from = group.front()->at;
            auto changes = store::Changes::after(store, from, limits_.batch);
            if (changes.empty() && !fresh) return changes;
            const auto edge = store::Changes::edgeBeyond(store, from);
            for (const auto& state : group) {
                state->fresh = false;
                if (!edge) continue;
                state->at = *edge;
                state->tell(resetAt(*edge));
            }
            if (!edge) return changes;
        }
    }

    void run(const std::stop_token& stop) {
        store::Listener listener(url_, "souk_change");
        while (!stop.stop_requested()) {
            const auto full = static_cast<std::size_t>(limits_.batch);
            if (turn() >= full) continue;  // there is more
            listener.wait(limits_.poll, stop);
        }
    }

    store::Database& database_;
    std::string url_;
    Renderer renderer_;
    core::Log& log_;
    Limits limits_;

    std::mutex turning_;
    std::mutex mutex_;
    std::vector<std::shared_ptr<State>> states_;
    std::jthread thread_;
};

Feed::Subscription::~Subscription() {
    if (state_) state_->close();
}

Feed::Subscription& Feed::Subscription::operator=(Subscription&& other) noexcept {
    if (state_ && state_ != other.state_) state_->close();
    state_ = std::move(other.state_);
    return *this;
}

bool Feed::Subscription::alive() const noexcept {
    return state_ && state_->isOpen();
}

Feed::Feed(store::Database& database,
           std::string databaseUrl,
           Renderer renderer,
           core::Log& log,
           const Limits& limits)
    : core_(std::make_unique<Core>(
          database, std::move(databaseUrl), std::move(renderer), log, limits)) {}

Feed::~Feed() {
    stop();
}

void Feed::start() {
    core_->start();
}

void Feed::stop() {
    core_->stop();
}

Feed::Subscription Feed::subscribe(const core::Uuid& storeId,
                                   Filter filter,
                                   const std::optional<store::ChangePosition>& from,
                                   Callback callback) {
    return Subscription(core_->subscribe(storeId, std::move(filter), from, std::move(callback)));
}

std::size_t Feed::turn() {
    return core_->turn();
}

}  // namespace souk::events
