#include "app/commands.hpp"

#include <fstream>
#include <iterator>

namespace souk::app {

namespace {

struct Draft {
    std::string conversation, kind = "text", text, replyTo, contentFile;
};

std::string contentFrom(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw CommandError("Cannot read " + file + ".");
    std::string content{std::istreambuf_iterator<char>(in), {}};
    const auto json = sdk::Json::parse(content);
    if (!json) throw CommandError(file + " is not JSON: " + json.error().message);
    return content;
}

void send(Console& console, const Draft& draft) {
    sdk::JsonWriter body;
    body.object().key("kind").text(draft.kind);
    if (!draft.text.empty()) body.key("text").text(draft.text);
    if (!draft.replyTo.empty()) body.key("reply_to").text(draft.replyTo);
    if (!draft.contentFile.empty()) body.key("content").raw(contentFrom(draft.contentFile));
    console.show(console.client().post("/api/v1/conversations/" + draft.conversation + "/messages",
                                       body.end().take(),
                                       {{"store_id", console.storeId()}}));
}

void addId(CLI::App& command, std::string& id) {
    command.add_option("id", id, "The conversation's id, as the list shows it")->required();
}

void addMessages(CLI::App& group, Console& console) {
    auto* messages = addCommandInStore(group, console, "messages", "Its messages, newest first");
    auto id = std::make_shared<std::string>();
    auto paging = std::make_shared<Paging>();
    addId(*messages, *id);
    paging->addTo(*messages);
    messages->callback([&console, id, paging] {
        Parameters query{{"store_id", console.storeId()}};
        paging->into(query);
        console.list(console.client().get("/api/v1/conversations/" + *id + "/messages", query),
                     {column("ID", "id"),
                      column("DIRECTION", "direction"),
                      column("KIND", "kind"),
                      column("STATUS", "status"),
                      column("SENT", "sent_at"),
                      column("TEXT", "text"),
                      column("ERROR", "error_detail")});
    });
}

void addSend(CLI::App& group, Console& console) {
    auto* command = addCommandInStore(
        group, console, "send", "Write to the person; a running `souk serve` sends it");
    auto draft = std::make_shared<Draft>();
    addId(*command, draft->conversation);
    command->add_option("--text", draft->text, "What to write");
    command->add_option("--kind", draft->kind, "What the platform knows besides text")
        ->capture_default_str();
    command->add_option("--reply-to", draft->replyTo, "External id of the message it answers");
    command->add_option(
        "--content-file", draft->contentFile, "JSON of that kind, as the platform's README says");
    command->callback([&console, draft] { send(console, *draft); });
}

void addBegin(CLI::App& group, Console& console) {
    struct Wanted {
        std::string integration, to;
    };
    auto* command = addCommandInStore(
        group, console, "begin", "With somebody who has not written yet; the one there is if so");
    auto wanted = std::make_shared<Wanted>();
    command->add_option("to", wanted->to, "A phone number with +, or the platform's id")
        ->required();
    command->add_option(
        "--integration", wanted->integration, "Name or id (not needed when there is only one)");
    command->callback([&console, wanted] {
        const auto body = sdk::JsonWriter()
                              .object()
                              .key("integration_id")
                              .text(console.integrationId(wanted->integration))
                              .key("to")
                              .text(wanted->to)
                              .end()
                              .take();
        console.show(console.client().post(
            "/api/v1/conversations", body, {{"store_id", console.storeId()}}));
    });
}

}  // namespace

void addConversationCommands(CLI::App& app, Console& console) {
    auto* group = app.get_subcommand("conversation");
    addMessages(*group, console);
    addSend(*group, console);
    addBegin(*group, console);
}

}  // namespace souk::app
