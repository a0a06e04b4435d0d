#include "outgoing.hpp"

#include "wire.hpp"

#include <algorithm>
#include <array>

namespace souk::whatsapp {

using sdk::Done;
using sdk::Json;
using sdk::JsonWriter;
using sdk::OutgoingMessage;

namespace {

constexpr std::size_t kLongestBody = 4096;
constexpr std::size_t kLongestButtonBody = 1024;
constexpr std::size_t kLongestFooter = 60;
constexpr std::size_t kLongestTitle = 24;
constexpr std::size_t kLongestButton = 20;
constexpr std::size_t kLongestRowId = 200;
constexpr std::size_t kLongestButtonId = 256;
constexpr std::size_t kLongestDescription = 72;
constexpr std::size_t kMostSections = 10;
constexpr std::size_t kMostRows = 10;
constexpr std::size_t kMostButtons = 3;
constexpr std::size_t kMostProducts = 30;

sdk::Error rejected(std::string sentence) {
    return {sdk::ErrorKind::Rejected, std::move(sentence)};
}

/// Characters, not bytes: the platform counts so.
std::size_t lengthOf(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

sdk::Result<std::string> limited(std::string text, std::string_view member, std::size_t most) {
    if (text.empty()) return rejected(std::string(member) + ": must not be empty");
    if (lengthOf(text) > most)
        return rejected(std::string(member) + ": at most " + std::to_string(most) + " characters");
    return text;
}

sdk::Result<Done> counted(std::size_t count, std::string_view member, std::size_t most) {
    if (count >= 1 && count <= most) return Done{};
    return rejected(std::string(member) + ": between 1 and " + std::to_string(most));
}

/// A JSON number without an exponent, as it may stand in the body unquoted.
bool isDecimal(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const auto digits = [](std::string_view part) {
        return !part.empty() &&
               std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    };
    const auto whole = text.substr(0, text.find('.'));
    const bool plain = digits(whole) && (whole.size() == 1 || whole.front() != '0');
    return plain && (whole.size() == text.size() || digits(text.substr(whole.size() + 1)));
}

sdk::Result<Done> writeText(JsonWriter& out, const OutgoingMessage& message, const Json& content) {
    const auto body = SOUK_TRY(limited(message.text, "text", kLongestBody));
    out.key("type").text("text").key("text").object().key("body").text(body);
    if (content.booleanOr("preview_url", false)) out.key("preview_url").boolean(true);
    out.end();
    return Done{};
}

sdk::Result<Done> writeTemplate(JsonWriter& out, const OutgoingMessage&, const Json& content) {
    const auto name = SOUK_TRY(limited(content.textOr("name", ""), "content.name", 512));
    const auto language = SOUK_TRY(limited(content.textOr("language", ""), "content.language", 16));
    out.key("type").text("template").key("template").object().key("name").text(name);
    out.key("language").object().key("code").text(language).end();
    if (content.has("components")) out.key("components").raw(content.at("components").raw());
    out.end();
    return Done{};
}

/// A file by its id on the platform or by an https address.
sdk::Result<Done> writeMedia(JsonWriter& out, const OutgoingMessage& message, const Json& content) {
    const auto link = content.textOr("link", "");
    const auto id = content.textOr("media_id", "");
    if (link.empty() == id.empty()) return rejected("content: give either media_id or link");
    if (!link.empty() && !link.starts_with("https://"))
        return rejected("content.link: must be an https address");
    out.key("type").text(message.kind).key(message.kind).object();
    out.key(id.empty() ? "link" : "id").text(id.empty() ? link : id);
    const bool captioned = message.kind != "audio" && message.kind != "sticker";
    if (captioned && !message.text.empty())
        out.key("caption").text(SOUK_TRY(limited(message.text, "text", kLongestButtonBody)));
    if (message.kind == "document" && content.has("filename"))
        out.key("filename").text(content.textOr("filename", ""));
    out.end();
    return Done{};
}

sdk::Result<Done> writeLocation(JsonWriter& out, const OutgoingMessage&, const Json& content) {
    out.key("type").text("location").key("location").object();
    for (const auto* key : {"latitude", "longitude"}) {
        const auto digits = content.textOr(key, "");
        if (!isDecimal(digits))
            return rejected("content." + std::string(key) + ": must be degrees, like 52.52");
        out.key(key).raw(digits);
    }
    for (const auto* key : {"name", "address"})
        if (content.has(key)) out.key(key).text(content.textOr(key, ""));
    out.end();
    return Done{};
}

sdk::Result<Done> writeReaction(JsonWriter& out, const OutgoingMessage& message, const Json&) {
    if (message.replyTo.empty()) return rejected("reply_to: a reaction names its message");
    out.key("type").text("reaction").key("reaction").object();
    out.key("message_id").text(message.replyTo).key("emoji").text(message.text).end();
    return Done{};
}

/// Opens "interactive" up to its action; the caller writes the action and closes.
sdk::Result<Done> beginInteractive(JsonWriter& out,
                                   std::string_view type,
                                   const OutgoingMessage& message,
                                   const Json& content,
                                   std::size_t longestBody,
                                   bool bodyRequired) {
    out.key("type").text("interactive").key("interactive").object().key("type").text(type);
    if (content.has("header")) {
        const auto header =
            SOUK_TRY(limited(content.textOr("header", ""), "content.header", kLongestFooter));
        out.key("header").object().key("type").text("text").key("text").text(header).end();
    }
    if (bodyRequired || !message.text.empty()) {
        const auto body = SOUK_TRY(limited(message.text, "text", longestBody));
        out.key("body").object().key("text").text(body).end();
    }
    if (content.has("footer")) {
        const auto footer =
            SOUK_TRY(limited(content.textOr("footer", ""), "content.footer", kLongestFooter));
        out.key("footer").object().key("text").text(footer).end();
    }
    out.key("action").object();
    return Done{};
}

sdk::Result<Done> writeRow(JsonWriter& out, const Json& row) {
    const auto id = SOUK_TRY(limited(row.textOr("id", ""), row.path() + ".id", kLongestRowId));
    const auto title =
        SOUK_TRY(limited(row.textOr("title", ""), row.path() + ".title", kLongestTitle));
    out.object().key("id").text(id).key("title").text(title);
    if (row.has("description")) {
        const auto description = SOUK_TRY(limited(
            row.textOr("description", ""), row.path() + ".description", kLongestDescription));
        out.key("description").text(description);
    }
    out.end();
    return Done{};
}

sdk::Result<Done> writeList(JsonWriter& out, const OutgoingMessage& message, const Json& content) {
    SOUK_TRY(beginInteractive(out, "list", message, content, kLongestBody, true));
    const auto button =
        SOUK_TRY(limited(content.textOr("button", ""), "content.button", kLongestButton));
    const auto sections = listIn(content, "sections");
    SOUK_TRY(counted(sections.size(), "content.sections", kMostSections));
    out.key("button").text(button).key("sections").array();
    std::size_t rows = 0;
    for (const auto& section : sections) {
        out.object();
        if (sections.size() > 1 || section.has("title")) {
            const auto title = SOUK_TRY(
                limited(section.textOr("title", ""), section.path() + ".title", kLongestTitle));
            out.key("title").text(title);
        }
        out.key("rows").array();
        for (const auto& row : listIn(section, "rows")) {
            SOUK_TRY(writeRow(out, row));
            ++rows;
        }
        out.end().end();
    }
    SOUK_TRY(counted(rows, "rows of all sections", kMostRows));
    out.end().end().end();
    return Done{};
}

sdk::Result<Done> writeButtons(JsonWriter& out,
                               const OutgoingMessage& message,
                               const Json& content) {
    SOUK_TRY(beginInteractive(out, "button", message, content, kLongestButtonBody, true));
    const auto buttons = listIn(content, "buttons");
    SOUK_TRY(counted(buttons.size(), "content.buttons", kMostButtons));
    out.key("buttons").array();
    for (const auto& button : buttons) {
        const auto id =
            SOUK_TRY(limited(button.textOr("id", ""), button.path() + ".id", kLongestButtonId));
        const auto title =
            SOUK_TRY(limited(button.textOr("title", ""), button.path() + ".title", kLongestButton));
        out.object().key("type").text("reply").key("reply").object();
        out.key("id").text(id).key("title").text(title).end().end();
    }
    out.end().end().end();
    return Done{};
}

/// Offers shown out of the connected catalogue, by the ids they were published under.
sdk::Result<Done> writeProducts(JsonWriter& out,
                                const OutgoingMessage& message,
                                const Json& content,
                                const std::string& catalogue) {
    if (catalogue.empty())
        return rejected("no catalogue is connected to this account: products cannot be shown");
    const bool single = message.kind == "product";
    if (single && content.has("header")) return rejected("content.header: not for one product");
    SOUK_TRY(beginInteractive(
        out, single ? "product" : "product_list", message, content, kLongestButtonBody, !single));
    out.key("catalog_id").text(catalogue);
    if (single) {
        const auto id =
            SOUK_TRY(limited(content.textOr("external_id", ""), "content.external_id", 100));
        out.key("product_retailer_id").text(id).end().end();
        return Done{};
    }
    if (!content.has("header")) return rejected("content.header: a list of products needs one");
    const auto sections = listIn(content, "sections");
    SOUK_TRY(counted(sections.size(), "content.sections", kMostSections));
    out.key("sections").array();
    std::size_t products = 0;
    for (const auto& section : sections) {
        const auto title = SOUK_TRY(
            limited(section.textOr("title", ""), section.path() + ".title", kLongestTitle));
        out.object().key("title").text(title).key("product_items").array();
        for (const auto& id : listIn(section, "external_ids")) {
            const auto text = SOUK_TRY(id.text());
            out.object().key("product_retailer_id").text(text).end();
            ++products;
        }
        out.end().end();
    }
    SOUK_TRY(counted(products, "products of all sections", kMostProducts));
    out.end().end().end();
    return Done{};
}

}  // namespace

sdk::Result<Done> writeKind(JsonWriter& out,
                            const OutgoingMessage& message,
                            const std::string& catalogue) {
    using Write = sdk::Result<Done> (*)(JsonWriter&, const OutgoingMessage&, const Json&);
    struct Kind {
        std::string_view name;
        Write write;
    };
    static constexpr std::array<Kind, 11> kKinds{{{"text", writeText},
                                                  {"template", writeTemplate},
                                                  {"image", writeMedia},
                                                  {"audio", writeMedia},
                                                  {"video", writeMedia},
                                                  {"document", writeMedia},
                                                  {"sticker", writeMedia},
                                                  {"location", writeLocation},
                                                  {"reaction", writeReaction},
                                                  {"list", writeList},
                                                  {"buttons", writeButtons}}};
    const auto content = SOUK_TRY(Json::parse(message.content));
    if (message.kind == "product" || message.kind == "products")
        return writeProducts(out, message, content, catalogue);
    const auto* const found = std::ranges::find(kKinds, message.kind, &Kind::name);
    if (found != kKinds.end()) return found->write(out, message, content);
    std::string known = "product, products";
    for (const auto& kind : kKinds) known.append(", ").append(kind.name);
    return rejected("kind: '" + message.kind + "' cannot be sent; known are " + known);
}

}  // namespace souk::whatsapp
