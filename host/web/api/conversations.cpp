#include "messages/outbox.hpp"
#include "orders/conversation_reader.hpp"
#include "web/api/render.hpp"
#include "web/api/routes.hpp"

namespace souk::web {

namespace {

void renderConversation(Render& json, const orders::ConversationRow& row) {
    json.object()
        .id("id", row.id)
        .id("integration_id", row.integrationId)
        .text("external_id", row.externalId);
    json.text("name", row.name).text("username", row.username).text("phone", row.phone);
    json.number("unread", row.unread)
        .time("last_incoming_at", row.lastIncomingAt)
        .time("last_message_at", row.lastMessageAt);
    json.time("created_at", row.createdAt).time("updated_at", row.updatedAt).end();
}

void renderMessage(Render& json, const orders::MessageRow& row) {
    json.object().id("id", row.id).text("external_id", row.externalId);
    json.text("direction", row.direction).text("kind", row.kind).text("text", row.text);
    json.text("reply_to", row.replyTo).raw("content", row.content);
    json.text("status", row.status).time("status_at", row.statusAt);
    json.text("error_code", row.errorCode).text("error_detail", row.errorDetail);
    json.time("sent_at", row.sentAt).end();
}

Problem noSuchConversation() {
    return {404, "There is no such conversation; GET /api/v1/conversations lists them."};
}

std::string conversationJson(store::Transaction& tx,
                             const core::Uuid& store,
                             const core::Uuid& id) {
    const auto row = orders::findConversation(tx, store, id);
    if (!row) throw noSuchConversation();
    Render json;
    renderConversation(json, *row);
    return json.take();
}

Response list(Services& services, const Call& call) {
    call.knows({"store_id", "integration_id", "unread", "q", "cursor", "limit"});
    const PageCursor cursor("conversations", call);
    const orders::ConversationFilter filter{
        call.uuid("integration_id"), call.boolean("unread"), call.text("q")};
    std::optional<store::KeysetPosition> after;
    if (const auto at = keyset(cursor)) after = {at->first, at->second};
    const auto store = call.store();
    auto tx = services.database.forStore(store);
    const auto found = orders::listConversations(tx, store, filter, after, call.limit());
    return jsonAnswer(200,
                      page(found, nextKeyset(cursor, found, call.limit()), renderConversation));
}

Response get(Services& services, const Call& call) {
    call.knows({"store_id"});
    const auto store = call.store();
    auto tx = services.database.forStore(store);
    return tagged(call, conversationJson(tx, store, call.id()));
}

Response begin(Services& services, const Call& call) {
    call.knows({"store_id"});
    const auto store = call.store();
    const auto body = call.body({"integration_id", "to"});
    const auto integration = core::Uuid::parse(body.textOr("integration_id", ""));
    if (!integration)
        throw Problem(400,
                      "integration_id must be the id of an integration; GET /api/v1/integrations "
                      "lists them.");
    const auto id = valueOr(services.outbox.begin(store, *integration, body.textOr("to", "")));
    auto tx = services.database.forStore(store);
    return createdAnswer(conversationJson(tx, store, id), "/api/v1/conversations/" + id.text());
}

Response messages(Services& services, const Call& call) {
    call.knows({"store_id", "cursor", "limit"});
    const PageCursor cursor("messages", call);
    std::optional<store::KeysetPosition> before;
    if (const auto at = keyset(cursor)) before = {at->first, at->second};
    const auto limit = call.limit();
    const auto store = call.store();
    auto tx = services.database.forStore(store);
    if (!orders::findConversation(tx, store, call.id())) throw noSuchConversation();
    const auto found = orders::listMessages(tx, store, call.id(), before, limit);
    std::optional<std::string> next;
    if (found.size() == static_cast<std::size_t>(limit))
        next = cursor.after({std::to_string(found.back().sentAt.time_since_epoch().count()),
                             found.back().id.text()});
    return jsonAnswer(200, page(found, next, renderMessage));
}

/// 202: it is journaled and goes out as soon as the platform's pace allows.
Response post(Services& services, const Call& call) {
    call.knows({"store_id"});
    const auto store = call.store();
    const auto body = call.body({"kind", "text", "content", "reply_to"});
    messages::Draft draft;
    draft.kind = body.textOr("kind", "text");
    draft.text = body.textOr("text", "");
    draft.replyTo = body.textOr("reply_to", "");
    draft.requestKey = call.requestKey();
    if (body.has("content")) draft.content = readable(body.object("content")).raw();
    const auto id = valueOr(services.outbox.post(store, call.id(), draft));
    auto tx = services.database.forStore(store);
    Render json;
    const auto row = orders::findMessage(tx, store, id);
    if (!row) throw noSuchConversation();
    renderMessage(json, *row);
    return jsonAnswer(202, json.take());
}

Response markRead(Services& services, const Call& call) {
    call.knows({"store_id"});
    call.body({});
    const auto store = call.store();
    valueOr(services.outbox.markRead(store, call.id()));
    auto tx = services.database.forStore(store);
    return jsonAnswer(202, conversationJson(tx, store, call.id()));
}

}  // namespace

void addConversationRoutes(Router& router, Services& services) {
    const std::string all = "/api/v1/conversations";
    const std::string one = all + "/{id}";
    router.add("GET", all, Access::Read, [&](const Call& call) { return list(services, call); });
    router.add(
        "POST", all, Access::Converse, [&](const Call& call) { return begin(services, call); });
    router.add("GET", one, Access::Read, [&](const Call& call) { return get(services, call); });
    router.add("GET", one + "/messages", Access::Read, [&](const Call& call) {
        return messages(services, call);
    });
    router.add("POST", one + "/messages", Access::Converse, [&](const Call& call) {
        return post(services, call);
    });
    router.add("POST", one + "/read", Access::Converse, [&](const Call& call) {
        return markRead(services, call);
    });
}

}  // namespace souk::web
