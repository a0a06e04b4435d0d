#include "store/health.hpp"

namespace souk::store {

namespace {

constexpr const char* kServer = R"sql(
SELECT current_setting('server_version_num')::integer AS version, clock_timestamp() AS now)sql";

constexpr const char* kRoles = R"sql(
SELECT wanted.name, r.oid IS NOT NULL AS exists,
       coalesce(pg_has_role(current_user, r.oid, 'MEMBER'), false) AS member,
       coalesce(r.rolsuper OR r.rolbypassrls, false) AS unlimited
FROM unnest(ARRAY['souk_owner', 'souk_app', 'souk_worker']) AS wanted (name)
LEFT JOIN pg_roles r ON r.rolname = wanted.name
ORDER BY wanted.name)sql";

/// A partition is reached through its parent, which is forced.
constexpr const char* kUnforced = R"sql(
SELECT c.relname::text AS name FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
  AND (c.relname = 'store' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
                                      AND a.attname = 'store_id' AND a.attnotnull))
ORDER BY 1)sql";

}  // namespace

Health healthOf(Database& database) {
    auto tx = database.asLogin();
    Health health;
    const auto server = tx.query(kServer)[0];
    health.version = static_cast<int>(server.integer("version"));
    health.now = server.time("now");
    for (const auto row : tx.query(kRoles))
        health.roles.push_back({row.text("name"),
                                row.boolean("exists"),
                                row.boolean("member"),
                                row.boolean("unlimited")});
    for (const auto row : tx.query(kUnforced)) health.unforced.push_back(row.text("name"));
    return health;
}

}  // namespace souk::store
