#include "privacy/requests.hpp"

#include <souk/sdk/json.hpp>

namespace souk::privacy {

namespace {

#define SOUK_REQUEST                                                                           \
    "SELECT store_id, id, integration_id, what, origin, asked_by, external_id, code,"          \
    " correlation_id, subject, encode(person, 'hex') AS person,"                               \
    " ARRAY(SELECT encode(p, 'hex') FROM unnest(people) AS p) AS people, state, reason, step," \
    " position, counts, received_at, due_at, started_at, done_at, fetched_at "                 \
    "FROM privacy_request "

constexpr std::string_view kFind = SOUK_REQUEST "WHERE store_id = $1 AND id = $2";
constexpr std::string_view kTake = SOUK_REQUEST "WHERE store_id = $1 AND id = $2 FOR UPDATE";
constexpr std::string_view kList = SOUK_REQUEST R"(
WHERE store_id = $1 AND ($2::uuid IS NULL OR integration_id = $2)
  AND ($3::text IS NULL OR state = $3) AND id < $4
ORDER BY id DESC LIMIT $5)";

constexpr std::string_view kAdd = R"(
INSERT INTO privacy_request (store_id, id, integration_id, what, origin, asked_by, external_id,
                             code, correlation_id, subject, person, received_at, due_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, decode(nullif($11, ''), 'hex'), $12, $13)
ON CONFLICT (store_id, id) DO NOTHING)";

constexpr std::string_view kSave = R"(
UPDATE privacy_request SET state = $3, reason = $4, step = $5, position = $6, counts = $7,
    people = ARRAY(SELECT decode(h, 'hex') FROM unnest($8::text[]) AS h),
    started_at = $9, done_at = $10
WHERE store_id = $1 AND id = $2)";

constexpr std::string_view kForgetSubjects = R"(
UPDATE privacy_request SET subject = NULL
WHERE store_id = $1 AND integration_id = $2 AND person = decode($3, 'hex') AND subject IS NOT NULL)";

constexpr std::string_view kForgetAllSubjects = R"(
UPDATE privacy_request SET subject = NULL
WHERE store_id = $1 AND integration_id = $2 AND subject IS NOT NULL)";

constexpr std::string_view kFetched =
    "UPDATE privacy_request SET fetched_at = $3 WHERE store_id = $1 AND id = $2";

constexpr std::string_view kStanding = R"(
SELECT count(*) AS known, count(*) FILTER (WHERE state <> 'received') AS started,
       count(*) FILTER (WHERE state IN ('done', 'refused')) AS ended,
       count(*) FILTER (WHERE state = 'failed') AS failed, max(done_at) AS done_at,
       coalesce(sum((SELECT sum(value::bigint) FROM jsonb_each_text(counts))), 0)::bigint AS rows
FROM privacy_request WHERE code = $1)";

std::string jsonOf(const Counts& counts) {
    sdk::JsonWriter json;
    json.object();
    for (const auto& [table, rows] : counts) json.key(table).integer(rows);
    return json.end().take();
}

Counts countsIn(const std::string& text) {
    Counts counts;
    if (const auto json = sdk::Json::parse(text))
        for (const auto& table : json->keys()) counts[table] = json->integerOr(table, 0);
    return counts;
}

Request requestFrom(const store::Row& row) {
    Request found;
    found.storeId = row.uuid("store_id");
    found.id = row.uuid("id");
    found.integrationId = row.uuid("integration_id");
    found.what = row.text("what");
    found.origin = row.text("origin");
    found.askedBy = row.maybeUuid("asked_by");
    found.externalId = row.maybeText("external_id");
    found.code = row.maybeText("code");
    found.correlationId = row.maybeUuid("correlation_id");
    found.subject = row.maybeText("subject");
    found.person = row.textOr("person", "");
    found.people = row.texts("people");
    found.state = row.text("state");
    found.reason = row.maybeText("reason");
    found.step = row.integer("step");
    found.position = row.text("position");
    found.counts = countsIn(row.text("counts"));
    found.receivedAt = row.time("received_at");
    found.dueAt = row.time("due_at");
    found.startedAt = row.maybeTime("started_at");
    found.doneAt = row.maybeTime("done_at");
    found.fetchedAt = row.maybeTime("fetched_at");
    return found;
}

std::optional<Request> firstOf(const store::Rows& rows) {
    return rows.empty() ? std::nullopt : std::optional(requestFrom(rows[0]));
}

}  // namespace

void Requests::add(store::Transaction& tx, const Request& request) {
    std::optional<store::JsonText> subject;
    if (request.subject) subject = store::JsonText{*request.subject};
    tx.query(kAdd,
             request.storeId,
             request.id,
             request.integrationId,
             request.what,
             request.origin,
             request.askedBy,
             request.externalId,
             request.code,
             request.correlationId,
             subject,
             request.person,
             request.receivedAt,
             request.receivedAt + kDue);
}

std::optional<Request> Requests::find(store::Transaction& tx,
                                      const core::Uuid& storeId,
                                      const core::Uuid& id) {
    return firstOf(tx.query(kFind, storeId, id));
}

std::optional<Request> Requests::take(store::Transaction& tx,
                                      const core::Uuid& storeId,
                                      const core::Uuid& id) {
    return firstOf(tx.query(kTake, storeId, id));
}

void Requests::save(store::Transaction& tx, const Request& request) {
    const auto counts = jsonOf(request.counts);
    tx.query(kSave,
             request.storeId,
             request.id,
             request.state,
             request.reason,
             static_cast<std::int16_t>(request.step),
             request.position,
             store::JsonText{counts},
             request.people,
             request.startedAt,
             request.doneAt);
}

std::vector<Request> Requests::list(store::Transaction& store,
                                    const core::Uuid& storeId,
                                    const std::optional<core::Uuid>& integrationId,
                                    const std::optional<std::string>& state,
                                    const core::Uuid& before,
                                    int limit) {
    core::Uuid newest;
    newest.bytes.fill(0xff);
    std::vector<Request> found;
    for (const store::Row row : store.query(kList,
                                            storeId,
                                            integrationId,
                                            state,
                                            before.empty() ? newest : before,
                                            std::int64_t{limit}))
        found.push_back(requestFrom(row));
    return found;
}

std::int64_t Requests::forgetSubjects(store::Transaction& tx, const Request& erasure) {
    return tx.query(kForgetSubjects, erasure.storeId, erasure.integrationId, erasure.person)
        .affected();
}

std::int64_t Requests::forgetAllSubjects(store::Transaction& tx, const Request& erasure) {
    return tx.query(kForgetAllSubjects, erasure.storeId, erasure.integrationId).affected();
}

void Requests::fetched(store::Transaction& store, const Request& request, sdk::Timestamp now) {
    store.query(kFetched, request.storeId, request.id, now);
}

Requests::Standing Requests::standingOf(store::Transaction& worker, const std::string& code) {
    const auto row = worker.query(kStanding, code)[0];
    return {row.integer("known"),
            row.integer("started"),
            row.integer("ended"),
            row.integer("failed"),
            row.integer("rows"),
            row.maybeTime("done_at")};
}

}  // namespace souk::privacy
