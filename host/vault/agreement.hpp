#pragma once

#include "store/database.hpp"
#include "store/hosts.hpp"
#include "vault/keyring.hpp"

#include <optional>
#include <string>
#include <vector>

namespace souk::vault {

/// A row of vault_key.
struct KeyRow {
    enum class State : std::uint8_t { Waiting, Sealing, Retiring };

    std::string id;
    std::string proof;  ///< empty: nobody has shown it yet
    State state = State::Waiting;
    std::optional<sdk::Timestamp> sealingSince;
};
std::string_view name(KeyRow::State state) noexcept;

/// The keys the database knows, by id. Worker transactions.
std::vector<KeyRow> knownKeys(store::Transaction& worker);

/// Until the transaction ends nobody else agrees, announces, or changes what seals.
void lockKeys(store::Transaction& worker);

/// Makes this host and the database of one mind about the keys: the keyring seals with the key that
/// the database names, and the keys of one id are the same key. A database without any takes the
/// keyring's wanted key. Rejected, with the fix in the sentence, when this host lacks the key that
/// seals or has another key under one of the ids; it must not serve then.
sdk::Result<sdk::Done> agree(store::Transaction& worker, Keyring& keys, sdk::Timestamp now);

/// What a host that serves does every few seconds: reads its key file again, agrees, and tells the
/// others which keys it has. Rejected as agree(); the host is then announced without a key.
sdk::Result<sdk::Done> announce(store::Database& database,
                                Keyring& keys,
                                const std::string& hostId,
                                sdk::Timestamp startedAt,
                                sdk::Timestamp now);

}  // namespace souk::vault
