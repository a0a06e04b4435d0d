#pragma once

#include "app/exit_code.hpp"
#include "app/foundation.hpp"
#include "app/hub.hpp"
#include "app/interrupt.hpp"

namespace souk::app {

/// The way from a signal to the end of `souk serve`: for shutdown.lame_duck the hub still serves
/// but is not ready, so that balancers turn elsewhere (a person's SIGINT spares it); then what is
/// in hand has shutdown.drain to end. A second signal hurries. What does not end in time is named
/// in the log and left: this call then ends the process with ExitCode::CutShort. After kExhausted
/// it ends the process with ExitCode::StartAgain.
ExitCode depart(Hub& hub, Foundation& base, const Interrupt& interrupt, int signal);

}  // namespace souk::app
