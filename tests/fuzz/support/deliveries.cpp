#include "support/deliveries.hpp"

#include "support/fuzz.hpp"
#include "support/records.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>
#include <set>
#include <string>

namespace souk::fuzz {

namespace {

const testing::FixedSecrets kSecrets({{"client_secret", {"new-secret", "hush"}},
                                      {"client_id", {"4711", "4712"}}});
const testing::FixedSecrets kNoSecrets;
constexpr std::string_view kSeal = "X-Hub-Signature-256";

bool genuine(const sdk::WebhookHandler& handler,
             const sdk::WebhookRequest& request,
             const sdk::Secrets& secrets) {
    return handler.verify(request, secrets).operator bool();
}

std::string sealed(std::string_view secret, std::string_view body) {
    return "sha256=" + sdk::hex(sdk::hmacSha256(secret, body));
}

void checkTranslation(const sdk::WebhookHandler& handler,
                      const sdk::StoredEvent& event,
                      const sdk::Account& account) {
    const auto records = handler.translate(event, account);
    if (!records) return checkError(records.error());
    const auto again = handler.translate(event, account);
    require(again && again->size() == records->size(), "the same bytes, another translation");
    for (std::size_t i = 0; i < records->size(); ++i) {
        checkRecord((*records)[i], event.body);
        require(described((*records)[i]) == described((*again)[i]), "it is not pure");
    }
    require(!records->empty(), "an event of which nothing remains");
}

}  // namespace

sdk::WebhookRequest requestFrom(std::string_view input) {
    sdk::WebhookRequest request{"POST", "", {}, ""};
    while (!input.empty()) {
        const auto line = takeLine(input);
        if (line.empty()) break;
        const auto colon = std::min(line.find(": "), line.size());
        request.headers.emplace(line.substr(0, colon),
                                line.substr(std::min(colon + 2, line.size())));
    }
    request.query = sdk::valueOf(request.headers, "Query");
    request.body = input;
    return request;
}

void checkSlices(const std::vector<sdk::EventSlice>& slices, const sdk::WebhookRequest& request) {
    constexpr std::size_t kMostBeside = 8192;  // what an event may carry that is not of its own
    std::size_t total = 0;
    for (const auto& slice : slices) {
        require(!slice.account.empty() && !slice.key.empty() && !slice.topic.empty(),
                "an event without account, key or topic");
        const std::set<std::string> people(slice.people.begin(), slice.people.end());
        require(people.size() == slice.people.size() && people.count("") == 0, "nobody, or twice");
        total += slice.account.size() + slice.key.size() + slice.slice.size();
    }
    require(total <= 4 * request.body.size() + kMostBeside * slices.size(),
            "slices out of proportion to the body");
}

void checkDelivery(const sdk::WebhookHandler& handler,
                   const sdk::WebhookRequest& request,
                   const sdk::Account& account) {
    const auto slices = handler.split(request);
    if (!slices) return checkError(slices.error());
    checkSlices(*slices, request);
    for (const auto& slice : *slices)
        checkTranslation(handler,
                         {slice.account,
                          slice.topic,
                          request.headers,
                          slice.slice.empty() ? request.body : slice.slice,
                          slice.triggeredAt},
                         account);
}

void checkHubSignature(const sdk::WebhookHandler& handler, sdk::WebhookRequest request) {
    require(!genuine(handler, request, kNoSecrets), "believed without any secret");
    require(!genuine(handler, request, kSecrets), "a signature was guessed");
    for (const auto* secret : {"new-secret", "hush"}) {
        auto signedOne = request;
        signedOne.headers[std::string(kSeal)] = sealed(secret, request.body);
        require(genuine(handler, signedOne, kSecrets), "a genuine delivery was refused");
        signedOne.body.push_back(' ');
        require(!genuine(handler, signedOne, kSecrets), "the signature does not cover the end");
        signedOne.body.pop_back();
        if (signedOne.body.empty()) continue;
        signedOne.body.front() = static_cast<char>(signedOne.body.front() ^ 1);
        require(!genuine(handler, signedOne, kSecrets),
                "the signature does not cover the beginning");
    }
}

}  // namespace souk::fuzz
