#pragma once

#include "store/database.hpp"
#include "vault/agreement.hpp"
#include "vault/sealed_table.hpp"
#include "vault/vault.hpp"

#include <optional>
#include <string>
#include <vector>

namespace souk::vault {

/// Exchanges the key that seals while any number of hosts run. A key is added to the key files,
/// every running host learns it, the database names it as the one that seals, and everything
/// sealed is sealed anew in small transactions; then the old key can be removed. Each step may be
/// repeated, and whatever stops half-way is taken up by the next call.
class Rotation {
public:
    /// All of them outlive the rotation. The vault must have agreed with the database.
    Rotation(store::Database& database,
             const Vault& vault,
             std::vector<SealedTable> tables,
             const sdk::Clock& clock);

    struct Listed {
        std::string id;
        std::optional<KeyRow::State> state;  ///< none: the database does not know it
        std::optional<sdk::Timestamp> sealingSince;
        std::int64_t values = 0;  ///< how many it seals
        bool here = false;        ///< in this host's keyring
        int hosts = 0;            ///< running hosts that have it
    };
    struct Listing {
        std::vector<Listed> keys;  ///< by id
        int hosts = 0;             ///< that run
    };
    Listing list();

    /// Sentences about values that do not open here, after trying all of them; reads only.
    struct Opened {
        std::int64_t values = 0;
        std::vector<std::string> unopened;
    };
    Opened tryAll();

    /// A fresh key in the key file, waiting; its id. Nothing is sealed with it yet.
    sdk::Result<std::string> add();

    /// The key a rotation goes on to: the one that seals while values still wait to be sealed anew,
    /// else the newest that waits; none when there is neither.
    std::optional<std::string> next();
    /// From now on `id` seals. Transient, naming them, while running hosts do not have the key.
    sdk::Result<sdk::Done> adopt(const std::string& id);
    /// Running hosts that do not seal with it yet: what they write meanwhile must be sealed anew.
    std::vector<std::string> behind(const std::string& id);

    struct Progress {
        std::int64_t resealed = 0;
        std::int64_t left = 0;              ///< in somebody's hands just now: to be tried again
        std::vector<std::string> unopened;  ///< sentences: values that no key here opens
    };
    /// Seals everything anew that the sealing key did not seal.
    sdk::Result<Progress> reseal(const std::stop_token& stop);

    /// Forgets a key that seals nothing any more and takes it out of the key file. Rejected while a
    /// value needs it or while it is the one that seals.
    sdk::Result<sdk::Done> remove(const std::string& id);

private:
    struct Batch;
    sdk::Result<Batch> resealBatch(const SealedTable& table,
                                   const std::string& oldKey,
                                   const std::string& after);
    std::int64_t valuesOf(store::Transaction& worker, const std::string& id) const;

    store::Database& database_;
    const Vault& vault_;
    const std::vector<SealedTable> tables_;
    const sdk::Clock& clock_;
};

}  // namespace souk::vault
