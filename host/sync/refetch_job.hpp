#pragma once

#include "jobs/queue.hpp"

#include <souk/sdk/record.hpp>

#include <string>

namespace souk::sync {

/// The job that fetches one record whole. Waits once per record, whoever asks.
jobs::NewJob refetchJob(const core::Uuid& integrationId,
                        sdk::Entity entity,
                        const std::string& externalId,
                        const std::string& reason,
                        std::int16_t priority);

/// What such a job's payload says.
struct RefetchTask {
    sdk::Entity entity{};
    std::string externalId;
    std::string reason;
};
/// BadPayload names what is wrong with it.
sdk::Result<RefetchTask> refetchTaskFrom(const std::string& payload);

}  // namespace souk::sync
