#include "app/doctor.hpp"

namespace souk::app {

namespace {

using Level = Finding::Level;

constexpr int kOldest = 150000;
constexpr std::chrono::seconds kSlightSkew{2};
constexpr std::chrono::seconds kBadSkew{10};

Finding ofVersion(int version) {
    const auto shown = std::to_string(version / 10000) + "." + std::to_string(version % 10000);
    if (version < kOldest)
        return {"database",
                Level::Error,
                "PostgreSQL " + shown + " is too old; souk needs 15 or newer."};
    return {"database", Level::Fine, "PostgreSQL " + shown + " answers."};
}

Finding ofRoles(const std::vector<store::Health::Role>& roles) {
    for (const auto& role : roles) {
        if (!role.exists || !role.member)
            return {"roles",
                    Level::Error,
                    (role.exists ? "This login may not become the role " + role.name
                                 : "The role " + role.name + " is missing") +
                        "; run `souk migrate`, which makes it or says what an administrator must "
                        "run."};
        if (role.unlimited)
            return {"roles",
                    Level::Error,
                    "The role " + role.name +
                        " may read the rows of every store; let an administrator run: ALTER ROLE " +
                        role.name + " NOSUPERUSER NOBYPASSRLS;"};
    }
    return {"roles", Level::Fine, "Three roles, each held to its rows."};
}

Finding ofIsolation(const std::vector<std::string>& unforced) {
    if (unforced.empty())
        return {"isolation", Level::Fine, "Every table with a store is forced to it."};
    std::string tables;
    for (const auto& table : unforced) tables += (tables.empty() ? "" : ", ") + table;
    return {"isolation",
            Level::Error,
            "Row level security is not forced on: " + tables +
                "; let an administrator run ALTER TABLE … ENABLE ROW LEVEL SECURITY, FORCE ROW "
                "LEVEL SECURITY on each."};
}

/// The database answered at some moment between: what lies outside is a difference of clocks.
Finding ofClock(sdk::Timestamp database, sdk::Timestamp asked, sdk::Timestamp answered) {
    using std::chrono::duration_cast;
    using std::chrono::seconds;
    auto skew = std::chrono::microseconds::zero();
    if (database < asked) skew = asked - database;
    if (database > answered) skew = database - answered;
    const auto whole = duration_cast<seconds>(skew).count();
    const auto sentence = "The clocks of this host and of the database differ by " +
                          std::to_string(whole) +
                          " s; leases rest on them: set both by NTP (timedatectl set-ntp true).";
    if (skew > kBadSkew) return {"clock", Level::Error, sentence};
    if (skew > kSlightSkew) return {"clock", Level::Warning, sentence};
    return {"clock", Level::Fine, "This host's clock and the database's agree."};
}

}  // namespace

std::vector<Finding> judged(const store::Health& health,
                            sdk::Timestamp asked,
                            sdk::Timestamp answered) {
    return {ofVersion(health.version),
            ofRoles(health.roles),
            ofIsolation(health.unforced),
            ofClock(health.now, asked, answered)};
}

}  // namespace souk::app
