#include "connect/forget.hpp"
#include "intake/log_eraser.hpp"
#include "orders/conversation_writer.hpp"
#include "privacy/turn.hpp"
#include "webhooks/eraser.hpp"

#include <array>

namespace souk::privacy {

namespace {

constexpr int kMessages = 500;
constexpr int kOrders = 200;

/// The ids have to be known before the rows that tell them go.
bool gather(Turn& turn) {
    turn.request.people = hashesOf(turn.tx, turn.scope(), turn.wish.person, turn.tools.hash);
    return true;
}

bool events(Turn& turn) {
    return eraseEvents(turn, false, false);
}

/// What was received or settled while the rest was erased.
bool lateEvents(Turn& turn) {
    return eraseEvents(turn, true, false);
}

/// A portion of the first conversation's messages, then the conversation itself.
bool conversations(Turn& turn) {
    const auto scope = turn.scope();
    orders::lockConversations(turn.tx, scope);
    const auto found = orders::conversationsOf(turn.tx, scope, turn.wish.person);
    if (found.empty()) return true;
    const auto& one = found.front();
    const auto gone = orders::eraseMessages(turn.tx, scope, one, kMessages);
    turn.count("message", static_cast<std::int64_t>(gone.ids.size()));
    turn.count("sync_log",
               intake::eraseLog(turn.tx, scope, sdk::Entity::Message, gone.externalIds));
    std::vector<std::string> jobs;
    jobs.reserve(gone.ids.size());
    for (const auto& id : gone.ids) jobs.push_back(id.text());
    if (gone.ids.size() < static_cast<std::size_t>(kMessages)) {
        const auto rows = orders::eraseConversation(turn.tx, scope, one);
        turn.count("conversation", rows.conversations);
        turn.count("conversation_person", rows.knownIds);
        jobs.push_back(one.text());
    }
    turn.count(
        "job",
        jobs::forget(turn.tx, scope.storeId, scope.integrationId, {"send", "mark_read"}, jobs));
    return false;
}

bool sales(Turn& turn) {
    const auto scope = turn.scope();
    const auto after = core::Uuid::parse(turn.request.position);
    const auto ids =
        orders::ordersOf(turn.tx, scope, turn.wish.person, after ? *after : core::Uuid(), kOrders);
    if (ids.empty()) return true;
    const auto erased = orders::eraseOrders(turn.tx, scope, ids);
    turn.count("orders", static_cast<std::int64_t>(erased.orders.size()));
    turn.count("refund", erased.refunds);
    turn.count("fulfilment", erased.fulfilments);
    turn.count("sync_log", intake::eraseReasons(turn.tx, scope, sdk::Entity::Order, erased.orders));
    turn.request.position = ids.back().text();
    return false;
}

/// Last of the rows: guests' orders are found by the address that stands here.
bool customer(Turn& turn) {
    const auto scope = turn.scope();
    const auto& id = turn.wish.person.customer;
    turn.count("customer",
               orders::eraseCustomers(
                   turn.tx, scope, orders::customersOf(turn.tx, scope, turn.wish.person)));
    turn.count("sync_log", intake::eraseLog(turn.tx, scope, sdk::Entity::Customer, {id}));
    turn.count("job",
               jobs::forget(turn.tx,
                            scope.storeId,
                            scope.integrationId,
                            {"refetch"},
                            {std::string(sdk::name(sdk::Entity::Customer)) + ":" + id}));
    return true;
}

/// The person may be the one through whom the account was connected.
bool connection(Turn& turn) {
    turn.count("integration",
               connect::forgetPerson(turn.tx,
                                     turn.tools.credentials,
                                     turn.integration,
                                     turn.wish.person.customer,
                                     turn.tools.clock.now()));
    return true;
}

bool finish(Turn& turn) {
    turn.count("privacy_request", Requests::forgetSubjects(turn.tx, turn.request));
    turn.request.people.clear();
    return true;
}

constexpr std::array kSteps{Step{gather},
                            Step{events, true},
                            Step{conversations},
                            Step{sales},
                            Step{customer},
                            Step{connection},
                            Step{lateEvents, true},
                            Step{conversations},
                            Step{sales},
                            Step{customer},
                            Step{finish}};

/// The smallest id that could have been made at this time.
core::Uuid idAt(sdk::Timestamp at) {
    const auto millis = static_cast<std::uint64_t>(
        std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count());
    core::Uuid id;
    for (std::size_t byte = 0; byte < 6; ++byte)
        id.bytes[byte] = static_cast<std::uint8_t>(millis >> (8 * (5 - byte)));
    return id;
}

}  // namespace

bool eraseEvents(Turn& turn, bool lateOnly, bool everybody) {
    constexpr int kEvents = 1000;
    // Another host's id may be a little older than its event's commit.
    constexpr std::chrono::minutes kMargin{5};
    auto after = core::Uuid::parse(turn.request.position);
    if (!after && lateOnly && turn.request.startedAt)
        after = idAt(*turn.request.startedAt - kMargin);
    webhooks::Walk walk{turn.request.storeId, turn.request.integrationId, turn.request.people};
    if (everybody)
        walk.people.clear();
    else if (walk.people.empty())
        return true;
    const auto walked =
        webhooks::eraseEvents(turn.tx, walk, after ? *after : core::Uuid(), kEvents);
    turn.count("webhook", walked.erased);
    turn.request.position = walked.last.text();
    return !walked.more;
}

Steps stepsOfCustomer() {
    return {kSteps.data(), kSteps.size()};
}

}  // namespace souk::privacy
