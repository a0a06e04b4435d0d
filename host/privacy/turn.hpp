#pragma once

#include "connect/credentials.hpp"
#include "core/log.hpp"
#include "privacy/wish.hpp"
#include "store/integrations.hpp"

#include <optional>
#include <string>

namespace souk::privacy {

/// What the room works with. References outlive it.
struct PrivacyTools {
    store::Database& database;
    const connect::Credentials& credentials;
    PersonHash hash;
    const sdk::Clock& clock;
    core::Log& log;
};

/// One transaction of an erasure: a bounded portion of the step at hand, committed with how far it
/// came. `request` is locked, `tx` sees what the step needs.
struct Turn {
    store::Transaction& tx;
    const PrivacyTools& tools;
    const jobs::Job& job;
    const Wish& wish;
    const store::IntegrationRow& integration;
    Request& request;
    /// Set by a step that cannot go on now: the job comes again then.
    std::optional<sdk::Timestamp> again{};

    store::RecordScope scope() const {
        return {request.storeId, request.integrationId, integration.name, tools.clock.now(), false};
    }
    void count(std::string_view table, std::int64_t rows) {
        if (rows > 0) request.counts[std::string(table)] += rows;
    }
};

/// A step of an erasure: done once it answers true. All may be repeated.
struct Step {
    bool (*act)(Turn&);
    bool ofWorker = false;  ///< needs tables of no store
};

struct Steps {
    const Step* first;
    std::size_t count;
};

/// Deletes the events about the request's people, all from the beginning or those received since
/// the request was begun; `everybody`: all of the integration.
bool eraseEvents(Turn& turn, bool lateOnly, bool everybody);

Steps stepsOfCustomer();
Steps stepsOfStore();

}  // namespace souk::privacy
