#pragma once

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/webhook.hpp>

#include <string>
#include <utility>

#include "plugins/meta/support.hpp"

/// What the WhatsApp plugin's tests share.
namespace souk::whatsapp::tests {

using namespace souk::meta::tests;

inline constexpr const char* kBusiness = "102290129340398";
inline constexpr const char* kNumber = "106540352242922";

/// A connected number before an empty tape.
struct NumberStage : GraphStage {
    NumberStage() {
        account.externalId = kNumber;
        account.otherIds = {kBusiness};
        account.settings = R"({"waba_id":"102290129340398","catalogue_id":"880001"})";
        account.facts = R"({"display_phone_number":"+1 555-078-3881","quality_rating":"GREEN"})";
        secrets = souk::testing::FixedSecrets({
            {"client_id", {"4711"}},
            {"client_secret", {"new-secret", "hush"}},
            {"app_id", {"4711"}},
            {"verify_token", {"say-friend"}},
        });
    }
};

/// The value of a `messages` change with one contact; `lists` are its further members.
inline std::string valueWith(
    const std::string& lists,
    const std::string& contact =
        R"({"profile":{"name":"Sheena"},"wa_id":"16505551234","user_id":"US.134"})") {
    return R"({"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881",)"
           R"("phone_number_id":"106540352242922"},"contacts":[)" +
           contact + "]," + lists + "}";
}

/// One message with the members all have; `part` is its type and the object of that name.
inline std::string message(const std::string& part, const std::string& id = "wamid.A") {
    return R"({"from":"16505551234","from_user_id":"US.134","id":")" + id +
           R"(","timestamp":"1749854575",)" + part + "}";
}

inline std::string delivery(const std::string& changes) {
    return R"({"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[)" +
           changes + "]}]}";
}

inline std::string change(const std::string& field, const std::string& value) {
    return R"({"field":")" + field + R"(","value":)" + value + "}";
}

inline sdk::WebhookRequest request(std::string body, std::string_view secret = "hush") {
    auto seal = "sha256=" + sdk::hex(sdk::hmacSha256(secret, body));
    return {.method = "POST",
            .query = {},
            .headers = {{"X-Hub-Signature-256", std::move(seal)}},
            .body = std::move(body)};
}

/// A slice on its way through the host.
inline sdk::StoredEvent stored(const sdk::EventSlice& slice) {
    return {.account = slice.account,
            .topic = slice.topic,
            .headers = {},
            .body = slice.slice,
            .triggeredAt = slice.triggeredAt};
}

}  // namespace souk::whatsapp::tests
