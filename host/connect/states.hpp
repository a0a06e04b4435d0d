#pragma once

#include "core/uuid.hpp"
#include "store/database.hpp"
#include "vault/sealed_table.hpp"
#include "vault/vault.hpp"

#include <souk/sdk/connect.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace souk::connect {

/// One attempt to connect: single use, ten minutes, bound to the browser that opened it.
struct ConnectState {
    core::Uuid storeId;
    core::Uuid id;
    core::Uuid integrationId;
    std::string browserHash;  ///< empty: never opened
    std::string state;        ///< what the platform hands back
    std::string verifier;     ///< PKCE, empty without
    sdk::Fields form;
    std::optional<core::Uuid> correlation{};  ///< of the request that began the attempt
};

/// The table connect_state. Tickets, states and cookies are stored as hashes, what must be known
/// again is sealed. Worker transactions: a browser does not say which store it is for.
class States {
public:
    static constexpr vault::SealedTable kSealed{"connect_state",
                                                "'connect_state/' || store_id || '/' || id"};

    explicit States(const vault::Vault& vault) : vault_(vault) {}

    struct New {
        core::Uuid storeId;
        core::Uuid integrationId;
        std::string ticket;
        std::string state;
        std::string verifier;
        sdk::Fields form;
        sdk::Timestamp now{};
        sdk::Timestamp expiresAt{};
    };
    void add(store::Transaction& worker, const New& wanted) const;

    /// The ticket is used up and the attempt belongs to the browser with this cookie from now on.
    /// Rejected: unknown, opened before, or expired.
    sdk::Result<ConnectState> open(store::Transaction& worker,
                                   std::string_view ticket,
                                   std::string_view cookie,
                                   sdk::Timestamp now) const;
    /// The state is used up, whatever comes of it: commit before anything else is checked.
    /// Rejected: unknown, used before, or expired (used up as well).
    sdk::Result<ConnectState> use(store::Transaction& worker,
                                  std::string_view state,
                                  sdk::Timestamp now) const;

    /// What the person or the platform brought along must be repeated in no sentence.
    void conceal(std::string_view secret) const { vault_.conceal(secret); }

    /// Was it this browser that opened the attempt?
    static bool sameBrowser(const ConnectState& state, std::string_view cookie);

private:
    sdk::Result<ConnectState> unsealed(const store::Row& row) const;
    const vault::Vault& vault_;
};

}  // namespace souk::connect
