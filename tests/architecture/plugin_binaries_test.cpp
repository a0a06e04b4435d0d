#include "loader/elf.hpp"
#include "loader/law.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

using souk::loader::breachesOf;
using souk::loader::readElfFile;

namespace {

/// The plugins this build makes for use, separated by colons.
std::vector<std::string> pluginFiles() {
    std::istringstream list(SOUK_PLUGIN_FILES);
    std::vector<std::string> files;
    for (std::string one; std::getline(list, one, ':');) files.push_back(one);
    return files;
}

std::string breachesIn(const std::string& path) {
    const auto file = readElfFile(path);
    CPPUNIT_ASSERT_MESSAGE(file ? "" : file.error().message, bool(file));
    std::string text;
    for (const auto& one : breachesOf(*file)) text += one + "; ";
    return text;
}

void expectBreach(const std::string& name, const std::string& symbol) {
    const auto breaches = breachesIn(SOUK_BUILD_DIR "/bad_plugins/" + name + "/" + name + ".so");
    CPPUNIT_ASSERT_MESSAGE(name + ": " + breaches, breaches.find(symbol) != std::string::npos);
}

}  // namespace

/// Law 1, read from the binaries: one exported symbol, known libraries, no way to the world.
class PluginBinariesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PluginBinariesTest);
    CPPUNIT_TEST(everyPluginIsAPureTranslator);
    CPPUNIT_TEST(everyPluginExportsItsEntryAndNothingElse);
    CPPUNIT_TEST(theCheckBites);
    CPPUNIT_TEST_SUITE_END();

public:
    void everyPluginIsAPureTranslator() {
        CPPUNIT_ASSERT(!pluginFiles().empty());
        for (const auto& path : pluginFiles()) {
            const auto breaches = breachesIn(path);
            CPPUNIT_ASSERT_MESSAGE(path + ": " + breaches, breaches.empty());
        }
    }

    void everyPluginExportsItsEntryAndNothingElse() {
        for (const auto& path : pluginFiles()) {
            const auto file = readElfFile(path);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, std::size_t{1}, file->exported.size());
            CPPUNIT_ASSERT_EQUAL(std::string(souk::loader::kEntrySymbol), file->exported.front());
        }
    }

    void theCheckBites() {
        expectBreach("calls_socket", "it calls socket");
        expectBreach("calls_getenv", "it calls getenv");
        expectBreach("reads_clock", "_ZNSt6chrono3_V212system_clock3nowEv");
        expectBreach("starts_thread", "_ZNSt6thread");
        expectBreach("opens_file", "basic_ofstream");
        expectBreach("other_major", "it exports souk_plugin_v2");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginBinariesTest);
