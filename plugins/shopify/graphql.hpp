#pragma once

#include <souk/sdk/context.hpp>
#include <souk/sdk/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace souk::shopify {

/// The Admin API version every request names. Shopify serves another one when it no longer has
/// this: see warnOfFallForward.
inline constexpr std::string_view kApiVersion = "2026-10";

/// One of documents/*.graphql.
struct Document {
    std::string_view text;
    double cost;      ///< points requested before execution; more than 1000 are refused
    bool repeatable;  ///< false for mutations without a key that do not say that they are
};

/// https://shopify.dev/docs/api/admin-graphql#endpoints — `variables` is a JSON object.
sdk::HttpRequest graphqlRequest(std::string_view baseUrl,
                                const Document& document,
                                std::string_view variables);

/// The `data` of a reply, or what its envelope or status says went wrong. Never NotFound: a missing
/// object is a null in `data`, and an unknown shop must not look like a deleted product.
sdk::Result<sdk::Json> dataFrom(const sdk::HttpReply& reply);

/// Sends to the context's account and reads the envelope.
sdk::Result<sdk::Json> ask(sdk::Context& context,
                           const Document& document,
                           std::string_view variables);

/// Success, or Rejected with what a mutation's payload says in `userErrors`.
sdk::Result<sdk::Done> accepted(const sdk::Json& payload);

/// https://shopify.dev/docs/api/usage/limits — the budget Shopify reports in `extensions.cost`.
std::optional<sdk::Throttle> throttleIn(const sdk::HttpReply& reply);

/// What a non-2xx answer of the Admin API or of the token endpoints means.
sdk::Error errorFromStatus(const sdk::HttpReply& reply);

/// Shopify answers a version it no longer serves with its oldest one; the reply's header tells.
void warnOfFallForward(sdk::Context& context, const sdk::HttpReply& reply);

}  // namespace souk::shopify
