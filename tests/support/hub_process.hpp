#pragma once

#include "store/process.hpp"
#include "support/test_database.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace souk::test {

/// A real `souk serve` with the plugins of this build, on loopback at a port of its own. Start it
/// on the main thread; it does not outlive this object or this process.
class HubProcess {
public:
    static constexpr std::chrono::milliseconds kPatience{120'000};
    static constexpr const char* kVaultKey = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    /// `settings` as "key=value".
    HubProcess(const std::string& databaseUrl, const std::vector<std::string>& settings);
    ~HubProcess();
    HubProcess(const HubProcess&) = delete;
    HubProcess& operator=(const HubProcess&) = delete;

    /// What every hub of a test is started with, without "--set".
    static std::vector<std::string> usualSettings(const std::string& databaseUrl);

    /// Waits for the log line that says so; throws std::runtime_error with the log when it does not
    /// come.
    void awaitReady();
    std::uint16_t port() const noexcept { return port_; }
    /// Waits until the log holds `text`; false when it does not come.
    bool awaitLog(const std::string& text) const;
    std::string log() const;

    void signal(int number) const noexcept { process_.signal(number); }
    /// The exit code; -1 when it does not end in time, or was killed.
    int awaitEnd();
    /// Whether it has ended, by itself or not.
    bool hasEnded();

private:
    TestFolder folder_{"hub"};
    store::Process process_;
    std::uint16_t port_ = 0;
    bool ended_ = false;
};

}  // namespace souk::test
