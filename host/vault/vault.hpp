#pragma once

#include <souk/sdk/context.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace souk::vault {

/// Something sealed: bytes for the table and which key they need.
struct Sealed {
    std::string bytes;
    std::string keyId;
};

/// AES-256-GCM through Poco::Crypto. Poco offers no associated data, so the row's identity
/// ("table/store/row") is sealed inside the plaintext and checked on opening: a value copied into
/// another row does not open. Thread-safe, immutable.
class Vault {
public:
    /// Keys by id; `current` seals. Each key is 32 bytes.
    static sdk::Result<Vault> make(std::map<std::string, sdk::Secret> keys, std::string current);
    /// From configuration: `keyText` (base64 of 32 bytes, environment) or `keyFile` (lines
    /// "id base64", the first one seals; mode 0600 or 0400, owned by us or root). A missing file is
    /// made with a fresh key when `create` is allowed (embedded database).
    static sdk::Result<Vault> load(std::string_view keyText,
                                   const std::string& keyFile,
                                   bool create);

    Sealed seal(std::string_view identity, const sdk::Secret& plain) const;
    /// Rejected: wrong key id, changed bytes, or another row's value; the sentence says which.
    sdk::Result<sdk::Secret> open(std::string_view identity, const Sealed& sealed) const;
    const std::string& currentKey() const noexcept;
    /// HMAC-SHA256 under a key derived from the first key: for hashed person ids;
    /// 32 lower-case hex digits (the first 16 bytes).
    std::string personHash(std::string_view person) const;

private:
    struct Keys;
    explicit Vault(std::shared_ptr<const Keys> keys);
    std::shared_ptr<const Keys> keys_;
};

}  // namespace souk::vault
