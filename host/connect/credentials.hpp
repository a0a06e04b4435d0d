#pragma once

#include "connect/grant.hpp"
#include "net/authorizer.hpp"
#include "store/database.hpp"
#include "vault/sealed_table.hpp"
#include "vault/vault.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace souk::connect {

struct Credential {
    KeptGrant kept;
    std::int64_t fence = 0;  ///< grows with every new grant
    std::optional<sdk::Timestamp> leaseUntil;
    std::optional<sdk::Timestamp> refreshIntentAt;
};

/// The table credential: one sealed grant per integration. All calls run in the caller's store
/// transaction.
class Credentials {
public:
    static constexpr vault::SealedTable kSealed{
        "credential", "'credential/' || store_id || '/' || integration_id"};

    explicit Credentials(const vault::Vault& vault) : vault_(vault) {}

    /// Nothing when there is none. Rejected when it does not open, with the vault's sentence.
    sdk::Result<std::optional<Credential>> find(store::Transaction& store,
                                                const net::AccountKey& key) const;
    /// A grant from a connect flow: replaces what was there and ends every refresh in flight.
    void save(store::Transaction& store,
              const net::AccountKey& key,
              const KeptGrant& kept,
              sdk::Timestamp now) const;

    /// One refresher at a time: true when `owner` now holds the lease on the grant of this fence.
    /// Writes the intent, so that a lost answer can be told.
    bool lease(store::Transaction& store,
               const net::AccountKey& key,
               std::int64_t fence,
               const std::string& owner,
               sdk::Timestamp now,
               sdk::Timestamp until) const;
    /// The lease's end with a new grant; false when somebody else replaced the grant meanwhile.
    bool replace(store::Transaction& store,
                 const net::AccountKey& key,
                 std::int64_t fence,
                 const KeptGrant& kept,
                 sdk::Timestamp now) const;
    /// The lease's end without one; nobody else tries before `notBefore`.
    void release(store::Transaction& store,
                 const net::AccountKey& key,
                 const std::string& owner,
                 const std::optional<sdk::Timestamp>& notBefore) const;
    /// Locks the row until the transaction ends; true while it still holds the grant of `fence`.
    bool holds(store::Transaction& store, const net::AccountKey& key, std::int64_t fence) const;

    bool remove(store::Transaction& store, const net::AccountKey& key) const;

    /// No sentence repeats these tokens from now on; also of a grant that is not stored yet.
    void conceal(const KeptGrant& kept) const;

private:
    static std::string identity(const net::AccountKey& key);
    const vault::Vault& vault_;
};

}  // namespace souk::connect
