// Shopify's deliveries. Input: headers, an empty line, the body. Through split, verify and
// translate, for whatever topic the headers name.
#include "shop_domain.hpp"
#include "support/fuzz.hpp"
#include "support/records.hpp"
#include "webhooks.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/testing/stage.hpp>

#include <algorithm>
#include <set>
#include <string>

namespace souk::fuzz {

namespace {

const shopify::Webhooks kWebhooks;
const testing::FixedSecrets kSecrets({{"client_secret", {"new-secret", "hush"}}});
const testing::FixedSecrets kNoSecrets;

sdk::WebhookRequest requestFrom(std::string_view input) {
    sdk::WebhookRequest request{"POST", "", {}, ""};
    while (!input.empty()) {
        const auto line = takeLine(input);
        if (line.empty()) break;
        const auto colon = std::min(line.find(": "), line.size());
        request.headers.emplace(line.substr(0, colon),
                                line.substr(std::min(colon + 2, line.size())));
    }
    request.body = input;
    return request;
}

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
    require(!slice.key.empty() && !slice.topic.empty(), "an event without key or topic");
    require(std::ranges::none_of(slice.topic, [](char c) { return c >= 'A' && c <= 'Z'; }),
            "a topic in two spellings");
    const std::set<std::string> people(slice.people.begin(), slice.people.end());
    require(people.size() == slice.people.size() && people.count("") == 0, "nobody, or twice");
}

void checkTranslation(const sdk::StoredEvent& event) {
    const auto records = kWebhooks.translate(event, account());
    if (!records) return checkError(records.error());
    const auto again = kWebhooks.translate(event, account());
    require(again && again->size() == records->size(), "the same bytes, another translation");
    for (std::size_t i = 0; i < records->size(); ++i) {
        checkRecord((*records)[i], event.body);
        require(described((*records)[i]) == described((*again)[i]), "it is not pure");
    }
    require(!records->empty(), "an event of which nothing remains");
}

}  // namespace

void fuzzOne(std::string_view input) {
    const auto request = requestFrom(input);
    checkSignature(request);
    const auto events = kWebhooks.split(request);
    if (!events) return checkError(events.error());
    for (const auto& slice : *events) {
        checkSlice(slice);
        checkTranslation({slice.account,
                          slice.topic,
                          request.headers,
                          slice.slice.empty() ? request.body : slice.slice,
                          slice.triggeredAt});
    }
}

}  // namespace souk::fuzz
