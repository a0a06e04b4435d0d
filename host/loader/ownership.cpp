#include "loader/ownership.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace souk::loader {

namespace {

/// Root must not take code from somebody else: whoever owns the file would be root.
std::string ownershipFix(const std::string& name) {
    if (::geteuid() == 0) return "chown root: " + name + ", or run souk as the user it belongs to";
    return "chown it to root or to the user Souk runs as (uid " + std::to_string(::geteuid()) + ")";
}

std::optional<Refusal> distrust(const std::filesystem::path& path, mode_t kind, const char* noun) {
    struct stat found {};
    const auto name = path.string();
    if (::lstat(path.c_str(), &found) != 0)
        return Refusal{name + ": " + std::strerror(errno),
                       "put " + std::string(noun) + " there, readable by the user Souk runs as"};
    if ((found.st_mode & S_IFMT) != kind)
        return Refusal{name + " is not " + noun + " itself",
                       "replace it by " + std::string(noun) + "; links are not followed"};
    if (found.st_uid != 0 && found.st_uid != ::geteuid())
        return Refusal{name + " belongs to another user (uid " + std::to_string(found.st_uid) + ")",
                       ownershipFix(name)};
    if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return Refusal{name + " can be written by its group or by everybody", "chmod go-w " + name};
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> distrustFolder(const std::filesystem::path& folder) {
    return distrust(folder, S_IFDIR, "a folder");
}

std::optional<Refusal> distrustFile(const std::filesystem::path& file) {
    return distrust(file, S_IFREG, "a file");
}

}  // namespace souk::loader
