#pragma once

#include <souk/sdk/result.hpp>

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace souk::store {

/// Whom a child runs as.
struct Account {
    std::string name;
    uid_t user = 0;
    gid_t group = 0;
    std::vector<gid_t> groups;
};

/// The account to drop to: none when we are not root; else the one named `wanted`, or souk, or
/// postgres. Rejected when there is none of them, or when `wanted` is root.
sdk::Result<std::optional<Account>> serviceAccount(const std::string& wanted);

struct Program {
    std::filesystem::path file;
    std::vector<std::string> arguments;  ///< without the program's own name
    std::optional<Account> account;
    std::filesystem::path output;  ///< stdout and stderr are appended here, opened as `account`
    bool diesWithStarter = false;
};

/// A process by a descriptor that cannot come to mean another one. Dropping it leaves the process
/// alone.
class Process {
public:
    /// Starts `program` in a session of its own, with a small environment and default signals.
    static sdk::Result<Process> start(const Program& program);
    /// One that already runs; nothing when it does not.
    static std::optional<Process> adopt(pid_t pid);
    ~Process();
    Process(Process&& other) noexcept;
    Process& operator=(Process&& other) noexcept;

    pid_t pid() const noexcept { return pid_; }
    void signal(int number) const noexcept;
    /// True when it has ended, at the latest after `timeout`.
    bool ended(std::chrono::milliseconds timeout);
    /// Of a child that has ended by itself; -1 for anything else.
    int exitCode() const noexcept { return exitCode_; }

private:
    Process(pid_t pid, int descriptor, bool child)
        : pid_(pid), descriptor_(descriptor), child_(child) {}

    pid_t pid_;
    int descriptor_;
    bool child_;
    int exitCode_ = -1;
};

/// Processes of the executable name `name` whose working folder is `folder`.
std::vector<pid_t> processesIn(const std::filesystem::path& folder, const std::string& name);
bool runsIn(pid_t pid, const std::filesystem::path& folder, const std::string& name);

}  // namespace souk::store
