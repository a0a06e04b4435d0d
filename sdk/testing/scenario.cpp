#include <souk/testing/scenario.hpp>

#include "scenario_call.hpp"
#include "scenario_file.hpp"

#include <souk/testing/json_match.hpp>

#include <algorithm>
#include <exception>

namespace souk::testing {

namespace {

/// What is wrong with an outcome that should have been a failure, or should not have been one.
std::vector<std::string> judgeFailure(const sdk::Json& expected, const sdk::Error& error) {
    const auto got = std::string(sdk::name(error.kind)) + ": " + error.message;
    if (!expected.has("error")) return {"expected success, got " + got};
    const auto wanted = expected.at("error");
    std::vector<std::string> complaints;
    if (wanted.textOr("kind", "") != sdk::name(error.kind))
        complaints.push_back("expected the error " + wanted.textOr("kind", "(no kind)") + ", got " +
                             got);
    if (error.message.find(wanted.textOr("message", "")) == std::string::npos)
        complaints.push_back("expected the error's message to hold '" +
                             wanted.textOr("message", "") + "', got " + got);
    return complaints;
}

std::vector<std::string> judge(const sdk::Json& expected, const sdk::Result<std::string>& outcome) {
    if (!outcome) return judgeFailure(expected, outcome.error());
    if (expected.has("error"))
        return {"expected the error " + expected.at("error").textOr("kind", "") + ", got " +
                *outcome};
    const auto actual = sdk::Json::parse(*outcome);
    if (!actual) return {"the outcome is no JSON: " + actual.error().message};
    return differences(expected, *actual);
}

sdk::Result<std::vector<std::string>> play(const ScenarioFile& file, const sdk::Plugin& plugin) {
    Stage stage;
    if (const auto prepared = file.prepare(stage); !prepared) return prepared.error();
    const auto expected = SOUK_TRY(file.expected());
    const auto outcome = callPlugin(plugin, file, stage);
    auto complaints = judge(expected, outcome);
    stage.http.expectAllPlayed();
    return complaints;
}

}  // namespace

std::string ScenarioOutcome::text() const {
    auto text = file.filename().string() + ": " + story;
    for (const auto& one : complaints) text += "\n  " + one;
    return text;
}

std::vector<std::filesystem::path> scenarioFiles(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    if (std::filesystem::is_directory(folder))
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

ScenarioOutcome playScenario(const std::filesystem::path& file, const sdk::Plugin& plugin) {
    ScenarioOutcome outcome{"(unread)", {}, file};
    try {
        const auto scenario = ScenarioFile::read(file);
        if (!scenario) {
            outcome.complaints.push_back(scenario.error().message);
            return outcome;
        }
        outcome.story = scenario->story();
        auto complaints = play(*scenario, plugin);
        if (complaints)
            outcome.complaints = *std::move(complaints);
        else
            outcome.complaints.push_back(complaints.error().message);
    } catch (const std::exception& problem) {
        outcome.complaints.emplace_back(problem.what());
    }
    return outcome;
}

}  // namespace souk::testing
