#pragma once

#include "vault/key_file.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace souk::vault {

/// The keys at one moment.
struct Keys {
    std::map<std::string, sdk::Secret, std::less<>> byId;
    std::string wanted;   ///< the environment's, or the first one of the file
    std::string sealing;  ///< seals: `wanted` until the database has said otherwise
};

/// The keys this host has and which of them seals. A host that runs learns new keys from its key
/// file by reading it again. Thread-safe.
class Keyring {
public:
    /// Keys by id, 32 bytes each, from no file.
    static sdk::Result<std::shared_ptr<Keyring>> make(std::map<std::string, sdk::Secret> keys,
                                                      std::string sealing);
    /// From configuration: `keyText` (base64 of 32 bytes, environment) or `keyFile` (lines
    /// "id base64"; mode 0600 or 0400, owned by us or root). A missing file is made with a fresh
    /// key when `create` is allowed (embedded database).
    static sdk::Result<std::shared_ptr<Keyring>> load(std::string_view keyText,
                                                      const std::string& keyFile,
                                                      bool create);

    std::shared_ptr<const Keys> now() const;
    /// Reads the key file again; true when it holds other keys than before. A file that cannot be
    /// read, or that lost the key that seals, leaves the keys as they are.
    sdk::Result<bool> reread();
    /// Rejected when the key is not here.
    sdk::Result<sdk::Done> sealWith(const std::string& id);
    /// Empty: the keys come from no file.
    const std::string& file() const noexcept { return file_; }

private:
    Keyring(KeyList environment, std::string file, Keys keys);

    const KeyList environment_;  ///< outlives every change of the file
    const std::string file_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Keys> keys_;
};

/// What may be known to others of a key: shows that two keys of one id are the same.
std::string proofOf(std::string_view id, const sdk::Secret& key);

}  // namespace souk::vault
