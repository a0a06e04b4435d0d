#pragma once

#include "core/log.hpp"
#include "jobs/workers.hpp"
#include "loader/session.hpp"
#include "publish/position.hpp"
#include "publish/settings.hpp"
#include "store/database.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>

namespace souk::publish {

struct PublishTools {
    store::Database& database;
    loader::Sessions& sessions;
    const sdk::Clock& clock;
    core::Log& log;
    std::chrono::milliseconds answer;  ///< after it the answer of a batch is taken for lost
};

/// What one run of a job works with: an integration whose publishing is on, and its plugin.
class Turn {
public:
    /// Nothing when there is nothing to do: the integration is gone, publishes nothing, or its
    /// plugin cannot.
    static sdk::Result<std::unique_ptr<Turn>> open(const PublishTools& tools,
                                                   const jobs::Job& job,
                                                   loader::Priority priority,
                                                   const std::stop_token& stop);

    const jobs::Job& job;
    const std::stop_token stop;
    const Shelf shelf;
    const Settings settings;

    const loader::LoadedPlugin& plugin() const { return session_->plugin(); }
    const sdk::Publisher& publisher() const { return *plugin().plugin->publisher(); }
    const loader::Manifest::Publish& rules() const { return plugin().manifest.publish; }
    Terms terms() const { return {settings.link, rules().wholeProducts}; }
    Pace pace() const { return Pace::perMinute(rules().perMinute); }
    sdk::Context& context() { return context_; }

    /// A transaction that holds the shelf.
    store::Transaction transaction() const;

private:
    Turn(const PublishTools& tools,
         const jobs::Job& one,
         Shelf whose,
         Settings how,
         std::unique_ptr<loader::Session> session,
         std::stop_token token);

    store::Database& database_;
    std::unique_ptr<loader::Session> session_;
    sdk::Context context_;
};

}  // namespace souk::publish
