// Facebook's deliveries and signed requests. Input: headers, an empty line, the body. Through
// verify, split, answer and translate, whatever the object and the fields name.
#include "signed_request.hpp"
#include "support/deliveries.hpp"
#include "support/fuzz.hpp"
#include "webhooks.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/json.hpp>

namespace souk::fuzz {

namespace {

const facebook::Webhooks kWebhooks;
const testing::FixedSecrets kSecrets({{"client_secret", {"new-secret", "hush"}},
                                      {"client_id", {"4711", "4712"}}});

sdk::Account account() {
    sdk::Account account;
    account.externalId = "880001";
    account.otherIds = {"990001", "218471"};
    account.settings = R"({"page_id":"990001"})";
    return account;
}

/// The payload under a signature of ours is believed, and under none that was made up.
void checkSigned(const sdk::WebhookRequest& request) {
    require(!kWebhooks.verify(request, kSecrets), "a signed request was guessed");
    const auto told = facebook::signedRequestIn(request.body);
    if (!told) return;
    auto genuine = request;
    const auto digest = sdk::hmacSha256("hush", told->encoded);
    genuine.body = "signed_request=" +
                   sdk::base64Url({reinterpret_cast<const char*>(digest.data()), digest.size()}) +
                   "." + sdk::percentEncode(told->encoded);
    require(kWebhooks.verify(genuine, kSecrets).operator bool(), "a genuine request was refused");
    const auto answer = kWebhooks.answer(genuine, {"c0de", "https://hub.example/c0de"});
    require(answer && (answer->empty() || sdk::Json::parse(*answer)), "an answer that is no JSON");
}

}  // namespace

void fuzzOne(std::string_view input) {
    const auto request = requestFrom(input);
    if (facebook::isForm(request))
        checkSigned(request);
    else if (oneOf(kSignedOneOf, input))
        checkHubSignature(kWebhooks, request);
    checkDelivery(kWebhooks, request, account());
}

}  // namespace souk::fuzz
