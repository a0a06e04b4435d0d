#pragma once

#include <souk/sdk/connect.hpp>

namespace souk::facebook {

/// Facebook Login: dialog, code, long-lived token; then a page and a catalogue are picked.
/// https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
class Connect final : public sdk::ConnectFlow {
public:
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
    sdk::Result<std::vector<sdk::Choice>> choices(sdk::Context& context,
                                                  const sdk::ConnectStart& start) const override;
    sdk::Result<sdk::Grant> settle(sdk::Context& context,
                                   const sdk::ConnectStart& start,
                                   sdk::Grant grant) const override;
    sdk::Result<sdk::Account> probe(sdk::Context& context,
                                    const sdk::ConnectStart& start) const override;
    sdk::Result<sdk::Grant> refresh(sdk::Context& context, const sdk::Grant& grant) const override;
    sdk::Result<sdk::Done> revoke(sdk::Context& context) const override;
};

}  // namespace souk::facebook
