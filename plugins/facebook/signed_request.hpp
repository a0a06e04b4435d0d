#pragma once

#include <souk/sdk/webhook.hpp>

#include <string>
#include <string_view>

namespace souk::facebook {

/// What Meta posts, as a form, when a person takes the app away from their account or asks for
/// their data to be deleted: `signed_request=<signature>.<payload>`, both base64url.
/// https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
struct SignedRequest {
    std::string signature;  ///< as sent, without padding
    std::string encoded;    ///< the payload as sent: what is signed
    std::string payload;    ///< {"algorithm", "issued_at", "expires", "user_id"}
    std::string userId;     ///< of the person, as this app knows them
    sdk::Timestamp issuedAt{};
    /// 32 hexadecimal digits, the same for the same request.
    std::string code;
};

bool isForm(const sdk::WebhookRequest& request);
/// A claim: nothing is believed yet. BadPayload names what is missing.
sdk::Result<SignedRequest> signedRequestIn(std::string_view form);
/// HMAC-SHA256 of the encoded payload with any of the app's secrets in force.
sdk::Result<sdk::Done> verifySigned(const SignedRequest& request, const sdk::Secrets& secrets);
/// The code of a payload.
std::string codeOf(std::string_view payload);

}  // namespace souk::facebook
