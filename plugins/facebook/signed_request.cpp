#include "signed_request.hpp"

#include "meta/deliveries.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/json.hpp>

#include <algorithm>

namespace souk::facebook {

using sdk::Error;
using sdk::ErrorKind;

namespace {

constexpr std::string_view kForm = "application/x-www-form-urlencoded";
constexpr std::string_view kAlgorithm = "HMAC-SHA256";
constexpr std::size_t kCodeLength = 32;

/// Some senders pad, Meta does not.
std::string_view unpadded(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    return text;
}

std::string_view bytesOf(const sdk::Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

bool isForm(const sdk::WebhookRequest& request) {
    return sdk::valueOf(request.headers, "Content-Type").starts_with(kForm);
}

sdk::Result<SignedRequest> signedRequestIn(std::string_view form) {
    const auto value = meta::parameterIn(form, "signed_request");
    const auto dot = value.find('.');
    if (dot == std::string::npos)
        return Error{ErrorKind::BadPayload, "signed_request: expected <signature>.<payload>"};
    SignedRequest request;
    request.signature = unpadded(std::string_view(value).substr(0, dot));
    request.encoded = value.substr(dot + 1);
    request.payload = SOUK_TRY(sdk::fromBase64Url(unpadded(request.encoded)));
    const auto payload = SOUK_TRY(sdk::Json::parse(request.payload));
    if (payload.textOr("algorithm", "") != kAlgorithm)
        return Error{ErrorKind::BadPayload, "signed_request: algorithm is not HMAC-SHA256"};
    request.userId = SOUK_TRY(payload.text("user_id"));
    const auto issued = SOUK_TRY(payload.integer("issued_at"));
    constexpr std::int64_t kLatest = 253402300799;  // the year 9999
    if (issued <= 0 || issued > kLatest)
        return Error{ErrorKind::BadPayload, "signed_request: issued_at is not Unix seconds"};
    request.issuedAt = sdk::Timestamp(std::chrono::seconds(issued));
    request.code = codeOf(request.payload);
    return request;
}

sdk::Result<sdk::Done> verifySigned(const SignedRequest& request, const sdk::Secrets& secrets) {
    for (const auto& secret : secrets.all("client_secret")) {
        const auto right = sdk::hmacSha256(secret.reveal(), request.encoded);
        if (sdk::equalConstantTime(request.signature, sdk::base64Url(bytesOf(right))))
            return sdk::Done{};
    }
    return Error{ErrorKind::Unauthorized, "the signature does not fit the signed request"};
}

std::string codeOf(std::string_view payload) {
    return sdk::hex(sdk::sha256(payload)).substr(0, kCodeLength);
}

}  // namespace souk::facebook
