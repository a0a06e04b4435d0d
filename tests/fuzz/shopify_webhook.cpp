// Shopify's deliveries. Input: headers, an empty line, the body. Through split, verify and
// translate, for whatever topic the headers name.
#include "shop_domain.hpp"
#include "support/deliveries.hpp"
#include "support/fuzz.hpp"
#include "webhooks.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>
#include <string>

namespace souk::fuzz {

namespace {

const shopify::Webhooks kWebhooks;
const testing::FixedSecrets kSecrets({{"client_secret", {"new-secret", "hush"}}});
const testing::FixedSecrets kNoSecrets;

sdk::Account account() {
    sdk::Account account;
    account.externalId = "souk-test.myshopify.com";
    account.currency = "USD";
    return account;
}

bool genuine(const sdk::WebhookRequest& request, const sdk::Secrets& secrets) {
    return kWebhooks.verify(request, secrets).operator bool();
}

/// Nobody without a secret gets in, and the signature covers every byte.
void checkSignature(sdk::WebhookRequest request) {
    require(!genuine(request, kNoSecrets), "believed without any secret");
    require(!genuine(request, kSecrets), "a signature was guessed");
    request.headers.erase("X-Shopify-Hmac-Sha256");
    require(!genuine(request, kSecrets), "believed without a signature");
    for (const auto* secret : {"new-secret", "hush"}) {
        auto sealed = request;
        sealed.headers["X-Shopify-Hmac-Sha256"] =
            sdk::base64(sdk::hmacSha256(secret, request.body));
        require(genuine(sealed, kSecrets), "a genuine delivery was refused");
        sealed.body.push_back(' ');
        require(!genuine(sealed, kSecrets), "the signature does not cover the end");
        sealed.body.pop_back();
        if (sealed.body.empty()) continue;
        sealed.body.front() = static_cast<char>(sealed.body.front() ^ 1);
        require(!genuine(sealed, kSecrets), "the signature does not cover the beginning");
    }
}

void checkSlice(const sdk::EventSlice& slice) {
    require(shopify::isShopDomain(slice.account), "an account that is no shop");
    require(std::ranges::none_of(slice.topic, [](char c) { return c >= 'A' && c <= 'Z'; }),
            "a topic in two spellings");
}

}  // namespace

void fuzzOne(std::string_view input) {
    const auto request = requestFrom(input);
    if (oneOf(kSignedOneOf, input)) checkSignature(request);
    if (const auto events = kWebhooks.split(request))
        for (const auto& slice : *events) checkSlice(slice);
    checkDelivery(kWebhooks, request, account());
}

}  // namespace souk::fuzz
