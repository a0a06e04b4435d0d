#include "store/cluster.hpp"

#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <unistd.h>

#include <fstream>

namespace souk::store {

namespace {

namespace fs = std::filesystem;

/// An executable script in place of one of PostgreSQL's programs.
void script(const fs::path& file, const std::string& body) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "#!/bin/sh\n" << body << '\n';
    fs::permissions(file, fs::perms(0755));
}

}  // namespace

/// What stands in the way of an embedded server, each told with its fix.
class ClusterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClusterTest);
    CPPUNIT_TEST(theNewestInstalledVersionIsTaken);
    CPPUNIT_TEST(dataKeepsItsVersion);
    CPPUNIT_TEST(nothingInstalledNamesThePackage);
    CPPUNIT_TEST(aFolderWithoutAServerIsRejected);
    CPPUNIT_TEST(aPathTooLongForASocketIsRejected);
    CPPUNIT_TEST(aFolderOfSomebodyElseIsLeftAlone);
    CPPUNIT_TEST(aFileInPlaceOfTheFolderIsRejected);
    CPPUNIT_TEST(rootNeedsAServiceUserThatExists);
    CPPUNIT_TEST(aFailedInitdbTellsWhatItSaid);
    CPPUNIT_TEST(aServerThatEndsWhileStartingTellsWhatItSaid);
    CPPUNIT_TEST(theUrlSurvivesOddCharactersInThePath);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        folder_ = std::make_unique<test::TestFolder>("c");
        options_.folder = folder_->path() / "db";
        options_.durable = false;
        options_.diesWithStarter = true;
        options_.binaries = folder_->path() / "bin";
    }
    void tearDown() override { folder_.reset(); }

private:
    std::string refusal() const {
        const auto server = EmbeddedServer::start(options_);
        CPPUNIT_ASSERT(!server);
        CPPUNIT_ASSERT(server.error().kind == sdk::ErrorKind::Rejected);
        return server.error().message;
    }

    static bool has(const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    }

    fs::path versions(const std::vector<std::string>& installed) const {
        const auto root = folder_->path() / "versions";
        for (const auto& version : installed) script(root / version / "bin" / "postgres", "true");
        fs::create_directories(root / "17" / "bin");  // clients only
        return root;
    }

    void theNewestInstalledVersionIsTaken() {
        const auto root = versions({"9.6", "14", "15", "16"});
        const auto found = findBinaries({}, std::nullopt, root);
        CPPUNIT_ASSERT(found);
        CPPUNIT_ASSERT_EQUAL((root / "16" / "bin").string(), found->string());
    }

    void dataKeepsItsVersion() {
        const auto root = versions({"15", "16"});
        const auto found = findBinaries({}, 15, root);
        CPPUNIT_ASSERT(found);
        CPPUNIT_ASSERT_EQUAL((root / "15" / "bin").string(), found->string());
        const auto missing = findBinaries({}, 18, root);
        CPPUNIT_ASSERT(!missing && has(missing.error().message, "apt-get install postgresql-18"));
    }

    void nothingInstalledNamesThePackage() {
        const auto old = findBinaries({}, std::nullopt, versions({"14"}));
        CPPUNIT_ASSERT(!old && has(old.error().message, "apt-get install postgresql-15"));
        CPPUNIT_ASSERT(!findBinaries({}, std::nullopt, folder_->path() / "nowhere"));
    }

    void aFolderWithoutAServerIsRejected() {
        CPPUNIT_ASSERT(has(refusal(), "there is no PostgreSQL server in"));
    }

    void aPathTooLongForASocketIsRejected() {
        script(options_.binaries / "postgres", "true");
        options_.folder = folder_->path() / std::string(100, 'x');
        CPPUNIT_ASSERT(has(refusal(), "database.embedded.folder to a shorter path"));
        CPPUNIT_ASSERT(!fs::exists(options_.folder));
    }

    void aFolderOfSomebodyElseIsLeftAlone() {
        script(options_.binaries / "postgres", "true");
        options_.folder = "/usr/share";
        CPPUNIT_ASSERT(has(refusal(), "belongs to another user"));
    }

    void aFileInPlaceOfTheFolderIsRejected() {
        script(options_.binaries / "postgres", "true");
        std::ofstream(options_.folder) << "a file";
        CPPUNIT_ASSERT(has(refusal(), "cannot make the folder"));
    }

    void rootNeedsAServiceUserThatExists() {
        if (::geteuid() != 0) return;  // others run PostgreSQL as themselves
        script(options_.binaries / "postgres", "true");
        options_.serviceUser = "souk-nobody";
        CPPUNIT_ASSERT(has(refusal(), "adduser --system --group souk-nobody"));
        options_.serviceUser = "root";
        CPPUNIT_ASSERT(has(refusal(), "does not run as root"));
    }

    void aFailedInitdbTellsWhatItSaid() {
        script(options_.binaries / "postgres", "true");
        CPPUNIT_ASSERT(has(refusal(), "initdb: No such file or directory"));
        script(options_.binaries / "initdb", "echo initdb: the disk is full >&2; exit 3");
        CPPUNIT_ASSERT(has(refusal(), "initdb: the disk is full"));
    }

    void aServerThatEndsWhileStartingTellsWhatItSaid() {
        script(options_.binaries / "initdb",
               "mkdir \"${1#--pgdata=}\" && echo 15 > \"${1#--pgdata=}/PG_VERSION\"");
        script(options_.binaries / "postgres", "echo 'FATAL:  no memory' >&2; exit 1");
        CPPUNIT_ASSERT(has(refusal(), "FATAL:  no memory"));
    }

    void theUrlSurvivesOddCharactersInThePath() {
        Cluster cluster;
        cluster.folder = "/tmp/a b&c=%";
        CPPUNIT_ASSERT_EQUAL(
            std::string("postgresql://souk@/x?host=%2Ftmp%2Fa%20b%26c%3D%25%2Frun"),
            cluster.url("x"));
    }

    std::unique_ptr<test::TestFolder> folder_;
    EmbeddedOptions options_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClusterTest);

}  // namespace souk::store
