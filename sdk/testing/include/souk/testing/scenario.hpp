#pragma once

#include <souk/sdk/plugin.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace souk::testing {

/// How one scenario went; no complaints: as it was written.
struct ScenarioOutcome {
    std::string story;
    std::vector<std::string> complaints;

    bool passed() const noexcept { return complaints.empty(); }
    /// "<file>: <story>" and the complaints below each other, for a test's message.
    std::string text() const;
    std::filesystem::path file;
};

/// Every *.json below `folder`, sorted.
std::vector<std::filesystem::path> scenarioFiles(const std::filesystem::path& folder);

/// Plays one scenario: a call into a capability, a tape of HTTP, and what must come out. The
/// format stands in sdk/README.md. A scenario that cannot be read complains about itself; nothing
/// is thrown.
ScenarioOutcome playScenario(const std::filesystem::path& file, const sdk::Plugin& plugin);

}  // namespace souk::testing
