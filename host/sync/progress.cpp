#include "sync/progress.hpp"

#include <souk/sdk/json.hpp>
#include <souk/sdk/time.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace souk::sync {
namespace {

using sdk::JsonWriter;
using sdk::Timestamp;

constexpr std::string_view kOne = R"(
SELECT store_id, id, integration_id, mode, trigger, status, error, cancel_requested, verified,
       created_at, started_at, finished_at
  FROM sync_run WHERE id = $1)";

constexpr std::string_view kList = R"(
SELECT store_id, id, integration_id, mode, trigger, status, error, cancel_requested, verified,
       created_at, started_at, finished_at
  FROM sync_run
 WHERE ($1::uuid IS NULL OR integration_id = $1) AND ($2::uuid IS NULL OR id < $2)
 ORDER BY id DESC LIMIT $3)";

constexpr std::string_view kEntities = R"(
SELECT run_id, entity, status, pages, processed, total, changed, stale, rejects, remote_count,
       local_count, started_at, updated_at
  FROM sync_run_entity WHERE run_id = ANY ($1::uuid[]) ORDER BY run_id, position)";

std::optional<double> rateOf(std::int64_t amount,
                             const std::optional<Timestamp>& from,
                             const std::optional<Timestamp>& to) {
    if (!from || !to || *to <= *from || amount <= 0) return std::nullopt;
    return static_cast<double>(amount) / std::chrono::duration<double>(*to - *from).count();
}

RunProgress runFrom(const store::Row& row) {
    RunProgress run;
    run.runId = row.uuid("id");
    run.storeId = row.uuid("store_id");
    run.integrationId = row.uuid("integration_id");
    run.mode = row.text("mode");
    run.trigger = row.text("trigger");
    run.status = row.text("status");
    run.error = row.maybeText("error");
    run.cancelRequested = row.boolean("cancel_requested");
    run.verified = row.boolean("verified");
    run.createdAt = row.time("created_at");
    run.startedAt = row.maybeTime("started_at");
    run.finishedAt = row.maybeTime("finished_at");
    return run;
}

EntityProgress entityFrom(const store::Row& row, Timestamp now) {
    EntityProgress entity;
    entity.entity = row.text("entity");
    entity.status = row.text("status");
    entity.pages = row.integer("pages");
    entity.processed = row.integer("processed");
    entity.total = row.maybeInteger("total");
    entity.changed = row.integer("changed");
    entity.stale = row.integer("stale");
    entity.rejects = row.integer("rejects");
    entity.remoteCount = row.maybeInteger("remote_count");
    entity.localCount = row.maybeInteger("local_count");
    entity.startedAt = row.maybeTime("started_at");
    entity.updatedAt = row.maybeTime("updated_at");
    const bool running = entity.status == "running";
    entity.ratePerSecond =
        rateOf(entity.processed, entity.startedAt, running ? std::optional(now) : entity.updatedAt);
    return entity;
}

std::string stageOf(const RunProgress& run) {
    if (run.status != "running" && run.status != "waiting") return {};
    for (const EntityProgress& entity : run.entities)
        if (entity.status != "done") return entity.entity;
    return "verifying";
}

void addUp(RunProgress& run, Timestamp now) {
    std::int64_t total = 0;
    bool totalKnown = !run.entities.empty();
    std::optional<Timestamp> last;
    for (const EntityProgress& entity : run.entities) {
        run.processed += entity.processed;
        run.changed += entity.changed;
        run.rejects += entity.rejects;
        // What the platform announced may be behind what it then sent.
        const auto known = entity.status == "done" ? entity.processed : entity.total.value_or(0);
        total += std::max(known, entity.processed);
        totalKnown = totalKnown && (entity.status == "done" || entity.total);
        if (entity.updatedAt) last = std::max(last.value_or(*entity.updatedAt), *entity.updatedAt);
    }
    if (totalKnown) run.total = total;
    run.stage = stageOf(run);
    const bool moving = run.status == "running" && run.stage != "verifying";
    run.ratePerSecond = rateOf(run.processed, run.startedAt, moving ? std::optional(now) : last);
    if (run.total && run.ratePerSecond && moving) {
        const auto left = static_cast<double>(*run.total - run.processed) / *run.ratePerSecond;
        run.secondsLeft = static_cast<std::int64_t>(std::ceil(left));
    }
}

std::vector<RunProgress> complete(store::Transaction& store,
                                  const store::Rows& rows,
                                  Timestamp now) {
    std::vector<RunProgress> runs;
    std::vector<core::Uuid> ids;
    for (const auto row : rows) {
        runs.push_back(runFrom(row));
        ids.push_back(runs.back().runId);
    }
    if (runs.empty()) return runs;
    for (const auto row : store.query(kEntities, ids)) {
        const core::Uuid id = row.uuid("run_id");
        const auto run = std::find_if(
            runs.begin(), runs.end(), [&](const RunProgress& one) { return one.runId == id; });
        if (run != runs.end()) run->entities.push_back(entityFrom(row, now));
    }
    for (RunProgress& run : runs) addUp(run, now);
    return runs;
}

void write(JsonWriter& json, std::string_view key, const std::optional<std::int64_t>& value) {
    json.key(key);
    if (value)
        json.integer(*value);
    else
        json.null();
}

void write(JsonWriter& json, std::string_view key, const std::optional<Timestamp>& value) {
    json.key(key);
    if (value)
        json.text(sdk::rfc3339(*value));
    else
        json.null();
}

/// One decimal: a rate is for people.
void write(JsonWriter& json, std::string_view key, const std::optional<double>& value) {
    json.key(key);
    if (!value) {
        json.null();
        return;
    }
    std::array<char, 32> digits{};
    const auto end = std::to_chars(
        digits.data(), digits.data() + digits.size(), *value, std::chars_format::fixed, 1);
    json.raw(std::string_view(digits.data(), static_cast<std::size_t>(end.ptr - digits.data())));
}

void write(JsonWriter& json, const EntityProgress& entity) {
    json.object();
    json.key("entity").text(entity.entity);
    json.key("status").text(entity.status);
    json.key("pages").integer(entity.pages);
    json.key("processed").integer(entity.processed);
    write(json, "total", entity.total);
    json.key("changed").integer(entity.changed);
    json.key("stale").integer(entity.stale);
    json.key("rejects").integer(entity.rejects);
    write(json, "remote_count", entity.remoteCount);
    write(json, "local_count", entity.localCount);
    write(json, "rate_per_second", entity.ratePerSecond);
    write(json, "started_at", entity.startedAt);
    write(json, "updated_at", entity.updatedAt);
    json.end();
}

}  // namespace

std::optional<RunProgress> readProgress(store::Transaction& store,
                                        const core::Uuid& runId,
                                        Timestamp now) {
    auto runs = complete(store, store.query(kOne, runId), now);
    if (runs.empty()) return std::nullopt;
    return std::move(runs.front());
}

std::vector<RunProgress> listProgress(store::Transaction& store,
                                      const std::optional<core::Uuid>& integrationId,
                                      const core::Uuid& before,
                                      int limit,
                                      Timestamp now) {
    const auto from = before.empty() ? std::nullopt : std::optional(before);
    return complete(store, store.query(kList, integrationId, from, limit), now);
}

std::string toJson(const RunProgress& progress) {
    JsonWriter json;
    json.object();
    json.key("id").text(progress.runId.text());
    json.key("store_id").text(progress.storeId.text());
    json.key("integration_id").text(progress.integrationId.text());
    json.key("status").text(progress.status);
    json.key("mode").text(progress.mode);
    json.key("trigger").text(progress.trigger);
    json.key("stage").text(progress.stage);
    json.key("processed").integer(progress.processed);
    write(json, "total", progress.total);
    json.key("changed").integer(progress.changed);
    json.key("rejects").integer(progress.rejects);
    write(json, "rate_per_second", progress.ratePerSecond);
    write(json, "seconds_left", progress.secondsLeft);
    json.key("verified").boolean(progress.verified);
    json.key("cancel_requested").boolean(progress.cancelRequested);
    json.key("error");
    if (progress.error)
        json.text(*progress.error);
    else
        json.null();
    json.key("created_at").text(sdk::rfc3339(progress.createdAt));
    write(json, "started_at", progress.startedAt);
    write(json, "finished_at", progress.finishedAt);
    json.key("entities").array();
    for (const EntityProgress& entity : progress.entities) write(json, entity);
    json.end();
    json.end();
    return json.take();
}

}  // namespace souk::sync
