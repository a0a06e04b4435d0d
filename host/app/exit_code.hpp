#pragma once

#include <cstdint>

namespace souk::app {

/// What `souk` ends with; host/README.md says the same to people.
enum class ExitCode : std::uint8_t {
    Done = 0,
    Failed = 1,
    NotUnderstood = 2,  ///< the command line
    CutShort = 3,       ///< stopped, but not all work in hand could be ended in time
    StartAgain = 75,    ///< stopped itself, to be started again (EX_TEMPFAIL of sysexits.h)
};

}  // namespace souk::app
