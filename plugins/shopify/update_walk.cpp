#include "update_walk.hpp"

#include "reading.hpp"

#include <souk/sdk/time.hpp>

#include <algorithm>

namespace souk::shopify {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

namespace {

/// Shopify stamps whole seconds, and its search index runs a little behind its database.
constexpr auto kOverlap = std::chrono::minutes(2);

sdk::Timestamp updatedAtOf(const sdk::Record& record) {
    return std::visit(
        [](const auto& one) {
            if constexpr (requires { one.updatedAt; })
                return one.updatedAt;
            else
                return sdk::Timestamp{};
        },
        record);
}

void writeUnlessEmpty(sdk::JsonWriter& out, std::string_view key, const std::string& value) {
    if (!value.empty()) out.key(key).text(value);
}

}  // namespace

sdk::Result<WalkState> WalkState::from(const Json& json) {
    WalkState state{textIn(json, "since"),
                    textIn(json, "started"),
                    textIn(json, "seen"),
                    textIn(json, "after")};
    for (const std::string& time : {state.since, state.started, state.seen})
        if (!time.empty()) SOUK_TRY(sdk::timestampFrom(time));
    return state;
}

void WalkState::write(sdk::JsonWriter& out) const {
    out.object();
    writeUnlessEmpty(out, "since", since);
    writeUnlessEmpty(out, "started", started);
    writeUnlessEmpty(out, "seen", seen);
    writeUnlessEmpty(out, "after", after);
    out.end();
}

std::string WalkState::filter() const {
    return since.empty() ? std::string() : "updated_at:>='" + since + "'";
}

void WalkState::begin(sdk::Timestamp now) {
    if (started.empty()) started = sdk::rfc3339(now);
}

void WalkState::meet(sdk::Timestamp updatedAt) {
    if (updatedAt == sdk::Timestamp{}) return;
    const auto latest = sdk::timestampFrom(seen);
    if (!latest || *latest < updatedAt) seen = sdk::rfc3339(updatedAt);
}

WalkState WalkState::finished() const {
    const auto latest = sdk::timestampFrom(seen);
    if (!latest) return {.since = since, .started = {}, .seen = {}, .after = {}};
    const auto begun = sdk::timestampFrom(started);
    const auto mark = begun ? std::min(*begun, *latest) : *latest;
    const auto whole = std::chrono::floor<std::chrono::seconds>(mark - kOverlap);
    return {.since = sdk::rfc3339(whole), .started = {}, .seen = {}, .after = {}};
}

sdk::Result<bool> WalkState::advance(const Json& pageInfo) {
    if (!SOUK_TRY(pageInfo.boolean("hasNextPage"))) return false;
    std::string next = SOUK_TRY(pageInfo.text("endCursor"));
    if (next.empty() || next == after)
        return Error{ErrorKind::BadPayload,
                     pageInfo.path() + ".endCursor: does not move on, the list would never end"};
    after = std::move(next);
    return true;
}

sdk::Result<Json> parseCursor(const sdk::Cursor& cursor) {
    auto json = Json::parse(cursor.value.empty() ? std::string_view("{}") : cursor.value);
    if (json && json->isObject()) return json;
    return Error{ErrorKind::BadPayload,
                 "the cursor is not one of this plugin; start the sync over with mode full"};
}

sdk::Result<WalkedPage> walkOn(sdk::Context& context, const Listing& listing, WalkState state) {
    state.begin(context.clock.now());
    const std::string filter = state.filter();
    sdk::JsonWriter variables;
    variables.object();
    writeUnlessEmpty(variables, "after", state.after);
    writeUnlessEmpty(variables, "query", filter);
    variables.key("first").boolean(state.after.empty()).end();

    const Json data = SOUK_TRY(ask(context, listing.document, variables.take()));
    const Json list = SOUK_TRY(data.object(listing.connection));
    WalkedPage walked;
    const auto nodes = SOUK_TRY(list.items("nodes"));
    walked.page.records.reserve(nodes.size());
    for (const Json& node : nodes) {
        auto record = listing.translate(node, context.account);
        if (!record) {
            walked.page.rejects.push_back(rejectOf(listing.entity, node, record.error()));
            continue;
        }
        state.meet(updatedAtOf(*record));
        walked.page.records.push_back(*std::move(record));
    }
    if (data.has(listing.counter))
        walked.page.total = SOUK_TRY(countFrom(data.at(listing.counter))).count;

    walked.finished = !SOUK_TRY(state.advance(SOUK_TRY(list.object("pageInfo"))));
    walked.state = walked.finished ? state.finished() : std::move(state);
    return walked;
}

sdk::Result<sdk::Page> fetchListing(sdk::Context& context,
                                    const Listing& listing,
                                    const sdk::Cursor& from) {
    auto state = SOUK_TRY(WalkState::from(SOUK_TRY(parseCursor(from))));
    auto walked = SOUK_TRY(walkOn(context, listing, std::move(state)));
    sdk::JsonWriter cursor;
    walked.state.write(cursor);
    walked.page.next.value = cursor.take();
    walked.page.last = walked.finished;
    return std::move(walked.page);
}

sdk::Result<sdk::RemoteCount> countFrom(const Json& count) {
    return sdk::RemoteCount{SOUK_TRY(count.integer("count")),
                            textIn(count, "precision") != "AT_LEAST"};
}

sdk::Result<sdk::RemoteCount> askCount(sdk::Context& context,
                                       const Document& document,
                                       std::string_view counter) {
    const auto request = graphqlRequest(context.account.baseUrl, document, "{}");
    const auto reply = SOUK_TRY(context.http.send(request));
    const Json data = SOUK_TRY(dataFrom(reply));
    warnOfFallForward(context, reply);
    return countFrom(SOUK_TRY(data.object(counter)));
}

}  // namespace souk::shopify
