#pragma once

#include "connect/forget.hpp"
#include "host/intake/job_world.hpp"
#include "host/intake/records.hpp"
#include "intake/intake.hpp"
#include "integration/secrets/planted.hpp"
#include "orders/conversation_writer.hpp"
#include "privacy/request_job.hpp"
#include "privacy/service.hpp"
#include "support/dump.hpp"
#include "webhooks/inbox.hpp"

#include <souk/sdk/crypto.hpp>

#include <cppunit/TestAssert.h>

#include <future>
#include <stop_token>

namespace souk::privacy {

/// Somebody of whom all that the hub can keep is kept; every text is theirs alone.
struct Somebody {
    std::string id;    ///< the platform's id of the customer
    std::string mark;  ///< in every text

    std::string name() const { return "Name" + mark; }
    std::string surname() const { return "Surname" + mark; }
    std::string email() const { return "mail" + mark + "@example.test"; }
    std::string phone() const { return "+49151" + id + "000"; }
    std::string street() const { return "Street" + mark + " 7"; }
    std::string note() const { return "Leave it at " + mark + "'s door"; }
    std::string words() const { return "I write as " + mark; }
    std::string answer() const { return "We answer " + mark; }
    std::string parcel() const { return "PARCEL" + mark; }
    std::string bytes() const { return "only in bytes " + mark; }
    std::string order() const { return id + "01"; }
    std::string guestOrder() const { return id + "02"; }

    integration::Planted planted() const {
        integration::Planted all;
        for (const auto& text : {name(),
                                 surname(),
                                 email(),
                                 phone(),
                                 street(),
                                 note(),
                                 words(),
                                 answer(),
                                 parcel(),
                                 bytes(),
                                 mark})
            all.add(text, text);
        return all;
    }
};

/// Asked before the world is made: asking empties the database.
struct Located {
    std::string url = test::TestDatabase::instance().emptiedUrl();
};

/// Asks for a stop after so many looks at the time: where a host dies.
class DyingClock final : public sdk::Clock {
public:
    DyingClock(const sdk::Clock& clock, std::stop_source& stop, int looks)
        : clock_(clock), stop_(stop), left_(looks) {}
    sdk::Timestamp now() const override {
        if (--left_ == 0) stop_.request_stop();
        return clock_.now();
    }

private:
    const sdk::Clock& clock_;
    std::stop_source& stop_;
    mutable int left_;
};

/// A store whose people have rights; jobs are leased and run one by one.
struct PersonWorld : Located, test::JobWorld {
    PersonWorld() : JobWorld(loaded()) { test::insertVaultKey(*database); }

    static loader::LoadedPlugin loaded() {
        loader::LoadedPlugin plugin;
        plugin.manifest.domain = "example";
        plugin.manifest.name = "Example";
        plugin.plugin = std::make_shared<sdk::Plugin>();
        return plugin;
    }

    intake::Source source(const core::Uuid& integration) const {
        intake::Source made;
        made.storeId = storeId;
        made.integrationId = integration;
        made.integrationName = "one";
        made.cause = intake::Source::Cause::Webhook;
        made.causeId = core::newId();
        made.now = clock.now();
        return made;
    }
    intake::Outcome take(const core::Uuid& integration, const std::vector<sdk::Record>& records) {
        return inStore([&](store::Transaction& tx) {
            return intake::apply(tx, source(integration), records, {});
        });
    }

    static sdk::Customer customerRecord(const Somebody& who, int seconds) {
        auto record = test::customerOf(who.id, seconds, who.email());
        record.firstName = who.name();
        record.lastName = who.surname();
        record.phone = who.phone();
        record.tags = {"likes " + who.mark};
        record.defaultAddress = R"({"street":")" + who.street() + "\"}";
        record.extra = R"({"hint":")" + who.bytes() + "\"}";
        return record;
    }
    static sdk::Order orderRecord(const Somebody& who,
                                  const std::string& id,
                                  bool guest,
                                  int seconds,
                                  std::int64_t total = 1160) {
        auto record = test::orderOf(id, seconds, "paid", {test::lineOf(id + "1", 2)});
        record.total = test::price(total);
        if (!guest) record.customerExternalId = who.id;
        record.email = who.email();
        record.phone = who.phone();
        record.note = who.note();
        record.tags = {"for " + who.mark};
        record.shippingAddress = R"({"street":")" + who.street() + "\"}";
        record.billingAddress = record.shippingAddress;
        record.extra = R"({"hint":")" + who.bytes() + "\"}";
        record.refunds = {{id + "-r", test::price(100), who.note(), test::second(3)}};
        record.fulfilments = {
            {id + "-f", "success", "DHL", who.parcel(), test::second(2), test::second(2)}};
        return record;
    }
    static sdk::Message messageRecord(const Somebody& who, const std::string& id) {
        sdk::Message message;
        message.externalId = "wamid." + sdk::base64(who.phone() + who.mark) + id;
        message.person.externalId = who.id;
        message.person.otherIds = {"user-" + who.mark};
        message.person.name = who.name();
        message.person.phone = who.phone();
        message.kind = "text";
        message.text = who.words();
        message.content = R"({"caption":")" + who.words() + "\"}";
        message.extra = R"({"body":")" + who.bytes() + "\"}";
        message.sentAt = test::second(5);
        return message;
    }

    /// An event as the inbox keeps it.
    core::Uuid deliver(const core::Uuid& integration,
                       const std::string& topic,
                       const std::string& key,
                       const std::string& body,
                       const std::vector<std::string>& people) {
        webhooks::NewEvent event;
        event.id = core::newId();
        event.storeId = storeId;
        event.integrationId = integration;
        event.platform = "example";
        event.topic = topic;
        event.key = key;
        event.account = "one";
        event.headers = R"({"X-Hint":")" + sdk::percentEncode(body) + "\"}";
        event.body = body;
        for (const auto& person : people) event.people.push_back(hash(person));
        webhooks::Inbox inbox(*database, clock, log, metrics, {});
        std::promise<bool> stored;
        CPPUNIT_ASSERT(inbox.submit({event}, [&](bool durable) { stored.set_value(durable); }));
        CPPUNIT_ASSERT(stored.get_future().get());
        return event.id;
    }
    void settleEvents() const {
        auto tx = database->asOwner();
        tx.query("UPDATE webhook SET state = 'done' WHERE topic <> 'waits'");
        tx.commit();
    }

    /// All of it. `integration`: where.
    void plant(const Somebody& who, const core::Uuid& integration) {
        sdk::Reject reject{sdk::Entity::Order, who.order(), "orders: cannot read " + who.mark, ""};
        inStore([&](store::Transaction& tx) {
            return intake::apply(tx,
                                 source(integration),
                                 {customerRecord(who, 10),
                                  orderRecord(who, who.order(), false, 10),
                                  orderRecord(who, who.guestOrder(), true, 10),
                                  messageRecord(who, "1"),
                                  messageRecord(who, "2")},
                                 {reject});
        });
        const auto conversation =
            text("SELECT conversation_id::text AS n FROM conversation_person WHERE person_id = '" +
                 who.id + "' AND integration_id = '" + integration.text() + "'");
        auto tx = database->asOwner();
        tx.query(
            "INSERT INTO message (store_id, id, integration_id, conversation_id, direction, kind, "
            "text, status, status_at, sent_at, request_key, error_detail) VALUES ($1, $2, $3, $4, "
            "'outgoing', 'text', $5, 'failed', now(), now(), $6, $7)",
            storeId,
            outgoing_ = core::newId(),
            integration,
            *core::Uuid::parse(conversation),
            who.answer(),
            "key of " + who.mark + integration.text(),
            "cannot reach " + who.phone());
        tx.query("UPDATE integration SET sync_status = sync_status WHERE id = $1", integration);
        jobs::NewJob send;
        send.integrationId = integration;
        send.kind = "send";
        send.dedupe = outgoing_.text();
        jobs::NewJob refetch;
        refetch.integrationId = integration;
        refetch.kind = "refetch";
        refetch.dedupe = "customer:" + who.id;
        refetch.payload = R"({"entity":"customer","external_id":")" + who.id + "\"}";
        jobs::enqueue(tx, storeId, {send, refetch});
        tx.query("UPDATE job SET state = 'dead', reason = $1 WHERE kind = 'send' AND dedupe = $2",
                 "the platform says " + who.phone() + " of " + who.mark,
                 outgoing_.text());
        tx.commit();
        deliver(integration, "customers/update", who.mark + "-1", bodyOf(who), {who.id});
        deliver(integration,
                "orders/create",
                who.mark + "-2",
                bodyOf(who),
                {"mail" + lowered(who.mark) + "@example.test"});
        deliver(integration, "messages", who.mark + "-3", bodyOf(who), {"user-" + who.mark});
        deliver(integration, "refunds/create", who.mark + "-4", bodyOf(who), {who.order()});
        settleEvents();
        deliver(integration, "waits", who.mark + "-5", bodyOf(who), {who.id});
    }
    static std::string lowered(std::string text) {
        for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        return text;
    }
    static std::string bodyOf(const Somebody& who) {
        return R"({"email":")" + who.email() + R"(","name":")" + who.name() + R"(","street":")" +
               who.street() + R"(","note":")" + who.note() + "\"}";
    }

    /// As intake asks for it.
    void ask(const core::Uuid& integration,
             sdk::PrivacyRequest::What what,
             const std::string& customer,
             const std::vector<std::string>& orders = {},
             const std::string& requestId = "") {
        take(integration, {sdk::PrivacyRequest{what, customer, orders, requestId}});
    }
    void erase(const core::Uuid& integration,
               const std::string& customer,
               const std::vector<std::string>& orders = {}) {
        ask(integration, sdk::PrivacyRequest::What::EraseCustomer, customer, orders);
    }
    bool run() {
        const auto job = leased();
        if (!job) return false;
        RequestJob handler(tools);
        finish(*job, handler);
        return true;
    }
    /// Unlike other work it needs no connection.
    std::optional<jobs::Job> leased() {
        jobs::LeaseRequest request;
        request.owner = "host-1";
        request.kinds = {
            {"privacy", RequestJob::rules().perLane, 1, RequestJob::rules().needsConnection}};
        request.now = clock.now();
        request.until = request.now + std::chrono::seconds(60);
        auto tx = database->asWorker();
        auto taken = jobs::lease(tx, request);
        tx.commit();
        return taken.empty() ? std::nullopt : std::optional(taken[0]);
    }
    std::string dump() const {
        const test::TestFolder folder("dump");
        auto text = test::dumpOf(url, folder.path() / "dump");
        CPPUNIT_ASSERT_MESSAGE("a dump without a store",
                               text.find("Test store") != std::string::npos);
        return text;
    }
    static std::string foundIn(const std::string& text, const Somebody& who) {
        std::string told;
        for (const auto& found : who.planted().foundIn(text)) told += "\n" + found;
        return told;
    }
    /// Of the newest request.
    std::string state() const {
        return text("SELECT state AS n FROM privacy_request ORDER BY id DESC LIMIT 1");
    }
    std::int64_t counted(const std::string& table) const {
        return number("SELECT coalesce((counts ->> '" + table +
                      "')::bigint, 0) AS n FROM privacy_request ORDER BY id DESC LIMIT 1");
    }
    std::string counts() const {
        return text("SELECT counts::text AS n FROM privacy_request ORDER BY id DESC LIMIT 1");
    }

    PersonHash hash = [](std::string_view person) {
        return sdk::hex(sdk::hmacSha256("key", person));
    };
    vault::Vault vault = *vault::Vault::make({{"k001", sdk::Secret(std::string(32, 'k'))}}, "k001");
    connect::Credentials credentials{vault};
    PrivacyTools tools{*database, credentials, hash, clock, log};

private:
    core::Uuid outgoing_;
};

}  // namespace souk::privacy
