#pragma once

#include "core/uuid.hpp"
#include "store/database.hpp"
#include "web/token.hpp"

#include <souk/sdk/context.hpp>

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace souk::web {

/// Who may call a route. Roles: admin may everything, operator everything but Manage, agent reads
/// and talks to people, viewer only reads.
enum class Access : std::uint8_t { Public, Read, Converse, Operate, Manage };

/// Whose bearer token came with a request.
struct Caller {
    core::Uuid tokenId;
    std::optional<core::Uuid> storeId;  ///< none: all stores
    std::string role;
    bool may(Access access) const noexcept;
};

/// Bearer tokens to callers, remembered for some seconds so that a request costs no query; a
/// revoked token is refused after that time at the latest. Thread-safe.
class Authenticator {
public:
    Authenticator(store::Database& database, const sdk::Clock& clock);
    /// The caller of an "Authorization: Bearer …" header; none when it is missing or not valid.
    std::optional<Caller> callerOf(std::string_view authorization);

private:
    struct Known {
        Caller caller;
        sdk::Timestamp until{};
    };
    store::Database& database_;
    const sdk::Clock& clock_;
    std::mutex mutex_;
    std::map<std::string, Known, std::less<>> known_;  ///< by token hash
};

}  // namespace souk::web
