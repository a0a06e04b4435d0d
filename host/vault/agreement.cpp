#include "vault/agreement.hpp"

#include <souk/sdk/crypto.hpp>

#include <algorithm>
#include <array>

namespace souk::vault {

namespace {

/// In the order of KeyRow::State.
constexpr std::array<std::string_view, 3> kStates{"waiting", "sealing", "retiring"};

/// "souk" in ASCII, and a number of its own.
constexpr const char* kLock = "SELECT pg_advisory_xact_lock(1936684395, 3)";
constexpr const char* kKnown = "SELECT id, proof, state, sealing_since FROM vault_key ORDER BY id";
constexpr const char* kFirst = R"sql(
INSERT INTO vault_key (id, proof, state, added_at, sealing_since) VALUES ($1, $2, 'sealing', $3, $3)
ON CONFLICT (id) DO UPDATE SET state = 'sealing', sealing_since = excluded.sealing_since)sql";
constexpr const char* kProve = "UPDATE vault_key SET proof = $2 WHERE id = $1 AND proof IS NULL";

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

std::string placeOf(const Keyring& keys) {
    return keys.file().empty() ? "the environment" : "the key file " + keys.file();
}

const KeyRow* sealingOf(const std::vector<KeyRow>& known) {
    const auto found = std::find_if(known.begin(), known.end(), [](const KeyRow& key) {
        return key.state == KeyRow::State::Sealing;
    });
    return found == known.end() ? nullptr : &*found;
}

/// Whether what both know by one id is one key. Shows a proof where the database has none.
sdk::Result<sdk::Done> compare(store::Transaction& worker,
                               const std::vector<KeyRow>& known,
                               const Keyring& keys) {
    const auto ours = keys.now();
    for (const auto& row : known) {
        const auto key = ours->byId.find(row.id);
        if (key == ours->byId.end()) continue;
        const auto proof = proofOf(row.id, key->second);
        if (row.proof.empty())
            worker.query(kProve, row.id, store::Bytes{proof});
        else if (!sdk::equalConstantTime(row.proof, proof))
            return rejected("The key \"" + row.id + "\" of " + placeOf(keys) +
                            " is not the key \"" + row.id +
                            "\" of this database; put back the key file that belongs to it.");
    }
    return sdk::Done{};
}

}  // namespace

std::string_view name(KeyRow::State state) noexcept {
    return kStates[static_cast<std::size_t>(state)];
}

void lockKeys(store::Transaction& worker) {
    worker.query(kLock);
}

std::vector<KeyRow> knownKeys(store::Transaction& worker) {
    std::vector<KeyRow> known;
    for (const auto row : worker.query(kKnown)) {
        const auto at = std::find(kStates.begin(), kStates.end(), row.text("state"));
        known.push_back({row.text("id"),
                         row.null("proof") ? std::string() : row.bytes("proof"),
                         static_cast<KeyRow::State>(at - kStates.begin()),
                         row.maybeTime("sealing_since")});
    }
    return known;
}

sdk::Result<sdk::Done> agree(store::Transaction& worker, Keyring& keys, sdk::Timestamp now) {
    lockKeys(worker);
    auto known = knownKeys(worker);
    if (sealingOf(known) == nullptr) {
        const auto ours = keys.now();
        const auto proof = proofOf(ours->wanted, ours->byId.at(ours->wanted));
        worker.query(kFirst, ours->wanted, store::Bytes{proof}, now);
        known = knownKeys(worker);
    }
    SOUK_TRY(compare(worker, known, keys));
    const auto& sealing = sealingOf(known)->id;
    if (!keys.now()->byId.contains(sealing))
        return rejected("This database is sealed with the vault key \"" + sealing + "\", which " +
                        placeOf(keys) +
                        " does not hold; copy its line from the key file of another host.");
    return keys.sealWith(sealing);
}

sdk::Result<sdk::Done> announce(store::Database& database,
                                Keyring& keys,
                                const std::string& hostId,
                                sdk::Timestamp startedAt,
                                sdk::Timestamp now) {
    const auto looked = keys.reread();
    auto worker = database.asWorker();
    auto agreed = agree(worker, keys, now);
    store::HostRow host{hostId, startedAt, now, {}, {}};
    if (agreed) {
        const auto ours = keys.now();
        for (const auto& [id, key] : ours->byId) host.keys.push_back(id);
        host.sealing = ours->sealing;
    }
    store::Hosts::announce(worker, host);
    worker.commit();
    if (agreed && !looked) return looked.error();
    return agreed;
}

}  // namespace souk::vault
