#pragma once

#include "support/test_database.hpp"
#include "vault/key_file.hpp"
#include "vault/keyring.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <souk/sdk/crypto.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace souk::vault::testing {

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// The base64 of a key of 32 equal bytes.
inline std::string textOf(char filler) {
    return sdk::base64(std::string(32, filler));
}

/// A folder with key files that goes with the test.
class KeyFolder {
public:
    std::string path(const std::string& name = "keys") const {
        return (folder_.path() / name).string();
    }
    /// A key file of this text, ours alone.
    void write(const std::string& text, const std::string& name = "keys") const {
        std::filesystem::remove(path(name));
        std::ofstream(path(name)) << text;
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(path(name).c_str(), 0600));
    }
    std::string read(const std::string& name = "keys") const {
        std::ifstream in(path(name));
        return {std::istreambuf_iterator<char>(in), {}};
    }
    std::ptrdiff_t files() const {
        const std::filesystem::directory_iterator found(folder_.path());
        return std::distance(begin(found), end(found));
    }

private:
    test::TestFolder folder_{"keys"};
};

/// The keyring of a host with this key file.
inline std::shared_ptr<Keyring> ringOf(const std::string& file) {
    auto loaded = Keyring::load("", file, false);
    CPPUNIT_ASSERT_MESSAGE(loaded ? "" : loaded.error().message, static_cast<bool>(loaded));
    return *std::move(loaded);
}

/// The sentence of a refusal; fails when there is none.
template <class T>
std::string refusal(const sdk::Result<T>& result) {
    CPPUNIT_ASSERT(!result);
    return result.error().message;
}

}  // namespace souk::vault::testing
