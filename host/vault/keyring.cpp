#include "vault/keyring.hpp"

#include <souk/sdk/crypto.hpp>

#include <utility>

namespace souk::vault {

namespace {

constexpr std::size_t kKeyBytes = 32;

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

std::string textIdOf(const sdk::Secret& key) {
    constexpr std::size_t kIdDigits = 8;
    const auto digest = sdk::hmacSha256(key.reveal(), "souk key id");
    return "env-" + sdk::hex(digest).substr(0, kIdDigits);
}

/// The environment's keys come first; of one id the first is meant.
Keys keysFrom(const KeyList& environment, const KeyList& file) {
    Keys keys;
    for (const auto* list : {&environment, &file})
        for (const auto& [id, key] : *list) {
            if (keys.wanted.empty()) keys.wanted = id;
            keys.byId.emplace(id, key);
        }
    keys.sealing = keys.wanted;
    return keys;
}

bool sameKeys(const Keys& a, const Keys& b) {
    if (a.wanted != b.wanted || a.byId.size() != b.byId.size()) return false;
    for (const auto& [id, key] : a.byId) {
        const auto other = b.byId.find(id);
        if (other == b.byId.end() || !sdk::equalConstantTime(key.reveal(), other->second.reveal()))
            return false;
    }
    return true;
}

}  // namespace

Keyring::Keyring(KeyList environment, std::string file, Keys keys)
    : environment_(std::move(environment)),
      file_(std::move(file)),
      keys_(std::make_shared<const Keys>(std::move(keys))) {}

sdk::Result<std::shared_ptr<Keyring>> Keyring::make(std::map<std::string, sdk::Secret> keys,
                                                    std::string sealing) {
    for (const auto& [id, key] : keys)
        if (key.reveal().size() != kKeyBytes)
            return rejected("The vault key \"" + id + "\" is not 32 bytes long.");
    if (!keys.contains(sealing))
        return rejected("There is no vault key \"" + sealing + "\" to seal with.");
    Keys made{{}, sealing, sealing};
    for (auto& [id, key] : keys) made.byId.emplace(id, std::move(key));
    return std::shared_ptr<Keyring>(new Keyring({}, "", std::move(made)));
}

sdk::Result<std::shared_ptr<Keyring>> Keyring::load(std::string_view keyText,
                                                    const std::string& keyFile,
                                                    bool create) {
    KeyList environment;
    if (!keyText.empty()) {
        auto key = SOUK_TRY(keyFromText(keyText, "the environment"));
        auto id = textIdOf(key);
        environment.emplace_back(std::move(id), std::move(key));
    }
    KeyList inFile;
    if (!keyFile.empty()) {
        auto read = readKeyFile(keyFile);
        const bool missing = !read && read.error().kind == sdk::ErrorKind::NotFound;
        if (missing && environment.empty() && create) {
            SOUK_TRY(makeKeyFile(keyFile));
            read = readKeyFile(keyFile);
        }
        if (read)
            inFile = *std::move(read);
        else if (!missing || environment.empty())
            return std::move(read).error();
    }
    if (environment.empty() && inFile.empty())
        return rejected(
            "There is no vault key: set vault.key_file, or SOUK_VAULT_KEY to the output of: "
            "openssl rand -base64 32");
    auto keys = keysFrom(environment, inFile);
    return std::shared_ptr<Keyring>(new Keyring(std::move(environment), keyFile, std::move(keys)));
}

std::shared_ptr<const Keys> Keyring::now() const {
    const std::lock_guard lock(mutex_);
    return keys_;
}

sdk::Result<bool> Keyring::reread() {
    if (file_.empty()) return false;
    auto read = readKeyFile(file_);
    const bool missing = !read && read.error().kind == sdk::ErrorKind::NotFound;
    if (!read && (!missing || environment_.empty())) return std::move(read).error();
    auto fresh = keysFrom(environment_, read ? *read : KeyList());
    const std::lock_guard lock(mutex_);
    if (!fresh.byId.contains(keys_->sealing))
        return rejected("The key file " + file_ + " no longer holds the key \"" + keys_->sealing +
                        "\" that seals; put its line back.");
    fresh.sealing = keys_->sealing;
    if (sameKeys(*keys_, fresh)) return false;
    keys_ = std::make_shared<const Keys>(std::move(fresh));
    return true;
}

sdk::Result<sdk::Done> Keyring::sealWith(const std::string& id) {
    const std::lock_guard lock(mutex_);
    if (keys_->sealing == id) return sdk::Done{};
    if (!keys_->byId.contains(id))
        return rejected("There is no vault key \"" + id + "\" here to seal with.");
    auto changed = *keys_;
    changed.sealing = id;
    keys_ = std::make_shared<const Keys>(std::move(changed));
    return sdk::Done{};
}

std::string proofOf(std::string_view id, const sdk::Secret& key) {
    const auto digest = sdk::hmacSha256(key.reveal(), "souk vault key " + std::string(id));
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace souk::vault
