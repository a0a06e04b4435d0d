#pragma once

#include "core/log.hpp"
#include "jobs/workers.hpp"
#include "loader/session.hpp"
#include "messages/journal.hpp"
#include "store/database.hpp"

#include <stop_token>

namespace souk::messages {

struct SendTools {
    store::Database& database;
    loader::Sessions& sessions;
    const sdk::Clock& clock;
    core::Log& log;
};

/// Job "send", payload {"id": message}. No platform here has an idempotency key, so a message is
/// `sending` in the table before the platform is called, and whoever finds it so afterwards does
/// not send it again: it is `unknown` until a status event tells what became of it.
class SendJob {
public:
    explicit SendJob(SendTools tools) : tools_(tools) {}
    sdk::Result<jobs::Outcome> run(const jobs::Job& job, const std::stop_token& stop);

private:
    /// The message, now `sending`; nothing when there is nothing to do, or when to look again.
    struct Start {
        std::optional<Entry> entry;
        std::optional<sdk::Timestamp> notBefore;
        std::string reason;  ///< why not before
    };
    Start start(const jobs::Job& job,
                const core::Uuid& messageId,
                const loader::Manifest::Messages& rules);
    sdk::Result<jobs::Outcome> end(const jobs::Job& job,
                                   const core::Uuid& messageId,
                                   const sdk::Result<sdk::Sent>& sent);
    /// There is nothing to send it with. When no other try is left the message tells of it, as the
    /// job is not seen by whoever wrote it.
    sdk::Result<jobs::Outcome> refuse(const jobs::Job& job,
                                      const core::Uuid& messageId,
                                      const sdk::Error& error);
    /// False: it was to be queued again, but the job is another host's.
    bool settleAs(const jobs::Job& job,
                  const core::Uuid& messageId,
                  std::string_view status,
                  std::string_view externalId,
                  const sdk::Error* error);
    SendTools tools_;
};

/// Job "mark_read", payload {"id": conversation}: the newest message the person wrote was read.
class MarkReadJob {
public:
    explicit MarkReadJob(SendTools tools) : tools_(tools) {}
    sdk::Result<jobs::Outcome> run(const jobs::Job& job, const std::stop_token& stop);

private:
    SendTools tools_;
};

}  // namespace souk::messages
