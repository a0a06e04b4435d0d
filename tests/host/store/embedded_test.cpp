#include "store/embedded.hpp"

#include "store/database.hpp"
#include "store/process.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace souk::store {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string contents(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

class EmbeddedServerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EmbeddedServerTest);
    CPPUNIT_TEST(itStartsStopsAndComesBackWithItsData);
    CPPUNIT_TEST(itNeverRunsAsRootAndNobodyElseReachesIt);
    CPPUNIT_TEST(aKilledPostmasterRecovers);
    CPPUNIT_TEST(aCrashLosesNothingCommitted);
    CPPUNIT_TEST(aPostmasterThatOutlivedItsHostIsAdopted);
    CPPUNIT_TEST(aPidFileThatNamesAStrangerIsPassedOver);
    CPPUNIT_TEST(aSecondHostOnTheFolderIsRefused);
    CPPUNIT_TEST(aHalfMadeClusterIsMadeAnew);
    CPPUNIT_TEST(oneThatEndedByItselfIsStartedAgain);
    CPPUNIT_TEST(theLogHoldsNoValues);
    CPPUNIT_TEST(anIdlePoolOutlivesARestart);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        folder_ = std::make_unique<test::TestFolder>("e");
        options_.folder = folder_->path() / "db";
        options_.durable = false;
        options_.diesWithStarter = true;
    }
    void tearDown() override {
        // Whatever an assertion left running: only what works in our own folder.
        for (const auto pid : processesIn(options_.folder / "data", "postgres"))
            ::kill(pid, SIGQUIT);
        for (const auto pid : processesIn(options_.folder / "data", "postgres"))
            if (auto left = Process::adopt(pid)) left->ended(30s);
        folder_.reset();
    }

private:
    std::unique_ptr<EmbeddedServer> start() {
        auto server = EmbeddedServer::start(options_);
        CPPUNIT_ASSERT_MESSAGE(server ? "" : server.error().message, server);
        return *std::move(server);
    }

    static void write(const std::string& url) {
        Database database(url, {});
        auto transaction = database.asLogin();
        transaction.query("CREATE TABLE IF NOT EXISTS kept (n integer PRIMARY KEY)");
        transaction.query("INSERT INTO kept SELECT coalesce(max(n), 0) + 1 FROM kept");
        transaction.commit();
    }

    static std::int64_t kept(const std::string& url) {
        Database database(url, {});
        return database.asLogin().query("SELECT count(*) AS n FROM kept")[0].integer("n");
    }

    void itStartsStopsAndComesBackWithItsData() {
        {
            const auto server = start();
            CPPUNIT_ASSERT(!server->adopted());
            write(server->url());
            CPPUNIT_ASSERT_EQUAL(server->url(),
                                 EmbeddedServer::running(options_.folder).value_or("none"));
        }
        CPPUNIT_ASSERT(!EmbeddedServer::running(options_.folder));
        CPPUNIT_ASSERT(processesIn(options_.folder / "data", "postgres").empty());
        const auto server = start();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, kept(server->url()));
    }

    void itNeverRunsAsRootAndNobodyElseReachesIt() {
        const auto server = start();
        struct stat process {};
        CPPUNIT_ASSERT_EQUAL(0,
                             ::stat(("/proc/" + std::to_string(server->pid())).c_str(), &process));
        CPPUNIT_ASSERT(process.st_uid != 0);
        for (const auto& part :
             {options_.folder, options_.folder / "run", options_.folder / "data"}) {
            struct stat state {};
            CPPUNIT_ASSERT_EQUAL(0, ::stat(part.c_str(), &state));
            CPPUNIT_ASSERT_EQUAL(process.st_uid, state.st_uid);
            CPPUNIT_ASSERT_EQUAL(mode_t{0700}, static_cast<mode_t>(state.st_mode & 07777));
        }
        Database database(server->url(), {});
        CPPUNIT_ASSERT_EQUAL(
            std::string(),
            database.asLogin().query("SELECT current_setting('listen_addresses') AS at")[0].text(
                "at"));
    }

    void aKilledPostmasterRecovers() {
        options_.durable = true;
        {
            const auto server = start();
            write(server->url());
            ::kill(server->pid(), SIGKILL);
        }
        CPPUNIT_ASSERT(fs::exists(options_.folder / "data" / "postmaster.pid"));
        const auto server = start();
        CPPUNIT_ASSERT(!server->adopted());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, kept(server->url()));
    }

    void aCrashLosesNothingCommitted() {
        options_.durable = true;
        {
            const auto server = start();
            write(server->url());
            write(server->url());
            server->crash();
            CPPUNIT_ASSERT(!EmbeddedServer::running(options_.folder));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, kept(start()->url()));
    }

    /// A process that starts the server as a host does and is killed right after.
    void startInAHostThatIsKilled() {
        options_.durable = true;
        options_.diesWithStarter = false;
        const pid_t host = ::fork();
        if (host == 0) {
            auto server = EmbeddedServer::start(options_);
            if (!server) ::_exit(1);
            write((*server)->url());
            ::kill(::getpid(), SIGKILL);
        }
        int status = 0;
        CPPUNIT_ASSERT_EQUAL(host, ::waitpid(host, &status, 0));
        CPPUNIT_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    }

    void aPostmasterThatOutlivedItsHostIsAdopted() {
        startInAHostThatIsKilled();
        const auto url = EmbeddedServer::running(options_.folder);
        CPPUNIT_ASSERT(url.has_value());
        {
            const auto server = start();
            CPPUNIT_ASSERT(server->adopted());
            CPPUNIT_ASSERT_EQUAL(*url, server->url());
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, kept(server->url()));
        }
        CPPUNIT_ASSERT(!EmbeddedServer::running(options_.folder));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, kept(start()->url()));
    }

    void aPidFileThatNamesAStrangerIsPassedOver() {
        start();
        const auto account = serviceAccount("");
        CPPUNIT_ASSERT(account);
        // Of the same user as PostgreSQL, which would therefore take it for another postmaster.
        auto stranger = Process::start(
            {"/bin/sleep", {"600"}, *account, options_.folder / "stranger.log", true});
        CPPUNIT_ASSERT(stranger);
        std::ofstream(options_.folder / "data" / "postmaster.pid")
            << stranger->pid() << '\n'
            << (options_.folder / "data").string() << "\n1\n5432\n";
        const auto server = start();
        CPPUNIT_ASSERT(!server->adopted());
        CPPUNIT_ASSERT(!stranger->ended(0ms));
        stranger->signal(SIGKILL);
        CPPUNIT_ASSERT(stranger->ended(10s));
    }

    void aSecondHostOnTheFolderIsRefused() {
        const auto first = start();
        const auto second = EmbeddedServer::start(options_);
        CPPUNIT_ASSERT(!second);
        CPPUNIT_ASSERT(second.error().message.find("another souk") != std::string::npos);
        write(first->url());
    }

    void aHalfMadeClusterIsMadeAnew() {
        fs::create_directories(options_.folder / "data.new" / "base");
        const auto account = serviceAccount("");
        CPPUNIT_ASSERT(account);
        if (*account)
            CPPUNIT_ASSERT_EQUAL(
                0, ::chown(options_.folder.c_str(), (*account)->user, (*account)->group));
        write(start()->url());
        CPPUNIT_ASSERT(!fs::exists(options_.folder / "data.new"));
    }

    void oneThatEndedByItselfIsStartedAgain() {
        const auto server = start();
        const auto pid = server->pid();
        CPPUNIT_ASSERT(server->keepUp());
        CPPUNIT_ASSERT_EQUAL(pid, server->pid());
        ::kill(pid, SIGKILL);
        auto killed = Process::adopt(pid);
        if (killed) killed->ended(30s);
        CPPUNIT_ASSERT(server->keepUp());
        CPPUNIT_ASSERT(server->pid() != pid);
        write(server->url());
        server->stop();
        CPPUNIT_ASSERT(server->keepUp());
        CPPUNIT_ASSERT(!EmbeddedServer::running(options_.folder));
    }

    void theLogHoldsNoValues() {
        const auto server = start();
        Database database(server->url(), {});
        auto transaction = database.asLogin();
        transaction.query("CREATE TEMPORARY TABLE person (email text PRIMARY KEY)");
        constexpr const char* kInsert = "INSERT INTO person VALUES ($1)";
        transaction.query(kInsert, "jane@example.org");
        CPPUNIT_ASSERT_THROW(transaction.query(kInsert, "jane@example.org"), Failure);
        const auto log = contents(options_.folder / "postgresql.log");
        CPPUNIT_ASSERT(log.find("person_pkey") != std::string::npos);
        CPPUNIT_ASSERT(log.find("jane") == std::string::npos);
    }

    void anIdlePoolOutlivesARestart() {
        auto server = start();
        write(server->url());
        Database database(server->url(), {});
        constexpr const char* kCount = "SELECT count(*) AS n FROM kept";
        {
            auto one = database.asLogin();
            auto two = database.asLogin();
            one.query(kCount);
            two.query(kCount);
        }
        server->stop();
        CPPUNIT_ASSERT_THROW(database.ping(), Failure);
        server.reset();
        server = start();
        auto one = database.asLogin();
        auto two = database.asLogin();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, one.query(kCount)[0].integer("n"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, two.query(kCount)[0].integer("n"));
    }

    std::unique_ptr<test::TestFolder> folder_;
    EmbeddedOptions options_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(EmbeddedServerTest);

}  // namespace souk::store
