#include "loader/ownership.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace fs = std::filesystem;
using souk::loader::distrustFile;
using souk::loader::distrustFolder;

class OwnershipTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OwnershipTest);
    CPPUNIT_TEST(ownFilesAndRootsAreTrusted);
    CPPUNIT_TEST(whatOthersCanWriteIsNot);
    CPPUNIT_TEST(whatBelongsToAnotherUserIsNot);
    CPPUNIT_TEST(whatIsMissingOrOfAnotherKindIsTold);
    CPPUNIT_TEST_SUITE_END();

    fs::path folder_ = fs::path(SOUK_BUILD_DIR) / "tests" / "ownership_test";
    fs::path file_ = folder_ / "plugin.so";

public:
    void setUp() override {
        fs::create_directories(folder_);
        std::ofstream(file_) << "x";
        fs::permissions(folder_, fs::perms(0755));
        fs::permissions(file_, fs::perms(0644));
    }
    void tearDown() override { fs::remove_all(folder_); }

    void ownFilesAndRootsAreTrusted() {
        CPPUNIT_ASSERT(!distrustFolder(folder_));
        CPPUNIT_ASSERT(!distrustFile(file_));
        CPPUNIT_ASSERT(!distrustFolder("/usr"));
    }

    void whatOthersCanWriteIsNot() {
        for (const auto mode : {0664, 0646, 0666}) {
            fs::permissions(file_, fs::perms(mode));
            CPPUNIT_ASSERT_EQUAL("chmod go-w " + file_.string(), distrustFile(file_)->fix);
        }
        fs::permissions(folder_, fs::perms(0775));
        CPPUNIT_ASSERT(distrustFolder(folder_));
    }

    void whatBelongsToAnotherUserIsNot() {
        if (::geteuid() != 0) return;  // only root can give a file away
        constexpr uid_t kStranger = 12345;
        CPPUNIT_ASSERT_EQUAL(0, ::chown(file_.c_str(), kStranger, kStranger));
        CPPUNIT_ASSERT(distrustFile(file_)->reason.ends_with("another user (uid 12345)"));
        CPPUNIT_ASSERT_EQUAL(
            "chown root: " + file_.string() + ", or run souk as the user it belongs to",
            distrustFile(file_)->fix);
    }

    void whatIsMissingOrOfAnotherKindIsTold() {
        CPPUNIT_ASSERT(
            distrustFile(folder_ / "none")->reason.ends_with("No such file or directory"));
        CPPUNIT_ASSERT(distrustFile(folder_)->reason.ends_with("is not a file itself"));
        CPPUNIT_ASSERT(distrustFolder(file_)->reason.ends_with("is not a folder itself"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OwnershipTest);
