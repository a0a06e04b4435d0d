#pragma once

#include <souk/sdk/json.hpp>
#include <souk/sdk/webhook.hpp>
#include <souk/testing/stage.hpp>

#include <filesystem>
#include <string>

namespace souk::testing {

/// A scenario as it stands in its file. Wherever a body or an expectation is wanted, "@name" means
/// the content of that file, looked for beside the scenario.
class ScenarioFile {
public:
    static sdk::Result<ScenarioFile> read(const std::filesystem::path& file);

    std::string story() const { return root_.textOr("story", "(no story)"); }
    sdk::Json call() const { return root_.at("call"); }
    sdk::Result<sdk::Json> expected() const;
    /// "request" of a webhook call.
    sdk::Result<sdk::WebhookRequest> webhookRequest() const;
    /// "event" of a webhook translation.
    sdk::Result<sdk::StoredEvent> storedEvent() const;
    sdk::Account account() const;
    /// Puts account, clock, secrets and tape on the stage.
    sdk::Result<sdk::Done> prepare(Stage& stage) const;

private:
    ScenarioFile(std::filesystem::path folder, sdk::Json root)
        : folder_(std::move(folder)), root_(std::move(root)) {}

    sdk::Result<std::string> content(const sdk::Json& owner, std::string_view key) const;
    sdk::Result<sdk::Result<sdk::HttpReply>> reply(const sdk::Json& exchange) const;

    std::filesystem::path folder_;
    sdk::Json root_;
};

}  // namespace souk::testing
