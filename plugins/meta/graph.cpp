#include "meta/graph.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace souk::meta {

using sdk::Error;
using sdk::ErrorKind;
using std::chrono::minutes;

namespace {

constexpr int kFirstRefusal = 400;
constexpr int kFirstFault = 500;
constexpr std::chrono::seconds kPause{60};
constexpr std::int64_t kLongestPause = 24LL * 60;  ///< minutes, whatever a header says

template <std::size_t count>
bool among(std::int64_t code, const std::array<std::int64_t, count>& codes) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// Who is calling is not let in, for good: connect again.
bool isToken(std::int64_t code) {
    return among(code, std::array<std::int64_t, 4>{0, 102, 104, 190});
}

/// The app, the number, the pair, the catalogue asked for too much.
bool isThrottle(std::int64_t code) {
    constexpr std::array<std::int64_t, 9> kCodes{
        4, 17, 32, 341, 613, 130429, 131056, 131057, 132069};
    constexpr std::int64_t kFirst = 80000;
    constexpr std::int64_t kLast = 80014;
    return among(code, kCodes) || (code >= kFirst && code <= kLast);
}

bool isPassing(std::int64_t code) {
    return among(code, std::array<std::int64_t, 6>{1, 2, 131000, 131016, 133004, 133005});
}

bool isGone(std::int64_t code) {
    return among(code, std::array<std::int64_t, 2>{33, 803});
}

/// Code 100 says many things; with this subcode, that there is no such object.
bool isGone(std::int64_t code, std::int64_t subcode) {
    constexpr std::int64_t kBadParameter = 100;
    constexpr std::int64_t kNoSuchObject = 33;
    return isGone(code) || (code == kBadParameter && subcode == kNoSuchObject);
}

ErrorKind kindOf(std::int64_t code, std::int64_t subcode, bool transient) {
    if (isToken(code)) return ErrorKind::Unauthorized;
    if (isThrottle(code)) return ErrorKind::RateLimited;
    if (isGone(code, subcode)) return ErrorKind::NotFound;
    if (isPassing(code) || transient) return ErrorKind::Transient;
    return ErrorKind::Rejected;
}

double numberIn(const sdk::Json& json, std::string_view key) {
    const auto text = json.textOr(key, "0");
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

void raise(Usage& usage, const sdk::Json& figures) {
    for (const auto* key : {"call_count", "total_time", "total_cputime", "acc_id_util_pct"})
        usage.percent = std::max(usage.percent, numberIn(figures, key));
    usage.minutes = std::clamp(
        figures.integerOr("estimated_time_to_regain_access", 0), usage.minutes, kLongestPause);
}

/// How long the platform asks to wait: by the usage headers, else a minute.
std::chrono::milliseconds pauseAfter(const sdk::HttpReply& reply) {
    const auto usage = usageOf(reply);
    if (usage && usage->minutes > 0) return minutes(usage->minutes);
    return kPause;
}

}  // namespace

std::string formOf(const Query& fields) {
    std::string form;
    for (const auto& [name, value] : fields) {
        form += form.empty() ? "" : "&";
        form += sdk::percentEncode(name) + "=" + sdk::percentEncode(value);
    }
    return form;
}

std::string addressOf(std::string_view path, const Query& query) {
    auto address = std::string(kGraph).append(path);
    if (!query.empty()) address += "?" + formOf(query);
    return address;
}

Error errorFrom(const sdk::Json& error, const sdk::HttpReply& reply) {
    const auto code = error.integerOr("code", -1);
    const auto kind =
        kindOf(code, error.integerOr("error_subcode", 0), error.booleanOr("is_transient", false));
    auto sentence = std::to_string(code) + ": " + error.textOr("message", "no reason given");
    const auto details = error.at("error_data").textOr("details", "");
    if (!details.empty()) sentence += " (" + details + ")";
    Error told{kind, std::move(sentence)};
    if (kind == ErrorKind::RateLimited) told.retryAfter = pauseAfter(reply);
    return told;
}

sdk::Result<sdk::Json> call(sdk::Context& context,
                            const sdk::HttpRequest& request,
                            std::optional<Usage>* usage) {
    const auto reply = SOUK_TRY(context.http.send(request));
    if (usage != nullptr) *usage = usageOf(reply);
    auto body = sdk::Json::parse(reply.body.empty() ? std::string_view("{}") : reply.body);
    if (body && body->has("error")) return errorFrom(body->at("error"), reply);
    if (reply.status >= kFirstFault) {
        Error fault{ErrorKind::Transient,
                    "the platform answered " + std::to_string(reply.status) + " without a reason"};
        fault.uncertain = !request.repeatable;
        return fault;
    }
    if (reply.status >= kFirstRefusal)
        return Error{ErrorKind::Rejected,
                     "the platform answered " + std::to_string(reply.status) + " without a reason"};
    if (body) return body;
    auto unreadable = std::move(body).error();  // and yet it was done
    unreadable.uncertain = !request.repeatable;
    return unreadable;
}

sdk::Result<sdk::Json> get(sdk::Context& context, std::string_view path, const Query& query) {
    sdk::HttpRequest request;
    request.url = addressOf(path, query);
    return call(context, request);
}

sdk::HttpRequest post(std::string_view path, std::string json, bool repeatable) {
    sdk::HttpRequest request;
    request.method = "POST";
    request.url = addressOf(path);
    request.headers["Content-Type"] = "application/json";
    request.body = std::move(json);
    request.repeatable = repeatable;
    return request;
}

// X-App-Usage: {"call_count": 28, …}; X-Business-Use-Case-Usage: {"<id>": [{"call_count": …}]}.
std::optional<Usage> usageOf(const sdk::HttpReply& reply) {
    std::optional<Usage> usage;
    if (const auto app = sdk::Json::parse(sdk::valueOf(reply.headers, "X-App-Usage"))) {
        usage.emplace();
        raise(*usage, *app);
    }
    const auto business =
        sdk::Json::parse(sdk::valueOf(reply.headers, "X-Business-Use-Case-Usage"));
    if (!business || !business->isObject()) return usage;
    if (!usage) usage.emplace();
    for (const auto& id : business->keys())
        if (const auto items = business->items(id))
            for (const auto& figures : *items) raise(*usage, figures);
    return usage;
}

}  // namespace souk::meta
