#pragma once

#include <souk/sdk/context.hpp>
#include <souk/sdk/json.hpp>

#include <map>
#include <string>
#include <string_view>

/// What Meta's platforms share.
namespace souk::meta {

/// The Graph API of this version; until 2028-07-29.
/// https://developers.facebook.com/docs/graph-api/changelog
inline constexpr std::string_view kGraph = "https://graph.facebook.com/v25.0";

using Query = std::map<std::string, std::string, std::less<>>;

/// "/me/accounts" and {"fields": "id,name"} -> the whole address.
std::string addressOf(std::string_view path, const Query& query = {});
/// "a=1&b=2": names and values encoded, in order of name.
std::string formOf(const Query& fields);

/// The highest share of any of the budgets that the X-*-Usage headers of a reply tell of, in
/// percent, and the minutes until access comes back.
struct Usage {
    double percent = 0;
    std::int64_t minutes = 0;
};
std::optional<Usage> usageOf(const sdk::HttpReply& reply);

/// Sends and reads a reply. A Graph error becomes an Error by its code, whatever the HTTP status.
/// `usage` gets what the reply says of the budgets.
sdk::Result<sdk::Json> call(sdk::Context& context,
                            const sdk::HttpRequest& request,
                            std::optional<Usage>* usage = nullptr);
sdk::Result<sdk::Json> get(sdk::Context& context, std::string_view path, const Query& query = {});
/// A POST of JSON that may not be sent twice unless it says so.
sdk::HttpRequest post(std::string_view path, std::string json, bool repeatable);

/// The Error of a Graph error object ("error": {code, error_subcode, message, error_data}), its
/// code first: "131047: Re-engagement message (…)".
/// https://developers.facebook.com/docs/graph-api/guides/error-handling
sdk::Error errorFrom(const sdk::Json& error, const sdk::HttpReply& reply);

}  // namespace souk::meta
