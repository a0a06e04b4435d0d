#pragma once

#include "store/database.hpp"
#include "vault/sealed_table.hpp"
#include "vault/vault.hpp"

#include <string>
#include <string_view>

namespace souk::vault {

/// Hashes the ids of people that stand beside stored payloads, so that an erasure finds them. Its
/// key is its own, sealed in the database and the same on every host: no rotation changes a hash.
class PersonHash {
public:
    static constexpr SealedTable kSealed{"hash_key", "'hash_key/' || name"};

    explicit PersonHash(sdk::Secret key) : key_(std::move(key)) {}
    /// Makes the key when there is none yet. The vault must have agreed with the database.
    static sdk::Result<PersonHash> load(store::Database& database, const Vault& vault);

    /// HMAC-SHA256 as lower-case hex digits.
    std::string operator()(std::string_view person) const;

private:
    sdk::Secret key_;
};

}  // namespace souk::vault
