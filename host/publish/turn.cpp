#include "publish/turn.hpp"

#include "publish/shelf.hpp"

#include <utility>

namespace souk::publish {

Turn::Turn(const PublishTools& tools,
           const jobs::Job& one,
           Shelf whose,
           Settings how,
           std::unique_ptr<loader::Session> session,
           std::stop_token token)
    : job(one),
      stop(std::move(token)),
      shelf(std::move(whose)),
      settings(std::move(how)),
      database_(tools.database),
      session_(std::move(session)),
      context_(session_->context(stop)) {}

sdk::Result<std::unique_ptr<Turn>> Turn::open(const PublishTools& tools,
                                              const jobs::Job& job,
                                              loader::Priority priority,
                                              const std::stop_token& stop) {
    std::unique_ptr<Turn> turn;
    if (!job.integrationId) return turn;
    std::optional<store::IntegrationRow> integration;
    std::optional<Settings> settings;
    {
        auto tx = tools.database.forStore(job.storeId);
        integration = store::Integrations::find(tx, *job.integrationId);
        settings = settingsOf(tx, *job.integrationId);
    }
    if (!integration || !settings || !settings->enabled) return turn;
    auto session = SOUK_TRY(tools.sessions.open(*integration, priority));
    if (session->plugin().plugin->publisher() == nullptr) return turn;
    turn.reset(new Turn(
        tools, job, shelfOf(*integration), *std::move(settings), std::move(session), stop));
    return turn;
}

store::Transaction Turn::transaction() const {
    auto tx = database_.forStore(shelf.storeId);
    hold(tx, shelf);
    return tx;
}

}  // namespace souk::publish
