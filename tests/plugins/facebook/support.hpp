#pragma once

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/webhook.hpp>

#include <string>
#include <utility>

#include "plugins/meta/support.hpp"

/// What the Facebook plugin's tests share.
namespace souk::facebook::tests {

using namespace souk::meta::tests;

/// A connected page and catalogue before an empty tape.
struct PageStage : GraphStage {
    PageStage() {
        account.externalId = "880001";
        account.otherIds = {"990001", "218471"};
        account.settings = R"({"page_id":"990001"})";
    }
};

inline sdk::WebhookRequest delivery(std::string body) {
    auto seal = "sha256=" + sdk::hex(sdk::hmacSha256("hush", body));
    return {
        .method = "POST",
        .query = {},
        .headers = {{"Content-Type", "application/json"}, {"X-Hub-Signature-256", std::move(seal)}},
        .body = std::move(body)};
}

}  // namespace souk::facebook::tests
