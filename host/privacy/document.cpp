#include "privacy/document.hpp"

#include "core/text.hpp"
#include "webhooks/eraser.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/json.hpp>
#include <souk/sdk/time.hpp>

#include <algorithm>

namespace souk::privacy {

namespace {

constexpr int kPortion = 200;
constexpr int kEvents = 1000;

constexpr std::string_view kCustomers = R"(
SELECT (to_jsonb(c) - 'store_id' - 'content_hash')::text AS item
FROM customer c WHERE store_id = $1 AND id = ANY ($2) ORDER BY id)";

constexpr std::string_view kOrders = R"(
SELECT external_id, l.lines, r.refunds, f.fulfilments,
       (to_jsonb(o) - 'store_id' - 'content_hash' || jsonb_build_object(
           'lines', l.items, 'refunds', r.items, 'fulfilments', f.items))::text AS item
FROM orders o CROSS JOIN LATERAL (
    SELECT count(*) AS lines,
           coalesce(jsonb_agg(to_jsonb(i) - 'store_id' ORDER BY i.position), '[]') AS items
    FROM order_items i WHERE i.store_id = $1 AND i.order_id = o.id) l CROSS JOIN LATERAL (
    SELECT count(*) AS refunds, coalesce(jsonb_agg(to_jsonb(i) - 'store_id' ORDER BY i.id), '[]') AS items
    FROM refund i WHERE i.store_id = $1 AND i.order_id = o.id) r CROSS JOIN LATERAL (
    SELECT count(*) AS fulfilments, coalesce(jsonb_agg(to_jsonb(i) - 'store_id' ORDER BY i.id), '[]') AS items
    FROM fulfilment i WHERE i.store_id = $1 AND i.order_id = o.id) f
WHERE o.store_id = $1 AND o.id = ANY ($2) ORDER BY o.id)";

constexpr std::string_view kConversation = R"(
SELECT (to_jsonb(c) - 'store_id')::text AS item,
       ARRAY(SELECT person_id FROM conversation_person p
             WHERE p.store_id = $1 AND p.conversation_id = $2 ORDER BY 1) AS known_as
FROM conversation c WHERE store_id = $1 AND id = $2)";

constexpr std::string_view kMessages = R"(
SELECT id, external_id, (to_jsonb(m) - 'store_id' - 'request_key')::text AS item
FROM message m WHERE store_id = $1 AND conversation_id = $2 AND id > $3 ORDER BY id LIMIT $4)";

constexpr std::string_view kLog = R"(
SELECT (to_jsonb(l) - 'store_id')::text AS item FROM sync_log l
WHERE store_id = $1 AND integration_id = $2 AND external_id = ANY ($4)
  AND entity = $3 AND ($5 = '' OR (action = $5 AND detail IS NOT NULL)) ORDER BY id)";

constexpr std::string_view kJobs = R"(
SELECT (to_jsonb(j) - 'store_id' - 'lease_owner' - 'fence')::text AS item FROM job j
WHERE store_id = $1 AND integration_id = $2 AND kind = ANY ($3) AND dedupe = ANY ($4) ORDER BY id)";

constexpr std::string_view kRequests = R"(
SELECT (to_jsonb(r) - 'store_id' - 'person' - 'people')::text AS item FROM privacy_request r
WHERE store_id = $1 AND integration_id = $2 AND person = decode($3, 'hex') ORDER BY id)";

/// Puts the sections together, one after the other.
class Writing {
public:
    Writing(const PrivacyTools& tools, const Account& account, const orders::PersonIds& person)
        : tools_(tools), account_(account), person_(person) {
        scope_.storeId = account.storeId;
        scope_.integrationId = account.integrationId;
        scope_.now = tools.clock.now();
    }

    Document take() {
        json_.object().key("as_of").text(sdk::rfc3339(scope_.now));
        json_.key("integration_id").text(account_.integrationId.text());
        json_.key("person").raw(subjectOf(person_));
        std::vector<std::string> hashes;
        {
            auto tx = tools_.database.forStore(account_.storeId);
            hashes = hashesOf(tx, scope_, person_, tools_.hash);
            customers(tx);
            sales(tx);
            conversations(tx);
            log(tx);
            jobs(tx);
            section(
                "requests",
                "privacy_request",
                tx.query(
                    kRequests, scope_.storeId, scope_.integrationId, hashOf(person_, tools_.hash)));
            connection(tx);
        }
        events(hashes);
        return {json_.end().take(), std::move(counts_)};
    }

private:
    void count(std::string_view table, std::int64_t rows) {
        if (rows > 0) counts_[std::string(table)] += rows;
    }
    void items(std::string_view table, const store::Rows& rows) {
        for (const store::Row row : rows) json_.raw(row.text("item"));
        count(table, static_cast<std::int64_t>(rows.size()));
    }
    void section(std::string_view name, std::string_view table, const store::Rows& rows) {
        json_.key(name).array();
        items(table, rows);
        json_.end();
    }

    void customers(store::Transaction& tx) {
        section("customers",
                "customer",
                tx.query(kCustomers, scope_.storeId, orders::customersOf(tx, scope_, person_)));
    }

    void sales(store::Transaction& tx) {
        json_.key("orders").array();
        core::Uuid after;
        for (;;) {
            const auto ids = orders::ordersOf(tx, scope_, person_, after, kPortion);
            if (ids.empty()) break;
            for (const store::Row row : tx.query(kOrders, scope_.storeId, ids)) {
                json_.raw(row.text("item"));
                orders_.push_back(row.text("external_id"));
                count("orders", 1);
                count("order_items", row.integer("lines"));
                count("refund", row.integer("refunds"));
                count("fulfilment", row.integer("fulfilments"));
            }
            after = ids.back();
        }
        json_.end();
    }

    void conversations(store::Transaction& tx) {
        json_.key("conversations").array();
        for (const auto& id : orders::conversationsOf(tx, scope_, person_)) {
            jobs_.push_back(id.text());
            for (const store::Row row : tx.query(kConversation, scope_.storeId, id)) {
                json_.object().key("conversation").raw(row.text("item")).key("known_as").array();
                const auto known = row.texts("known_as");
                for (const auto& one : known) json_.text(one);
                json_.end().key("messages").array();
                count("conversation", 1);
                count("conversation_person", static_cast<std::int64_t>(known.size()));
                messages(tx, id);
                json_.end().end();
            }
        }
        json_.end();
    }

    void messages(store::Transaction& tx, const core::Uuid& conversation) {
        core::Uuid after;
        for (;;) {
            const auto rows =
                tx.query(kMessages, scope_.storeId, conversation, after, std::int64_t{kPortion});
            items("message", rows);
            for (const store::Row row : rows) {
                after = row.uuid("id");
                jobs_.push_back(after.text());
                if (const auto external = row.maybeText("external_id"))
                    messages_.push_back(*external);
            }
            if (rows.size() < static_cast<std::size_t>(kPortion)) return;
        }
    }

    void log(store::Transaction& tx) {
        json_.key("log").array();
        const auto add = [&](sdk::Entity entity,
                             const std::vector<std::string>& externalIds,
                             std::string_view action) {
            items("sync_log",
                  tx.query(kLog,
                           scope_.storeId,
                           scope_.integrationId,
                           sdk::name(entity),
                           externalIds,
                           action));
        };
        add(sdk::Entity::Customer, {person_.customer}, "");
        add(sdk::Entity::Order, orders_, "rejected");
        add(sdk::Entity::Message, messages_, "");
        json_.end();
    }

    void jobs(store::Transaction& tx) {
        jobs_.push_back(std::string(sdk::name(sdk::Entity::Customer)) + ":" + person_.customer);
        const std::vector<std::string_view> kinds{"send", "mark_read", "refetch"};
        section("jobs", "job", tx.query(kJobs, scope_.storeId, scope_.integrationId, kinds, jobs_));
    }

    /// Tokens are nobody's to read: that there is a grant is told, not what it is.
    void connection(store::Transaction& tx) {
        json_.key("connection");
        const auto integration = store::Integrations::find(tx, account_.integrationId);
        const auto& others =
            integration ? integration->account.otherIds : std::vector<std::string>();
        if (std::find(others.begin(), others.end(), person_.customer) == others.end()) {
            json_.null();
            return;
        }
        json_.object().key("name").text(integration->name);
        json_.key("platform").text(integration->platform);
        json_.key("status").text(store::name(integration->status));
        json_.key("connected_through").text(person_.customer);
        json_.key("scopes").array();
        for (const auto& scope : integration->account.scopes) json_.text(scope);
        json_.end().end();
        count("integration", 1);
    }

    void events(const std::vector<std::string>& hashes) {
        json_.key("events").array();
        const webhooks::Walk walk{account_.storeId, account_.integrationId, hashes};
        core::Uuid after;
        for (bool more = !hashes.empty(); more;) {
            auto tx = tools_.database.asWorker();
            std::vector<webhooks::KeptEvent> found;
            const auto walked = webhooks::readEvents(tx, walk, after, kEvents, found);
            for (const auto& event : found) add(event);
            after = walked.last;
            more = walked.more;
        }
        json_.end();
    }

    void add(const webhooks::KeptEvent& event) {
        json_.object().key("id").text(event.id.text()).key("topic").text(event.topic);
        json_.key("key").text(event.key);
        json_.key("received_at").text(sdk::rfc3339(event.receivedAt));
        json_.key("headers").raw(event.headers);
        if (core::isUtf8(event.body))
            json_.key("body").text(event.body);
        else
            json_.key("body_base64").text(sdk::base64(event.body));
        json_.end();
        count("webhook", 1);
    }

    const PrivacyTools& tools_;
    const Account& account_;
    const orders::PersonIds& person_;
    store::RecordScope scope_;
    sdk::JsonWriter json_;
    Counts counts_;
    std::vector<std::string> orders_, messages_, jobs_;
};

}  // namespace

Document documentOf(const PrivacyTools& tools,
                    const Account& account,
                    const orders::PersonIds& person) {
    return Writing(tools, account, person).take();
}

}  // namespace souk::privacy
