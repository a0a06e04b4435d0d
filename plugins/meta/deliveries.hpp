#pragma once

#include <souk/sdk/webhook.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace souk::meta {

/// A delivery carries a thousand updates at most; whoever claims more than this is not Meta.
inline constexpr std::size_t kMostUpdates = 10000;

/// One parameter of a raw query or form, decoded; empty when it is not there or broken.
std::string parameterIn(std::string_view query, std::string_view name);

/// hub.mode=subscribe & hub.challenge & hub.verify_token: the challenge, when the token is one of
/// ours. https://developers.facebook.com/docs/graph-api/webhooks/getting-started
sdk::Result<std::string> challenge(const sdk::WebhookRequest& request, const sdk::Secrets& secrets);

/// X-Hub-Signature-256: hex HMAC-SHA256 of the raw body with the app's secret, every secret of
/// that name tried.
sdk::Result<sdk::Done> verify(const sdk::WebhookRequest& request,
                              const sdk::Secrets& secrets,
                              std::string_view secretName);

}  // namespace souk::meta
