#include "vault/rotation.hpp"

#include <algorithm>
#include <map>

namespace souk::vault {

namespace {

constexpr const char* kOffer = R"sql(
INSERT INTO vault_key (id, proof, state, added_at) VALUES ($1, $2, 'waiting', $3)
ON CONFLICT (id) DO NOTHING)sql";
constexpr const char* kRetire = R"sql(
UPDATE vault_key SET state = 'retiring' WHERE state = 'sealing' AND id <> $1)sql";
constexpr const char* kSeal = R"sql(
UPDATE vault_key SET state = 'sealing', sealing_since = $2 WHERE id = $1 AND state <> 'sealing')sql";
constexpr const char* kForget = "DELETE FROM vault_key WHERE id = $1";

constexpr std::string_view kBeginning = "(0,0)";
constexpr std::int64_t kBatch = 100;

// One text per table and process: a table's name cannot be bound.
std::string countOf(const SealedTable& table) {
    return "SELECT count(*) AS n FROM " + std::string(table.name) + " WHERE key_id = $1";
}
/// In the order they lie in, past those that were tried before. A row in somebody's hands is let
/// alone: it comes back sealed anew, or is met in the next round.
std::string takeOf(const SealedTable& table) {
    return "SELECT ctid::text AS place, " + std::string(table.identity) +
           " AS identity, sealed FROM " + std::string(table.name) +
           " WHERE key_id = $1 AND ctid > $2::text::tid ORDER BY ctid LIMIT $3 "
           "FOR UPDATE SKIP LOCKED";
}
std::string allOf(const SealedTable& table) {
    return "SELECT ctid::text AS place, " + std::string(table.identity) +
           " AS identity, sealed, key_id FROM " + std::string(table.name) +
           " WHERE key_id IS NOT NULL AND ctid > $1::text::tid ORDER BY ctid LIMIT $2";
}
std::string putOf(const SealedTable& table) {
    return "UPDATE " + std::string(table.name) +
           " SET sealed = $2, key_id = $3 WHERE ctid = $1::text::tid";
}

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

bool holds(const store::HostRow& host, const std::string& id) {
    return std::find(host.keys.begin(), host.keys.end(), id) != host.keys.end();
}

}  // namespace

struct Rotation::Batch {
    std::int64_t taken = 0;
    std::int64_t resealed = 0;
    std::string last;
    std::vector<std::string> unopened;
};

Rotation::Rotation(store::Database& database,
                   const Vault& vault,
                   std::vector<SealedTable> tables,
                   const sdk::Clock& clock)
    : database_(database), vault_(vault), tables_(std::move(tables)), clock_(clock) {}

std::int64_t Rotation::valuesOf(store::Transaction& worker, const std::string& id) const {
    std::int64_t values = 0;
    for (const auto& table : tables_) values += worker.query(countOf(table), id)[0].integer("n");
    return values;
}

Rotation::Listing Rotation::list() {
    std::map<std::string, Listed> byId;
    auto worker = database_.asWorker();
    for (const auto& row : knownKeys(worker)) {
        auto& key = byId[row.id];
        key.state = row.state;
        key.sealingSince = row.sealingSince;
        key.values = valuesOf(worker, row.id);
    }
    const auto ours = vault_.keys().now();
    for (const auto& [id, key] : ours->byId) byId[id].here = true;
    const auto hosts = store::Hosts::running(worker, clock_.now());
    Listing listing;
    listing.hosts = static_cast<int>(hosts.size());
    for (auto& [id, key] : byId) {
        key.id = id;
        key.hosts = static_cast<int>(
            std::count_if(hosts.begin(), hosts.end(), [&name = id](const auto& host) {
                return holds(host, name);
            }));
        listing.keys.push_back(std::move(key));
    }
    return listing;
}

Rotation::Opened Rotation::tryAll() {
    Opened opened;
    auto worker = database_.asWorker();
    for (const auto& table : tables_) {
        std::string after(kBeginning);
        for (std::size_t met = kBatch; met == kBatch;) {
            const auto rows = worker.query(allOf(table), after, kBatch);
            met = rows.size();
            for (const auto row : rows) {
                ++opened.values;
                after = row.text("place");
                const auto identity = row.text("identity");
                const auto plain = vault_.open(identity, {row.bytes("sealed"), row.text("key_id")});
                if (!plain) opened.unopened.push_back(identity + ": " + plain.error().message);
            }
        }
    }
    return opened;
}

sdk::Result<std::string> Rotation::add() {
    auto& keys = vault_.keys();
    if (keys.file().empty())
        return rejected(
            "The vault key comes from the environment, where nothing can be added; set "
            "vault.key_file to a file that holds the keys.");
    std::vector<std::string> taken;
    {
        auto worker = database_.asWorker();
        for (const auto& row : knownKeys(worker)) taken.push_back(row.id);
    }
    auto id = SOUK_TRY(addKey(keys.file(), taken));
    SOUK_TRY(keys.reread());
    const auto proof = proofOf(id, keys.now()->byId.at(id));
    auto worker = database_.asWorker();
    worker.query(kOffer, id, store::Bytes{proof}, clock_.now());
    worker.commit();
    return id;
}

std::optional<std::string> Rotation::next() {
    std::optional<std::string> waiting;
    auto worker = database_.asWorker();
    for (const auto& row : knownKeys(worker)) {
        if (row.state != KeyRow::State::Sealing && valuesOf(worker, row.id) > 0)
            return vault_.keys().now()->sealing;
        if (row.state == KeyRow::State::Waiting) waiting = row.id;
    }
    return waiting;
}

sdk::Result<sdk::Done> Rotation::adopt(const std::string& id) {
    const auto keys = vault_.keys().now();
    const auto key = keys->byId.find(id);
    if (key == keys->byId.end())
        return rejected("There is no vault key \"" + id + "\" in the key file of this host.");
    const auto proof = proofOf(id, key->second);
    const auto now = clock_.now();
    auto worker = database_.asWorker();
    lockKeys(worker);
    std::vector<std::string> without;
    for (const auto& host : store::Hosts::running(worker, now))
        if (!holds(host, id)) without.push_back(host.id);
    if (!without.empty())
        return sdk::Error{sdk::ErrorKind::Transient,
                          "The key \"" + id + "\" is not known to " + joined(without) +
                              ": copy its line into the key file there. Nothing is sealed with it "
                              "yet."};
    worker.query(kOffer, id, store::Bytes{proof}, now);
    worker.query(kRetire, id);
    worker.query(kSeal, id, now);
    SOUK_TRY(agree(worker, vault_.keys(), now));
    worker.commit();
    return sdk::Done{};
}

std::vector<std::string> Rotation::behind(const std::string& id) {
    std::vector<std::string> names;
    auto worker = database_.asWorker();
    for (const auto& host : store::Hosts::running(worker, clock_.now()))
        if (host.sealing != id) names.push_back(host.id);
    return names;
}

sdk::Result<Rotation::Progress> Rotation::reseal(const std::stop_token& stop) {
    std::vector<std::string> old;
    {
        auto worker = database_.asWorker();
        SOUK_TRY(agree(worker, vault_.keys(), clock_.now()));
        for (const auto& row : knownKeys(worker))
            if (row.state != KeyRow::State::Sealing) old.push_back(row.id);
        worker.commit();
    }
    Progress progress;
    for (const auto& key : old)
        for (const auto& table : tables_) {
            std::string after(kBeginning);
            for (std::int64_t taken = kBatch; taken == kBatch && !stop.stop_requested();) {
                auto batch = SOUK_TRY(resealBatch(table, key, after));
                taken = batch.taken;
                after = batch.last;
                progress.resealed += batch.resealed;
                for (auto& sentence : batch.unopened)
                    progress.unopened.push_back(std::move(sentence));
            }
        }
    auto worker = database_.asWorker();
    for (const auto& key : old) progress.left += valuesOf(worker, key);
    progress.left -= static_cast<std::int64_t>(progress.unopened.size());
    return progress;
}

sdk::Result<Rotation::Batch> Rotation::resealBatch(const SealedTable& table,
                                                   const std::string& oldKey,
                                                   const std::string& after) {
    Batch batch;
    batch.last = after;
    auto worker = database_.asWorker();
    for (const auto row : worker.query(takeOf(table), oldKey, after, kBatch)) {
        ++batch.taken;
        batch.last = row.text("place");
        const auto identity = row.text("identity");
        const auto plain = vault_.open(identity, {row.bytes("sealed"), oldKey});
        if (!plain) {
            batch.unopened.push_back(identity + ": " + plain.error().message);
            continue;
        }
        const auto fresh = vault_.seal(identity, *plain);
        worker.query(putOf(table), batch.last, store::Bytes{fresh.bytes}, fresh.keyId);
        ++batch.resealed;
    }
    worker.commit();
    return batch;
}

sdk::Result<sdk::Done> Rotation::remove(const std::string& id) {
    auto& keys = vault_.keys();
    if (keys.now()->sealing == id)
        return rejected("The key \"" + id +
                        "\" seals; rotate to another one first: souk key rotate");
    try {
        auto worker = database_.asWorker();
        lockKeys(worker);
        // Who is in front of us may have made it the one that seals.
        SOUK_TRY(agree(worker, keys, clock_.now()));
        if (keys.now()->sealing == id)
            return rejected("The key \"" + id + "\" has just begun to seal; it stays.");
        worker.query(kForget, id);
        worker.commit();
    } catch (const store::Failure& failure) {
        if (failure.sqlState() != "23503") throw;
        auto worker = database_.asWorker();
        return rejected("The key \"" + id + "\" still seals " +
                        std::to_string(valuesOf(worker, id)) +
                        " values; seal them anew first: souk key rotate");
    }
    if (keys.file().empty() || !keys.now()->byId.contains(id)) return sdk::Done{};
    const auto removed = removeKey(keys.file(), id);
    if (!removed && removed.error().kind == sdk::ErrorKind::NotFound)
        return rejected("The key \"" + id + "\" comes from the environment; unset SOUK_VAULT_KEY.");
    SOUK_TRY(removed);
    SOUK_TRY(keys.reread());
    return sdk::Done{};
}

}  // namespace souk::vault
