#include "vault/vault.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <set>

namespace souk::vault {

namespace {

constexpr std::string_view kIdentity = "credential/store-1/integration-1";

sdk::Secret keyOf(char filler) {
    return sdk::Secret(std::string(32, filler));
}

Vault vaultOf(std::map<std::string, sdk::Secret> keys, std::string current) {
    auto made = Vault::make(std::move(keys), std::move(current));
    CPPUNIT_ASSERT(made);
    return *std::move(made);
}

Vault oneKey() {
    return vaultOf({{"k001", keyOf('a')}}, "k001");
}

std::string refusal(const sdk::Result<sdk::Secret>& result,
                    sdk::ErrorKind kind = sdk::ErrorKind::Rejected) {
    CPPUNIT_ASSERT(!result);
    CPPUNIT_ASSERT(result.error().kind == kind);
    return result.error().message;
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

class VaultTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(VaultTest);
    CPPUNIT_TEST(whatWasSealedOpensAgain);
    CPPUNIT_TEST(anEmptySecretSurvives);
    CPPUNIT_TEST(aValueCopiedIntoAnotherRowDoesNotOpen);
    CPPUNIT_TEST(anIdentityThatIsAPrefixDoesNotOpen);
    CPPUNIT_TEST(everyFlippedBitIsNoticed);
    CPPUNIT_TEST(everyCutIsNoticed);
    CPPUNIT_TEST(anUnknownKeyIdIsNamed);
    CPPUNIT_TEST(anotherKeyUnderTheSameIdDoesNotOpen);
    CPPUNIT_TEST(afterARotationOldValuesStillOpen);
    CPPUNIT_TEST(aNonceIsNeverUsedTwice);
    CPPUNIT_TEST(theSecretIsNotInTheSealedBytes);
    CPPUNIT_TEST(aShortKeyOrAMissingCurrentKeyIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void whatWasSealedOpensAgain() {
        const auto vault = oneKey();
        const std::string plain("token \0 with a zero byte", 24);
        const auto opened = vault.open(kIdentity, vault.seal(kIdentity, sdk::Secret(plain)));
        CPPUNIT_ASSERT(opened);
        CPPUNIT_ASSERT(opened->reveal() == plain);
    }

    void anEmptySecretSurvives() {
        const auto vault = oneKey();
        const auto opened = vault.open(kIdentity, vault.seal(kIdentity, sdk::Secret("")));
        CPPUNIT_ASSERT(opened);
        CPPUNIT_ASSERT(opened->reveal().empty());
    }

    void aValueCopiedIntoAnotherRowDoesNotOpen() {
        const auto vault = oneKey();
        const auto sealed = vault.seal(kIdentity, sdk::Secret("token"));
        const auto message = refusal(vault.open("credential/store-2/integration-1", sealed));
        CPPUNIT_ASSERT(contains(message, "another row"));
    }

    void anIdentityThatIsAPrefixDoesNotOpen() {
        const auto vault = oneKey();
        const auto sealed = vault.seal("a/b", sdk::Secret("c"));
        refusal(vault.open("a/", sealed));
        refusal(vault.open("a/bc", sealed));
        refusal(vault.open("", sealed));
    }

    void everyFlippedBitIsNoticed() {
        const auto vault = oneKey();
        const auto sealed = vault.seal(kIdentity, sdk::Secret("token"));
        for (std::size_t at = 0; at < sealed.bytes.size(); ++at)
            for (unsigned bit = 0; bit < 8; ++bit) {
                auto flipped = sealed;
                flipped.bytes[at] = static_cast<char>(flipped.bytes[at] ^ (1U << bit));
                refusal(vault.open(kIdentity, flipped));
            }
    }

    void everyCutIsNoticed() {
        const auto vault = oneKey();
        const auto sealed = vault.seal(kIdentity, sdk::Secret("token"));
        for (std::size_t length = 0; length < sealed.bytes.size(); ++length)
            refusal(vault.open(kIdentity, {sealed.bytes.substr(0, length), sealed.keyId}));
    }

    void anUnknownKeyIdIsNamed() {
        const auto vault = oneKey();
        auto sealed = vault.seal(kIdentity, sdk::Secret("token"));
        sealed.keyId = "k777";
        // Another host may open it, and this one too once it has the key.
        CPPUNIT_ASSERT(
            contains(refusal(vault.open(kIdentity, sealed), sdk::ErrorKind::Transient), "k777"));
    }

    void anotherKeyUnderTheSameIdDoesNotOpen() {
        const auto sealed = oneKey().seal(kIdentity, sdk::Secret("token"));
        const auto other = vaultOf({{"k001", keyOf('b')}}, "k001");
        CPPUNIT_ASSERT(contains(refusal(other.open(kIdentity, sealed)), "changed"));
    }

    void afterARotationOldValuesStillOpen() {
        const auto sealed = oneKey().seal(kIdentity, sdk::Secret("token"));
        const auto rotated = vaultOf({{"k001", keyOf('a')}, {"k002", keyOf('b')}}, "k002");
        CPPUNIT_ASSERT(rotated.open(kIdentity, sealed));
        CPPUNIT_ASSERT_EQUAL(std::string("k002"), rotated.seal(kIdentity, sdk::Secret("x")).keyId);
    }

    void aNonceIsNeverUsedTwice() {
        const auto vault = oneKey();
        const sdk::Secret plain("token");
        std::set<std::string> nonces;
        constexpr std::size_t kSeals = 10000;
        for (std::size_t i = 0; i < kSeals; ++i)
            nonces.insert(vault.seal("x", plain).bytes.substr(1, 12));
        CPPUNIT_ASSERT_EQUAL(kSeals, nonces.size());
    }

    void theSecretIsNotInTheSealedBytes() {
        const auto sealed = oneKey().seal(kIdentity, sdk::Secret("shpat_0123456789"));
        CPPUNIT_ASSERT(!contains(sealed.bytes, "shpat_"));
        CPPUNIT_ASSERT(!contains(sealed.bytes, "credential"));
    }

    void aShortKeyOrAMissingCurrentKeyIsRefused() {
        CPPUNIT_ASSERT(!Vault::make({{"k001", sdk::Secret("short")}}, "k001"));
        CPPUNIT_ASSERT(!Vault::make({{"k001", keyOf('a')}}, "k002"));
        CPPUNIT_ASSERT(!Vault::make({}, ""));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(VaultTest);

}  // namespace souk::vault
