// WhatsApp's deliveries. Input: headers, an empty line, the body. Through verify, split and
// translate, whatever the fields name.
#include "support/deliveries.hpp"
#include "support/fuzz.hpp"
#include "webhooks.hpp"

namespace souk::fuzz {

namespace {

const whatsapp::Webhooks kWebhooks;

sdk::Account account() {
    sdk::Account account;
    account.externalId = "106540352242922";
    account.otherIds = {"102290129340398"};
    account.facts = R"({"display_phone_number":"+1 555-078-3881"})";
    return account;
}

}  // namespace

void fuzzOne(std::string_view input) {
    const auto request = requestFrom(input);
    if (oneOf(kSignedOneOf, input)) checkHubSignature(kWebhooks, request);
    checkDelivery(kWebhooks, request, account());
}

}  // namespace souk::fuzz
