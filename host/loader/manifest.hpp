#pragma once

#include <souk/sdk/record.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace souk::loader {

/// Who a plugin is and what it needs, read from manifest.json before any of its code runs. Every
/// field is described in sdk/README.md; sections of capabilities a plugin lacks keep defaults.
struct Manifest {
    enum class ConnectKind : std::uint8_t { OAuth, Form, Token };

    /// How the host's network door adds the grant: `header: format` with {token} filled in.
    struct Auth {
        /// A signature over the token that goes into the query of every request, where a platform
        /// wants proof that the app itself is calling: hex HMAC-SHA256 of "{token}|{unix seconds}".
        struct Proof {
            std::string secret;  ///< name of the app's secret that is the key; empty: no proof
            std::string parameter;
            std::string timeParameter;
        };
        std::string header;  ///< empty: requests carry no credentials
        std::string format = "{token}";
        Proof proof;
    };
    /// One question of the connect form.
    struct Field {
        std::string name;
        std::string label;
        bool secret = false;
        bool required = true;
        std::string help;
        std::string pattern;  ///< ECMAScript regular expression, empty: anything
    };
    struct Connect {
        ConnectKind kind = ConnectKind::Token;
        bool pkce = false;
        std::vector<Field> fields;
    };
    /// The budget of one account until the platform tells its own figures.
    struct Rate {
        double capacity = 40;
        double restorePerSecond = 2;
        double costPerRequest = 1;
    };
    struct Webhooks {
        std::vector<std::string> contentTypes{"application/json"};
        std::size_t maxBodyBytes = 1U << 20U;
    };
    /// When a message may be sent.
    struct Messages {
        std::chrono::hours window{24};                ///< after the person's last message
        std::vector<std::string> outsideWindow;       ///< kinds that may be sent at any time
        std::int64_t personBurst = 1;                 ///< to one person at once
        std::chrono::milliseconds personInterval{0};  ///< then one in this time
    };
    struct Publish {
        std::int64_t batch = 100;    ///< offers in one call
        double perMinute = 60;       ///< calls
        bool wholeProducts = false;  ///< all offers of a product go into one batch
    };
    struct Sync {
        std::vector<sdk::Entity> entities;  ///< in the order they are to be synced
        std::chrono::minutes interval{60};
    };

    std::string domain;
    std::string name;
    std::string version;
    std::string documentation;
    std::vector<std::string> capabilities;
    std::vector<std::string> hosts;  ///< "api.example.test" or "*.example.test"
    Auth auth;
    Connect connect;
    std::vector<std::string> secrets;  ///< names of the platform app's secrets
    std::vector<std::string> scopes;
    Rate rate;
    Webhooks webhooks;
    Messages messages;
    Publish publish;
    Sync sync;
    std::string json;  ///< the file, byte for byte

    /// BadPayload with a sentence that names the field and what it must be. `json` is the whole
    /// file; unknown keys are refused by name.
    static sdk::Result<Manifest> parse(std::string_view json);

    /// "connect", "webhooks", "subscriptions", "sync.product", ...
    bool declares(std::string_view capability) const noexcept;
    /// May a plugin of this manifest speak to this host name (lower case, no port)? "*." stands for
    /// one or more labels.
    bool mayReach(std::string_view host) const noexcept;
};

}  // namespace souk::loader
