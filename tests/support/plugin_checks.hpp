#pragma once

#include <souk/sdk/json.hpp>
#include <souk/sdk/record.hpp>
#include <souk/testing/record_json.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

/// What the tests of every plugin share.
namespace souk::plugin_tests {

inline std::string fileText(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    CPPUNIT_ASSERT_MESSAGE(path, file.good());
    return {std::istreambuf_iterator<char>(file), {}};
}

template <class T>
T valueOf(sdk::Result<T> result) {
    if (!result) CPPUNIT_FAIL("unexpected error: " + result.error().message);
    return *std::move(result);
}

template <class T>
sdk::Error errorOf(const sdk::Result<T>& result) {
    CPPUNIT_ASSERT_MESSAGE("an error was expected", !result);
    return result.error();
}

inline std::string kindOf(const sdk::Error& error) {
    return std::string(sdk::name(error.kind));
}

inline void assertMentions(std::string_view text, std::string_view part) {
    const std::string message = "'" + std::string(part) + "' in: " + std::string(text);
    CPPUNIT_ASSERT_MESSAGE(message, text.find(part) != std::string_view::npos);
}

inline sdk::Json jsonFrom(std::string_view text) {
    return valueOf(sdk::Json::parse(text));
}

/// The record without the platform's own bytes, as text: what the host compares.
inline std::string unified(sdk::Record record) {
    std::visit(
        [](auto& one) {
            if constexpr (requires { one.extra; }) one.extra = "{}";
        },
        record);
    return souk::testing::jsonOf(record);
}

template <class T>
const T& as(const sdk::Record& record) {
    const auto* found = std::get_if<T>(&record);
    CPPUNIT_ASSERT_MESSAGE("a record of another kind: " + souk::testing::jsonOf(record), found);
    return *found;
}

/// A platform's folder of the shared reference samples: in SOUK_CORPUS, or in ../shared beside the
/// project. None where they are not: the test says that it was skipped.
inline std::optional<std::filesystem::path> corpus(const std::string& folder) {
    const char* named = std::getenv("SOUK_CORPUS");
    const auto root = named ? std::filesystem::path(named)
                            : std::filesystem::path(SOUK_SOURCE_DIR).parent_path() /
                                  "shared/reference/data/samples";
    if (std::filesystem::is_directory(root / folder)) return root / folder;
    std::cerr << "skipped: no samples at " << root / folder << " (set SOUK_CORPUS)\n";
    return std::nullopt;
}

}  // namespace souk::plugin_tests
