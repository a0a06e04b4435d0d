#include "graphql.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace souk::shopify {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;

namespace {

constexpr std::size_t kTail = 16'384;       // `extensions` closes a reply and is far smaller
constexpr std::size_t kRefusal = 65'536;    // a refusal carries no data
constexpr std::size_t kLongestQuote = 300;  // of Shopify's own words in our messages

/// The number after `"name":`, searched from `from` on.
std::optional<double> numberAfter(std::string_view text, std::string_view name) {
    const auto at = text.find(name);
    if (at == std::string_view::npos) return std::nullopt;
    const auto digits = text.find_first_not_of(": \t\r\n", at + name.size());
    if (digits == std::string_view::npos) return std::nullopt;
    double value = 0;
    const auto [end, problem] =
        std::from_chars(text.data() + digits, text.data() + text.size(), value);
    // from_chars reads "inf" and "nan" too, which are no figures to count with.
    if (problem != std::errc() || !std::isfinite(value)) return std::nullopt;
    return value;
}

std::string quoted(std::string text) {
    if (text.size() <= kLongestQuote) return text;
    auto end = kLongestQuote;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end) + "...";
}

struct Complaint {
    std::string code;
    std::string message;
};

/// `errors` is a list of objects from GraphQL, a string or an object from what stands before it.
std::vector<Complaint> complaintsIn(const Json& envelope) {
    std::vector<Complaint> complaints;
    const Json errors = envelope.at("errors");
    if (errors.isString()) complaints.push_back({"", envelope.textOr("errors", "")});
    if (errors.isObject()) complaints.push_back({"", std::string(errors.raw())});
    if (!errors.isArray()) return complaints;
    const auto items = errors.items();
    for (const Json& item : *items) {
        if (auto plain = item.text(); plain)
            complaints.push_back({"", *std::move(plain)});
        else
            complaints.push_back(
                {item.at("extensions").textOr("code", ""), item.textOr("message", "")});
    }
    return complaints;
}

bool isThrottled(const Json& envelope) {
    const auto complaints = complaintsIn(envelope);
    return std::ranges::any_of(complaints,
                               [](const Complaint& one) { return one.code == "THROTTLED"; });
}

/// How long until the refused request fits: (requested - available) / restore rate.
std::chrono::milliseconds waitFor(const sdk::HttpReply& reply) {
    const auto throttle = throttleIn(reply);
    if (!throttle || throttle->restorePerSecond <= 0) return std::chrono::seconds(1);
    const double missing = std::max(throttle->requested - throttle->available, 0.0);
    const double seconds = std::min(missing / throttle->restorePerSecond, 600.0);
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000) + 1);
}

/// Codes of graphql validation are camelCase ("undefinedField"), those of the shop UPPER_CASE.
bool blamesOurDocument(const std::string& code) {
    return !code.empty() && code.front() >= 'a' && code.front() <= 'z';
}

Error errorFrom(const Complaint& one, const sdk::HttpReply& reply) {
    const std::string said = quoted(one.message);
    if (one.code == "THROTTLED")
        return {
            ErrorKind::RateLimited, "Shopify's budget for this shop is used up", waitFor(reply)};
    if (one.code == "MAX_COST_EXCEEDED")
        return {ErrorKind::Bug, "a query of ours is too expensive for Shopify: " + said};
    if (one.code == "ACCESS_DENIED")
        return {ErrorKind::Rejected,
                "Shopify denies access: " + said +
                    " Grant the scope it names (or the protected customer data access) to the app "
                    "and connect the shop again."};
    if (one.code == "SHOP_INACTIVE")
        return {ErrorKind::Rejected,
                "the shop is not active; its owner has to open it again in Shopify: " + said};
    if (one.code == "INTERNAL_SERVER_ERROR" || one.code == "TIMEOUT")
        return {ErrorKind::Transient, "Shopify failed: " + said};
    if (blamesOurDocument(one.code))
        return {ErrorKind::Bug, "Shopify does not understand our query: " + said};
    return {ErrorKind::Rejected, "Shopify refused: " + said};
}

std::string wordsOf(const sdk::HttpReply& reply) {
    if (reply.body.size() > kRefusal) return {};
    const auto envelope = Json::parse(reply.body);
    if (!envelope) return {};
    const auto complaints = complaintsIn(*envelope);
    if (!complaints.empty()) return quoted(complaints.front().message);
    return quoted(envelope->textOr("error_description", envelope->textOr("error", "")));
}

}  // namespace

sdk::HttpRequest graphqlRequest(std::string_view baseUrl,
                                const Document& document,
                                std::string_view variables) {
    sdk::HttpRequest request;
    request.method = "POST";
    request.url.append(baseUrl).append("/admin/api/").append(kApiVersion).append("/graphql.json");
    request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
    request.body = sdk::JsonWriter()
                       .object()
                       .key("query")
                       .text(document.text)
                       .key("variables")
                       .raw(variables)
                       .end()
                       .take();
    request.cost = document.cost;
    request.repeatable = document.repeatable;
    return request;
}

sdk::Error errorFromStatus(const sdk::HttpReply& reply) {
    const std::string words = wordsOf(reply);
    const std::string said = words.empty() ? std::string() : ": " + words;
    switch (reply.status) {
        case 401:
            return {ErrorKind::Unauthorized, "Shopify no longer accepts the shop's token" + said};
        case 402:
            return {ErrorKind::Rejected,
                    "the shop is frozen until its owner settles Shopify's bill" + said};
        case 403:
            return {ErrorKind::Rejected,
                    "Shopify forbids this; grant the app the scope it names and connect the shop "
                    "again" +
                        said};
        case 404:
            return {ErrorKind::Rejected,
                    "Shopify knows no such shop, or no longer serves API version " +
                        std::string(kApiVersion) + said};
        case 423:
            return {ErrorKind::Rejected,
                    "the shop is locked; its owner has to contact Shopify" + said};
        case 429:
        case 430:
            return {ErrorKind::RateLimited,
                    "Shopify asks for fewer requests" + said,
                    std::chrono::minutes(1)};
        default:
            break;
    }
    const ErrorKind kind =
        reply.status >= 500 || reply.status == 408 ? ErrorKind::Transient : ErrorKind::Rejected;
    return {kind, "Shopify answered with status " + std::to_string(reply.status) + said};
}

sdk::Result<Json> dataFrom(const sdk::HttpReply& reply) {
    if (reply.status < 200 || reply.status > 299) return errorFromStatus(reply);
    auto envelope = Json::parse(reply.body);
    if (!envelope)
        return Error{ErrorKind::BadPayload,
                     "Shopify's answer is not JSON: " + envelope.error().message};
    // An answer with both data and errors has holes: taking it would delete what is in them.
    const auto complaints = complaintsIn(*envelope);
    const auto throttled = std::ranges::find(complaints, "THROTTLED", &Complaint::code);
    if (throttled != complaints.end()) return errorFrom(*throttled, reply);
    if (!complaints.empty()) return errorFrom(complaints.front(), reply);
    return envelope->object("data");
}

sdk::Result<Json> ask(sdk::Context& context, const Document& document, std::string_view variables) {
    const auto request = graphqlRequest(context.account.baseUrl, document, variables);
    return dataFrom(SOUK_TRY(context.http.send(request)));
}

sdk::Result<sdk::Done> accepted(const Json& payload) {
    if (!payload.has("userErrors")) return sdk::Done{};
    std::string said;
    for (const Json& one : SOUK_TRY(payload.items("userErrors"))) {
        if (!said.empty()) said += "; ";
        said += one.textOr("message", "no reason given");
    }
    if (said.empty()) return sdk::Done{};
    return Error{ErrorKind::Rejected, "Shopify refused: " + quoted(std::move(said))};
}

std::optional<sdk::Throttle> throttleIn(const sdk::HttpReply& reply) {
    const std::string_view body = reply.body;
    const auto end = body.substr(body.size() > kTail ? body.size() - kTail : 0);
    const auto at = end.rfind("\"throttleStatus\"");
    if (at == std::string_view::npos) return std::nullopt;
    const auto status = end.substr(at);
    const auto available = numberAfter(status, "\"currentlyAvailable\"");
    const auto capacity = numberAfter(status, "\"maximumAvailable\"");
    const auto restore = numberAfter(status, "\"restoreRate\"");
    if (!available || !capacity || !restore) return std::nullopt;

    sdk::Throttle throttle{
        .available = *available, .capacity = *capacity, .restorePerSecond = *restore};
    // The word alone may stand in a product's title: only the envelope's own errors count.
    if (body.size() > kRefusal || body.find("\"THROTTLED\"") == std::string_view::npos)
        return throttle;
    const auto envelope = Json::parse(body);
    if (!envelope || !isThrottled(*envelope)) return throttle;
    throttle.refused = true;
    const auto cost = end.rfind("\"requestedQueryCost\"");
    if (cost != std::string_view::npos)
        throttle.requested = numberAfter(end.substr(cost), "\"requestedQueryCost\"").value_or(0);
    return throttle;
}

void warnOfFallForward(sdk::Context& context, const sdk::HttpReply& reply) {
    const auto served = sdk::valueOf(reply.headers, "X-Shopify-API-Version");
    if (served.empty() || served == kApiVersion) return;
    std::string line = "Shopify served API version ";
    line.append(served).append(" instead of ").append(kApiVersion);
    line.append(": a newer Souk plugin is needed before fields change");
    context.log.write(sdk::LogLevel::Warning, line);
}

}  // namespace souk::shopify
