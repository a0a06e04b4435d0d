#include "store/hosts.hpp"

namespace souk::store {

namespace {

constexpr const char* kAnnounce = R"sql(
INSERT INTO host (id, started_at, seen_at, keys, sealing) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE
SET seen_at = excluded.seen_at, keys = excluded.keys, sealing = excluded.sealing)sql";
constexpr const char* kForget = "DELETE FROM host WHERE seen_at < $1";
constexpr const char* kLeave = "DELETE FROM host WHERE id = $1";
constexpr const char* kRunning = R"sql(
SELECT id, started_at, seen_at, keys, sealing FROM host WHERE seen_at > $1 ORDER BY id)sql";

constexpr std::chrono::hours kRemembered{24};

}  // namespace

void Hosts::announce(Transaction& worker, const HostRow& host) {
    worker.query(kAnnounce, host.id, host.startedAt, host.seenAt, host.keys, host.sealing);
    worker.query(kForget, host.seenAt - kRemembered);
}

void Hosts::leave(Transaction& worker, const std::string& id) {
    worker.query(kLeave, id);
}

std::vector<HostRow> Hosts::running(Transaction& worker, sdk::Timestamp now) {
    std::vector<HostRow> hosts;
    for (const auto row : worker.query(kRunning, now - kGoneAfter))
        hosts.push_back({row.text("id"),
                         row.time("started_at"),
                         row.time("seen_at"),
                         row.texts("keys"),
                         row.text("sealing")});
    return hosts;
}

}  // namespace souk::store
