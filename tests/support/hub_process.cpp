#include "support/hub_process.hpp"

#include <charconv>
#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <utility>

namespace souk::test {

namespace {

using namespace std::chrono_literals;

store::Process started(const std::filesystem::path& folder,
                       const std::string& databaseUrl,
                       const std::vector<std::string>& settings) {
    store::Program program;
    program.file = SOUK_BUILD_DIR "/bin/souk";
    program.output = folder / "log";
    program.diesWithStarter = true;
    for (auto all = HubProcess::usualSettings(databaseUrl); const auto& setting : all)
        program.arguments.insert(program.arguments.end(), {"--set", setting});
    for (const auto& setting : settings)
        program.arguments.insert(program.arguments.end(), {"--set", setting});
    program.arguments.emplace_back("serve");
    auto process = store::Process::start(program);
    if (!process) throw std::runtime_error(process.error().message);
    return *std::move(process);
}

}  // namespace

std::vector<std::string> HubProcess::usualSettings(const std::string& databaseUrl) {
    return {"database.url=" + databaseUrl,
            std::string("vault.key=") + kVaultKey,
            std::string("plugins.folder=") + SOUK_BUILD_DIR + "/plugins",
            "web.address=127.0.0.1:0"};
}

HubProcess::HubProcess(const std::string& databaseUrl, const std::vector<std::string>& settings)
    : process_(started(folder_.path(), databaseUrl, settings)) {}

HubProcess::~HubProcess() {
    if (ended_) return;
    process_.signal(SIGKILL);
    process_.ended(kPatience);
}

std::string HubProcess::log() const {
    std::ifstream in(folder_.path() / "log", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool HubProcess::awaitLog(const std::string& text) const {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (log().find(text) == std::string::npos) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(2ms);
    }
    return true;
}

void HubProcess::awaitReady() {
    static constexpr std::string_view kReady = R"("message":"ready","address":"127.0.0.1:)";
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
        const auto text = log();
        if (const auto at = text.find(kReady); at != std::string::npos) {
            const auto* const digits = text.data() + at + kReady.size();
            std::from_chars(digits, text.data() + text.size(), port_);
            return;
        }
        ended_ = process_.ended(2ms);
        if (ended_ || std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("the hub is not ready; its log:\n" + text);
    }
}

bool HubProcess::hasEnded() {
    ended_ = ended_ || process_.ended(0ms);
    return ended_;
}

int HubProcess::awaitEnd() {
    ended_ = ended_ || process_.ended(kPatience);
    return ended_ ? process_.exitCode() : -1;
}

}  // namespace souk::test
