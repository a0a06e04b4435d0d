#include "net/gateway.hpp"

#include "net/address.hpp"
#include "net/reply_kind.hpp"
#include "store/failure.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>
#include <utility>

namespace souk::net {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::string_view kRoom = "net";
constexpr int kUnauthorized = 401;
constexpr int kTooMany = 429;

bool isMethod(std::string_view method) noexcept {
    return !method.empty() &&
           std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool hasBody(const sdk::HttpRequest& request) noexcept {
    return !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
           request.method == "PATCH";
}

std::string filledIn(const std::string& format, std::string_view token) {
    constexpr std::string_view kPlace = "{token}";
    auto value = format;
    const auto at = value.find(kPlace);
    if (at != std::string::npos) value.replace(at, kPlace.size(), token);
    return value;
}

/// The target with a proof that whoever holds the token is the app itself: hex HMAC-SHA256 of
/// "{token}|{unix seconds}", good for a few minutes on the platform's side.
std::string proven(const PlatformRules& rules,
                   const sdk::Secret& key,
                   const sdk::Secret& token,
                   sdk::Timestamp now,
                   std::string target) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    const auto time = std::to_string(seconds);
    const auto proof =
        sdk::hex(sdk::hmacSha256(key.reveal(), std::string(token.reveal()) + "|" + time));
    target += target.find('?') == std::string::npos ? '?' : '&';
    return target + rules.proofParameter + "=" + proof + "&" + rules.proofTimeParameter + "=" +
           time;
}

std::string statusClass(int status) {
    return std::to_string(status / 100) + "xx";
}

void addHeader(std::string& bytes, std::string_view name, std::string_view value) {
    bytes.append(name).append(": ").append(value).append("\r\n");
}

/// The request as it goes over the wire.
std::string serialised(const sdk::HttpRequest& request,
                       const Address& address,
                       const std::optional<std::pair<std::string, std::string>>& credentials) {
    std::string bytes = request.method + " " + address.target + " HTTP/1.1\r\n";
    addHeader(bytes, "Host", address.host);
    addHeader(bytes, "Accept-Encoding", "identity");
    if (sdk::valueOf(request.headers, "User-Agent").empty())
        addHeader(bytes, "User-Agent", "Souk/0.1");
    for (const auto& [name, value] : request.headers) addHeader(bytes, name, value);
    if (credentials) addHeader(bytes, credentials->first, credentials->second);
    if (hasBody(request)) addHeader(bytes, "Content-Length", std::to_string(request.body.size()));
    return bytes.append("\r\n").append(request.body);
}

}  // namespace

/// One call's way out; carries the passage through every attempt.
class Gateway::Door final : public sdk::Http {
public:
    Door(Gateway& gateway, Passage passage) : gateway_(gateway), passage_(std::move(passage)) {}

    sdk::Result<sdk::HttpReply> send(const sdk::HttpRequest& request) override;

private:
    struct Attempt {
        double cost = 0;
        sdk::Timestamp until{};  ///< how long the budget may be waited for
        std::optional<sdk::Secret> token;
        bool refreshed = false;
        int throttled = 0;
    };

    const PlatformRules& rules() const noexcept { return *passage_.rules; }
    sdk::Result<Address> checked(const sdk::HttpRequest& request) const;
    sdk::Result<sdk::HttpReply> attempts(const sdk::HttpRequest& request, const Address& address);
    /// A reply for the plugin, or nothing when there is a reason to go again.
    sdk::Result<std::optional<sdk::HttpReply>> once(const sdk::HttpRequest& request,
                                                    const Address& address,
                                                    Attempt& attempt);
    sdk::Result<sdk::HttpReply> exchange(const sdk::HttpRequest& request,
                                         const Address& address,
                                         const Attempt& attempt);
    void correct(const sdk::Throttle& figures, Budget::Taken taken);
    std::optional<sdk::Throttle> figuresOf(const sdk::HttpReply& reply) const;
    sdk::Result<sdk::Done> waitThrottled(const sdk::Throttle& figures, Attempt& attempt);
    void count(const sdk::HttpRequest& request,
               const Address& address,
               const sdk::Result<sdk::HttpReply>& reply,
               Steady::duration took) const;

    Gateway& gateway_;
    const Passage passage_;
};

sdk::Result<sdk::HttpReply> Gateway::Door::send(const sdk::HttpRequest& request) {
    const auto address = SOUK_TRY(checked(request));
    try {
        return attempts(request, address);
    } catch (const store::Failure& failure) {
        // The plugin stands between us and whoever handles database trouble.
        return sdk::Error{
            sdk::ErrorKind::Transient,
            "The request was not sent, the database failed: " + std::string(failure.what())};
    }
}

sdk::Result<Address> Gateway::Door::checked(const sdk::HttpRequest& request) const {
    auto address = SOUK_TRY(addressOf(request.url));
    if (!matchesAny(rules().hosts, address.host))
        return sdk::Error{sdk::ErrorKind::Bug,
                          "The plugin asked for " + address.host +
                              ", which is not among the hosts of its manifest."};
    if (!isMethod(request.method))
        return sdk::Error{sdk::ErrorKind::Bug, "The plugin asked with an unknown method."};
    SOUK_TRY(checkHeaders(request.headers, rules().authHeader));
    return address;
}

sdk::Result<sdk::HttpReply> Gateway::Door::attempts(const sdk::HttpRequest& request,
                                                    const Address& address) {
    Attempt attempt;
    attempt.cost = request.cost > 0 ? request.cost : rules().costPerRequest;
    attempt.until = gateway_.clock_.now() + gateway_.options_.patience;
    auto reply = once(request, address, attempt);
    while (reply && !*reply) reply = once(request, address, attempt);
    return *SOUK_TRY(std::move(reply));
}

/// One paid request.
sdk::Result<std::optional<sdk::HttpReply>> Gateway::Door::once(const sdk::HttpRequest& request,
                                                               const Address& address,
                                                               Attempt& attempt) {
    using Again = std::optional<sdk::HttpReply>;
    auto& budget = gateway_.budget_;
    const auto& account = passage_.account;
    auto taken = SOUK_TRY(budget.take(
        {account, rules().rate, attempt.cost, passage_.priority}, attempt.until, passage_.stop));
    if (passage_.authorizer != nullptr && !attempt.token)
        attempt.token = SOUK_TRY(request.credential.empty()
                                     ? passage_.authorizer->token(account, passage_.stop)
                                     : passage_.authorizer->other(account, request.credential));

    const auto began = Steady::now();
    auto exchanged = exchange(request, address, attempt);
    count(request, address, exchanged, Steady::now() - began);
    auto reply = SOUK_TRY(std::move(exchanged));

    const auto figures = figuresOf(reply);
    if (figures)
        correct(*figures, std::move(taken));
    else if (reply.status == kTooMany)
        correct({}, std::move(taken));  // the bucket is empty over there
    if (figures && figures->refused) {
        SOUK_TRY(waitThrottled(*figures, attempt));
        return Again();
    }
    const bool renewable = passage_.authorizer != nullptr && request.credential.empty();
    if (reply.status == kUnauthorized && renewable && !attempt.refreshed) {
        attempt.token =
            SOUK_TRY(passage_.authorizer->refreshed(account, *attempt.token, passage_.stop));
        attempt.refreshed = true;
        return Again();
    }
    return Again(SOUK_TRY(
        byStatus(std::move(reply), address.host, request.repeatable, gateway_.clock_.now())));
}

sdk::Result<sdk::HttpReply> Gateway::Door::exchange(const sdk::HttpRequest& request,
                                                    const Address& address,
                                                    const Attempt& attempt) {
    std::optional<std::pair<std::string, std::string>> credentials;
    if (attempt.token && !rules().authHeader.empty())
        credentials.emplace(rules().authHeader,
                            filledIn(rules().authFormat, attempt.token->reveal()));
    auto proved = address;
    if (attempt.token && passage_.proofKey && !rules().proofParameter.empty())
        proved.target = proven(rules(),
                               *passage_.proofKey,
                               *attempt.token,
                               gateway_.clock_.now(),
                               std::move(proved.target));
    const auto bytes = serialised(request, proved, credentials);
    const auto most = gateway_.options_.maxReplyBytes;
    const Limit limit{Steady::now() + gateway_.options_.timeout, passage_.stop};
    const auto told = [&](sdk::Result<sdk::HttpReply> reply) {
        if (reply || request.repeatable) return reply;
        auto error = std::move(reply).error();
        error.uncertain = true;
        return sdk::Result<sdk::HttpReply>(std::move(error));
    };
    {
        auto lease = SOUK_TRY(gateway_.pool_.take(address.host, limit));
        auto outcome = lease.connection().exchange(request.method, bytes, most, limit);
        if (outcome.reusable) lease.keep();
        const bool stale = !outcome.reply && !outcome.heard && lease.reused();
        if (!stale || !request.repeatable || passage_.stop.stop_requested())
            return told(std::move(outcome.reply));
    }
    // It had died while it lay idle: once more over a new one.
    auto lease = SOUK_TRY(gateway_.pool_.takeNew(address.host, limit));
    auto outcome = lease.connection().exchange(request.method, bytes, most, limit);
    if (outcome.reusable) lease.keep();
    return told(std::move(outcome.reply));
}

/// The answer is there: it is not lost for figures that could not be written down.
void Gateway::Door::correct(const sdk::Throttle& figures, Budget::Taken taken) {
    try {
        gateway_.budget_.correct(passage_.account, figures, std::move(taken));
    } catch (const store::Failure& failure) {
        gateway_.log_.warning(
            kRoom,
            "a rate budget could not be corrected",
            {{"integration", passage_.account.integration.text()}, {"reason", failure.what()}});
    }
}

std::optional<sdk::Throttle> Gateway::Door::figuresOf(const sdk::HttpReply& reply) const {
    if (!rules().throttleFrom) return std::nullopt;
    return rules().throttleFrom(reply);
}

sdk::Result<sdk::Done> Gateway::Door::waitThrottled(const sdk::Throttle& figures,
                                                    Attempt& attempt) {
    const auto wait = waitFor(figures);
    ++attempt.throttled;
    attempt.cost = std::max(attempt.cost, figures.requested);
    if (attempt.throttled >= gateway_.options_.throttledTries ||
        gateway_.clock_.now() + wait > attempt.until)
        return sdk::Error{
            sdk::ErrorKind::RateLimited, "The platform keeps throttling this account.", wait};
    if (!gateway_.waiter_.wait(wait, passage_.stop))
        return sdk::Error{sdk::ErrorKind::Transient, "Stopped while the platform throttled."};
    return sdk::Done{};
}

void Gateway::Door::count(const sdk::HttpRequest& request,
                          const Address& address,
                          const sdk::Result<sdk::HttpReply>& reply,
                          Steady::duration took) const {
    const auto& platform = rules().platform;
    auto& metrics = gateway_.metrics_;
    const auto outcome = reply ? statusClass(reply->status) : std::string("failed");
    const auto seconds = std::chrono::duration<double>(took).count();
    metrics
        .counter("souk_net_requests_total",
                 "Requests to platforms by outcome.",
                 {{"platform", platform}, {"status", outcome}})
        .add();
    metrics
        .histogram("souk_net_request_seconds",
                   "Time of one exchange with a platform.",
                   {{"platform", platform}})
        .observe(seconds);
    metrics
        .counter("souk_net_sent_bytes_total",
                 "Bytes of request bodies sent to platforms.",
                 {{"platform", platform}})
        .add(static_cast<double>(request.body.size()));
    if (reply)
        metrics
            .counter("souk_net_received_bytes_total",
                     "Bytes of reply bodies from platforms.",
                     {{"platform", platform}})
            .add(static_cast<double>(reply->body.size()));
    gateway_.log_.debug(kRoom,
                        "request",
                        {{"platform", platform},
                         {"method", request.method},
                         {"host", address.host},
                         {"outcome", reply ? std::to_string(reply->status) : reply.error().message},
                         {"ms", std::to_string(static_cast<std::int64_t>(seconds * 1000))}});
}

Gateway::Gateway(const Options& options,
                 TlsSettings tls,
                 Budget& budget,
                 const sdk::Clock& clock,
                 core::Waiter& waiter,
                 core::Log& log,
                 core::Metrics& metrics)
    : options_(options),
      pool_(options, std::move(tls), clock),
      budget_(budget),
      clock_(clock),
      waiter_(waiter),
      log_(log),
      metrics_(metrics) {}

std::unique_ptr<sdk::Http> Gateway::open(Passage passage) {
    return std::make_unique<Door>(*this, std::move(passage));
}

}  // namespace souk::net
