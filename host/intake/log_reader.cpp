#include "intake/log_reader.hpp"

namespace souk::intake {

namespace {

constexpr std::string_view kReadLog = R"(
SELECT id, at, integration_id, entity, external_id, entity_id, action, cause, cause_id, detail,
       correlation_id
FROM sync_log
WHERE store_id = $1
  AND ($2::uuid IS NULL OR id < $2)
  AND ($3::text IS NULL OR entity = $3)
  AND ($4::text IS NULL OR external_id = $4)
  AND ($5::uuid IS NULL OR entity_id = $5)
  AND ($6::uuid IS NULL OR integration_id = $6)
  AND ($7::text IS NULL OR action = $7)
  AND ($8::text IS NULL OR cause = $8)
  AND ($9::uuid IS NULL OR cause_id = $9)
  AND ($10::timestamptz IS NULL OR at >= $10)
  AND ($11::timestamptz IS NULL OR at < $11)
  AND ($13::uuid IS NULL OR correlation_id = $13)
ORDER BY id DESC LIMIT $12)";

LogEntry entryOf(const store::Row& row) {
    LogEntry entry;
    entry.id = row.uuid("id");
    entry.at = row.time("at");
    entry.integrationId = row.uuid("integration_id");
    entry.entity = row.text("entity");
    entry.externalId = row.text("external_id");
    entry.entityId = row.maybeUuid("entity_id");
    entry.action = row.text("action");
    entry.cause = row.text("cause");
    entry.causeId = row.maybeUuid("cause_id");
    entry.detail = row.maybeText("detail");
    entry.correlationId = row.maybeUuid("correlation_id");
    return entry;
}

}  // namespace

std::vector<LogEntry> readLog(store::Transaction& tx,
                              const core::Uuid& storeId,
                              const LogFilter& filter,
                              const std::optional<core::Uuid>& before,
                              std::int32_t limit) {
    std::vector<LogEntry> entries;
    for (const store::Row row : tx.query(kReadLog,
                                         storeId,
                                         before,
                                         filter.entity,
                                         filter.externalId,
                                         filter.entityId,
                                         filter.integrationId,
                                         filter.action,
                                         filter.cause,
                                         filter.causeId,
                                         filter.since,
                                         filter.until,
                                         limit,
                                         filter.correlationId))
        entries.push_back(entryOf(row));
    return entries;
}

}  // namespace souk::intake
