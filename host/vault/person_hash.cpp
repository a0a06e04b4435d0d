#include "vault/person_hash.hpp"

#include "core/uuid.hpp"

#include <souk/sdk/crypto.hpp>

namespace souk::vault {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kName = "person";
constexpr std::string_view kIdentity = "hash_key/person";

constexpr const char* kFind = "SELECT sealed, key_id FROM hash_key WHERE name = $1";
constexpr const char* kMake = R"sql(
INSERT INTO hash_key (name, sealed, key_id) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING)sql";
constexpr const char* kHashedBefore =
    "SELECT EXISTS (SELECT FROM webhook WHERE people <> '{}') AS answer";

/// Before hashes had a key of their own it came from the vault key with the smallest id: what was
/// hashed then must still be found.
sdk::Secret firstKey(store::Transaction& worker, const Vault& vault) {
    if (!worker.query(kHashedBefore)[0].boolean("answer"))
        return sdk::Secret(core::randomBytes(kKeyBytes));
    const auto keys = vault.keys().now();
    const auto digest = sdk::hmacSha256(keys->byId.begin()->second.reveal(), "souk person hash");
    return sdk::Secret(std::string(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

}  // namespace

sdk::Result<PersonHash> PersonHash::load(store::Database& database, const Vault& vault) {
    auto worker = database.asWorker();
    auto rows = worker.query(kFind, kName);
    if (rows.empty()) {
        const auto sealed = vault.seal(kIdentity, firstKey(worker, vault));
        worker.query(kMake, kName, store::Bytes{sealed.bytes}, sealed.keyId);
        rows = worker.query(kFind, kName);  // another host may have been first
    }
    auto key = SOUK_TRY(vault.open(kIdentity, {rows[0].bytes("sealed"), rows[0].text("key_id")}));
    worker.commit();
    return PersonHash(std::move(key));
}

std::string PersonHash::operator()(std::string_view person) const {
    return sdk::hex(sdk::hmacSha256(key_.reveal(), person));
}

}  // namespace souk::vault
