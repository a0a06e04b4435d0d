#pragma once

#include <souk/sdk/json.hpp>
#include <souk/sdk/record.hpp>
#include <souk/sdk/sync.hpp>
#include <souk/sdk/webhook.hpp>
#include <souk/testing/record_json.hpp>
#include <souk/testing/stage.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

/// What the Shopify plugin's tests share.
namespace souk::shopify::tests {

inline std::string fileText(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    CPPUNIT_ASSERT_MESSAGE(path, file.good());
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string fixture(const std::string& name) {
    return fileText(std::string(SOUK_FIXTURES) + "/" + name);
}

template <class T>
T valueOf(sdk::Result<T> result) {
    if (!result) CPPUNIT_FAIL("unexpected error: " + result.error().message);
    return *std::move(result);
}

template <class T>
sdk::Error errorOf(const sdk::Result<T>& result) {
    CPPUNIT_ASSERT_MESSAGE("an error was expected", !result);
    return result.error();
}

inline std::string kindOf(const sdk::Error& error) {
    return std::string(sdk::name(error.kind));
}

inline void assertMentions(std::string_view text, std::string_view part) {
    const std::string message = "'" + std::string(part) + "' in: " + std::string(text);
    CPPUNIT_ASSERT_MESSAGE(message, text.find(part) != std::string_view::npos);
}

inline sdk::Json jsonFrom(std::string_view text) {
    return valueOf(sdk::Json::parse(text));
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

/// The record without the platform's own bytes, as text: what the host compares.
inline std::string unified(sdk::Record record) {
    std::visit(
        [](auto& one) {
            if constexpr (requires { one.extra; }) one.extra = "{}";
        },
        record);
    return souk::testing::jsonOf(record);
}

template <class T>
const T& as(const sdk::Record& record) {
    const auto* found = std::get_if<T>(&record);
    CPPUNIT_ASSERT_MESSAGE("a record of another kind: " + souk::testing::jsonOf(record), found);
    return *found;
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
