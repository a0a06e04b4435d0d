#include "message_body.hpp"

#include "wire.hpp"

#include <algorithm>
#include <array>

namespace souk::whatsapp {

using sdk::Json;
using sdk::JsonWriter;

namespace {

void copy(JsonWriter& out, const Json& from, std::string_view theirs, std::string_view ours) {
    if (from.has(theirs)) out.key(ours).text(from.textOr(theirs, ""));
}

/// Where it came from and what it is about, whatever the kind: an advertisement, a product.
void writeContext(JsonWriter& out, const Json& message) {
    const auto context = message.at("context");
    const auto product = context.at("referred_product");
    if (product.has("product_retailer_id")) {
        out.key("product").object();
        copy(out, product, "catalog_id", "catalogue_id");
        copy(out, product, "product_retailer_id", "external_id");
        out.end();
    }
    if (context.booleanOr("forwarded", false) || context.booleanOr("frequently_forwarded", false))
        out.key("forwarded").boolean(true);
    if (message.has("referral")) out.key("referral").raw(message.at("referral").raw());
}

using Write = void (*)(Body& body, JsonWriter& out, const Json& part);

void text(Body& body, JsonWriter&, const Json& part) {
    body.text = part.textOr("body", "");
}

/// The file stays where it is: ids of deliveries can be downloaded for seven days.
void media(Body& body, JsonWriter& out, const Json& part) {
    body.text = part.textOr("caption", "");
    copy(out, part, "id", "media_id");
    copy(out, part, "mime_type", "mime_type");
    copy(out, part, "sha256", "sha256");
    copy(out, part, "filename", "filename");
    if (part.booleanOr("voice", false)) out.key("voice").boolean(true);
    if (part.booleanOr("animated", false)) out.key("animated").boolean(true);
}

void location(Body& body, JsonWriter& out, const Json& part) {
    body.text = part.textOr("name", part.textOr("address", ""));
    for (const auto* key : {"latitude", "longitude", "name", "address", "url"})
        copy(out, part, key, key);
}

void reaction(Body& body, JsonWriter& out, const Json& part) {
    body.replyTo = part.textOr("message_id", "");
    body.text = part.textOr("emoji", "");
    copy(out, part, "emoji", "emoji");
    if (!part.has("emoji")) out.key("removed").boolean(true);
}

void button(Body& body, JsonWriter& out, const Json& part) {
    body.text = part.textOr("text", "");
    copy(out, part, "payload", "id");
}

/// {"type": "list_reply", "list_reply": {id, title, description}} and its kin.
void interactive(Body& body, JsonWriter& out, const Json& part) {
    const auto type = part.textOr("type", "");
    const auto reply = part.at(type);
    body.kind = type == "button_reply" ? "button" : "list";
    body.text = reply.textOr("title", reply.textOr("body", reply.textOr("name", "")));
    copy(out, reply, "id", "id");
    copy(out, reply, "description", "description");
    if (type == "button_reply" || type == "list_reply") return;
    out.key("type").text(type);  // an answer to a form, a product: as it came
    if (part.has(type)) out.key("reply").raw(reply.raw());
}

void order(Body& body, JsonWriter& out, const Json& part) {
    body.text = part.textOr("text", "");
    copy(out, part, "catalog_id", "catalogue_id");
    out.key("items").array();
    for (const auto& item : listIn(part, "product_items")) {
        out.object();
        copy(out, item, "product_retailer_id", "external_id");
        copy(out, item, "quantity", "quantity");
        copy(out, item, "item_price", "unit_price");
        copy(out, item, "currency", "currency");
        out.end();
    }
    out.end();
}

void system(Body& body, JsonWriter& out, const Json& part) {
    body.text = part.textOr("body", "");
    copy(out, part, "type", "type");
}

struct Kind {
    std::string_view type;
    std::string_view kind;
    Write write;
};

constexpr std::array<Kind, 12> kKinds{{{"text", "text", text},
                                       {"image", "image", media},
                                       {"audio", "audio", media},
                                       {"video", "video", media},
                                       {"document", "document", media},
                                       {"sticker", "sticker", media},
                                       {"location", "location", location},
                                       {"reaction", "reaction", reaction},
                                       {"button", "button", button},
                                       {"interactive", "list", interactive},
                                       {"order", "order", order},
                                       {"system", "system", system}}};

void unsupported(Body& body, JsonWriter& out, const Json& message, const std::string& type) {
    body.kind = "unsupported";
    out.key("type").text(message.at("unsupported").textOr("type", type));
    const auto errors = listIn(message, "errors");
    if (errors.empty()) return;
    const auto& error = errors.front();
    out.key("reason").text(error.at("error_data").textOr("details", error.textOr("title", "")));
}

}  // namespace

sdk::Result<Body> bodyOf(const Json& message) {
    const auto type = SOUK_TRY(message.text("type"));
    Body body;
    JsonWriter out;
    out.object();
    const auto* const known = std::find_if(
        kKinds.begin(), kKinds.end(), [&](const Kind& kind) { return kind.type == type; });
    if (type == "contacts") {
        body.kind = type;
        out.key("contacts").raw(message.has("contacts") ? message.at("contacts").raw() : "[]");
    } else if (known == kKinds.end()) {
        unsupported(body, out, message, type);
    } else {
        body.kind = known->kind;
        known->write(body, out, SOUK_TRY(message.object(type)));
    }
    writeContext(out, message);
    body.content = out.end().take();
    return body;
}

}  // namespace souk::whatsapp
