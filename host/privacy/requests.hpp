#pragma once

#include "store/database.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::privacy {

/// Until when a request must be answered, from its receipt.
inline constexpr std::chrono::days kDue{30};

inline constexpr std::string_view kExport = "export";
inline constexpr std::string_view kEraseCustomer = "erase_customer";
inline constexpr std::string_view kEraseStore = "erase_store";

/// Rows by table.
using Counts = std::map<std::string, std::int64_t, std::less<>>;

struct Request {
    core::Uuid storeId;
    core::Uuid id;
    core::Uuid integrationId;
    std::string what;    ///< export, erase_customer, erase_store
    std::string origin;  ///< platform, person
    std::optional<core::Uuid> askedBy;
    std::optional<std::string> externalId;
    std::optional<std::string> code;
    std::optional<core::Uuid> correlationId;
    std::optional<std::string> subject;  ///< JSON; personal
    std::string person;                  ///< keyed hash, hex; empty for a store
    std::vector<std::string> people;     ///< keyed hashes, hex
    std::string state = "received";      ///< received, working, done, refused, failed
    std::optional<std::string> reason;
    std::int64_t step = 0;
    std::string position;
    Counts counts;
    sdk::Timestamp receivedAt{};
    sdk::Timestamp dueAt{};
    std::optional<sdk::Timestamp> startedAt;
    std::optional<sdk::Timestamp> doneAt;
    std::optional<sdk::Timestamp> fetchedAt;

    bool ended() const { return state == "done" || state == "refused" || state == "failed"; }
};

/// The table privacy_request. Transactions of the store, or of the worker.
class Requests {
public:
    /// One that is there already is left as it is.
    static void add(store::Transaction& tx, const Request& request);
    static std::optional<Request> find(store::Transaction& tx,
                                       const core::Uuid& storeId,
                                       const core::Uuid& id);
    /// The same, locked until the transaction ends.
    static std::optional<Request> take(store::Transaction& tx,
                                       const core::Uuid& storeId,
                                       const core::Uuid& id);
    /// What work changes: state, reason, people, step, position, counts, times.
    static void save(store::Transaction& tx, const Request& request);
    /// Newest first, older than `before` (empty: from the newest).
    static std::vector<Request> list(store::Transaction& store,
                                     const core::Uuid& storeId,
                                     const std::optional<core::Uuid>& integrationId,
                                     const std::optional<std::string>& state,
                                     const core::Uuid& before,
                                     int limit);
    /// Exports of a person who was erased forget whom they were about. Answers how many.
    static std::int64_t forgetSubjects(store::Transaction& tx, const Request& erasure);
    /// All of an integration's do, once everything of it was erased.
    static std::int64_t forgetAllSubjects(store::Transaction& tx, const Request& erasure);
    static void fetched(store::Transaction& store, const Request& request, sdk::Timestamp now);

    /// What became of the requests behind one page.
    struct Standing {
        std::int64_t known = 0;    ///< requests
        std::int64_t started = 0;  ///< of them worked at, or ended
        std::int64_t ended = 0;    ///< done or refused
        std::int64_t failed = 0;
        std::int64_t rows = 0;  ///< erased by them
        std::optional<sdk::Timestamp> doneAt;
    };
    static Standing standingOf(store::Transaction& worker, const std::string& code);
};

}  // namespace souk::privacy
