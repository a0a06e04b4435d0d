#include "app/doctor.hpp"

#include "app/cli.hpp"
#include "store/hosts.hpp"
#include "support/test_database.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <souk/sdk/crypto.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace souk::app {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kGigabyte = 1024UL * 1024UL * 1024UL;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

/// A hub that is well, and each of the things that can be wrong with it.
class DoctorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DoctorTest);
    CPPUNIT_TEST(aHealthyHubIsTold);
    CPPUNIT_TEST(theCommandTellsAndExits);
    CPPUNIT_TEST(aWrongConfigurationKey);
    CPPUNIT_TEST(aKeyInAConfigurationFile);
    CPPUNIT_TEST(platformHostsOfADeveloper);
    CPPUNIT_TEST(anAddressPlatformsCannotReach);
    CPPUNIT_TEST(aFullDisk);
    CPPUNIT_TEST(aRefusedPlugin);
    CPPUNIT_TEST(aPluginFolderThatOthersMayWrite);
    CPPUNIT_TEST(noPluginAtAll);
    CPPUNIT_TEST(anUnreachableDatabase);
    CPPUNIT_TEST(anEmbeddedDatabaseThatDoesNotRun);
    CPPUNIT_TEST(anOldServer);
    CPPUNIT_TEST(aMissingRole);
    CPPUNIT_TEST(aRoleThatIsNotOurs);
    CPPUNIT_TEST(aRoleThatMayReadEverything);
    CPPUNIT_TEST(aTableThatIsNotForced);
    CPPUNIT_TEST(clocksThatDiffer);
    CPPUNIT_TEST(aMissingMigration);
    CPPUNIT_TEST(aNewerDatabase);
    CPPUNIT_TEST(keyFilesThatOthersRead);
    CPPUNIT_TEST(aMissingKey);
    CPPUNIT_TEST(anotherKeyUnderTheSameId);
    CPPUNIT_TEST(aHostWithOtherKeys);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        url_ = test::TestDatabase::instance().emptiedUrl();
        fs::create_directories(plugins_ / "example");
        for (const auto* file : {"manifest.json", "example.so"})
            fs::copy_file(fs::path(SOUK_BUILD_DIR "/plugins/example") / file,
                          plugins_ / "example" / file,
                          fs::copy_options::overwrite_existing);
        writeKeys("k001", 'a');
        settings_ = {{"database.url", url_},
                     {"plugins.folder", plugins_.string()},
                     {"vault.key_file", file("keys")},
                     {"web.public_url", "https://hub.example.test"}};
        store::Database database(url_, {});
        auto tx = database.asWorker();
        store::Hosts::announce(tx, {"host-1", clock_.now(), clock_.now(), {"k001"}, "k001"});
        tx.commit();
    }

    void aHealthyHubIsTold() {
        const auto findings = examined();
        std::string told;
        for (const auto& finding : findings) {
            CPPUNIT_ASSERT_MESSAGE(finding.sentence, finding.level == Finding::Level::Fine);
            told += finding.check + ' ';
        }
        CPPUNIT_ASSERT_EQUAL(
            std::string("configuration address plugins database roles isolation clock schema keys "
                        "hosts "),
            told);
        CPPUNIT_ASSERT_EQUAL(std::string("Loaded: example 1.0.0."), sentenceOf("plugins"));
        CPPUNIT_ASSERT_EQUAL(std::string("Serving: host-1."), sentenceOf("hosts"));
    }

    void theCommandTellsAndExits() {
        const auto [status, out, err] = command({"doctor"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(out + err, 0, status);
        CPPUNIT_ASSERT_MESSAGE(out, contains(out, "ok       keys: All "));
        settings_["database.url"] = "postgresql://souk@/souk?host=/nowhere";
        const auto [failed, told, sentence] = command({"doctor", "--json"});
        CPPUNIT_ASSERT_EQUAL(1, failed);
        CPPUNIT_ASSERT_MESSAGE(told, contains(told, R"({"ok":false,"data":[)"));
        CPPUNIT_ASSERT_MESSAGE(told, contains(told, R"("check":"database","status":"error")"));
        CPPUNIT_ASSERT_EQUAL(std::string("souk: 1 thing is wrong (see above).\n"), sentence);
    }

    void aWrongConfigurationKey() {
        settings_["databse.url"] = "x";
        expectError("configuration", "databse.url");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, findings_.size());
    }

    void aKeyInAConfigurationFile() {
        settings_["vault.key"] = sdk::base64(std::string(32, 'e'));
        expect(Finding::Level::Warning, "configuration", "SOUK_VAULT_KEY");
    }

    void platformHostsOfADeveloper() {
        settings_["dev.platform_hosts"] = "*.example.test=127.0.0.1:4443";
        expectError("development", "is ON");
    }

    void anAddressPlatformsCannotReach() {
        settings_["web.public_url"] = "http://127.0.0.1:8080";
        expect(Finding::Level::Warning, "address", "http://127.0.0.1:8080");
        settings_["webhooks.public_url"] = "https://hooks.example.test";
        expect(Finding::Level::Fine, "address", "https://hooks.example.test");
    }

    void aFullDisk() {
        settings_["database.url"] = "embedded";
        settings_["database.embedded.folder"] = (folder_.path() / "not/made/yet").string();
        expect(Finding::Level::Fine, "disk", folder_.path().string() + " has ");
        space_ = {100 * kGigabyte, 10 * kGigabyte, 9 * kGigabyte};
        expect(Finding::Level::Warning, "disk", "9216 MB free of 102400 MB");
        space_ = {100 * kGigabyte, 2 * kGigabyte, kGigabyte};
        expectError("disk", "make room now");
        space_ = {2 * kGigabyte, kGigabyte, kGigabyte / 4};
        expectError("disk", "256 MB free");
    }

    void aRefusedPlugin() {
        fs::create_directory(plugins_ / "broken");
        std::ofstream(plugins_ / "broken" / "manifest.json") << "{";
        expectError("plugins", "The plugin broken was refused");
        fs::remove_all(plugins_ / "broken");
    }

    void aPluginFolderThatOthersMayWrite() {
        fs::permissions(plugins_ / "example", fs::perms::all);
        expectError("plugins", "The plugin example was refused");
        fs::permissions(plugins_ / "example", fs::perms::owner_all);
    }

    void noPluginAtAll() {
        const auto empty = folder_.path() / "empty";
        fs::create_directories(empty);
        settings_["plugins.folder"] = empty.string();
        expect(Finding::Level::Warning, "plugins", "no platform can be connected");
        settings_["plugins.folder"] = (folder_.path() / "none").string();
        expectError("plugins", "The plugins folder was refused");
    }

    void anUnreachableDatabase() {
        settings_["database.url"] = "postgresql://souk:geheim@/souk?host=/nowhere";
        expectError("database", "Check database.url");
        CPPUNIT_ASSERT(!contains(sentenceOf("database"), "geheim"));
    }

    void anEmbeddedDatabaseThatDoesNotRun() {
        const auto folder = folder_.path() / "cluster";
        settings_["database.url"] = "embedded";
        settings_["database.embedded.folder"] = folder.string();
        expect(Finding::Level::Warning, "database", "the first `souk serve` makes it");
        fs::create_directories(folder / "data");
        expectError("database", "start the host");
        CPPUNIT_ASSERT(!fs::exists(folder / "vault.key"));
    }

    void anOldServer() {
        auto health = healthy();
        health.version = 140011;
        const auto found = judged(health, clock_.now(), clock_.now())[0];
        CPPUNIT_ASSERT(found.level == Finding::Level::Error);
        CPPUNIT_ASSERT_EQUAL(std::string("PostgreSQL 14.11 is too old; souk needs 15 or newer."),
                             found.sentence);
    }

    void aMissingRole() {
        asAdministrator("ALTER ROLE souk_worker RENAME TO souk_elsewhere");
        const auto found = judged(healthy(), clock_.now(), clock_.now());
        asAdministrator("ALTER ROLE souk_elsewhere RENAME TO souk_worker");
        CPPUNIT_ASSERT(found[1].level == Finding::Level::Error);
        CPPUNIT_ASSERT_MESSAGE(found[1].sentence,
                               contains(found[1].sentence, "The role souk_worker is missing"));
    }

    void aRoleThatIsNotOurs() {
        auto health = healthy();
        health.roles[0].member = false;
        const auto found = judged(health, clock_.now(), clock_.now())[1];
        CPPUNIT_ASSERT(found.level == Finding::Level::Error);
        CPPUNIT_ASSERT(contains(found.sentence, "may not become the role souk_app"));
    }

    void aRoleThatMayReadEverything() {
        for (const auto* power : {"BYPASSRLS", "SUPERUSER"}) {
            asAdministrator(std::string("ALTER ROLE souk_app ") + power);
            examined();
            asAdministrator(std::string("ALTER ROLE souk_app NO") + power);
            CPPUNIT_ASSERT_MESSAGE(sentenceOf("roles"),
                                   contains(sentenceOf("roles"), "may read the rows of every"));
        }
        examined();
        CPPUNIT_ASSERT(contains(sentenceOf("roles"), "each held to its rows"));
    }

    void aTableThatIsNotForced() {
        asAdministrator("ALTER TABLE product NO FORCE ROW LEVEL SECURITY");
        examined();
        asAdministrator("ALTER TABLE product FORCE ROW LEVEL SECURITY");
        CPPUNIT_ASSERT_MESSAGE(sentenceOf("isolation"),
                               contains(sentenceOf("isolation"), "is not forced on: product;"));
    }

    void clocksThatDiffer() {
        const auto told = [&](std::chrono::milliseconds off) {
            auto health = healthy();
            const auto asked = health.now + off;
            return judged(health, asked, asked + std::chrono::milliseconds(50))[3];
        };
        CPPUNIT_ASSERT(told(std::chrono::seconds(1)).level == Finding::Level::Fine);
        CPPUNIT_ASSERT(told(std::chrono::seconds(-5)).level == Finding::Level::Warning);
        const auto bad = told(std::chrono::seconds(60));
        CPPUNIT_ASSERT(bad.level == Finding::Level::Error);
        CPPUNIT_ASSERT(contains(bad.sentence, "differ by 60 s"));
        // Over the whole way: this host's clock stands two hours back.
        slow_ = std::chrono::hours(2);
        examined();
        CPPUNIT_ASSERT_MESSAGE(sentenceOf("clock"), contains(sentenceOf("clock"), "differ by 7"));
    }

    void aMissingMigration() {
        settings_["database.url"] = test::TestDatabase::instance().emptyUrl();
        expectError("schema", "0001_stores");
        CPPUNIT_ASSERT(contains(sentenceOf("schema"), "souk migrate"));
    }

    void aNewerDatabase() {
        const auto url = test::TestDatabase::instance().freshUrl();
        store::Database database(url, {});
        auto tx = database.asOwner();
        tx.query("INSERT INTO souk_migration (number, name, digest) VALUES (999, '0999_x', 'd')");
        tx.commit();
        settings_["database.url"] = url;
        expectError("schema", "install the newer souk");
    }

    void keyFilesThatOthersRead() {
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(file("keys").c_str(), 0644));
        expectError("keys", "chmod 600");
        fs::remove(file("keys"));
        expectError("keys", "cannot be opened");
    }

    void aMissingKey() {
        sealSomething();
        writeKeys("k002", 'b');
        expectError("keys", "sealed with the vault key \"k001\"");
        // Nothing was decided by looking.
        writeKeys("k001", 'a');
        expect(Finding::Level::Fine, "keys", "All 1 sealed values open");
    }

    void anotherKeyUnderTheSameId() {
        sealSomething();
        writeKeys("k001", 'z');
        expectError("keys", "is not the key \"k001\" of this database");
        store::Database database(url_, {});
        auto tx = database.asWorker();
        tx.query("UPDATE vault_key SET proof = NULL");
        tx.commit();
        expectError("keys", "1 of 1 sealed values do not open");
    }

    void aHostWithOtherKeys() {
        store::Database database(url_, {});
        auto tx = database.asWorker();
        store::Hosts::announce(tx, {"host-2", clock_.now(), clock_.now(), {}, ""});
        tx.commit();
        expectError("hosts", "The host host-2 has other vault keys");
    }

private:
    /// The machine's clock, which may be made to stand back.
    class Clock final : public sdk::Clock {
    public:
        explicit Clock(const std::chrono::milliseconds& back) : back_(back) {}
        sdk::Timestamp now() const override { return clock_.now() - back_; }

    private:
        core::SystemClock clock_;
        const std::chrono::milliseconds& back_;
    };

    std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
    void writeKeys(const std::string& id, char filler) const {
        fs::remove(file("keys"));
        std::ofstream(file("keys")) << id << ' ' << sdk::base64(std::string(32, filler)) << '\n';
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(file("keys").c_str(), 0600));
    }
    std::string configFile() const {
        const auto path = file("souk.properties");
        std::ofstream out(path);
        for (const auto& [key, value] : settings_) out << key << '=' << value << '\n';
        return path;
    }
    const std::vector<Finding>& examined() {
        GlobalOptions options;
        options.configFile = configFile();
        Doctor doctor(options, clock_, [this](const fs::path&) { return space_; });
        return findings_ = doctor.examine();
    }
    std::string sentenceOf(const std::string& check) const {
        for (const auto& finding : findings_)
            if (finding.check == check) return finding.sentence;
        return "(not looked at)";
    }
    void expect(Finding::Level level, const std::string& check, const std::string& part) {
        std::string told;
        for (const auto& finding : examined()) {
            if (finding.check == check && finding.level == level &&
                contains(finding.sentence, part))
                return;
            told += finding.check + ": " + finding.sentence + "\n";
        }
        CPPUNIT_FAIL("not told: " + check + " … " + part + "\n" + told);
    }
    void expectError(const std::string& check, const std::string& part) {
        expect(Finding::Level::Error, check, part);
    }
    std::tuple<int, std::string, std::string> command(std::vector<std::string> words) const {
        std::ostringstream out;
        std::ostringstream err;
        words.insert(words.begin(), {"--config", configFile()});
        const int status = runCommandLine(words, out, err);
        return {status, out.str(), err.str()};
    }
    store::Health healthy() const {
        store::Database database(url_, {});
        return store::healthOf(database);
    }
    void asAdministrator(const std::string& sql) const {
        store::Database database(url_, {});
        auto tx = database.asLogin();
        tx.query(sql);
        tx.commit();
    }
    /// As a host does that runs.
    void sealSomething() {
        auto ring = *vault::Keyring::load("", file("keys"), false);
        store::Database database(url_, {});
        auto tx = database.asWorker();
        CPPUNIT_ASSERT(vault::agree(tx, *ring, clock_.now()));
        tx.commit();
        CPPUNIT_ASSERT(vault::PersonHash::load(database, vault::Vault(ring)));
    }

    test::TestFolder folder_{"doctor"};
    fs::path plugins_ = folder_.path() / "plugins";
    std::map<std::string, std::string> settings_;
    std::string url_;
    std::chrono::milliseconds slow_{0};
    Clock clock_{slow_};
    fs::space_info space_{100 * kGigabyte, 50 * kGigabyte, 50 * kGigabyte};
    std::vector<Finding> findings_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DoctorTest);

}  // namespace souk::app
