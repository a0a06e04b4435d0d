#include "intake/row_count.hpp"

#include <array>
#include <utility>

namespace souk::intake {

void countRows(core::Metrics& metrics,
               const std::string& platform,
               Source::Cause cause,
               const Outcome& outcome) {
    const std::array<std::pair<const char*, std::int64_t>, 6> actions = {{
        {"created", outcome.created},
        {"updated", outcome.updated},
        {"deleted", outcome.deleted},
        {"unchanged", outcome.unchanged},
        {"stale", outcome.stale},
        {"rejected", outcome.rejected},
    }};
    for (const auto& [action, rows] : actions) {
        if (rows == 0) continue;
        metrics
            .counter(
                "souk_rows_total",
                "Records taken in, by what became of them.",
                {{"platform", platform}, {"cause", std::string(name(cause))}, {"action", action}})
            .add(static_cast<double>(rows));
    }
}

}  // namespace souk::intake
