#pragma once

#include "core/log.hpp"
#include "core/metrics.hpp"
#include "core/waiter.hpp"
#include "net/authorizer.hpp"
#include "net/budget.hpp"
#include "net/options.hpp"
#include "net/pool.hpp"

#include <souk/sdk/http.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace souk::net {

/// What a platform's manifest says about its network, and how its replies are read.
struct PlatformRules {
    std::string platform;
    std::vector<std::string> hosts;      ///< "api.example.test", "*.example.test"
    std::string authHeader;              ///< empty: requests carry no credentials
    std::string authFormat = "{token}";  ///< value of that header
    std::string proofParameter;          ///< of the query, for Passage::proofKey; empty: no proof
    std::string proofTimeParameter;
    Rate rate;
    double costPerRequest = 1;  ///< of a request that names no cost
    /// The plugin's throttleFrom, guarded. Empty: the platform tells nothing.
    std::function<std::optional<sdk::Throttle>(const sdk::HttpReply&)> throttleFrom;
};

/// Who goes through the door, and in whose name.
struct Passage {
    std::shared_ptr<const PlatformRules> rules;
    AccountKey account;
    Authorizer* authorizer = nullptr;  ///< null: no credentials are added; outlives the door
    Priority priority = Priority::Scheduled;
    std::stop_token stop;
    std::optional<sdk::Secret> proofKey{};  ///< signs the token where the platform wants proof
};

/// The way out for plugins. Every request is checked against the manifest, paid from the account's
/// budget, given its credentials and sent over verified TLS. Redirects are not followed; plain
/// http does not exist. Retried here: once what died with an idle connection, once after 401 with
/// a fresh token, and what the platform throttled. Everything else is the caller's to repeat.
/// Thread-safe; outlives its doors.
class Gateway {
public:
    Gateway(const Options& options,
            TlsSettings tls,
            Budget& budget,
            const sdk::Clock& clock,
            core::Waiter& waiter,
            core::Log& log,
            core::Metrics& metrics);

    /// A door for one call into a plugin. [one thread]
    std::unique_ptr<sdk::Http> open(Passage passage);

private:
    class Door;

    const Options options_;
    Pool pool_;
    Budget& budget_;
    const sdk::Clock& clock_;
    core::Waiter& waiter_;
    core::Log& log_;
    core::Metrics& metrics_;
};

}  // namespace souk::net
