#pragma once

#include "host/net/tls_server.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/json.hpp>
#include <souk/sdk/time.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace souk::integration {

/// The platform of plugins/example over TLS on loopback: consent, tokens that expire and rotate,
/// lists of one product, customer and order per account, subscriptions. On request it repeats the
/// caller's secrets in its refusals, as careless platforms do.
class ExamplePlatform {
public:
    ExamplePlatform() = default;

    std::string hosts() const {
        return "api.example.test=127.0.0.1:" + std::to_string(server_.port());
    }
    std::string caFile() const { return authority_.file(); }

    /// Seconds that an access token lives.
    std::atomic<int> lifetime{3600};
    /// Everything but tokens and consent is refused, with the caller's own secrets in the sentence.
    std::atomic<bool> echoes{false};
    /// Tokens are refused in the same way.
    std::atomic<bool> echoesTokens{false};

    std::string clientId = "client-" + core::newId().text();
    std::string clientSecret = randomText();

    static std::string randomText() { return sdk::base64Url(core::randomBytes(30)); }

    /// What a person's consent leads the browser to: the callback's path and query.
    std::string consent(const std::string& authorizeUrl) {
        const auto query = fieldsOf(authorizeUrl.substr(authorizeUrl.find('?') + 1));
        Form answer{{"account", query.at("account")},
                    {"at", sdk::rfc3339(now())},
                    {"code", "code." + query.at("account") + "." + randomText()},
                    {"state", query.at("state")}};
        remember(answer.at("code"));
        answer["signature"] = sdk::hex(sdk::hmacSha256(clientSecret, formOf(answer)));
        const auto& redirect = query.at("redirect_uri");
        return redirect.substr(redirect.find("/api/")) + "?" + formOf(answer);
    }

    /// A delivery of one event of this account.
    std::string delivery(const std::string& account, const std::string& key) const {
        const auto at = sdk::rfc3339(now());
        return R"({"account":")" + account + R"(","events":[{"id":")" + key +
               R"(","topic":"customers/updated","at":")" + at + R"(","data":)" +
               customerOf(account, at) + "}]}";
    }
    std::string signatureOf(const std::string& body) const {
        return sdk::base64(sdk::hmacSha256(clientSecret, body));
    }

    /// Every secret that was ever handed out or taken here.
    std::vector<std::string> secrets() const {
        const std::lock_guard lock(mutex_);
        return {seen_.begin(), seen_.end()};
    }
    /// The refresh token that is good now, by account.
    std::map<std::string, std::string> goodRefreshTokens() const {
        const std::lock_guard lock(mutex_);
        return refresh_;
    }
    int refreshes() const { return refreshes_; }
    int refusedRefreshes() const { return refusedRefreshes_; }
    int calls() const { return calls_; }

private:
    using Form = std::map<std::string, std::string>;

    static sdk::Timestamp now() {
        return std::chrono::time_point_cast<sdk::Timestamp::duration>(
            std::chrono::system_clock::now());
    }
    static std::string formOf(const Form& fields) {
        std::string form;
        for (const auto& [name, value] : fields)
            form += (form.empty() ? "" : "&") + sdk::percentEncode(name) + "=" +
                    sdk::percentEncode(value);
        return form;
    }
    static Form fieldsOf(std::string_view form) {
        Form fields;
        while (!form.empty()) {
            const auto end = form.find('&');
            const auto pair = form.substr(0, end);
            form.remove_prefix(end == std::string_view::npos ? form.size() : end + 1);
            const auto equals = std::min(pair.find('='), pair.size());
            fields[*sdk::percentDecode(pair.substr(0, equals))] =
                *sdk::percentDecode(pair.substr(std::min(equals + 1, pair.size())));
        }
        return fields;
    }
    static std::string headerIn(const std::string& head, const std::string& name) {
        const auto at = head.find("\r\n" + name + ": ");
        if (at == std::string::npos) return {};
        const auto from = at + name.size() + 4;
        return head.substr(from, head.find("\r\n", from) - from);
    }
    void remember(const std::string& secret) {
        const std::lock_guard lock(mutex_);
        seen_.insert(secret);
    }

    static std::string customerOf(const std::string& account, const std::string& at) {
        return R"({"id":"c-)" + account + R"(","email":")" + account +
               R"(@people.test","first_name":"Ada","updated_at":")" + at + R"(","created_at":")" +
               at + R"("})";
    }

    std::string answered(const net::testing::Received& request) {
        ++calls_;
        const auto method = request.head.substr(0, request.head.find(' '));
        const auto begin = request.head.find(' ') + 1;
        const auto target = request.head.substr(begin, request.head.find(' ', begin) - begin);
        const auto path = target.substr(0, target.find('?'));
        const auto authorization = headerIn(request.head, "Authorization");
        if (path == "/oauth/token")
            return echoesTokens
                       ? refusal("cannot grant " + request.body + " / " + sdk::base64(request.body))
                       : token(fieldsOf(request.body));
        if (echoes)
            return refusal("no access with " + authorization + " or " +
                           sdk::base64("x" + authorization) + " or " +
                           sdk::percentEncode(authorization));
        const auto account = accountOf(authorization);
        if (account.empty()) return reply(401, R"({"error":"unknown token"})");
        return resource(method, path, account, request.body);
    }
    static std::string reply(int status, const std::string& body) {
        return net::testing::reply(status, body, "Content-Type: application/json\r\n");
    }
    static std::string refusal(const std::string& sentence) {
        return reply(403, sdk::JsonWriter().object().key("error").text(sentence).end().take());
    }

    std::string token(const Form& form) {
        const std::lock_guard lock(mutex_);
        std::string account;
        if (form.at("client_secret") != clientSecret) return refusal("wrong client secret");
        if (form.at("grant_type") == "refresh_token") {
            for (const auto& [owner, good] : refresh_)
                if (good == form.at("refresh_token")) account = owner;
            if (account.empty()) {
                ++refusedRefreshes_;
                return reply(401, R"({"error":"invalid_grant"})");
            }
            ++refreshes_;
        } else {
            const auto& code = form.at("code");
            account = code.substr(5, code.rfind('.') - 5);
            if (form.contains("code_verifier")) seen_.insert(form.at("code_verifier"));
        }
        const auto access = "access-" + randomText();
        const auto fresh = "refresh+" + randomText() + "/=";  // characters that get encoded
        access_[access] = account;
        refresh_[account] = fresh;
        seen_.insert(access);
        seen_.insert(fresh);
        return reply(200,
                     R"({"access_token":")" + access + R"(","refresh_token":")" + fresh +
                         R"(","expires_in":)" + std::to_string(lifetime) +
                         R"(,"scope":"catalog:read orders:read"})");
    }
    std::string accountOf(const std::string& authorization) const {
        constexpr std::string_view kBearer = "Bearer ";
        if (!authorization.starts_with(kBearer)) return {};
        const std::lock_guard lock(mutex_);
        const auto found = access_.find(authorization.substr(kBearer.size()));
        return found == access_.end() ? std::string() : found->second;
    }

    std::string resource(const std::string& method,
                         const std::string& path,
                         const std::string& account,
                         const std::string& body) {
        const auto at = sdk::rfc3339(now());
        if (path == "/v1/account")
            return reply(200,
                         R"({"name":")" + account +
                             R"(","title":"Shop","currency":"EUR","time_zone":"Europe/Berlin"})");
        if (path.starts_with("/v1/webhooks")) return subscriptions(method, account, body);
        if (path == "/oauth/revoke") return reply(200, "{}");
        if (path.ends_with("/count")) return reply(200, R"({"count":1})");
        std::string item = customerOf(account, at);
        if (path == "/v1/products")
            item = R"({"id":"p-)" + account +
                   R"(","title":"Lamp","currency":"EUR","status":"active","created_at":")" + at +
                   R"(","updated_at":")" + at + R"(","variants":[{"id":"v-)" + account +
                   R"(","price":"9.90","sku":"S-)" + account + R"("}]})";
        if (path == "/v1/orders")
            item = R"({"id":"o-)" + account + R"(","number":"1","currency":"EUR","total":"9.90",)" +
                   R"("subtotal":"9.90","tax":"0.00","shipping":"0.00","discount":"0.00",)" +
                   R"("placed_at":")" + at + R"(","updated_at":")" + at + R"(","lines":[]})";
        return reply(200, R"({"items":[)" + item + R"(],"total":1,"as_of":")" + at + R"("})");
    }
    std::string subscriptions(const std::string& method,
                              const std::string& account,
                              const std::string& body) {
        const std::lock_guard lock(mutex_);
        auto& list = subscriptions_[account];
        if (method == "POST") {
            auto made = body;
            made.insert(1, R"("id":"s)" + std::to_string(list.size()) + R"(",)");
            list.push_back(made);
            return reply(201, made);
        }
        std::string items;
        for (const auto& item : list) items += (items.empty() ? "" : ",") + item;
        return reply(200, R"({"items":[)" + items + "]}");
    }

    mutable std::mutex mutex_;
    std::map<std::string, std::string> access_;   ///< token to account
    std::map<std::string, std::string> refresh_;  ///< account to its one good token
    std::map<std::string, std::vector<std::string>> subscriptions_;
    std::set<std::string> seen_;
    std::atomic<int> refreshes_{0};
    std::atomic<int> refusedRefreshes_{0};
    std::atomic<int> calls_{0};
    net::testing::Authority authority_;
    net::testing::TlsServer server_{
        authority_.issue("DNS:api.example.test"),
        [this](const net::testing::Received& request, Poco::Net::SecureStreamSocket&) {
            return answered(request);
        }};
};

}  // namespace souk::integration
