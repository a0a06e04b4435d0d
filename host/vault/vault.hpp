#pragma once

#include "core/scrubber.hpp"
#include "vault/keyring.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace souk::vault {

/// Something sealed: bytes for the table and which key they need.
struct Sealed {
    std::string bytes;
    std::string keyId;
};

/// AES-256-GCM through Poco::Crypto. Poco offers no associated data, so the row's identity
/// ("table/store/row") is sealed inside the plaintext and checked on opening: a value copied into
/// another row does not open. Thread-safe.
class Vault {
public:
    explicit Vault(std::shared_ptr<Keyring> keys,
                   std::shared_ptr<core::Scrubber> scrubber = std::make_shared<core::Scrubber>())
        : keys_(std::move(keys)), scrubber_(std::move(scrubber)) {}
    /// Keys by id; `sealing` seals. Each key is 32 bytes.
    static sdk::Result<Vault> make(std::map<std::string, sdk::Secret> keys, std::string sealing);

    Sealed seal(std::string_view identity, const sdk::Secret& plain) const;
    /// Transient: this host does not have the key, not even after another look into its key file.
    /// Rejected: changed bytes, or another row's value. The sentence says which.
    sdk::Result<sdk::Secret> open(std::string_view identity, const Sealed& sealed) const;
    /// Told by those who know which part of what they seal or open is the secret: no sentence of a
    /// plugin or platform repeats it from now on.
    void conceal(std::string_view secret) const { scrubber_->learn(secret); }
    Keyring& keys() const noexcept { return *keys_; }

private:
    std::shared_ptr<Keyring> keys_;
    std::shared_ptr<core::Scrubber> scrubber_;
};

}  // namespace souk::vault
