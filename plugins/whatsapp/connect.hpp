#pragma once

#include <souk/sdk/connect.hpp>

namespace souk::whatsapp {

/// By form: a system user's token, or the code that Embedded Signup handed to the browser.
/// https://developers.facebook.com/docs/whatsapp/embedded-signup
class Connect final : public sdk::ConnectFlow {
public:
    sdk::Result<sdk::Fields> checkForm(const sdk::Fields& form) const override;
    sdk::Result<sdk::Grant> complete(sdk::Context& context,
                                     const sdk::ConnectStart& start,
                                     const sdk::Fields& query) const override;
    sdk::Result<sdk::Account> probe(sdk::Context& context,
                                    const sdk::ConnectStart& start) const override;
};

}  // namespace souk::whatsapp
