#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace souk::app {

/// The `souk` command line. `arguments` without the program's name. Returns the exit status: 0 for
/// success, 1 when a command failed (its sentence is on `err`), 2 when it was not understood.
int runCommandLine(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

}  // namespace souk::app
