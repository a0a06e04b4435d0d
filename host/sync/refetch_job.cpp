#include "sync/refetch_job.hpp"

#include <souk/sdk/json.hpp>

namespace souk::sync {

jobs::NewJob refetchJob(const core::Uuid& integrationId,
                        sdk::Entity entity,
                        const std::string& externalId,
                        const std::string& reason,
                        std::int16_t priority) {
    const std::string kind(sdk::name(entity));
    jobs::NewJob job;
    job.integrationId = integrationId;
    job.kind = "refetch";
    job.dedupe = kind + ":" + externalId;
    job.payload = sdk::JsonWriter()
                      .object()
                      .key("entity")
                      .text(kind)
                      .key("external_id")
                      .text(externalId)
                      .key("reason")
                      .text(reason)
                      .end()
                      .take();
    job.priority = priority;
    return job;
}

sdk::Result<RefetchTask> refetchTaskFrom(const std::string& payload) {
    const sdk::Json json = SOUK_TRY(sdk::Json::parse(payload));
    const std::string entity = SOUK_TRY(json.text("entity"));
    RefetchTask task;
    task.entity = SOUK_TRY(sdk::entityFrom(entity));
    task.externalId = SOUK_TRY(json.text("external_id"));
    task.reason = json.textOr("reason", "");
    return task;
}

}  // namespace souk::sync
