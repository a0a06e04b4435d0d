#include "webhooks/inbox.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <utility>

namespace souk::webhooks {

namespace {

constexpr std::string_view kRoom = "webhooks";

/// Of events whose keys nobody had before: without ON CONFLICT none is looked for, and nothing is
/// joined. One key that was there fails the batch (23505).
constexpr std::string_view kNewEvents = R"sql(
WITH fresh AS (
    INSERT INTO webhook_key (integration_id, key, received_at)
    SELECT unnest($3::uuid[]), unnest($6::text[]), $12
    RETURNING integration_id
), stored AS (
    INSERT INTO webhook (store_id, id, received_at, integration_id, platform, topic, key, account,
                         triggered_at, headers, body, people, correlation_id)
    SELECT unnest($1::uuid[]), unnest($2::uuid[]), $12, unnest($3::uuid[]), unnest($4::text[]),
           unnest($5::text[]), unnest($6::text[]), unnest($7::text[]), unnest($8::timestamptz[]),
           unnest($9::text[]), unnest($10::bytea[]), unnest($11::text[])::bytea[],
           unnest($13::uuid[])
    WHERE (SELECT count(*) FROM fresh) > 0
    RETURNING 1
), lane AS (
    SELECT unnest($14::uuid[]) AS store_id, unnest($15::uuid[]) AS integration_id
    WHERE (SELECT count(*) FROM stored) > 0
))sql";

/// Of events that may have come before: the same event is stored once, whatever the partition.
constexpr std::string_view kPerhapsNewEvents = R"sql(
WITH event AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],
                         $7::text[], $8::timestamptz[], $9::text[], $10::bytea[], $11::text[],
                         $13::uuid[])
        AS e (store_id, id, integration_id, platform, topic, key, account, triggered_at, headers,
              body, people, correlation_id)
), fresh AS (
    INSERT INTO webhook_key (integration_id, key, received_at)
    SELECT integration_id, key, $12 FROM event ORDER BY integration_id, key COLLATE "C"
    ON CONFLICT DO NOTHING RETURNING integration_id, key
), stored AS (
    INSERT INTO webhook (store_id, id, received_at, integration_id, platform, topic, key, account,
                         triggered_at, headers, body, people, correlation_id)
    SELECT e.store_id, e.id, $12, e.integration_id, e.platform, e.topic, e.key, e.account,
           e.triggered_at, e.headers, e.body, e.people::bytea[], e.correlation_id
    FROM event e JOIN fresh USING (integration_id, key)
    RETURNING store_id, integration_id
), lane AS (
    SELECT DISTINCT store_id, integration_id FROM stored ORDER BY integration_id
))sql";

/// After both, once keys and events are written: hosts take their locks in one order, and a lane's
/// drainers wait for the commit alone. A lane row is locked until then, so that who gives the lane
/// back sees the events; it is written only when it is new, was empty, or rests until an event of
/// its may be tried again, and only then its drainers are told: where events waited already, they
/// know.
constexpr std::string_view kRaiseLanes = R"sql(, raised AS (
    INSERT INTO webhook_lane AS l (store_id, integration_id, pending_since, run_at)
    SELECT store_id, integration_id, $12::timestamptz, $12::timestamptz FROM lane
    ON CONFLICT (integration_id) DO UPDATE
    SET pending_since = coalesce(l.pending_since, excluded.pending_since),
        run_at = CASE WHEN l.resting THEN least(l.run_at, excluded.run_at) ELSE l.run_at END,
        resting = false
    WHERE l.pending_since IS NULL OR l.resting
    RETURNING 1
)
SELECT count(*) AS stored,
       CASE WHEN EXISTS (SELECT FROM raised) THEN pg_notify('souk_lane', '') END AS told
FROM fresh
)sql";

std::string_view insertOf(bool perhapsKnown) {
    static const auto kNew = std::string(kNewEvents).append(kRaiseLanes);
    static const auto kPerhapsNew = std::string(kPerhapsNewEvents).append(kRaiseLanes);
    return perhapsKnown ? kPerhapsNew : kNew;
}

/// A bytea[] as a literal, of hashes in hexadecimal.
std::string bytesLiteral(const std::vector<std::string>& hashes) {
    std::string out = "{";
    for (const auto& hash : hashes) {
        if (out.size() > 1) out += ',';
        out.append("\"\\\\x").append(hash) += '"';
    }
    return out += '}';
}

using EventKey = std::pair<core::Uuid, std::string_view>;

/// The columns of a batch, one array each. The texts stay with the events.
struct Columns {
    explicit Columns(const std::map<EventKey, const NewEvent*>& events) {
        for (const auto& entry : events) add(*entry.second);
    }

    std::vector<core::Uuid> store, id, integration;
    std::vector<std::string_view> platform, topic, key, account, headers, body;
    std::vector<std::string> people;
    std::vector<std::optional<sdk::Timestamp>> triggered;
    std::vector<std::optional<core::Uuid>> correlation;
    std::vector<core::Uuid> laneStore, laneIntegration;  // each once: events come by integration

    void add(const NewEvent& event) {
        store.push_back(event.storeId);
        id.push_back(event.id);
        integration.push_back(event.integrationId);
        platform.push_back(event.platform);
        topic.push_back(event.topic);
        key.push_back(event.key);
        account.push_back(event.account);
        triggered.push_back(event.triggeredAt);
        headers.push_back(event.headers);
        body.push_back(event.body);
        people.push_back(bytesLiteral(event.people));
        correlation.push_back(event.correlation);
        if (!laneIntegration.empty() && laneIntegration.back() == event.integrationId) return;
        laneStore.push_back(event.storeId);
        laneIntegration.push_back(event.integrationId);
    }

    store::Params params(sdk::Timestamp now) const {
        store::Params out;
        out.add(store);
        out.add(id);
        out.add(integration);
        out.add(platform);
        out.add(topic);
        out.add(key);
        out.add(account);
        out.add(triggered);
        out.add(headers);
        out.addBytesArray(body);
        out.add(people);
        out.add(now);
        out.add(correlation);
        out.add(laneStore);
        out.add(laneIntegration);
        return out;
    }
};

}  // namespace

Inbox::Inbox(store::Database& database,
             const sdk::Clock& clock,
             core::Log& log,
             core::Metrics& metrics,
             const InboxLimits& limits)
    : database_(database),
      clock_(clock),
      log_(log),
      limits_(limits),
      stored_(metrics.counter("souk_inbox_events_total", "Webhook events stored.")),
      failed_(metrics.counter("souk_inbox_refused_total",
                              "Deliveries answered 503 because they could not be stored.")),
      depth_(metrics.gauge("souk_inbox_depth", "Events waiting for the next group commit.")),
      commitSeconds_(
          metrics.histogram("souk_inbox_commit_seconds", "Time of one group commit of the inbox.")),
      commitEvents_(metrics.histogram(
          "souk_inbox_commit_events", "Events stored by one group commit.", {}, core::kAmounts)),
      writer_([this](const std::stop_token& stop) { work(stop); }) {}

Inbox::~Inbox() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    writer_.request_stop();
    writer_.join();
}

bool Inbox::submit(std::vector<NewEvent> events, Done done) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || queued_ + events.size() > limits_.queueEvents) {
            failed_.add();
            return false;
        }
        count(queued_ + events.size());
        queue_.push_back({std::move(events), std::move(done)});
    }
    wake_.notify_one();
    return true;
}

void Inbox::count(std::size_t queued) {
    queued_ = queued;
    depth_.set(static_cast<double>(queued));
}

std::size_t Inbox::depth() const {
    const std::lock_guard lock(mutex_);
    return queued_;
}

enum class Inbox::End : std::uint8_t {
    Stored,  ///< every event is in the table, for good
    Unfit,   ///< the database will not have them as they are
    Away,    ///< for want of a database, or of a lock: others may fare no better
};

class Inbox::Statement {
public:
    /// `perhapsKnown`: made for keys that were there.
    Statement(Inbox& inbox, std::span<const Delivery> batch, bool perhapsKnown) : inbox_(inbox) {
        if (batch.empty()) return;
        const Columns columns(inWritingOrder(batch));
        events_ = columns.id.size();
        begin_ = Steady::now();
        try {
            sent_.emplace(inbox.database_.sendAsWorker(insertOf(perhapsKnown),
                                                       columns.params(inbox.clock_.now())));
        } catch (const store::Failure& failure) {
            failure_ = failure;
        }
    }

    /// Waits for the database.
    End end() {
        if (sent_ && !failure_) {
            try {
                written(sent_->finish());
                return End::Stored;
            } catch (const store::Failure& failure) {
                inbox_.duplicates_ = failure.uniqueViolation();
                failure_ = failure;
            }
        }
        return failure_ && failure_->transient() ? End::Away : End::Unfit;
    }
    /// Why it is not stored.
    std::string why() const { return failure_ ? failure_->what() : ""; }

private:
    using Steady = std::chrono::steady_clock;

    /// By key, as every host writes them: who writes the same keys waits, and never in a circle.
    static std::map<EventKey, const NewEvent*> inWritingOrder(std::span<const Delivery> batch) {
        std::map<EventKey, const NewEvent*> events;
        for (const auto& delivery : batch)
            for (const auto& event : delivery.events)
                events.emplace(EventKey{event.integrationId, event.key}, &event);
        return events;
    }
    void written(const store::Rows& rows) {
        const std::chrono::duration<double> took = Steady::now() - begin_;
        inbox_.commitSeconds_.observe(took.count());
        inbox_.commitEvents_.observe(static_cast<double>(events_));
        const auto fresh = rows[0].integer("stored");
        inbox_.stored_.add(static_cast<double>(fresh));
        inbox_.duplicates_ = static_cast<std::size_t>(fresh) < events_;
    }

    Inbox& inbox_;
    std::size_t events_ = 0;
    Steady::time_point begin_;
    std::optional<store::Sent> sent_;
    std::optional<store::Failure> failure_;
};

void Inbox::work(const std::stop_token& stop) {
    Batch written;  // whose senders are not told yet
    for (;;) {
        const bool nobodyWaits = written.empty();
        auto batch = take(stop, nobodyWaits);
        if (batch.empty() && nobodyWaits) return;  // stopped and drained
        Statement statement(*this, batch, duplicates_);
        tell(written);
        written.clear();
        save(batch, statement);
        if (std::ranges::all_of(batch, &Delivery::durable))
            written = std::move(batch);
        else
            tell(batch);  // the next statement may wait long for a database
    }
}

void Inbox::tell(Batch& batch) {
    for (auto& delivery : batch) delivery.done(delivery.durable);
}

Inbox::Batch Inbox::take(const std::stop_token& stop, bool waits) {
    std::unique_lock lock(mutex_);
    if (waits) wake_.wait(lock, stop, [this] { return !queue_.empty(); });
    Batch batch;
    std::size_t events = 0;
    while (!queue_.empty()) {
        const auto size = queue_.front().events.size();
        if (!batch.empty() && events + size > limits_.batchEvents) break;
        events += size;
        count(queued_ - size);
        batch.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return batch;
}

/// A whole batch fails because an event of it was there, for want of a database, or because one
/// event is unfit. The second try is made for the first, and comes on a fresh session; then each
/// delivery stands alone, so that one cannot fail the rest. Where there is no database none is
/// tried further: every try may wait for seconds, and all who wait are better told at once.
void Inbox::save(Batch& batch, Statement& first) {
    if (first.end() == End::Stored) return mark(batch, true);
    std::string why;
    const auto write = [&](std::span<Delivery> deliveries) {
        Statement again(*this, deliveries, true);
        const auto end = again.end();
        mark(deliveries, end == End::Stored);
        if (end != End::Stored) why = again.why();
        return end;
    };
    if (write(batch) == End::Unfit && batch.size() > 1)
        for (auto& delivery : batch)
            if (write({&delivery, 1}) == End::Away) break;
    const auto refused = std::ranges::count(batch, false, &Delivery::durable);
    if (refused == 0) return;
    failed_.add(static_cast<double>(refused));
    log_.error(kRoom,
               "could not store a batch of webhooks; their senders are told 503 and retry",
               {{"error", why}, {"deliveries", std::to_string(refused)}});
}

void Inbox::mark(std::span<Delivery> deliveries, bool durable) {
    for (auto& delivery : deliveries) delivery.durable = durable;
}

}  // namespace souk::webhooks
