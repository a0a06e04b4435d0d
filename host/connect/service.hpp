#pragma once

#include "connect/admission.hpp"
#include "connect/credentials.hpp"
#include "connect/states.hpp"
#include "loader/session.hpp"
#include "store/database.hpp"
#include "store/integrations.hpp"

#include <souk/sdk/connect.hpp>

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>

namespace souk::connect {

/// How accounts of platforms are connected and let go. Every refusal is an Error with a sentence
/// for the person in front of the browser. Thread-safe.
class ConnectService {
public:
    /// `publicUrl`: where people and browsers reach this hub, without a slash at the end.
    ConnectService(store::Database& database,
                   const Credentials& credentials,
                   States states,
                   Admission& admission,
                   loader::Sessions& sessions,
                   const sdk::Clock& clock,
                   std::string publicUrl);

    /// An address of ours for the browser of whoever owns the account: single use, ten minutes.
    /// Unsupported when the platform is not connected by OAuth.
    sdk::Result<std::string> start(const core::Uuid& integrationId);

    struct Opened {
        std::string setCookie;  ///< value of Set-Cookie
        std::string redirect;   ///< the platform's page
    };
    /// The browser opened the address: GET /api/auth/{platform}/start?ticket=.
    sdk::Result<Opened> open(std::string_view platform, std::string_view ticket);

    struct Finished {
        store::IntegrationRow integration;
        std::string setCookie;  ///< takes the cookie away
    };
    /// The platform sent the browser back: GET /api/auth/{platform}/callback. `cookies` is the
    /// Cookie header as it came. The state is used up by the first call, whatever comes of it.
    sdk::Result<Finished> callback(std::string_view platform,
                                   const sdk::Fields& query,
                                   std::string_view cookies,
                                   const std::stop_token& stop);

    /// Connects by what a person typed, for platforms of kind form or token.
    sdk::Result<store::IntegrationRow> submitForm(const core::Uuid& integrationId,
                                                  const sdk::Fields& fields,
                                                  const std::stop_token& stop);
    /// The choices a person made after the platform had granted access: the rest of connecting.
    /// Rejected when nothing is waiting for a choice.
    sdk::Result<store::IntegrationRow> choose(const core::Uuid& integrationId,
                                              const sdk::Fields& picks,
                                              const std::stop_token& stop);
    /// Connects with a grant made elsewhere, tried first. For development.
    sdk::Result<store::IntegrationRow> addToken(const core::Uuid& integrationId,
                                                const sdk::Grant& grant,
                                                const std::stop_token& stop);

    /// Lets go at once: nothing is scheduled any more; a job cleans up on the platform. The row
    /// stays and still routes. Doing it twice is fine.
    sdk::Result<store::IntegrationRow> disconnect(const core::Uuid& integrationId);

private:
    struct Plan;
    sdk::Result<store::IntegrationRow> find(const core::Uuid& integrationId);
    sdk::Result<Plan> planFor(const store::IntegrationRow& integration);
    sdk::Result<sdk::Fields> checkedForm(const Plan& plan, const sdk::Fields& fields) const;
    sdk::Result<sdk::Grant> keptGrant(const store::IntegrationRow& integration);
    sdk::ConnectStart startFrom(std::string_view platform, const ConnectState& state) const;
    sdk::Result<ConnectState> used(const sdk::Fields& query, std::string_view cookies);
    std::string cookieFor(const ConnectState& state,
                          std::string_view value,
                          std::chrono::seconds age) const;

    store::Database& database_;
    const Credentials& credentials_;
    const States states_;
    Admission& admission_;
    loader::Sessions& sessions_;
    const sdk::Clock& clock_;
    const std::string publicUrl_;
};

}  // namespace souk::connect
