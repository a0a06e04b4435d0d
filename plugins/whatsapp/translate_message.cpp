#include "translate_message.hpp"

#include "message_body.hpp"
#include "wire.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace souk::whatsapp {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

namespace {

using Records = std::vector<sdk::Record>;

void addOther(sdk::Person& person, const std::string& id) {
    auto& others = person.otherIds;
    if (id.empty() || id == person.externalId) return;
    if (std::find(others.begin(), others.end(), id) == others.end()) others.push_back(id);
}

/// The contact this message is from: the only one, or the one that shares an id with it.
Json contactOf(const Json& message, const Json& value) {
    const auto contacts = listIn(value, "contacts");
    for (const auto& contact : contacts) {
        const auto user = contact.textOr("user_id", "");
        const auto number = contact.textOr("wa_id", "");
        if ((!user.empty() && user == message.textOr("from_user_id", "")) ||
            (!number.empty() && number == message.textOr("from", "")))
            return contact;
    }
    return contacts.size() == 1 ? contacts.front() : value.at("(no contact)");
}

sdk::Result<sdk::Message> messageFrom(const Json& message, sdk::Person person) {
    sdk::Message record;
    record.externalId = SOUK_TRY(nameIn(message, "id"));
    record.person = std::move(person);
    record.sentAt = SOUK_TRY(timeIn(message, "timestamp"));
    record.replyTo = message.at("context").textOr("id", "");
    const auto body = SOUK_TRY(bodyOf(message));
    record.kind = body.kind;
    record.text = body.text;
    record.content = body.content;
    if (!body.replyTo.empty()) record.replyTo = body.replyTo;
    record.extra = message.raw();
    return record;
}

/// "user_changed_number" names the new number, "user_changed_user_id" the new scoped id.
sdk::Result<std::optional<sdk::PersonChange>> changeIn(const Json& message,
                                                       const sdk::Person& before) {
    using Answer = std::optional<sdk::PersonChange>;
    const auto system = message.at("system");
    const auto type = system.textOr("type", "");
    if (type != "user_changed_number" && type != "user_changed_user_id") return Answer();
    sdk::PersonChange change;
    change.formerExternalId = system.textOr("previous_user_id", before.externalId);
    const auto user = system.textOr("user_id", "");
    const auto number = system.textOr("wa_id", "");
    change.person.externalId = user.empty() ? number : user;
    if (change.person.externalId.empty())
        return Error{ErrorKind::BadPayload,
                     system.path() + ": names neither wa_id nor user_id of whoever changed"};
    addOther(change.person, number);
    addOther(change.person, before.externalId);
    if (!number.empty()) change.person.phone = "+" + number;
    return Answer(std::move(change));
}

}  // namespace

sdk::Result<sdk::Timestamp> timeIn(const Json& item, std::string_view key) {
    const auto text = SOUK_TRY(item.text(key));
    std::int64_t seconds = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    constexpr std::int64_t kLatest = 253402300799;  // the year 9999
    if (problem != std::errc() || end != text.data() + text.size() || seconds <= 0 ||
        seconds > kLatest)
        return Error{ErrorKind::BadPayload,
                     item.path() + "." + std::string(key) + ": expected Unix seconds, not '" +
                         text.substr(0, 40) + "'"};
    return sdk::Timestamp(std::chrono::seconds(seconds));
}

sdk::Result<sdk::Person> personOf(const Json& message, const Json& value) {
    const auto contact = contactOf(message, value);
    const auto number = contact.textOr("wa_id", message.textOr("from", ""));
    const auto user = contact.textOr("user_id", message.textOr("from_user_id", ""));
    sdk::Person person;
    person.externalId = user.empty() ? number : user;
    if (person.externalId.empty())  // of whoever changed ids only these may be told
        person.externalId = message.at("system").textOr("previous_user_id", "");
    if (person.externalId.empty())
        return Error{ErrorKind::BadPayload,
                     message.path() + ": names neither from nor from_user_id"};
    addOther(person, number);
    addOther(person, message.textOr("from", ""));
    person.name = contact.at("profile").textOr("name", "");
    person.username = contact.at("profile").textOr("username", "");
    if (!number.empty()) person.phone = "+" + number;
    return person;
}

sdk::Result<Records> recordsFrom(const Json& message, const Json& value) {
    auto person = SOUK_TRY(personOf(message, value));
    Records records;
    if (auto change = SOUK_TRY(changeIn(message, person))) {
        // The contact beside the message is still the former one.
        change->person.name = person.name;
        change->person.username = person.username;
        person = change->person;
        records.emplace_back(*std::move(change));
    }
    auto record = SOUK_TRY(messageFrom(message, person));
    if (record.kind == "order") {
        auto order = SOUK_TRY(orderFrom(message, person));
        records.emplace_back(std::move(order));
    }
    records.emplace_back(std::move(record));
    return records;
}

sdk::Result<sdk::Record> echoFrom(const Json& message, const Json& value) {
    sdk::Person person;
    person.externalId = message.textOr("to_user_id", message.textOr("to", ""));
    if (person.externalId.empty())
        return Error{ErrorKind::BadPayload, message.path() + ".to: missing"};
    addOther(person, message.textOr("to", ""));
    person.name = contactOf(message, value).at("profile").textOr("name", "");
    auto record = SOUK_TRY(messageFrom(message, std::move(person)));
    record.direction = sdk::Direction::Outgoing;
    return sdk::Record(std::move(record));
}

sdk::Result<sdk::Record> statusFrom(const Json& status) {
    using Stage = sdk::MessageStatus::Stage;
    struct Named {
        std::string_view word;
        Stage stage;
    };
    // A voice message that was played was read.
    static constexpr std::array<Named, 5> kStages{{{"sent", Stage::Sent},
                                                   {"delivered", Stage::Delivered},
                                                   {"read", Stage::Read},
                                                   {"played", Stage::Read},
                                                   {"failed", Stage::Failed}}};
    const auto word = SOUK_TRY(status.text("status"));
    const auto* const found = std::find_if(
        kStages.begin(), kStages.end(), [&](const Named& named) { return named.word == word; });
    sdk::MessageStatus record;
    record.messageExternalId = SOUK_TRY(nameIn(status, "id"));
    if (found == kStages.end())
        return sdk::Record(sdk::Notice{
            "statuses", record.messageExternalId, "a status this plugin does not know: " + word});
    record.stage = found->stage;
    record.at = SOUK_TRY(timeIn(status, "timestamp"));
    record.correlation = status.textOr("biz_opaque_callback_data", "");
    for (const auto& error : listIn(status, "errors")) {
        record.code = error.textOr("code", "");
        record.detail = error.at("error_data").textOr("details", error.textOr("title", ""));
    }
    return sdk::Record(std::move(record));
}

}  // namespace souk::whatsapp
