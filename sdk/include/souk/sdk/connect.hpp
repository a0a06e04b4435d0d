#pragma once

#include <souk/sdk/context.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::sdk {

using Fields = std::map<std::string, std::string, std::less<>>;

struct ConnectStart {
    std::string redirectUri;
    std::string state;          ///< made, stored and checked by the host
    std::string codeChallenge;  ///< PKCE S256, or empty
    std::string codeVerifier;   ///< its secret half; set only when complete() is called
    Fields form;                ///< what the person typed, by the manifest's field names
};

struct Grant {
    Secret accessToken{std::string()};
    std::optional<Secret> refreshToken;
    std::optional<Timestamp> expiresAt;         ///< of the access token; none: does not expire
    std::optional<Timestamp> refreshExpiresAt;  ///< of the refresh token
    std::vector<std::string> scopes;            ///< as granted, expanded (write implies read)
    /// Further secrets of this integration, sealed with it: tokens of its parts (a page), the
    /// secret its deliveries are signed with. Found by name in Context::secrets.
    std::map<std::string, Secret, std::less<>> secrets;
};

/// Something the person must still pick once the platform has granted access.
struct Choice {
    struct Option {
        std::string value;
        std::string label;
    };
    std::string field;  ///< "page", "catalogue"
    std::string label;  ///< for people
    std::vector<Option> options;
};

struct Connection {
    Grant grant;
    Account account;
};

/// How an account of this platform is connected. The kind (oauth, form, token) is the manifest's.
class ConnectFlow {
public:
    virtual ~ConnectFlow();

    /// Checks and normalises what the person typed (a shop domain, ...); pure. The account's
    /// externalId as far as it is known before connecting may be set in the result under "account".
    virtual Result<Fields> checkForm(const Fields& form) const = 0;

    /// Where to send the browser. Pure. Unsupported for form and token kinds.
    virtual Result<std::string> authorizeUrl(const ConnectStart& start, const Secrets& app) const;

    /// Proves that a callback came from the platform (signature, freshness, the account the person
    /// asked for). Pure; called before complete(), after the host has checked the state.
    virtual Result<Done> verifyCallback(const ConnectStart& start,
                                        const Fields& query,
                                        const Secrets& app,
                                        Timestamp now) const;

    /// Turns the callback (or the typed form) into a grant and says whose account it is. There is
    /// no account yet: `context.account` is empty and `context.http` adds no credentials. [worker]
    virtual Result<Grant> complete(Context& context,
                                   const ConnectStart& start,
                                   const Fields& query) const = 0;

    /// What the person must pick before the account is known; the host asks where there is more
    /// than one option, and hands the picks back in `start.form`. Default: nothing. [worker]
    virtual Result<std::vector<Choice>> choices(Context& context, const ConnectStart& start) const;

    /// The grant as it is to be kept, after the picks: adds the secrets of what was picked.
    /// Default: as it is. [worker]
    virtual Result<Grant> settle(Context& context, const ConnectStart& start, Grant grant) const;

    /// Tests the grant against the platform and describes the account; `context.http` carries the
    /// new grant's credentials. Also run on demand to see whether a connection still works.
    virtual Result<Account> probe(Context& context, const ConnectStart& start) const = 0;

    /// A fresh grant from the refresh token. Unauthorized: the grant is dead. [worker]
    virtual Result<Grant> refresh(Context& context, const Grant& grant) const;

    /// Takes the grant back on the platform; `context.http` carries its credentials. [worker]
    virtual Result<Done> revoke(Context& context) const;
};

}  // namespace souk::sdk
