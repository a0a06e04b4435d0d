#pragma once

#include <souk/sdk/connect.hpp>

namespace souk::shopify {

/// The authorization-code grant with expiring offline tokens.
/// https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant
class Connect final : public sdk::ConnectFlow {
public:
    /// Sets "shop" to the permanent domain, and "account" to the same.
    sdk::Result<sdk::Fields> checkForm(const sdk::Fields& form) const override;
    sdk::Result<std::string> authorizeUrl(const sdk::ConnectStart& start,
                                          const sdk::Secrets& app) const override;
    sdk::Result<sdk::Done> verifyCallback(const sdk::ConnectStart& start,
                                          const sdk::Fields& query,
                                          const sdk::Secrets& app,
                                          sdk::Timestamp now) const override;
    sdk::Result<sdk::Grant> complete(sdk::Context& context,
                                     const sdk::ConnectStart& start,
                                     const sdk::Fields& query) const override;
    sdk::Result<sdk::Account> probe(sdk::Context& context,
                                    const sdk::ConnectStart& start) const override;
    sdk::Result<sdk::Grant> refresh(sdk::Context& context, const sdk::Grant& grant) const override;
    sdk::Result<sdk::Done> revoke(sdk::Context& context) const override;
};

}  // namespace souk::shopify
