#pragma once

#include "app/foundation.hpp"

#include <string>

namespace souk::app {

/// Says every few seconds that this host serves and which vault keys it has, and learns which one
/// seals. One thread at a time.
class Presence {
public:
    static constexpr std::chrono::seconds kInterval{5};

    explicit Presence(Foundation& base) : base_(base), startedAt_(base.clock.now()) {}

    /// Before anything is served. Rejected when this host and the database differ about the keys.
    sdk::Result<sdk::Done> begin();
    /// Tells trouble once, when it begins and when it ends.
    void renew();
    /// The database may be away by then: others notice within a minute.
    void end() noexcept;

private:
    sdk::Result<sdk::Done> announced();

    Foundation& base_;
    const sdk::Timestamp startedAt_;
    std::string trouble_;
};

}  // namespace souk::app
