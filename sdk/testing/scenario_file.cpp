#include "scenario_file.hpp"

#include <souk/sdk/time.hpp>

#include <array>
#include <fstream>
#include <iterator>

namespace souk::testing {

namespace {

sdk::Result<std::string> readText(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return sdk::Error{sdk::ErrorKind::NotFound, "cannot read " + file.string()};
    return std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

sdk::Result<sdk::ErrorKind> kindFrom(const std::string& name) {
    using enum sdk::ErrorKind;
    constexpr std::array kKinds{
        Unauthorized, RateLimited, Transient, BadPayload, Rejected, NotFound, Unsupported, Bug};
    for (const auto kind : kKinds)
        if (sdk::name(kind) == name) return kind;
    return sdk::Error{sdk::ErrorKind::BadPayload, "unknown error kind '" + name + "'"};
}

sdk::Headers headersFrom(const sdk::Json& object) {
    sdk::Headers headers;
    for (const auto& key : object.keys()) headers[key] = object.textOr(key, "");
    return headers;
}

ExpectedRequest requestFrom(const sdk::Json& expected) {
    ExpectedRequest request;
    request.method = expected.textOr("method", "");
    request.url = expected.textOr("url", "");
    request.headers = headersFrom(expected.at("headers"));
    const auto query = expected.at("query");
    for (const auto& key : query.keys()) request.query[key] = query.textOr(key, "");
    if (const auto parts = expected.items("body_parts"))
        for (const auto& part : *parts)
            if (auto text = part.text()) request.bodyParts.push_back(*std::move(text));
    return request;
}

sdk::Result<std::optional<sdk::Timestamp>> timeAt(const sdk::Json& owner, std::string_view key) {
    if (!owner.has(key)) return std::optional<sdk::Timestamp>();
    return std::optional(SOUK_TRY(sdk::timestampFrom(owner.textOr(key, ""))));
}

std::map<std::string, std::vector<std::string>, std::less<>> secretsFrom(const sdk::Json& object) {
    std::map<std::string, std::vector<std::string>, std::less<>> secrets;
    for (const auto& key : object.keys()) {
        const auto list = object.items(key);
        if (!list) {
            secrets[key].push_back(object.textOr(key, ""));
            continue;
        }
        for (const auto& one : *list)
            if (auto text = one.text()) secrets[key].push_back(*std::move(text));
    }
    return secrets;
}

}  // namespace

sdk::Result<ScenarioFile> ScenarioFile::read(const std::filesystem::path& file) {
    const auto text = SOUK_TRY(readText(file));
    auto root = SOUK_TRY(sdk::Json::parse(text));
    for (const auto& key : root.keys())
        if (std::string_view(" story call account secrets now http request event expect ")
                .find(" " + key + " ") == std::string_view::npos)
            return sdk::Error{sdk::ErrorKind::BadPayload, "unknown key '" + key + "'"};
    return ScenarioFile(file.parent_path(), std::move(root));
}

/// Text as it is, "@file" as that file's bytes, any other value as its JSON.
sdk::Result<std::string> ScenarioFile::content(const sdk::Json& owner, std::string_view key) const {
    if (!owner.has(key)) return std::string();
    const auto value = owner.at(key);
    if (!value.isString()) return std::string(value.raw());
    auto text = SOUK_TRY(value.text());
    if (!text.starts_with('@')) return text;
    return readText(folder_ / text.substr(1));
}

sdk::Result<sdk::Json> ScenarioFile::expected() const {
    const auto expect = SOUK_TRY(root_.object("expect"));
    // Lists may stand in files of their own, so the expectation is put together anew.
    sdk::JsonWriter whole;
    whole.object();
    for (const auto& key : expect.keys()) {
        const auto value = expect.at(key);
        const bool elsewhere = value.isString() && expect.textOr(key, "").starts_with('@');
        whole.key(key);
        if (elsewhere)
            whole.raw(SOUK_TRY(content(expect, key)));
        else
            whole.raw(value.raw().empty() ? "null" : value.raw());
    }
    return sdk::Json::parse(whole.end().take());
}

sdk::Account ScenarioFile::account() const {
    const auto given = root_.at("account");
    sdk::Account account;
    account.externalId = given.textOr("external_id", "account-1");
    account.title = given.textOr("title", "");
    account.baseUrl = given.textOr("base_url", "");
    account.currency = given.textOr("currency", "");
    account.timeZone = given.textOr("time_zone", "");
    if (given.has("settings")) account.settings = given.at("settings").raw();
    if (const auto scopes = given.items("scopes"))
        for (const auto& one : *scopes)
            if (auto text = one.text()) account.scopes.push_back(*std::move(text));
    return account;
}

sdk::Result<sdk::WebhookRequest> ScenarioFile::webhookRequest() const {
    const auto given = SOUK_TRY(root_.object("request"));
    sdk::WebhookRequest request;
    request.method = given.textOr("method", "POST");
    request.query = given.textOr("query", "");
    request.headers = headersFrom(given.at("headers"));
    request.body = SOUK_TRY(content(given, "body"));
    return request;
}

sdk::Result<sdk::StoredEvent> ScenarioFile::storedEvent() const {
    const auto given = SOUK_TRY(root_.object("event"));
    sdk::StoredEvent event;
    event.account = given.textOr("account", account().externalId);
    event.topic = SOUK_TRY(given.text("topic"));
    event.headers = headersFrom(given.at("headers"));
    event.body = SOUK_TRY(content(given, "body"));
    event.triggeredAt = SOUK_TRY(timeAt(given, "triggered_at"));
    return event;
}

sdk::Result<sdk::Result<sdk::HttpReply>> ScenarioFile::reply(const sdk::Json& exchange) const {
    using Reply = sdk::Result<sdk::HttpReply>;
    const auto given = SOUK_TRY(exchange.object("reply"));
    if (given.has("error")) {
        const auto error = given.at("error");
        const auto kind = SOUK_TRY(kindFrom(error.textOr("kind", "")));
        return Reply(sdk::Error{kind, error.textOr("message", "from the tape")});
    }
    sdk::HttpReply reply;
    reply.status = static_cast<int>(given.integerOr("status", 200));
    reply.headers = headersFrom(given.at("headers"));
    reply.body = SOUK_TRY(content(given, "body"));
    return Reply(std::move(reply));
}

sdk::Result<sdk::Done> ScenarioFile::prepare(Stage& stage) const {
    stage.account = account();
    stage.secrets = FixedSecrets(secretsFrom(root_.at("secrets")));
    if (const auto now = SOUK_TRY(timeAt(root_, "now"))) stage.clock.set(*now);
    if (!root_.has("http")) return sdk::Done{};
    for (const auto& exchange : SOUK_TRY(root_.items("http"))) {
        auto answer = SOUK_TRY(reply(exchange));
        stage.http.expect(requestFrom(exchange.at("expect")), std::move(answer));
    }
    return sdk::Done{};
}

}  // namespace souk::testing
