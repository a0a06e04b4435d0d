#include "loader/catalog.hpp"

#include "core/clock.hpp"
#include "core/log.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using souk::loader::Catalog;
using souk::loader::Refused;

namespace {

namespace fs = std::filesystem;

/// A folder of its own below the build folder, gone with the object.
class Folder {
public:
    explicit Folder(const std::string& name)
        : path_(fs::path(SOUK_BUILD_DIR) / "tests" / ("catalog_" + name)) {
        fs::remove_all(path_);
        fs::create_directories(path_);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(path_); }

    const fs::path& path() const { return path_; }
    void copyBad(const std::string& name) const {
        fs::copy(fs::path(SOUK_BUILD_DIR) / "bad_plugins" / name, path_ / name);
    }

private:
    fs::path path_;
};

}  // namespace

class CatalogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CatalogTest);
    CPPUNIT_TEST(thePluginsOfThisBuildAreLoaded);
    CPPUNIT_TEST(aPluginWhoseConstructorThrowsIsRefused);
    CPPUNIT_TEST(aPluginOfAnotherMajorIsRefusedUnopened);
    CPPUNIT_TEST(aDriftedHeaderIsRefusedThoughNobodyTouchedANumber);
    CPPUNIT_TEST(aPluginOfAnotherSanitizerIsRefusedUnopened);
    CPPUNIT_TEST(aModuleWithoutEntryIsRefused);
    CPPUNIT_TEST(aPluginThatCannotBeLinkedIsRefusedAtLoadNotAtTheCall);
    CPPUNIT_TEST(aBrokenPromiseIsRefused);
    CPPUNIT_TEST(anUndeclaredCapabilityIsRefused);
    CPPUNIT_TEST(aManifestThatDiffersFromTheBinaryIsRefused);
    CPPUNIT_TEST(aDomainThatIsNotTheFoldersIsRefused);
    CPPUNIT_TEST(aWorldWritableFileIsRefused);
    CPPUNIT_TEST(aPluginThatCallsSocketIsRefused);
    CPPUNIT_TEST(aPluginThatReadsTheEnvironmentIsRefused);
    CPPUNIT_TEST(clocksThreadsAndFilesOfItsOwnAreRefused);
    CPPUNIT_TEST(aStrippedPluginIsAccepted);
    CPPUNIT_TEST(everyRefusalIsLoggedWithItsFix);
    CPPUNIT_TEST(aMissingFolderIsToldAndTheHostRunsOn);
    CPPUNIT_TEST(aFolderEverybodyCanWriteIsRefused);
    CPPUNIT_TEST(aMissingFileIsTold);
    CPPUNIT_TEST(aLinkToAPluginIsRefused);
    CPPUNIT_TEST(filesHiddenFoldersAndEmptyFoldersAreNoPlugins);
    CPPUNIT_TEST(pointersSurviveAMoveOfTheCatalog);
    CPPUNIT_TEST_SUITE_END();

    Catalog load(const fs::path& folder) {
        const souk::core::SystemClock clock;
        souk::core::Log log(clock,
                            souk::core::Log::Format::Text,
                            souk::sdk::LogLevel::Debug,
                            [this](std::string_view line) { lines_.emplace_back(line); });
        return Catalog::load(folder, log);
    }

    Refused refusalOf(const std::string& domain) {
        const auto catalog = load(fs::path(SOUK_BUILD_DIR) / "bad_plugins");
        CPPUNIT_ASSERT_MESSAGE(domain + " was loaded", catalog.find(domain) == nullptr);
        const auto& refused = catalog.refused();
        const auto found = std::find_if(refused.begin(), refused.end(), [&](const Refused& one) {
            return one.domain == domain;
        });
        CPPUNIT_ASSERT_MESSAGE(domain + " was not refused", found != refused.end());
        return *found;
    }

    void expectRefused(const std::string& domain, const std::string& reason) {
        const auto refused = refusalOf(domain);
        CPPUNIT_ASSERT_MESSAGE(refused.reason, refused.reason.find(reason) != std::string::npos);
        CPPUNIT_ASSERT(!refused.fix.empty());
    }

    std::vector<std::string> lines_;

public:
    void thePluginsOfThisBuildAreLoaded() {
        const auto catalog = load(fs::path(SOUK_BUILD_DIR) / "plugins");
        for (const auto& one : catalog.refused()) CPPUNIT_FAIL(one.domain + " " + one.reason);
        const auto* example = catalog.find("example");
        CPPUNIT_ASSERT(example != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("Example platform"), example->manifest.name);
        CPPUNIT_ASSERT(example->plugin->sync(souk::sdk::Entity::Product) != nullptr);
        CPPUNIT_ASSERT(example->plugin->sync(souk::sdk::Entity::Message) == nullptr);
    }

    void aPluginWhoseConstructorThrowsIsRefused() {
        expectRefused("throws_in_create", "its constructor failed");
    }
    void aPluginOfAnotherMajorIsRefusedUnopened() {
        expectRefused("other_major", "it exports souk_plugin_v2, this host wants souk_plugin_v1");
    }
    void aDriftedHeaderIsRefusedThoughNobodyTouchedANumber() {
        expectRefused("drifted_header", "/sdk000000000000, this host is ");
    }
    /// Opening it would end this process, or run it with another idea of memory.
    void aPluginOfAnotherSanitizerIsRefusedUnopened() {
        expectRefused("other_sanitizer", "was built as ");
        const auto reason = refusalOf("other_sanitizer").reason;
        const auto comma = reason.find(", this host is ");
        const auto sanitized = [](std::string_view build) {
            return build.find("+asan") != std::string_view::npos ||
                   build.find("+tsan") != std::string_view::npos;
        };
        CPPUNIT_ASSERT(comma != std::string::npos);
        CPPUNIT_ASSERT(sanitized(reason.substr(0, comma)) != sanitized(reason.substr(comma)));
    }
    void aModuleWithoutEntryIsRefused() {
        expectRefused("missing_symbol", "does not export souk_plugin_v1");
    }
    void aPluginThatCannotBeLinkedIsRefusedAtLoadNotAtTheCall() {
        expectRefused("unresolved_symbol", "fromTheFuture");
    }
    void aBrokenPromiseIsRefused() {
        expectRefused("broken_promise", "declares 'sync.product' but does not have it");
    }
    void anUndeclaredCapabilityIsRefused() {
        expectRefused("undeclared_capability", "has 'sync.order' but does not declare it");
    }
    void aManifestThatDiffersFromTheBinaryIsRefused() {
        expectRefused("lying_manifest", "differs from the manifest inside the binary");
    }
    void aDomainThatIsNotTheFoldersIsRefused() {
        expectRefused("other_domain", "says domain 'example', its folder is 'other_domain'");
    }
    void aWorldWritableFileIsRefused() {
        expectRefused("world_writable", "can be written by its group or by everybody");
        const auto fix = refusalOf("world_writable").fix;
        CPPUNIT_ASSERT_MESSAGE(fix, fix.starts_with("chmod go-w /"));
    }
    void aPluginThatCallsSocketIsRefused() {
        expectRefused("calls_socket", "is no pure translator: it calls socket");
    }
    void aPluginThatReadsTheEnvironmentIsRefused() {
        expectRefused("calls_getenv", "is no pure translator: it calls getenv");
    }
    void clocksThreadsAndFilesOfItsOwnAreRefused() {
        expectRefused("reads_clock", "system_clock");
        expectRefused("starts_thread", "_ZNSt6thread");
        expectRefused("opens_file", "basic_ofstream");
    }

    void aStrippedPluginIsAccepted() {
        const auto catalog = load(fs::path(SOUK_BUILD_DIR) / "bad_plugins");
        CPPUNIT_ASSERT(catalog.find("stripped") != nullptr);
    }

    void everyRefusalIsLoggedWithItsFix() {
        const auto refused = refusalOf("calls_socket");
        const auto told = std::any_of(lines_.begin(), lines_.end(), [&](const std::string& line) {
            return line.find("calls_socket") != std::string::npos &&
                   line.find(refused.fix) != std::string::npos;
        });
        CPPUNIT_ASSERT(told);
    }

    void aMissingFolderIsToldAndTheHostRunsOn() {
        const auto catalog = load("/nowhere/at/all");
        CPPUNIT_ASSERT(catalog.loaded().empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, catalog.refused().size());
        CPPUNIT_ASSERT(catalog.refused()[0].domain.empty());
        CPPUNIT_ASSERT(catalog.refused()[0].reason.starts_with("there is no plugins folder"));
    }

    void aFolderEverybodyCanWriteIsRefused() {
        const Folder folder("open");
        folder.copyBad("stripped");
        fs::permissions(folder.path(), fs::perms::others_write, fs::perm_options::add);
        const auto whole = load(folder.path());
        CPPUNIT_ASSERT(whole.loaded().empty());
        CPPUNIT_ASSERT(whole.refused().at(0).domain.empty());

        fs::permissions(folder.path(), fs::perms::others_write, fs::perm_options::remove);
        fs::permissions(folder.path() / "stripped", fs::perms::group_write, fs::perm_options::add);
        const auto one = load(folder.path());
        CPPUNIT_ASSERT(one.loaded().empty());
        CPPUNIT_ASSERT_EQUAL(std::string("stripped"), one.refused().at(0).domain);
    }

    void aMissingFileIsTold() {
        const Folder folder("missing");
        folder.copyBad("stripped");
        fs::remove(folder.path() / "stripped" / "manifest.json");
        const auto catalog = load(folder.path());
        CPPUNIT_ASSERT(catalog.refused().at(0).reason.find("manifest.json: No such file") !=
                       std::string::npos);
    }

    void aLinkToAPluginIsRefused() {
        const Folder folder("link");
        folder.copyBad("stripped");
        const auto library = folder.path() / "stripped" / "stripped.so";
        fs::rename(library, folder.path() / "elsewhere.so");
        fs::create_symlink(folder.path() / "elsewhere.so", library);
        const auto catalog = load(folder.path());
        CPPUNIT_ASSERT(catalog.refused().at(0).reason.find("is not a file itself") !=
                       std::string::npos);
    }

    void filesHiddenFoldersAndEmptyFoldersAreNoPlugins() {
        const Folder folder("quiet");
        std::ofstream(folder.path() / "README") << "nothing here";
        fs::create_directory(folder.path() / "CMakeFiles");
        folder.copyBad("stripped");
        fs::rename(folder.path() / "stripped", folder.path() / ".stripped");
        const auto catalog = load(folder.path());
        CPPUNIT_ASSERT(catalog.loaded().empty() && catalog.refused().empty());
    }

    void pointersSurviveAMoveOfTheCatalog() {
        auto first = load(fs::path(SOUK_BUILD_DIR) / "plugins");
        const auto* before = first.find("example");
        const auto second = std::move(first);
        CPPUNIT_ASSERT_EQUAL(before, second.find("example"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CatalogTest);
