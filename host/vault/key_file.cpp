#include "vault/key_file.hpp"

#include "core/uuid.hpp"

#include <souk/sdk/crypto.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>
#include <sstream>
#include <system_error>

namespace souk::vault {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kMaxFileBytes = 65536;
constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
constexpr char kIdLetter = 'k';
constexpr std::size_t kIdDigits = 3;

/// A file descriptor that closes itself.
class File {
public:
    explicit File(int fd) noexcept : fd_(fd) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int fd() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }

private:
    int fd_;
};

std::string reason(int error) {
    return std::generic_category().message(error);
}

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

sdk::Result<sdk::Done> checkOwner(int fd, const std::string& path) {
    struct stat info {};
    if (::fstat(fd, &info) != 0)
        return rejected("The key file " + path + " cannot be looked at: " + reason(errno) + ".");
    if (!S_ISREG(info.st_mode)) return rejected("The key file " + path + " is not a plain file.");
    if ((info.st_mode & kOthers) != 0)
        return rejected("The key file " + path +
                        " can be read or changed by others; run: chmod 600 " + path);
    if (info.st_uid != ::geteuid() && info.st_uid != 0)
        return rejected("The key file " + path +
                        " belongs to another user; run: chown to the user of the service.");
    return sdk::Done{};
}

sdk::Result<std::string> readAll(int fd, const std::string& path) {
    std::string text;
    char buffer[4096];
    for (;;) {
        const auto got = ::read(fd, buffer, sizeof buffer);
        if (got == 0) return text;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            return rejected("The key file " + path + " cannot be read: " + reason(errno) + ".");
        text.append(buffer, static_cast<std::size_t>(got));
        if (text.size() > kMaxFileBytes)
            return rejected("The key file " + path + " is larger than any key file.");
    }
}

bool writeAll(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto put = ::write(fd, text.data(), text.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(put));
    }
    return ::fsync(fd) == 0;
}

std::string folderOf(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string(".") : path.substr(0, slash + 1);
}

/// One at a time changes a key file: a lock on its folder, held until the descriptor closes.
sdk::Result<std::unique_ptr<File>> lockedFolder(const std::string& path) {
    auto folder =
        std::make_unique<File>(::open(folderOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!*folder || ::flock(folder->fd(), LOCK_EX) != 0)
        return rejected("The folder of the key file " + path +
                        " cannot be locked: " + reason(errno) + ".");
    return folder;
}

/// So that a power cut does not take the new name away while sealed rows stay.
void syncFolder(const std::string& path) {
    const File opened(::open(folderOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened) ::fsync(opened.fd());
}

std::string lineOf(const std::string& id) {
    return id + ' ' + sdk::base64(core::randomBytes(kKeyBytes)) + '\n';
}

/// The number in "k007"; nothing for ids that people made up.
std::optional<unsigned> numberIn(std::string_view id) {
    unsigned number = 0;
    if (id.size() < 2 || id.front() != kIdLetter) return std::nullopt;
    const auto [end, error] = std::from_chars(id.data() + 1, id.data() + id.size(), number);
    if (error != std::errc() || end != id.data() + id.size()) return std::nullopt;
    return number;
}

std::string idOf(unsigned number) {
    auto digits = std::to_string(number);
    if (digits.size() < kIdDigits) digits.insert(0, kIdDigits - digits.size(), '0');
    return kIdLetter + digits;
}

/// Writes a draft beside `path`, with mode and owner of `like` if there is one.
sdk::Result<std::string> draftOf(const std::string& path,
                                 std::string_view text,
                                 const struct stat* like) {
    auto draft = path + "." + core::newId().text();
    const File file(::open(
        draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!file)
        return rejected("The key file " + path + " cannot be made: " + reason(errno) +
                        "; does its folder exist and may the service write there?");
    const bool owned = like == nullptr ||
                       (like->st_uid == ::geteuid() && like->st_gid == ::getegid()) ||
                       ::fchown(file.fd(), like->st_uid, like->st_gid) == 0;
    const bool same = like == nullptr || ::fchmod(file.fd(), like->st_mode & 07777) == 0;
    if (owned && same && writeAll(file.fd(), text)) return draft;
    const int error = errno;
    ::unlink(draft.c_str());
    return rejected("The key file " + path + " cannot be written: " + reason(error) + ".");
}

/// Puts another text in the file's place in one step.
sdk::Result<sdk::Done> replaceText(const std::string& path, std::string_view text) {
    struct stat before {};
    if (::stat(path.c_str(), &before) != 0)
        return rejected("The key file " + path + " cannot be looked at: " + reason(errno) + ".");
    const auto draft = SOUK_TRY(draftOf(path, text, &before));
    if (::rename(draft.c_str(), path.c_str()) != 0) {
        const int error = errno;
        ::unlink(draft.c_str());
        return rejected("The key file " + path + " cannot be replaced: " + reason(error) + ".");
    }
    syncFolder(path);
    return sdk::Done{};
}

sdk::Result<std::string> textOf(const std::string& path) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file) {
        const int error = errno;
        const auto kind = error == ENOENT ? sdk::ErrorKind::NotFound : sdk::ErrorKind::Rejected;
        return sdk::Error{kind,
                          "The key file " + path + " cannot be opened: " + reason(error) + "."};
    }
    SOUK_TRY(checkOwner(file.fd(), path));
    return readAll(file.fd(), path);
}

/// The first word of a line that names a key.
std::string idIn(const std::string& line) {
    std::istringstream words(line);
    std::string id;
    return (words >> id) && id.front() != '#' ? id : std::string();
}

}  // namespace

sdk::Result<sdk::Secret> keyFromText(std::string_view base64, std::string_view where) {
    auto bytes = sdk::fromBase64(base64);
    if (!bytes || bytes->size() != kKeyBytes)
        return rejected("The vault key of " + std::string(where) +
                        " is not the base64 of 32 bytes; make one with: openssl rand -base64 32");
    return sdk::Secret(*std::move(bytes));
}

sdk::Result<KeyList> readKeyFile(const std::string& path) {
    std::istringstream lines(SOUK_TRY(textOf(path)));

    KeyList keys;
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        std::istringstream words(line);
        std::string id;
        std::string text;
        std::string more;
        if (!(words >> id) || id.front() == '#') continue;
        const auto where = "line " + std::to_string(number) + " of " + path;
        if (!(words >> text) || (words >> more))
            return rejected("A key file holds lines \"id base64\"; " + where + " is not one.");
        const auto same = [&](const auto& key) { return key.first == id; };
        if (std::any_of(keys.begin(), keys.end(), same))
            return rejected("The key id in " + where + " stands there twice.");
        keys.emplace_back(id, SOUK_TRY(keyFromText(text, where)));
    }
    if (keys.empty()) return rejected("The key file " + path + " holds no key.");
    return keys;
}

sdk::Result<sdk::Done> makeKeyFile(const std::string& path) {
    // Written beside and linked, so that nobody ever reads half a file or loses a race.
    const auto draft = SOUK_TRY(draftOf(path, lineOf(idOf(1)), nullptr));
    const bool linked = ::link(draft.c_str(), path.c_str()) == 0;
    const int error = errno;
    ::unlink(draft.c_str());
    if (!linked && error != EEXIST)
        return rejected("The key file " + path + " cannot be made: " + reason(error) + ".");
    syncFolder(path);
    return sdk::Done{};
}

sdk::Result<std::string> addKey(const std::string& path, const std::vector<std::string>& taken) {
    const auto lock = SOUK_TRY(lockedFolder(path));
    unsigned last = 0;
    const auto keys = SOUK_TRY(readKeyFile(path));
    for (const auto& [id, key] : keys) last = std::max(last, numberIn(id).value_or(0));
    for (const auto& id : taken) last = std::max(last, numberIn(id).value_or(0));
    const auto id = idOf(last + 1);
    const auto others = SOUK_TRY(textOf(path));
    SOUK_TRY(replaceText(path, lineOf(id) + others));
    return id;
}

sdk::Result<sdk::Done> removeKey(const std::string& path, std::string_view id) {
    const auto lock = SOUK_TRY(lockedFolder(path));
    std::istringstream lines(SOUK_TRY(textOf(path)));
    std::string kept;
    bool found = false;
    for (std::string line; std::getline(lines, line);) {
        if (idIn(line) == id)
            found = true;
        else
            kept += line + '\n';
    }
    if (!found)
        return sdk::Error{sdk::ErrorKind::NotFound,
                          "The key file " + path + " holds no key \"" + std::string(id) + "\"."};
    return replaceText(path, kept);
}

}  // namespace souk::vault
