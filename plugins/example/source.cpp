#include "source.hpp"

#include "api.hpp"
#include "translate.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/time.hpp>

namespace souk::example {

namespace {

/// The platform stamps whole seconds and may show a change late: the next run looks a little back.
constexpr std::chrono::minutes kOverlap{2};

/// Our cursor: where the list goes on, and since when this run and the next one look.
struct Position {
    std::string since;      ///< this run's lower bound, empty for everything
    std::string after;      ///< the platform's own page mark, empty on the first page
    std::string nextSince;  ///< lower bound of the run after this one
};

sdk::Result<Position> positionFrom(const sdk::Cursor& cursor) {
    if (cursor.value.empty()) return Position{};
    const auto json = SOUK_TRY(sdk::Json::parse(cursor.value));
    return Position{
        json.textOr("since", ""), json.textOr("after", ""), json.textOr("next_since", "")};
}

sdk::Cursor cursorFrom(const Position& position) {
    return {sdk::JsonWriter()
                .object()
                .key("since")
                .text(position.since)
                .key("after")
                .text(position.after)
                .key("next_since")
                .text(position.nextSince)
                .end()
                .take()};
}

std::string listPath(std::string_view kind, const Position& position) {
    auto path = "/v1/" + std::string(kind) + "?limit=250";
    if (!position.since.empty()) path += "&updated_since=" + sdk::percentEncode(position.since);
    if (!position.after.empty()) path += "&after=" + sdk::percentEncode(position.after);
    return path;
}

}  // namespace

// https://api.example.test/docs#lists
sdk::Result<sdk::Page> Source::fetch(sdk::Context& context, const sdk::Cursor& from) const {
    auto position = SOUK_TRY(positionFrom(from));
    const auto reply = SOUK_TRY(get(context, listPath(kind_.path, position)));
    const auto items = SOUK_TRY(reply.items("items"));
    auto page = pageFrom(kind_.entity, items);
    if (reply.has("total")) page.total = SOUK_TRY(reply.integer("total"));

    if (position.nextSince.empty()) {
        const auto text = SOUK_TRY(reply.text("as_of"));
        const auto asOf = SOUK_TRY(sdk::timestampFrom(text));
        position.nextSince = sdk::rfc3339(asOf - kOverlap);
    }
    position.after = reply.textOr("next", "");
    page.last = position.after.empty();
    page.next = page.last ? cursorFrom({position.nextSince, "", ""}) : cursorFrom(position);
    return page;
}

sdk::Result<sdk::Page> Source::fetchOne(sdk::Context& context,
                                        sdk::Entity entity,
                                        std::string_view externalId,
                                        const sdk::Cursor&) const {
    if (entity != kind_.entity)
        return sdk::Error{sdk::ErrorKind::Unsupported,
                          "this source brings " + std::string(kind_.path) + " only"};
    const auto path = "/v1/" + std::string(kind_.path) + "/" + sdk::percentEncode(externalId);
    const auto item = SOUK_TRY(get(context, path));
    auto page = pageFrom(kind_.entity, {item});
    page.last = true;
    return page;
}

sdk::Result<sdk::RemoteCount> Source::remoteCount(sdk::Context& context) const {
    const auto reply = SOUK_TRY(get(context, "/v1/" + std::string(kind_.path) + "/count"));
    const auto count = SOUK_TRY(reply.integer("count"));
    return sdk::RemoteCount{count, true};
}

}  // namespace souk::example
