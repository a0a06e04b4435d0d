#include "vault/keyring.hpp"

#include "key_files.hpp"

namespace souk::vault {

using testing::contains;
using testing::refusal;
using testing::ringOf;
using testing::textOf;

class KeyringTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyringTest);
    CPPUNIT_TEST(theEnvironmentKeyAloneIsEnough);
    CPPUNIT_TEST(theEnvironmentKeyIsWantedAndTheFileIsThereToo);
    CPPUNIT_TEST(aMissingFileIsMadeOnlyWhenAllowed);
    CPPUNIT_TEST(noKeyAtAllNamesBothSettings);
    CPPUNIT_TEST(aChangedFileIsLearntAndWhatSealsStays);
    CPPUNIT_TEST(aFileThatLostTheSealingKeyChangesNothing);
    CPPUNIT_TEST(aBrokenFileChangesNothing);
    CPPUNIT_TEST(onlyAKeyThatIsHereCanSeal);
    CPPUNIT_TEST(aProofTellsKeysApartAndIsNoKey);
    CPPUNIT_TEST_SUITE_END();

public:
    void theEnvironmentKeyAloneIsEnough() {
        const auto ring = Keyring::load(textOf('e'), "", false);
        CPPUNIT_ASSERT(ring);
        CPPUNIT_ASSERT((*ring)->now()->sealing.starts_with("env-"));
        const auto again = Keyring::load(textOf('e'), folder_.path("none"), true);
        CPPUNIT_ASSERT(again);
        CPPUNIT_ASSERT_EQUAL((*ring)->now()->sealing, (*again)->now()->sealing);
        CPPUNIT_ASSERT(!std::filesystem::exists(folder_.path("none")));
        CPPUNIT_ASSERT(*(*again)->reread() == false);
        CPPUNIT_ASSERT(!Keyring::load("bm90IDMyIGJ5dGVz", "", false));
    }

    void theEnvironmentKeyIsWantedAndTheFileIsThereToo() {
        folder_.write("k001 " + textOf('a') + "\n");
        const auto ring = Keyring::load(textOf('e'), folder_.path(), false);
        CPPUNIT_ASSERT(ring);
        const auto keys = (*ring)->now();
        CPPUNIT_ASSERT(keys->wanted.starts_with("env-"));
        CPPUNIT_ASSERT(keys->byId.contains("k001"));
    }

    void aMissingFileIsMadeOnlyWhenAllowed() {
        CPPUNIT_ASSERT(contains(refusal(Keyring::load("", folder_.path(), false)), "cannot be op"));
        CPPUNIT_ASSERT(!std::filesystem::exists(folder_.path()));
        CPPUNIT_ASSERT(Keyring::load("", folder_.path(), true));
        CPPUNIT_ASSERT(!Keyring::load("", folder_.path("no-such-folder/keys"), true));
    }

    void noKeyAtAllNamesBothSettings() {
        const auto sentence = refusal(Keyring::load("", "", true));
        CPPUNIT_ASSERT(contains(sentence, "vault.key_file"));
        CPPUNIT_ASSERT(contains(sentence, "SOUK_VAULT_KEY"));
    }

    void aChangedFileIsLearntAndWhatSealsStays() {
        folder_.write("k001 " + textOf('a') + "\n");
        const auto ring = ringOf(folder_.path());
        CPPUNIT_ASSERT(*ring->reread() == false);
        const auto before = ring->now();
        folder_.write("k002 " + textOf('b') + "\nk001 " + textOf('a') + "\n");
        CPPUNIT_ASSERT(*ring->reread() == true);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, before->byId.size());  // a reader's keys stay
        CPPUNIT_ASSERT(ring->now()->byId.contains("k002"));
        CPPUNIT_ASSERT_EQUAL(std::string("k002"), ring->now()->wanted);
        CPPUNIT_ASSERT_EQUAL(std::string("k001"), ring->now()->sealing);
    }

    void aFileThatLostTheSealingKeyChangesNothing() {
        folder_.write("k001 " + textOf('a') + "\n");
        const auto ring = ringOf(folder_.path());
        folder_.write("k002 " + textOf('b') + "\n");
        CPPUNIT_ASSERT(contains(refusal(ring->reread()), "put its line back"));
        CPPUNIT_ASSERT(!ring->now()->byId.contains("k002"));
        CPPUNIT_ASSERT(ring->now()->byId.contains("k001"));
    }

    void aBrokenFileChangesNothing() {
        folder_.write("k001 " + textOf('a') + "\n");
        const auto ring = ringOf(folder_.path());
        folder_.write("k001 nonsense\n");
        CPPUNIT_ASSERT(contains(refusal(ring->reread()), "line 1"));
        std::filesystem::remove(folder_.path());
        CPPUNIT_ASSERT(contains(refusal(ring->reread()), "cannot be opened"));
        CPPUNIT_ASSERT(ring->now()->byId.contains("k001"));
    }

    void onlyAKeyThatIsHereCanSeal() {
        folder_.write("k002 " + textOf('b') + "\nk001 " + textOf('a') + "\n");
        const auto ring = ringOf(folder_.path());
        CPPUNIT_ASSERT(ring->sealWith("k001"));
        CPPUNIT_ASSERT_EQUAL(std::string("k001"), ring->now()->sealing);
        CPPUNIT_ASSERT(contains(refusal(ring->sealWith("k003")), "k003"));
        CPPUNIT_ASSERT_EQUAL(std::string("k001"), ring->now()->sealing);
    }

    void aProofTellsKeysApartAndIsNoKey() {
        const sdk::Secret one(std::string(32, 'a'));
        const sdk::Secret two(std::string(32, 'b'));
        CPPUNIT_ASSERT(proofOf("k001", one) == proofOf("k001", one));
        CPPUNIT_ASSERT(proofOf("k001", one) != proofOf("k001", two));
        CPPUNIT_ASSERT(proofOf("k001", one) != proofOf("k002", one));
        CPPUNIT_ASSERT(proofOf("k001", one) != one.reveal());
    }

private:
    testing::KeyFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyringTest);

}  // namespace souk::vault
