#pragma once

#include "core/uuid.hpp"

#include <optional>
#include <string_view>

namespace souk::core {

/// The id under which a request, and all that comes of it, is found again: in the log, in webhook
/// and job rows, in sync_log. Of this thread while the object lives; the one before comes back
/// after it. Work that goes on in another thread takes the id along and makes its own object there.
class Correlation {
public:
    explicit Correlation(const Uuid& id) noexcept;
    ~Correlation();
    Correlation(const Correlation&) = delete;
    Correlation& operator=(const Correlation&) = delete;

    /// This thread's; nothing outside of any.
    static std::optional<Uuid> current() noexcept;

private:
    Uuid former_;
};

/// The id another program gave: a UUID, or its 32 digits without dashes (the trace id of W3C's
/// traceparent, nginx's $request_id). Nothing for all else, zero included.
std::optional<Uuid> correlationFrom(std::string_view text);

}  // namespace souk::core
