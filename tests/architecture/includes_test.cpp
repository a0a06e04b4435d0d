#include "arrows.hpp"
#include "scan.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

using namespace std::string_literals;
using souk::architecture::Arrows;
using souk::architecture::includesOf;
using souk::architecture::readText;
using souk::architecture::Source;
using souk::architecture::sourcesBelow;

namespace {

const std::vector<std::string> kCode{".hpp", ".cpp"};

/// A library only one room (or folder) may see.
struct Fenced {
    std::string beginning;           ///< of the include, after its bracket
    std::vector<std::string> rooms;  ///< folders below the root that may
};

const std::vector<Fenced>& fences() {
    static const std::vector<Fenced> all{
        {"Poco/Data/", {"host/store/"}},
        {"Poco/Data.h", {"host/store/"}},
        {"libpq", {"host/store/"}},
        {"postgresql/", {"host/store/"}},
        {"boost/dll", {"host/loader/"}},
        {"elf.h", {"host/loader/"}},
        {"dlfcn.h", {"host/loader/"}},
        {"simdjson", {"sdk/src/"}},
        {"CLI/", {"host/app/"}},
    };
    return all;
}

bool beginsWithOne(const std::string& text, const std::vector<std::string>& beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(), [&](const auto& one) {
        return text.starts_with(one);
    });
}

/// What is wrong with the includes of a file of the host.
void judgeHost(const Source& source, const Arrows& arrows, std::vector<std::string>& found) {
    const auto room = arrows.roomOf(source.path.substr("host/"s.size()));
    for (const auto& include : source.includes) {
        const auto target = include.substr(1, include.size() - 2);
        if (target.starts_with("tests/") || target.starts_with("cppunit/"))
            found.push_back(source.path + " includes " + include + ": nothing includes tests");
        if (include.front() != '"') continue;
        const auto to = arrows.roomOf(target);
        if (!arrows.knows(to) && to != "app") continue;  // a generated header
        if (!arrows.allows(room, to))
            found.push_back(source.path + " includes " + include + ": there is no arrow from " +
                            room + " to " + to);
    }
}

/// Plugins and SDK see the standard library, the SDK and their own headers.
void judgeTranslator(const Source& source, const Arrows& arrows, std::vector<std::string>& found) {
    for (const auto& include : source.includes) {
        const auto target = include.substr(1, include.size() - 2);
        const auto room = arrows.roomOf(target);
        const bool host = target.starts_with("host/") || (target.find('/') != std::string::npos &&
                                                          (arrows.knows(room) || room == "app"));
        if (host || beginsWithOne(target, {"Poco/", "boost/", "tests/"}))
            found.push_back(source.path + " includes " + include +
                            ": plugins and SDK know nothing of the host");
    }
}

void judgeFences(const Source& source, std::vector<std::string>& found) {
    for (const auto& include : source.includes)
        for (const auto& fence : fences())
            if (include.substr(1).starts_with(fence.beginning) &&
                !beginsWithOne(source.path, fence.rooms))
                found.push_back(source.path + " includes " + include + ": only " +
                                fence.rooms.front() + " may");
}

/// The host serves any platform: none of them is named in it.
void judgeNames(const Source& source, std::vector<std::string>& found) {
    auto text = source.text;
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    for (const auto* const name : {"shopify", "whatsapp", "facebook"}) {
        const auto at = text.find(name);
        if (at == std::string::npos) continue;
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n');
        found.push_back(source.path + ":" + std::to_string(line) + " names " + name);
    }
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text = "\n";
    for (const auto& one : lines) text += one + "\n";
    return text;
}

}  // namespace

class IncludesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IncludesTest);
    CPPUNIT_TEST(everyIncludeFollowsAnArrow);
    CPPUNIT_TEST(pluginsAndSdkKnowNothingOfTheHost);
    CPPUNIT_TEST(fencedLibrariesStayInTheirRooms);
    CPPUNIT_TEST(theHostNamesNoPlatform);
    CPPUNIT_TEST(theTableIsTheOneOfCMake);
    CPPUNIT_TEST(theScanBites);
    CPPUNIT_TEST_SUITE_END();

    Arrows arrows_ = Arrows::from(readText(SOUK_SOURCE_DIR "/host/CMakeLists.txt"));

    static std::vector<Source> below(const std::string& folder,
                                     const std::vector<std::string>& extensions = kCode) {
        return sourcesBelow(SOUK_SOURCE_DIR, folder, extensions);
    }

public:
    void everyIncludeFollowsAnArrow() {
        std::vector<std::string> found;
        const auto sources = below("host");
        CPPUNIT_ASSERT(!sources.empty());
        for (const auto& one : sources) judgeHost(one, arrows_, found);
        CPPUNIT_ASSERT_MESSAGE(joined(found), found.empty());
    }

    void pluginsAndSdkKnowNothingOfTheHost() {
        std::vector<std::string> found;
        for (const auto* const folder : {"sdk", "plugins"})
            for (const auto& one : below(folder)) judgeTranslator(one, arrows_, found);
        CPPUNIT_ASSERT_MESSAGE(joined(found), found.empty());
    }

    void fencedLibrariesStayInTheirRooms() {
        std::vector<std::string> found;
        for (const auto* const folder : {"host", "sdk", "plugins"})
            for (const auto& one : below(folder)) judgeFences(one, found);
        CPPUNIT_ASSERT_MESSAGE(joined(found), found.empty());
    }

    void theHostNamesNoPlatform() {
        std::vector<std::string> found;
        for (const auto& one : below("host", {".hpp", ".cpp", ".txt"})) judgeNames(one, found);
        for (const auto& one : below("schema", {".sql"})) judgeNames(one, found);
        CPPUNIT_ASSERT_MESSAGE(joined(found), found.empty());
    }

    void theTableIsTheOneOfCMake() {
        CPPUNIT_ASSERT(arrows_.knows("core") && arrows_.knows("web/front"));
        CPPUNIT_ASSERT(arrows_.allows("store", "core"));
        CPPUNIT_ASSERT(!arrows_.allows("core", "store"));
        CPPUNIT_ASSERT(arrows_.allows("web", "core"));  // through others
        CPPUNIT_ASSERT(!arrows_.allows("webhooks", "sync"));
        CPPUNIT_ASSERT(!arrows_.allows("sync", "webhooks"));
        CPPUNIT_ASSERT_EQUAL("web/front"s, arrows_.roomOf("web/front/head.hpp"));
        CPPUNIT_ASSERT_EQUAL("web"s, arrows_.roomOf("web/router.hpp"));
    }

    void theScanBites() {
        const auto judge = [this](const std::string& path, const std::string& text) {
            const Source source{path, text, includesOf(text)};
            std::vector<std::string> found;
            if (path.starts_with("host/"))
                judgeHost(source, arrows_, found);
            else
                judgeTranslator(source, arrows_, found);
            judgeFences(source, found);
            judgeNames(source, found);
            return found.size();
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t{0},
                             judge("host/store/a.cpp", "#include \"core/log.hpp\""));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             judge("host/core/a.cpp", "#include \"store/rows.hpp\""));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             judge("host/sync/a.cpp", "\n # include \"webhooks/inbox.hpp\""));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             judge("host/web/a.cpp", "#include <Poco/Data/Session.h>"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, judge("host/net/a.cpp", "#include <elf.h>"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, judge("host/net/a.cpp", "#include <cppunit/Test.h>"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, judge("host/net/a.cpp", "// as Shopify does"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, judge("plugins/x/a.cpp", "#include \"core/log.hpp\""));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, judge("plugins/x/a.cpp", "#include <Poco/URI.h>"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, judge("plugins/x/a.cpp", "#include \"webhooks.hpp\""));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IncludesTest);
