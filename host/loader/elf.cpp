#include "loader/elf.hpp"

#include <elf.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>

namespace souk::loader {

namespace {

constexpr std::string_view kFingerprintSection = "souk_fingerprint";
constexpr std::size_t kMostBytes = 256U << 20U;
constexpr std::size_t kLongestName = 16U << 10U;
constexpr std::uint64_t kMostSymbols = 100'000;

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
#else
#error "tell elf.cpp the ELF machine number of this architecture"
#endif

/// A file is read through this class only. Whatever lies outside the bytes reads as nothing and is
/// remembered: a file that points outside itself is broken or hostile.
class Bytes {
public:
    explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

    template <class T>
    T at(std::uint64_t offset) {
        T value{};
        if (const auto part = slice(offset, sizeof(T)); part.size() == sizeof(T))
            std::memcpy(&value, part.data(), sizeof(T));
        return value;
    }

    std::string_view slice(std::uint64_t offset, std::uint64_t size) {
        if (offset <= bytes_.size() && size <= bytes_.size() - offset)
            return bytes_.substr(offset, size);
        sound_ = false;
        return {};
    }

    /// Up to the next NUL; a text that has none soon is not sound.
    std::string text(std::uint64_t offset) {
        const auto rest =
            offset < bytes_.size() ? bytes_.substr(offset, kLongestName) : std::string_view();
        const auto end = rest.find('\0');
        if (end != std::string_view::npos) return std::string(rest.substr(0, end));
        sound_ = false;
        return {};
    }

    std::size_t size() const { return bytes_.size(); }
    bool sound() const { return sound_; }
    void distrust() { sound_ = false; }

private:
    std::string_view bytes_;
    bool sound_ = true;
};

/// The entries of the dynamic segment we use, as addresses of the loaded image.
struct Dynamic {
    std::uint64_t symbols = 0;
    std::uint64_t strings = 0;
    std::uint64_t gnuHash = 0;
    std::uint64_t oldHash = 0;
    std::vector<std::uint64_t> needed;  ///< offsets into the strings
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    sdk::Result<ElfFile> read() {
        header_ = bytes_.at<Elf64_Ehdr>(0);
        if (const auto why = unlikeOurs(); !why.empty()) return broken(why);
        readSegments();
        ElfFile file;
        const auto dynamic = readDynamic();
        for (const auto name : dynamic.needed)
            file.needed.push_back(bytes_.text(offsetOf(dynamic.strings) + name));
        readSymbols(dynamic, file);
        readFingerprint(file);
        if (!bytes_.sound()) return broken("it points outside itself");
        return file;
    }

private:
    static sdk::Error broken(std::string_view why) {
        return {sdk::ErrorKind::BadPayload, "not a usable shared library: " + std::string(why)};
    }

    std::string_view unlikeOurs() const {
        if (!bytes_.sound()) return "it is too short";
        if (std::memcmp(header_.e_ident, ELFMAG, SELFMAG) != 0) return "it is no ELF file";
        if (header_.e_ident[EI_CLASS] != ELFCLASS64 || header_.e_ident[EI_DATA] != ELFDATA2LSB)
            return "it is not 64-bit little-endian";
        if (header_.e_machine != kMachine) return "it was built for another processor";
        if (header_.e_type != ET_DYN) return "it is a program or an object file";
        if (header_.e_phentsize != sizeof(Elf64_Phdr)) return "its segment table is odd";
        return {};
    }

    void readSegments() {
        for (std::uint64_t i = 0; i < header_.e_phnum; ++i)
            segments_.push_back(bytes_.at<Elf64_Phdr>(header_.e_phoff + i * sizeof(Elf64_Phdr)));
    }

    /// Where in the file the byte stands that will be loaded at `address`.
    std::uint64_t offsetOf(std::uint64_t address) {
        for (const auto& one : segments_)
            if (one.p_type == PT_LOAD && address >= one.p_vaddr &&
                address - one.p_vaddr < one.p_filesz)
                return one.p_offset + (address - one.p_vaddr);
        bytes_.distrust();
        return 0;
    }

    Dynamic readDynamic() {
        Dynamic dynamic;
        const auto segment =
            std::find_if(segments_.begin(), segments_.end(), [](const Elf64_Phdr& one) {
                return one.p_type == PT_DYNAMIC;
            });
        if (segment == segments_.end()) return dynamic;
        const auto count =
            std::min<std::uint64_t>(segment->p_filesz, bytes_.size()) / sizeof(Elf64_Dyn);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto entry = bytes_.at<Elf64_Dyn>(segment->p_offset + i * sizeof(Elf64_Dyn));
            if (entry.d_tag == DT_NULL) break;
            if (entry.d_tag == DT_SYMTAB) dynamic.symbols = entry.d_un.d_ptr;
            if (entry.d_tag == DT_STRTAB) dynamic.strings = entry.d_un.d_ptr;
            if (entry.d_tag == DT_GNU_HASH) dynamic.gnuHash = entry.d_un.d_ptr;
            if (entry.d_tag == DT_HASH) dynamic.oldHash = entry.d_un.d_ptr;
            if (entry.d_tag == DT_NEEDED) dynamic.needed.push_back(entry.d_un.d_val);
        }
        return dynamic;
    }

    /// The dynamic segment tells where the symbols begin; how many there are stands only in the
    /// hash tables.
    std::uint64_t symbolCount(const Dynamic& dynamic) {
        if (dynamic.oldHash != 0)
            return bytes_.at<std::uint32_t>(offsetOf(dynamic.oldHash) + sizeof(std::uint32_t));
        if (dynamic.gnuHash == 0) return 0;
        const auto table = offsetOf(dynamic.gnuHash);
        const std::uint64_t buckets = bytes_.at<std::uint32_t>(table);
        const std::uint64_t firstHashed = bytes_.at<std::uint32_t>(table + 4);
        const std::uint64_t bloomWords = bytes_.at<std::uint32_t>(table + 8);
        const auto bucketsAt = table + 16 + bloomWords * sizeof(std::uint64_t);
        std::uint64_t last = 0;
        for (std::uint64_t i = 0; i < buckets && bytes_.sound(); ++i)
            last = std::max<std::uint64_t>(last, bytes_.at<std::uint32_t>(bucketsAt + i * 4));
        if (last < firstHashed) return firstHashed;
        const auto chains = bucketsAt + buckets * 4;
        constexpr std::uint32_t kEndOfChain = 1;
        while (bytes_.sound() &&
               (bytes_.at<std::uint32_t>(chains + (last - firstHashed) * 4) & kEndOfChain) == 0)
            ++last;
        return last + 1;
    }

    void readSymbols(const Dynamic& dynamic, ElfFile& file) {
        const auto count = symbolCount(dynamic);
        if (count == 0) return;
        if (count > kMostSymbols) return bytes_.distrust();
        const auto symbols = offsetOf(dynamic.symbols);
        const auto strings = offsetOf(dynamic.strings);
        for (std::uint64_t i = 1; i < count && bytes_.sound(); ++i) {
            const auto symbol = bytes_.at<Elf64_Sym>(symbols + i * sizeof(Elf64_Sym));
            const auto binding = ELF64_ST_BIND(symbol.st_info);
            if (binding == STB_LOCAL) continue;
            auto name = bytes_.text(strings + symbol.st_name);
            if (symbol.st_shndx == SHN_UNDEF)
                file.undefined.push_back(std::move(name));
            else if (const auto seen = ELF64_ST_VISIBILITY(symbol.st_other);
                     seen == STV_DEFAULT || seen == STV_PROTECTED)
                file.exported.push_back(std::move(name));
        }
    }

    /// The section is found by name; its table survives strip(1).
    void readFingerprint(ElfFile& file) {
        if (header_.e_shoff == 0 || header_.e_shentsize != sizeof(Elf64_Shdr)) return;
        const auto section = [this](std::uint64_t index) {
            return bytes_.at<Elf64_Shdr>(header_.e_shoff + index * sizeof(Elf64_Shdr));
        };
        const auto names = section(header_.e_shstrndx);
        for (std::uint64_t i = 1; i < header_.e_shnum && bytes_.sound(); ++i) {
            const auto one = section(i);
            if (bytes_.text(names.sh_offset + one.sh_name) != kFingerprintSection) continue;
            if (one.sh_type != SHT_PROGBITS) continue;
            const auto content = bytes_.slice(one.sh_offset, one.sh_size);
            file.fingerprint = content.substr(0, content.find('\0'));
            return;
        }
    }

    Bytes bytes_;
    Elf64_Ehdr header_{};
    std::vector<Elf64_Phdr> segments_;
};

}  // namespace

sdk::Result<ElfFile> readElf(std::string_view bytes) {
    return Reader(bytes).read();
}

sdk::Result<ElfFile> readElfFile(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary | std::ios::ate);
    const auto size = stream ? static_cast<std::streamoff>(stream.tellg()) : -1;
    if (size < 0)
        return sdk::Error{sdk::ErrorKind::NotFound,
                          "cannot read " + file.string() + ": " + std::strerror(errno)};
    if (static_cast<std::size_t>(size) > kMostBytes)
        return sdk::Error{sdk::ErrorKind::BadPayload, file.string() + " is beyond 256 MB"};
    std::string bytes(static_cast<std::size_t>(size), '\0');
    stream.seekg(0);
    if (!stream.read(bytes.data(), size))
        return sdk::Error{sdk::ErrorKind::Transient, file.string() + " ended while it was read"};
    return readElf(bytes);
}

}  // namespace souk::loader
