#pragma once

#include <stdexcept>
#include <string>

namespace souk::store {

/// PostgreSQL said no or is not there. Caught by worker loops (which retry what is transient) and
/// by the web error table (503 or 500). The message holds no parameter values.
class Failure : public std::runtime_error {
public:
    Failure(std::string sqlState, const std::string& message)
        : std::runtime_error(message), sqlState_(std::move(sqlState)) {}

    /// Five characters of the SQL standard; "08000" when the connection is gone.
    const std::string& sqlState() const noexcept { return sqlState_; }
    /// Worth trying again as it is: connection trouble (08), serialisation and deadlock (40),
    /// resources (53), intervention (57), lock (55P03), idle for too long (25P03), disk (58030).
    bool transient() const noexcept;
    bool uniqueViolation() const noexcept { return sqlState_ == "23505"; }
    bool foreignKeyViolation() const noexcept { return sqlState_ == "23503"; }

private:
    std::string sqlState_;
};

}  // namespace souk::store
