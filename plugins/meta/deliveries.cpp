#include "meta/deliveries.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>

namespace souk::meta {

using sdk::Error;
using sdk::ErrorKind;

std::string parameterIn(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        const auto key = sdk::percentDecode(pair.substr(0, equals));
        if (!key || *key != name || equals == pair.size()) continue;
        auto value = sdk::percentDecode(pair.substr(equals + 1));
        return value ? *std::move(value) : std::string();
    }
    return {};
}

sdk::Result<std::string> challenge(const sdk::WebhookRequest& request,
                                   const sdk::Secrets& secrets) {
    if (parameterIn(request.query, "hub.mode") != "subscribe")
        return Error{ErrorKind::BadPayload, "hub.mode: expected subscribe"};
    const auto given = parameterIn(request.query, "hub.verify_token");
    const auto known = secrets.all("verify_token");
    const bool ours = std::any_of(known.begin(), known.end(), [&](const sdk::Secret& token) {
        return sdk::equalConstantTime(given, token.reveal());
    });
    if (!ours || given.empty())
        return Error{ErrorKind::Unauthorized,
                     "hub.verify_token: not the token that was set when connecting"};
    return parameterIn(request.query, "hub.challenge");
}

sdk::Result<sdk::Done> verify(const sdk::WebhookRequest& request,
                              const sdk::Secrets& secrets,
                              std::string_view secretName) {
    constexpr std::string_view kPrefix = "sha256=";
    const auto given = sdk::valueOf(request.headers, "X-Hub-Signature-256");
    if (!given.starts_with(kPrefix))
        return Error{ErrorKind::Unauthorized, "header X-Hub-Signature-256: missing"};
    for (const auto& secret : secrets.all(secretName))
        if (sdk::equalConstantTime(given.substr(kPrefix.size()),
                                   sdk::hex(sdk::hmacSha256(secret.reveal(), request.body))))
            return sdk::Done{};
    return Error{ErrorKind::Unauthorized, "the signature does not fit the body"};
}

}  // namespace souk::meta
