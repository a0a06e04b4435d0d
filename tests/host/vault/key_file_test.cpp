#include "vault/key_file.hpp"

#include "key_files.hpp"

#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

namespace souk::vault {

using testing::contains;
using testing::refusal;
using testing::textOf;

namespace {

mode_t modeOf(const std::string& path) {
    struct stat info {};
    CPPUNIT_ASSERT_EQUAL(0, ::stat(path.c_str(), &info));
    return info.st_mode & 07777;
}

}  // namespace

class KeyFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyFileTest);
    CPPUNIT_TEST(aMadeFileIsOursAloneAndIsKept);
    CPPUNIT_TEST(aFileOthersCanReadIsRefused);
    CPPUNIT_TEST(aStrangersFileIsRefused);
    CPPUNIT_TEST(brokenKeyFilesAreRefusedWithTheirLine);
    CPPUNIT_TEST(aLinkOrAFolderIsNotAKeyFile);
    CPPUNIT_TEST(anAddedKeyComesFirstAndTheRestStays);
    CPPUNIT_TEST(anAddedKeyTakesNoIdThatWasEverUsed);
    CPPUNIT_TEST(addingKeepsModeAndOwner);
    CPPUNIT_TEST(manyMayAddAtOnce);
    CPPUNIT_TEST(aRemovedKeyTakesItsLineAlone);
    CPPUNIT_TEST(whatIsNotThereCannotBeChanged);
    CPPUNIT_TEST_SUITE_END();

public:
    void aMadeFileIsOursAloneAndIsKept() {
        CPPUNIT_ASSERT(makeKeyFile(folder_.path()));
        CPPUNIT_ASSERT_EQUAL(mode_t{0600}, modeOf(folder_.path()));
        const auto made = folder_.read();
        CPPUNIT_ASSERT(made.starts_with("k001 "));
        CPPUNIT_ASSERT(makeKeyFile(folder_.path()));
        CPPUNIT_ASSERT_EQUAL(made, folder_.read());
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, folder_.files());
    }

    void aFileOthersCanReadIsRefused() {
        CPPUNIT_ASSERT(makeKeyFile(folder_.path()));
        for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U}) {
            CPPUNIT_ASSERT_EQUAL(0, ::chmod(folder_.path().c_str(), mode));
            CPPUNIT_ASSERT(contains(refusal(readKeyFile(folder_.path())), "chmod 600"));
            CPPUNIT_ASSERT(contains(refusal(addKey(folder_.path(), {})), "chmod 600"));
        }
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(folder_.path().c_str(), 0400));
        CPPUNIT_ASSERT(readKeyFile(folder_.path()));
    }

    void aStrangersFileIsRefused() {
        if (::geteuid() != 0) return;  // only root can give a file away
        constexpr uid_t kNobody = 65534;
        CPPUNIT_ASSERT(makeKeyFile(folder_.path()));
        CPPUNIT_ASSERT_EQUAL(0, ::chown(folder_.path().c_str(), kNobody, kNobody));
        CPPUNIT_ASSERT(contains(refusal(readKeyFile(folder_.path())), "another user"));
    }

    void brokenKeyFilesAreRefusedWithTheirLine() {
        const auto key = textOf('a');
        CPPUNIT_ASSERT(contains(errorOf("k001 " + key + "\nk002 tooshort\n"), "line 2"));
        CPPUNIT_ASSERT(contains(errorOf("# old\n\nk001\n"), "line 3"));
        CPPUNIT_ASSERT(contains(errorOf("k001 " + key + " more\n"), "line 1"));
        CPPUNIT_ASSERT(contains(errorOf("k001 " + key + "\nk001 " + key + "\n"), "twice"));
        CPPUNIT_ASSERT(contains(errorOf(""), "no key"));
        CPPUNIT_ASSERT(contains(errorOf(std::string(70000, '#')), "larger"));
        folder_.write("# newest first\n k002 " + key + "\nk001 " + key + "\n");
        CPPUNIT_ASSERT_EQUAL(std::string("k002"), readKeyFile(folder_.path())->front().first);
    }

    void aLinkOrAFolderIsNotAKeyFile() {
        CPPUNIT_ASSERT(makeKeyFile(folder_.path()));
        std::filesystem::create_symlink(folder_.path(), folder_.path("link"));
        CPPUNIT_ASSERT(!readKeyFile(folder_.path("link")));
        std::filesystem::create_directory(folder_.path("folder"));
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(folder_.path("folder").c_str(), 0700));
        CPPUNIT_ASSERT(contains(refusal(readKeyFile(folder_.path("folder"))), "not a plain file"));
    }

    void anAddedKeyComesFirstAndTheRestStays() {
        const auto before = "# of the shop\nk001 " + textOf('a') + "\n";
        folder_.write(before);
        const auto id = addKey(folder_.path(), {});
        CPPUNIT_ASSERT(id);
        CPPUNIT_ASSERT_EQUAL(std::string("k002"), *id);
        CPPUNIT_ASSERT(folder_.read().starts_with("k002 "));
        CPPUNIT_ASSERT(folder_.read().ends_with('\n' + before));
        const auto keys = readKeyFile(folder_.path());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, keys->size());
        CPPUNIT_ASSERT((*keys)[0].second.reveal() != (*keys)[1].second.reveal());
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, folder_.files());
    }

    void anAddedKeyTakesNoIdThatWasEverUsed() {
        folder_.write("mine " + textOf('a') + "\nk7 " + textOf('b') + "\n");
        CPPUNIT_ASSERT_EQUAL(std::string("k008"), *addKey(folder_.path(), {"k003", "env-1f", "k"}));
        CPPUNIT_ASSERT_EQUAL(std::string("k1235"), *addKey(folder_.path(), {"k1234", "k12x"}));
    }

    void addingKeepsModeAndOwner() {
        CPPUNIT_ASSERT(makeKeyFile(folder_.path()));
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(folder_.path().c_str(), 0400));
        CPPUNIT_ASSERT(addKey(folder_.path(), {}));
        CPPUNIT_ASSERT_EQUAL(mode_t{0400}, modeOf(folder_.path()));
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(folder_.path().c_str(), &info));
        CPPUNIT_ASSERT_EQUAL(::geteuid(), info.st_uid);
    }

    void manyMayAddAtOnce() {
        CPPUNIT_ASSERT(makeKeyFile(folder_.path()));
        std::atomic<int> added{0};
        std::vector<std::jthread> adders;
        for (int i = 0; i < 8; ++i)
            adders.emplace_back([&] { added += addKey(folder_.path(), {}) ? 1 : 0; });
        adders.clear();
        CPPUNIT_ASSERT_EQUAL(8, added.load());
        CPPUNIT_ASSERT_EQUAL(std::size_t{9}, readKeyFile(folder_.path())->size());
    }

    void aRemovedKeyTakesItsLineAlone() {
        const auto line = "k001 " + textOf('a') + "\n";
        folder_.write("# k002 was here\n  k002 " + textOf('b') + "\n" + line);
        CPPUNIT_ASSERT(removeKey(folder_.path(), "k002"));
        CPPUNIT_ASSERT_EQUAL("# k002 was here\n" + line, folder_.read());
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, folder_.files());
    }

    void whatIsNotThereCannotBeChanged() {
        CPPUNIT_ASSERT(addKey(folder_.path(), {}).error().kind == sdk::ErrorKind::NotFound);
        CPPUNIT_ASSERT(contains(refusal(addKey(folder_.path("no/keys"), {})), "cannot be locked"));
        folder_.write("k001 " + textOf('a') + "\n");
        const auto removed = removeKey(folder_.path(), "k002");
        CPPUNIT_ASSERT(removed.error().kind == sdk::ErrorKind::NotFound);
        CPPUNIT_ASSERT(contains(refusal(removed), "k002"));
    }

private:
    std::string errorOf(const std::string& text) const {
        folder_.write(text);
        return refusal(readKeyFile(folder_.path()));
    }

    testing::KeyFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyFileTest);

}  // namespace souk::vault
