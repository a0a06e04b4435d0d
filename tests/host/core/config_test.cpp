#include "core/config.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

namespace souk::core {

using namespace std::chrono_literals;

class ConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConfigTest);
    CPPUNIT_TEST(theDefaultsAreInTheBinary);
    CPPUNIT_TEST(everyKeyOfTheFileSaysWhatItMeans);
    CPPUNIT_TEST(laterSourcesWin);
    CPPUNIT_TEST(theEnvironmentNamesTheFile);
    CPPUNIT_TEST(aMissingFileIsRefused);
    CPPUNIT_TEST(unknownKeysAreRefusedWithTheNearestOne);
    CPPUNIT_TEST(unknownVariablesAreRefusedWithTheNearestOne);
    CPPUNIT_TEST(aVariableNameThatBeginsLikeAnotherIsNotTakenForIt);
    CPPUNIT_TEST(brokenLinesAreToldWithTheirNumber);
    CPPUNIT_TEST(valuesHaveTheFormOfTheirDefault);
    CPPUNIT_TEST(theFormIsTheDefaultsWhateverCameBetween);
    CPPUNIT_TEST(durationsAndSizesAreRead);
    CPPUNIT_TEST(listsAreTrimmed);
    CPPUNIT_TEST(askingForAnUnknownKeyIsABug);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        file_ = std::filesystem::temp_directory_path() /
                ("souk-config-" + std::to_string(::getpid()) + ".properties");
    }
    void tearDown() override { std::filesystem::remove(file_); }

private:
    static const char* noEnvironment(const char* /*name*/) { return nullptr; }

    void write(const std::string& text) const { std::ofstream(file_) << text; }

    static std::string refusal(const sdk::Result<Config>& result) {
        CPPUNIT_ASSERT(!result);
        CPPUNIT_ASSERT(result.error().kind == sdk::ErrorKind::BadPayload);
        return result.error().message;
    }

    std::string refusalOf(const std::string& text) const {
        write(text);
        return refusal(Config::load(file_, &noEnvironment, {}));
    }

    static bool has(const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    }

    void theDefaultsAreInTheBinary() {
        const auto config = Config::defaults();
        CPPUNIT_ASSERT(config);
        CPPUNIT_ASSERT_EQUAL(std::string("embedded"), config->text("database.url"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{16}, config->integer("database.pool.connections"));
        CPPUNIT_ASSERT(config->duration("sync.interval") == 1h);
        CPPUNIT_ASSERT_EQUAL(std::size_t{64 * 1024 * 1024}, config->bytes("net.max_reply_bytes"));
        CPPUNIT_ASSERT_EQUAL(std::string(), config->text("vault.key"));
        CPPUNIT_ASSERT_EQUAL(std::string("default"), config->origin("database.url"));
        CPPUNIT_ASSERT(config->keys().size() > 40);
    }

    void everyKeyOfTheFileSaysWhatItMeans() {
        std::ifstream in(SOUK_SOURCE_DIR "/config/souk.properties");
        CPPUNIT_ASSERT(in.good());
        std::string before;
        for (std::string line; std::getline(in, line); before = line) {
            if (line.empty() || line.front() == '#') continue;
            CPPUNIT_ASSERT_MESSAGE(line, before.starts_with("# "));
        }
    }

    void laterSourcesWin() {
        write("# mine\nweb.worker_threads = 2\n\nweb.io_threads=3\r\nlog.level=debug");
        const auto environment = [](const char* name) -> const char* {
            return std::string_view(name) == "SOUK_WEB_IO_THREADS" ? "4" : nullptr;
        };
        const auto config = Config::load(file_, environment, {"log.level=error"});
        CPPUNIT_ASSERT_MESSAGE(config ? "" : config.error().message, config);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, config->integer("web.worker_threads"));
        CPPUNIT_ASSERT_EQUAL("file " + file_.string() + ":2", config->origin("web.worker_threads"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, config->integer("web.io_threads"));
        CPPUNIT_ASSERT_EQUAL(std::string("environment SOUK_WEB_IO_THREADS"),
                             config->origin("web.io_threads"));
        CPPUNIT_ASSERT_EQUAL(std::string("error"), config->text("log.level"));
        CPPUNIT_ASSERT_EQUAL(std::string("--set"), config->origin("log.level"));
    }

    void theEnvironmentNamesTheFile() {
        write("jobs.workers=9\n");
        const auto named = file_.string();
        const auto environment = [&named](const char* name) -> const char* {
            return std::string_view(name) == "SOUK_CONFIG" ? named.c_str() : nullptr;
        };
        const auto config = Config::load({}, environment, {});
        CPPUNIT_ASSERT(config);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9}, config->integer("jobs.workers"));
    }

    void aMissingFileIsRefused() {
        CPPUNIT_ASSERT(has(refusal(Config::load("/nowhere/souk.properties", &noEnvironment, {})),
                           "cannot read /nowhere/souk.properties"));
    }

    void unknownKeysAreRefusedWithTheNearestOne() {
        CPPUNIT_ASSERT_EQUAL(
            "file " + file_.string() + ":2: unknown key 'web.adress'; did you mean 'web.address'?",
            refusalOf("\nweb.adress=127.0.0.1:1\n"));
        CPPUNIT_ASSERT(has(refusal(Config::defaults({"job.workers=1"})), "'jobs.workers'"));
        CPPUNIT_ASSERT(has(refusal(Config::defaults({"jobs.workers"})), "expected key=value"));
    }

    void unknownVariablesAreRefusedWithTheNearestOne() {
        const char* const known[] = {"PATH=/bin",
                                     "SOUK_TOKEN=t",
                                     "SOUK_URL=u",
                                     "SOUK_CORPUS=c",
                                     "SOUK_JOBS_WORKERS=3",
                                     nullptr};
        const auto config = Config::load(emptyFile(), known, {});
        CPPUNIT_ASSERT_MESSAGE(config ? "" : config.error().message, config);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, config->integer("jobs.workers"));
        const char* const unknown[] = {"SOUK_JOB_WORKERS=3", nullptr};
        CPPUNIT_ASSERT_EQUAL(
            std::string("environment: SOUK_JOB_WORKERS sets no known key; did you mean "
                        "SOUK_JOBS_WORKERS?"),
            refusal(Config::load(emptyFile(), unknown, {})));
    }

    void aVariableNameThatBeginsLikeAnotherIsNotTakenForIt() {
        const char* const environment[] = {"SOUK_VAULT_KEY_FILE=/key", nullptr};
        const auto config = Config::load(emptyFile(), environment, {});
        CPPUNIT_ASSERT(config);
        CPPUNIT_ASSERT_EQUAL(std::string(), config->text("vault.key"));
        CPPUNIT_ASSERT_EQUAL(std::string("/key"), config->text("vault.key_file"));
    }

    std::filesystem::path emptyFile() const {
        write("");
        return file_;
    }

    void brokenLinesAreToldWithTheirNumber() {
        CPPUNIT_ASSERT(has(refusalOf("# fine\nno equals sign\n"),
                           file_.string() + ":2: expected key=value or a # comment"));
        CPPUNIT_ASSERT(has(refusalOf("=value\n"), ":1: there is no key before '='"));
        CPPUNIT_ASSERT(has(refusalOf("jobs.workers=1\njobs.workers=2\n"),
                           ":2: 'jobs.workers' is already set in line 1"));
    }

    void valuesHaveTheFormOfTheirDefault() {
        CPPUNIT_ASSERT(has(refusalOf("jobs.workers=many\n"), "expected a whole number"));
        CPPUNIT_ASSERT(has(refusalOf("jobs.workers=-1\n"), "expected a whole number"));
        CPPUNIT_ASSERT(has(refusalOf("jobs.workers=\n"), "expected a whole number"));
        CPPUNIT_ASSERT(has(refusalOf("sync.interval=1 hour\n"), "expected a duration"));
        CPPUNIT_ASSERT(has(refusalOf("sync.interval=60\n"), "expected a duration"));
        CPPUNIT_ASSERT(has(refusalOf("sync.interval=99999999999999999d\n"), "expected a duration"));
        CPPUNIT_ASSERT(has(refusalOf("web.body_bytes=1XB\n"), "expected a size"));
        CPPUNIT_ASSERT(has(refusalOf("web.body_bytes=-5\n"), "expected a size"));
        CPPUNIT_ASSERT(has(refusalOf("log.level=loud\n"),
                           "log.level=loud is wrong: expected one of debug, info, warning, error"));
        CPPUNIT_ASSERT(has(refusalOf("log.format=\n"), "expected one of json, text"));
        CPPUNIT_ASSERT(Config::defaults({"log.format=text", "log.level=warning"}));
    }

    void theFormIsTheDefaultsWhateverCameBetween() {
        write("web.body_bytes=4096\n");
        const auto config = Config::load(file_, &noEnvironment, {"web.body_bytes=2MB"});
        CPPUNIT_ASSERT(config);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2 * 1024 * 1024}, config->bytes("web.body_bytes"));
    }

    void durationsAndSizesAreRead() {
        const auto config = Config::defaults({"net.timeout=500ms",
                                              "jobs.poll=30s",
                                              "jobs.lease=5m",
                                              "sync.interval=7d",
                                              "web.header_bytes=100",
                                              "web.body_bytes=64KB",
                                              "net.max_reply_bytes=2GB"});
        CPPUNIT_ASSERT(config);
        CPPUNIT_ASSERT(config->duration("net.timeout") == 500ms);
        CPPUNIT_ASSERT(config->duration("jobs.poll") == 30s);
        CPPUNIT_ASSERT(config->duration("jobs.lease") == 5min);
        CPPUNIT_ASSERT(config->duration("sync.interval") == 168h);
        CPPUNIT_ASSERT_EQUAL(std::size_t{100}, config->bytes("web.header_bytes"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{65536}, config->bytes("web.body_bytes"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2} * 1024 * 1024 * 1024,
                             config->bytes("net.max_reply_bytes"));
    }

    void listsAreTrimmed() {
        const auto config = Config::defaults({"dev.platform_hosts= a=1 , b=2,,  c=3,"});
        CPPUNIT_ASSERT(config);
        CPPUNIT_ASSERT(
            (config->list("dev.platform_hosts") == std::vector<std::string>{"a=1", "b=2", "c=3"}));
        CPPUNIT_ASSERT(Config::defaults()->list("dev.platform_hosts").empty());
    }

    void askingForAnUnknownKeyIsABug() {
        const auto config = Config::defaults();
        CPPUNIT_ASSERT(config);
        CPPUNIT_ASSERT_THROW(config->text("web.colour"), std::logic_error);
        CPPUNIT_ASSERT_THROW(config->integer("web.address"), std::logic_error);
        CPPUNIT_ASSERT_THROW(config->boolean("web.address"), std::logic_error);
        CPPUNIT_ASSERT_THROW(config->duration("web.address"), std::logic_error);
        CPPUNIT_ASSERT_THROW(config->bytes("web.address"), std::logic_error);
    }

    std::filesystem::path file_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigTest);

}  // namespace souk::core
