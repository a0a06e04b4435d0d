#pragma once

#include "host/intake/job_world.hpp"
#include "host/messages/fake_messenger.hpp"
#include "messages/outbox.hpp"
#include "messages/send_job.hpp"
#include "orders/conversation_writer.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace souk::messages {

class TalkingPlugin final : public sdk::Plugin {
public:
    const sdk::Messenger* messenger() const noexcept override { return &talk; }
    test::FakeMessenger talk;
};

/// Where people are written to, through one plugin that talks.
struct Desk : test::JobWorld {
    Desk() : Desk(std::make_shared<TalkingPlugin>()) {}

    /// What a person writes, this long ago.
    core::Uuid hears(const std::string& person, std::chrono::seconds ago) {
        sdk::Message message;
        message.externalId = "in-" + std::to_string(++heard);
        message.person.externalId = person;
        message.kind = "text";
        message.sentAt = clock.now() - ago;
        inStore([&](store::Transaction& tx) {
            return orders::writeMessages(tx, scope(), {&message}).size();
        });
        return *core::Uuid::parse(
            text("SELECT conversation_id::text AS n FROM conversation_person WHERE person_id = '" +
                 person + "'"));
    }
    sdk::Result<core::Uuid> post(const core::Uuid& conversation,
                                 const std::string& words = "hello",
                                 const std::string& kind = "text") {
        return outbox.post(storeId, conversation, {kind, words, "", "{}", ""});
    }
    bool send() {
        const auto one = lease("send", 4);
        if (one) finish(*one, job);
        return one.has_value();
    }
    std::string statusOf(const core::Uuid& id) const {
        return text(
            "SELECT status || coalesce(' ' || external_id, '') || coalesce(' ' || "
            "error_code, '') AS n FROM message WHERE id = '" +
            id.text() + "'");
    }
    void tell(const std::string& id, const core::Uuid& message, sdk::MessageStatus::Stage stage) {
        sdk::MessageStatus status;
        status.messageExternalId = id;
        status.correlation = message.text();
        status.stage = stage;
        status.at = clock.now();
        inStore([&](store::Transaction& tx) {
            return orders::writeStatuses(tx, scope(), {&status}).size();
        });
    }
    test::FakeMessenger& talk() { return plugin->talk; }

    std::shared_ptr<TalkingPlugin> plugin;
    Outbox outbox{*database, catalog, clock};
    SendTools tools{*database, sessions, clock, log};
    SendJob job{tools};
    MarkReadJob reading{tools};
    int heard = 0;

private:
    explicit Desk(std::shared_ptr<TalkingPlugin> made)
        : JobWorld(loaded(made)), plugin(std::move(made)) {}
    static loader::LoadedPlugin loaded(const std::shared_ptr<TalkingPlugin>& plugin) {
        loader::LoadedPlugin loaded;
        loaded.manifest.domain = "example";
        loaded.manifest.name = "Example";
        loaded.manifest.messages.outsideWindow = {"template"};
        loaded.manifest.messages.personBurst = 2;
        loaded.manifest.messages.personInterval = std::chrono::seconds(6);
        loaded.plugin = plugin;
        return loaded;
    }
};

}  // namespace souk::messages
