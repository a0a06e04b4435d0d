#include "store/process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36 forgot that C++ reads this header too.
extern "C" {
#include <sys/pidfd.h>
}

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace souk::store {

namespace {

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

std::optional<Account> accountNamed(const std::string& name) {
    std::array<char, 16384> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 ||
        found == nullptr)
        return std::nullopt;
    Account account{name, entry.pw_uid, entry.pw_gid, {}};
    int count = 64;
    account.groups.resize(static_cast<std::size_t>(count));
    if (::getgrouplist(name.c_str(), entry.pw_gid, account.groups.data(), &count) < 0)
        account.groups = {entry.pw_gid};
    else
        account.groups.resize(static_cast<std::size_t>(count));
    return account;
}

/// Everything the child needs, made before the fork: after it only async-signal-safe calls are
/// allowed, for other threads may hold the allocator's lock.
struct Prepared {
    explicit Prepared(const Program& wanted) : program(wanted), file(wanted.file.string()) {
        arguments.push_back(file.data());
        texts = wanted.arguments;
        for (auto& text : texts) arguments.push_back(text.data());
        arguments.push_back(nullptr);
        environment = {path.data(), locale.data(), nullptr};
        output = wanted.output.string();
    }
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;

    const Program& program;
    std::string file;
    std::string output;
    std::string path = "PATH=/usr/bin:/bin";
    std::string locale = "LC_ALL=C.UTF-8";
    std::vector<std::string> texts;
    std::vector<char*> arguments;
    std::array<char*, 3> environment{};
};

void resetSignals() {
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool becomeAccount(const Account& account) {
    return ::setgroups(account.groups.size(), account.groups.data()) == 0 &&
           ::setgid(account.group) == 0 && ::setuid(account.user) == 0;
}

bool redirect(const char* output) {
    const int in = ::open("/dev/null", O_RDONLY);
    const int out = ::open(output, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0600);
    return in >= 0 && out >= 0 && ::dup2(in, STDIN_FILENO) >= 0 &&
           ::dup2(out, STDOUT_FILENO) >= 0 && ::dup2(out, STDERR_FILENO) >= 0;
}

/// The child between fork and exec. Comes back only with an errno for the parent.
int becomeProgram(const Prepared& prepared, pid_t parent) {
    resetSignals();
    // A session of its own: Ctrl-C at the host's terminal must not reach it first.
    if (::setsid() < 0) return errno;
    if (prepared.program.account && !becomeAccount(*prepared.program.account)) return errno;
    if (prepared.program.diesWithStarter) {
        // After setuid, which clears it.
        if (::prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0) return errno;
        if (::getppid() != parent) return ESRCH;
    }
    if (::chdir("/") != 0 || !redirect(prepared.output.c_str())) return errno;
    ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execve(prepared.file.c_str(), prepared.arguments.data(), prepared.environment.data());
    return errno;
}

}  // namespace

sdk::Result<std::optional<Account>> serviceAccount(const std::string& wanted) {
    if (::geteuid() != 0) return std::optional<Account>();
    const std::vector<std::string> names =
        wanted.empty() ? std::vector<std::string>{"souk", "postgres"} : std::vector{wanted};
    for (const auto& name : names) {
        auto account = accountNamed(name);
        if (!account) continue;
        if (account->user == 0)
            return rejected(
                "PostgreSQL does not run as root; set database.embedded.user to a user "
                "without such rights");
        return account;
    }
    if (wanted.empty())
        return rejected(
            "started as root, but there is no user souk or postgres to run PostgreSQL "
            "as; make one: adduser --system --group souk");
    return rejected("there is no user " + wanted +
                    " (database.embedded.user); make it: adduser "
                    "--system --group " +
                    wanted);
}

sdk::Result<Process> Process::start(const Program& program) {
    const Prepared prepared(program);
    int report[2];
    if (::pipe2(report, O_CLOEXEC) != 0)
        return rejected("cannot start " + prepared.file + ": " + std::strerror(errno));
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) {
        const int failure = becomeProgram(prepared, parent);
        [[maybe_unused]] const auto told = ::write(report[1], &failure, sizeof failure);
        ::_exit(127);
    }
    const int forkFailure = errno;
    ::close(report[1]);
    int failure = 0;
    const auto got = pid < 0 ? 0 : ::read(report[0], &failure, sizeof failure);
    ::close(report[0]);
    if (pid < 0) failure = forkFailure;
    if (got == sizeof failure) ::waitpid(pid, nullptr, 0);
    if (failure != 0)
        return rejected("cannot start " + prepared.file + ": " + std::strerror(failure));
    return Process(pid, ::pidfd_open(pid, 0), true);
}

std::optional<Process> Process::adopt(pid_t pid) {
    const int descriptor = ::pidfd_open(pid, 0);
    if (descriptor < 0) return std::nullopt;
    return Process(pid, descriptor, false);
}

Process::~Process() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Process::Process(Process&& other) noexcept
    : pid_(other.pid_),
      descriptor_(std::exchange(other.descriptor_, -1)),
      child_(other.child_),
      exitCode_(other.exitCode_) {}

Process& Process::operator=(Process&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(child_, other.child_);
    std::swap(exitCode_, other.exitCode_);
    return *this;
}

void Process::signal(int number) const noexcept {
    ::pidfd_send_signal(descriptor_, number, nullptr, 0);
}

bool Process::ended(std::chrono::milliseconds timeout) {
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(timeout.count())) <= 0) return false;
    if (child_) {
        child_ = false;
        int status = 0;
        if (::waitpid(pid_, &status, 0) == pid_ && WIFEXITED(status))
            exitCode_ = WEXITSTATUS(status);
    }
    return true;
}

bool runsIn(pid_t pid, const std::filesystem::path& folder, const std::string& name) {
    const auto process = std::filesystem::path("/proc") / std::to_string(pid);
    std::error_code error;
    const auto program = std::filesystem::read_symlink(process / "exe", error);
    if (error || program.filename() != name) return false;
    const auto where = std::filesystem::read_symlink(process / "cwd", error);
    return !error && where == std::filesystem::weakly_canonical(folder, error);
}

std::vector<pid_t> processesIn(const std::filesystem::path& folder, const std::string& name) {
    std::vector<pid_t> found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const auto text = entry.path().filename().string();
        pid_t pid = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), pid);
        if (parsed.ptr != text.data() + text.size()) continue;
        if (runsIn(pid, folder, name)) found.push_back(pid);
    }
    return found;
}

}  // namespace souk::store
