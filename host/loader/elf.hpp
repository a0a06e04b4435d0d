#pragma once

#include <souk/sdk/result.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace souk::loader {

/// What a shared library says about itself, read without running any of it.
struct ElfFile {
    std::vector<std::string> exported;   ///< dynamic symbols defined here, without hidden ones
    std::vector<std::string> undefined;  ///< dynamic symbols it wants from others
    std::vector<std::string> needed;     ///< libraries the linker will load for it
    std::string fingerprint;             ///< section souk_fingerprint, empty if there is none
};

/// Reads symbols and libraries through the dynamic segment, as the dynamic linker does, so a
/// stripped file tells as much as any other. BadPayload for anything that is not a sound 64-bit
/// x86-64 or AArch64 shared library of this machine's byte order: nothing outside the bytes given
/// is ever touched.
sdk::Result<ElfFile> readElf(std::string_view bytes);

/// The same for a file of at most 256 MB.
sdk::Result<ElfFile> readElfFile(const std::filesystem::path& file);

}  // namespace souk::loader
