#include "vault/vault.hpp"

#include "core/uuid.hpp"

#include <Poco/Crypto/Cipher.h>
#include <Poco/Crypto/CipherFactory.h>
#include <Poco/Crypto/CipherKey.h>
#include <Poco/Crypto/CryptoTransform.h>
#include <Poco/Exception.h>

#include <souk/sdk/crypto.hpp>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace souk::vault {

namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kLengthBytes = 4;
constexpr char kLayout = 1;  ///< first byte of everything sealed: layout, nonce, ciphertext, tag
constexpr std::size_t kOverhead = 1 + kNonceBytes + kTagBytes;

Poco::Crypto::Cipher::Ptr cipherOf(std::string_view key, std::string_view nonce) {
    using Bytes = Poco::Crypto::CipherKey::ByteVec;
    return Poco::Crypto::CipherFactory::defaultFactory().createCipher(Poco::Crypto::CipherKey(
        "aes-256-gcm", Bytes(key.begin(), key.end()), Bytes(nonce.begin(), nonce.end())));
}

/// Runs `input` through the transform. Throws Poco::Exception when finalize refuses (wrong tag).
std::string transformed(Poco::Crypto::CryptoTransform& transform, std::string_view input) {
    std::vector<unsigned char> out(input.size() + transform.blockSize() + kTagBytes);
    const auto size = static_cast<std::streamsize>(out.size());
    auto written = transform.transform(reinterpret_cast<const unsigned char*>(input.data()),
                                       static_cast<std::streamsize>(input.size()),
                                       out.data(),
                                       size);
    written += transform.finalize(out.data() + written, size - written);
    return {out.begin(), out.begin() + written};
}

std::string framed(std::string_view identity, std::string_view plain) {
    std::string out;
    out.reserve(kLengthBytes + identity.size() + plain.size());
    const auto length = static_cast<std::uint32_t>(identity.size());
    for (unsigned shift = 32; shift > 0; shift -= 8)
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(length >> (shift - 8))));
    out.append(identity).append(plain);
    return out;
}

/// Splits what was framed; nothing when it is cut short.
std::optional<std::pair<std::string_view, std::string_view>> unframed(std::string_view opened) {
    if (opened.size() < kLengthBytes) return std::nullopt;
    std::size_t length = 0;
    for (std::size_t i = 0; i < kLengthBytes; ++i)
        length = length << 8U | static_cast<std::uint8_t>(opened[i]);
    opened.remove_prefix(kLengthBytes);
    if (length > opened.size()) return std::nullopt;
    return std::pair(opened.substr(0, length), opened.substr(length));
}

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

}  // namespace

sdk::Result<Vault> Vault::make(std::map<std::string, sdk::Secret> keys, std::string sealing) {
    return Vault(SOUK_TRY(Keyring::make(std::move(keys), std::move(sealing))));
}

Sealed Vault::seal(std::string_view identity, const sdk::Secret& plain) const {
    const auto nonce = core::randomBytes(kNonceBytes);
    const auto keys = keys_->now();
    auto cipher = cipherOf(keys->byId.at(keys->sealing).reveal(), nonce);
    auto encryptor = cipher->createEncryptor();
    Sealed sealed;
    sealed.keyId = keys->sealing;
    sealed.bytes.push_back(kLayout);
    sealed.bytes += nonce;
    sealed.bytes += transformed(*encryptor, framed(identity, plain.reveal()));
    sealed.bytes += encryptor->getTag(kTagBytes);
    return sealed;
}

sdk::Result<sdk::Secret> Vault::open(std::string_view identity, const Sealed& sealed) const {
    auto keys = keys_->now();
    auto key = keys->byId.find(sealed.keyId);
    if (key == keys->byId.end() && keys_->reread()) {  // another host may seal with a newer one
        keys = keys_->now();
        key = keys->byId.find(sealed.keyId);
    }
    if (key == keys->byId.end())
        return sdk::Error{sdk::ErrorKind::Transient,
                          "A sealed value needs the vault key \"" + sealed.keyId +
                              "\", which this host does not have; add it to the key file."};
    const std::string_view bytes = sealed.bytes;
    if (bytes.size() < kOverhead || bytes.front() != kLayout)
        return rejected("A sealed value is cut short or of an unknown layout.");
    const auto nonce = bytes.substr(1, kNonceBytes);
    const auto body = bytes.substr(1 + kNonceBytes, bytes.size() - kOverhead);
    std::string opened;
    try {
        auto decryptor = cipherOf(key->second.reveal(), nonce)->createDecryptor();
        decryptor->setTag(std::string(bytes.substr(bytes.size() - kTagBytes)));
        opened = transformed(*decryptor, body);
    } catch (const Poco::Exception&) {
        return rejected("A sealed value was changed, or its key \"" + sealed.keyId +
                        "\" is not the one that sealed it.");
    }
    const auto parts = unframed(opened);
    if (!parts || parts->first != identity)
        return rejected("A sealed value belongs to another row than the one it stands in.");
    return sdk::Secret(std::string(parts->second));
}

}  // namespace souk::vault
