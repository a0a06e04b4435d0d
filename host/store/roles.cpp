#include "store/roles.hpp"

#include <array>
#include <string>

namespace souk::store {

namespace {

constexpr std::array<const char*, 3> kRoles{"souk_owner", "souk_app", "souk_worker"};

constexpr const char* kLogin = "SELECT quote_ident(current_user) AS login";
constexpr const char* kRoleExists =
    "SELECT exists(SELECT FROM pg_roles WHERE rolname = $1) AS answer";
constexpr const char* kIsMember = "SELECT pg_has_role(current_user, $1, 'MEMBER') AS answer";
constexpr const char* kSchemaGranted = R"sql(
SELECT has_schema_privilege('souk_owner', 'public', 'USAGE')
   AND has_schema_privilege('souk_owner', 'public', 'CREATE')
   AND has_schema_privilege('souk_app', 'public', 'USAGE')
   AND has_schema_privilege('souk_worker', 'public', 'USAGE') AS answer)sql";
constexpr const char* kGrantSchema =
    "GRANT USAGE, CREATE ON SCHEMA public TO souk_owner; "
    "GRANT USAGE ON SCHEMA public TO souk_app, souk_worker";

/// Another host is doing the same thing to the cluster's roles right now: duplicate_object,
/// unique_violation, "tuple concurrently updated".
bool raced(const Failure& failure) {
    return failure.sqlState() == "42710" || failure.sqlState() == "23505" ||
           failure.sqlState() == "XX000";
}

std::string forAdministrator(const std::string& login) {
    return "this login may not set up the roles of souk; let an administrator run, in this "
           "database: CREATE ROLE souk_owner NOLOGIN; CREATE ROLE souk_app NOLOGIN; CREATE ROLE "
           "souk_worker NOLOGIN; GRANT souk_owner, souk_app, souk_worker TO " +
           login + "; " + kGrantSchema + ";";
}

void ensureOnce(Connection& connection, const std::string& login) {
    for (const char* const role : kRoles) {
        const Params name{std::string_view(role)};
        if (!connection.run(kRoleExists, name)[0].boolean("answer"))
            connection.command(std::string("CREATE ROLE ") + role + " NOLOGIN");
        if (!connection.run(kIsMember, name)[0].boolean("answer"))
            connection.command(std::string("GRANT ") + role + " TO " + login);
    }
    if (!connection.run(kSchemaGranted, Params())[0].boolean("answer"))
        connection.command(kGrantSchema);
}

}  // namespace

void ensureRoles(Connection& connection) {
    constexpr int kAttempts = 20;
    const auto login = connection.run(kLogin, Params())[0].text("login");
    for (int attempt = 1;; ++attempt) {
        try {
            ensureOnce(connection, login);
            return;
        } catch (const Failure& failure) {
            if (failure.sqlState() == "42501")
                throw Failure("42501", forAdministrator(login) + " (" + failure.what() + ")");
            if (!raced(failure) || attempt == kAttempts) throw;
        }
    }
}

}  // namespace souk::store
