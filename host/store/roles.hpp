#pragma once

#include "store/connection.hpp"

namespace souk::store {

/// Makes the roles souk_owner, souk_app and souk_worker where they are missing, makes the login a
/// member of them and lets them use the schema public. Roles belong to the whole cluster: hosts of
/// other databases may do the same at the same time. Failure 42501 tells the SQL an administrator
/// must run when the login may not do it itself.
void ensureRoles(Connection& connection);

}  // namespace souk::store
