#include "vault/key_file.hpp"

#include "core/uuid.hpp"

#include <souk/sdk/crypto.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <system_error>

namespace souk::vault {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kMaxFileBytes = 65536;
constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
constexpr std::string_view kFirstKeyId = "k001";

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

/// So that a power cut does not take the new name away while sealed rows stay.
void syncFolder(const std::string& path) {
    const auto slash = path.rfind('/');
    const auto folder = slash == std::string::npos ? std::string(".") : path.substr(0, slash + 1);
    const File opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened) ::fsync(opened.fd());
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
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file) {
        const int error = errno;
        const auto kind = error == ENOENT ? sdk::ErrorKind::NotFound : sdk::ErrorKind::Rejected;
        return sdk::Error{kind,
                          "The key file " + path + " cannot be opened: " + reason(error) + "."};
    }
    SOUK_TRY(checkOwner(file.fd(), path));
    std::istringstream lines(SOUK_TRY(readAll(file.fd(), path)));

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
    const auto draft = path + "." + core::newId().text();
    {
        const File file(::open(draft.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                               S_IRUSR | S_IWUSR));
        if (!file)
            return rejected("The key file " + path + " cannot be made: " + reason(errno) +
                            "; does its folder exist and may the service write there?");
        std::string line(kFirstKeyId);
        line.append(" ").append(sdk::base64(core::randomBytes(kKeyBytes))).append("\n");
        if (!writeAll(file.fd(), line)) {
            const int error = errno;
            ::unlink(draft.c_str());
            return rejected("The key file " + path + " cannot be written: " + reason(error) + ".");
        }
    }
    const bool linked = ::link(draft.c_str(), path.c_str()) == 0;
    const int error = errno;
    ::unlink(draft.c_str());
    if (!linked && error != EEXIST)
        return rejected("The key file " + path + " cannot be made: " + reason(error) + ".");
    syncFolder(path);
    return sdk::Done{};
}

}  // namespace souk::vault
