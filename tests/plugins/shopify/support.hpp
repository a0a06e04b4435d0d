#pragma once

#include <souk/sdk/sync.hpp>
#include <souk/sdk/webhook.hpp>
#include <souk/testing/stage.hpp>

#include <string>
#include <string_view>
#include <utility>

#include "support/plugin_checks.hpp"

/// What the Shopify plugin's tests share.
namespace souk::shopify::tests {

using namespace souk::plugin_tests;

inline std::string fixture(const std::string& name) {
    return fileText(std::string(SOUK_FIXTURES) + "/" + name);
}

inline sdk::HttpReply okReply(std::string body) {
    return {200, {{"X-Shopify-API-Version", "2026-10"}}, std::move(body)};
}

/// {"data":…} as Shopify closes it.
inline sdk::HttpReply dataReply(std::string_view data) {
    std::string body = "{\"data\":";
    body.append(data).append(
        R"(,"extensions":{"cost":{"requestedQueryCost":9,"actualQueryCost":5,"throttleStatus":)"
        R"({"maximumAvailable":2000.0,"currentlyAvailable":1991,"restoreRate":100.0}}}})");
    return okReply(std::move(body));
}

/// A connected shop before an empty tape.
struct ShopStage : souk::testing::Stage {
    ShopStage() {
        account.externalId = "souk-test.myshopify.com";
        account.baseUrl = "https://souk-test.myshopify.com";
        account.currency = "USD";
        account.timeZone = "America/New_York";
        secrets = souk::testing::FixedSecrets({
            {"client_id", {"the-client-id"}},
            {"client_secret", {"new-secret", "hush"}},
        });
    }

    /// The next request is a GraphQL one whose body has these parts.
    void expectQuery(std::vector<std::string> parts, sdk::Result<sdk::HttpReply> reply) {
        http.expect({.method = "POST",
                     .url = "https://souk-test.myshopify.com/admin/api/2026-10/graphql.json",
                     .query = {},
                     .headers = {{"Content-Type", "application/json"}},
                     .bodyParts = std::move(parts)},
                    std::move(reply));
    }
};

}  // namespace souk::shopify::tests
