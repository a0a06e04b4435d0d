#include "vault/vault.hpp"

#include "core/uuid.hpp"
#include "vault/key_file.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <souk/sdk/crypto.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
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

std::string refusal(const sdk::Result<sdk::Secret>& result) {
    CPPUNIT_ASSERT(!result);
    CPPUNIT_ASSERT(result.error().kind == sdk::ErrorKind::Rejected);
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
    CPPUNIT_TEST(personHashesSurviveARotation);
    CPPUNIT_TEST(aShortKeyOrAMissingCurrentKeyIsRefused);
    CPPUNIT_TEST(theEnvironmentKeyAloneIsEnough);
    CPPUNIT_TEST(theEnvironmentKeySealsAndTheFileStillOpens);
    CPPUNIT_TEST(aMissingFileIsMadeOnlyWhenAllowed);
    CPPUNIT_TEST(aMadeFileIsOursAloneAndIsKept);
    CPPUNIT_TEST(aFileOthersCanReadIsRefused);
    CPPUNIT_TEST(brokenKeyFilesAreRefusedWithTheirLine);
    CPPUNIT_TEST(aLinkOrAFolderIsNotAKeyFile);
    CPPUNIT_TEST(noKeyAtAllNamesBothSettings);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        folder_ = std::filesystem::temp_directory_path() / ("souk-vault-" + core::newId().text());
        std::filesystem::create_directory(folder_);
    }

    void tearDown() override { std::filesystem::remove_all(folder_); }

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
        CPPUNIT_ASSERT(contains(refusal(vault.open(kIdentity, sealed)), "k777"));
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

    void personHashesSurviveARotation() {
        const auto before = oneKey();
        const auto after = vaultOf({{"k001", keyOf('a')}, {"k002", keyOf('b')}}, "k002");
        const auto other = vaultOf({{"k001", keyOf('c')}}, "k001");
        CPPUNIT_ASSERT_EQUAL(before.personHash("a@example.com"), after.personHash("a@example.com"));
        CPPUNIT_ASSERT(before.personHash("a@example.com") != other.personHash("a@example.com"));
        CPPUNIT_ASSERT(before.personHash("a@example.com") != before.personHash("b@example.com"));
    }

    void aShortKeyOrAMissingCurrentKeyIsRefused() {
        CPPUNIT_ASSERT(!Vault::make({{"k001", sdk::Secret("short")}}, "k001"));
        CPPUNIT_ASSERT(!Vault::make({{"k001", keyOf('a')}}, "k002"));
        CPPUNIT_ASSERT(!Vault::make({}, ""));
    }

    void theEnvironmentKeyAloneIsEnough() {
        const auto vault = Vault::load(sdk::base64(std::string(32, 'e')), "", false);
        CPPUNIT_ASSERT(vault);
        CPPUNIT_ASSERT(vault->currentKey().starts_with("env-"));
        const auto again = Vault::load(sdk::base64(std::string(32, 'e')), path("none"), true);
        CPPUNIT_ASSERT(again);
        CPPUNIT_ASSERT_EQUAL(vault->currentKey(), again->currentKey());
        CPPUNIT_ASSERT(!std::filesystem::exists(path("none")));
        CPPUNIT_ASSERT(!Vault::load("bm90IDMyIGJ5dGVz", "", false));
    }

    void theEnvironmentKeySealsAndTheFileStillOpens() {
        const auto fromFile = Vault::load("", path("keys"), true);
        CPPUNIT_ASSERT(fromFile);
        const auto sealed = fromFile->seal(kIdentity, sdk::Secret("token"));
        const auto both = Vault::load(sdk::base64(std::string(32, 'e')), path("keys"), false);
        CPPUNIT_ASSERT(both);
        CPPUNIT_ASSERT(both->open(kIdentity, sealed));
        CPPUNIT_ASSERT(both->currentKey() != sealed.keyId);
    }

    void aMissingFileIsMadeOnlyWhenAllowed() {
        CPPUNIT_ASSERT(!Vault::load("", path("keys"), false));
        CPPUNIT_ASSERT(!std::filesystem::exists(path("keys")));
        CPPUNIT_ASSERT(Vault::load("", path("keys"), true));
        CPPUNIT_ASSERT(!Vault::load("", path("no-such-folder/keys"), true));
    }

    void aMadeFileIsOursAloneAndIsKept() {
        CPPUNIT_ASSERT(Vault::load("", path("keys"), true));
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(path("keys").c_str(), &info));
        CPPUNIT_ASSERT_EQUAL(static_cast<mode_t>(0600), static_cast<mode_t>(info.st_mode & 07777));
        const auto sealed = Vault::load("", path("keys"), true)->seal("x", sdk::Secret("y"));
        CPPUNIT_ASSERT(makeKeyFile(path("keys")));
        CPPUNIT_ASSERT(Vault::load("", path("keys"), true)->open("x", sealed));
        const std::filesystem::directory_iterator files(folder_);
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, std::distance(begin(files), end(files)));
    }

    void aFileOthersCanReadIsRefused() {
        CPPUNIT_ASSERT(Vault::load("", path("keys"), true));
        for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U}) {
            CPPUNIT_ASSERT_EQUAL(0, ::chmod(path("keys").c_str(), mode));
            const auto refused = Vault::load("", path("keys"), true);
            CPPUNIT_ASSERT(!refused);
            CPPUNIT_ASSERT(contains(refused.error().message, "chmod 600"));
        }
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(path("keys").c_str(), 0400));
        CPPUNIT_ASSERT(Vault::load("", path("keys"), true));
    }

    void brokenKeyFilesAreRefusedWithTheirLine() {
        const auto key = sdk::base64(std::string(32, 'a'));
        write("k001 " + key + "\nk002 tooshort\n");
        CPPUNIT_ASSERT(contains(loadError(), "line 2"));
        write("# old\n\nk001\n");
        CPPUNIT_ASSERT(contains(loadError(), "line 3"));
        write("k001 " + key + " more\n");
        CPPUNIT_ASSERT(contains(loadError(), "line 1"));
        write("k001 " + key + "\nk001 " + key + "\n");
        CPPUNIT_ASSERT(contains(loadError(), "twice"));
        write("");
        CPPUNIT_ASSERT(contains(loadError(), "no key"));
        write("# newest first\n k002 " + key + "\nk001 " + key + "\n");
        CPPUNIT_ASSERT_EQUAL(std::string("k002"),
                             Vault::load("", path("keys"), false)->currentKey());
    }

    void aLinkOrAFolderIsNotAKeyFile() {
        CPPUNIT_ASSERT(Vault::load("", path("keys"), true));
        std::filesystem::create_symlink(path("keys"), path("link"));
        CPPUNIT_ASSERT(!Vault::load("", path("link"), true));
        CPPUNIT_ASSERT(!Vault::load("", folder_.string(), true));
    }

    void noKeyAtAllNamesBothSettings() {
        const auto refused = Vault::load("", "", true);
        CPPUNIT_ASSERT(!refused);
        CPPUNIT_ASSERT(contains(refused.error().message, "vault.key_file"));
        CPPUNIT_ASSERT(contains(refused.error().message, "SOUK_VAULT_KEY"));
    }

private:
    std::string path(const std::string& name) const { return (folder_ / name).string(); }

    void write(const std::string& text) const {
        std::filesystem::remove(path("keys"));
        std::ofstream(path("keys")) << text;
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(path("keys").c_str(), 0600));
    }

    std::string loadError() const {
        const auto refused = Vault::load("", path("keys"), true);
        CPPUNIT_ASSERT(!refused);
        return refused.error().message;
    }

    std::filesystem::path folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(VaultTest);

}  // namespace souk::vault
