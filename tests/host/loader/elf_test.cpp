#include "loader/elf.hpp"

#include <souk/sdk/abi.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

using souk::loader::readElf;
using souk::loader::readElfFile;

class ElfTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ElfTest);
    CPPUNIT_TEST(aPluginTellsItsSymbolsLibrariesAndFingerprint);
    CPPUNIT_TEST(aStrippedPluginTellsTheSame);
    CPPUNIT_TEST(everyTruncatedFileIsRefusedOrReadWithinItsBytes);
    CPPUNIT_TEST(everySpoiltHeaderIsRefusedOrReadWithinItsBytes);
    CPPUNIT_TEST(whatIsNoLibraryOfOursIsRefused);
    CPPUNIT_TEST(aMissingFileIsNotFound);
    CPPUNIT_TEST_SUITE_END();

    static std::string bytesOf(const std::string& name) {
        std::ifstream file(SOUK_BUILD_DIR "/bad_plugins/" + name + "/" + name + ".so",
                           std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    static void expectSound(const std::string& name) {
        const auto file = readElf(bytesOf(name));
        CPPUNIT_ASSERT_MESSAGE(file ? "" : file.error().message, bool(file));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, file->exported.size());
        CPPUNIT_ASSERT_EQUAL(std::string("souk_plugin_v1"), file->exported[0]);
        CPPUNIT_ASSERT_EQUAL(std::string(SOUK_BUILD_FINGERPRINT), file->fingerprint);
        const auto has = [](const auto& list, const std::string& wanted) {
            return std::find(list.begin(), list.end(), wanted) != list.end();
        };
        CPPUNIT_ASSERT(has(file->needed, "libsouk_sdk.so.1"));
        CPPUNIT_ASSERT(has(file->undefined, "_ZN4souk3sdk6PluginD2Ev"));
    }

    static void expectRefused(const std::string& bytes) { CPPUNIT_ASSERT(!readElf(bytes)); }

public:
    void aPluginTellsItsSymbolsLibrariesAndFingerprint() { expectSound("world_writable"); }
    void aStrippedPluginTellsTheSame() { expectSound("stripped"); }

    void everyTruncatedFileIsRefusedOrReadWithinItsBytes() {
        const auto whole = bytesOf("stripped");
        for (std::size_t size = 0; size < whole.size(); size += 97)
            (void)readElf(std::string(whole, 0, size));  // the sanitizer watches the bounds
        for (std::size_t size = 0; size < sizeof(Elf64_Ehdr); ++size)
            expectRefused(whole.substr(0, size));
    }

    void everySpoiltHeaderIsRefusedOrReadWithinItsBytes() {
        const auto whole = bytesOf("stripped");
        std::mt19937 random(20261101);
        Elf64_Ehdr header{};
        std::memcpy(&header, whole.data(), sizeof(header));
        const auto tables = sizeof(header) + header.e_phnum * sizeof(Elf64_Phdr);
        for (int round = 0; round < 3000; ++round) {
            auto spoilt = whole;
            for (int i = 0; i < 4; ++i) {
                // the headers and segment table, and half of the time anything else
                const auto from = i % 2 == 0 ? tables : whole.size();
                spoilt[random() % from] = static_cast<char>(random());
            }
            (void)readElf(spoilt);
        }
    }

    void whatIsNoLibraryOfOursIsRefused() {
        expectRefused("");
        expectRefused("#!/bin/sh\n");
        auto other = bytesOf("stripped");
        other[EI_CLASS] = ELFCLASS32;
        expectRefused(other);
        other = bytesOf("stripped");
        other[offsetof(Elf64_Ehdr, e_machine)] = 3;  // EM_386
        expectRefused(other);
        other = bytesOf("stripped");
        other[offsetof(Elf64_Ehdr, e_type)] = ET_EXEC;
        expectRefused(other);
    }

    void aMissingFileIsNotFound() {
        const auto file = readElfFile("/nowhere/plugin.so");
        CPPUNIT_ASSERT(file.error().kind == souk::sdk::ErrorKind::NotFound);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ElfTest);
