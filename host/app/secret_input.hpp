#pragma once

#include <souk/sdk/context.hpp>

#include <string>
#include <utility>

namespace souk::app {

/// The file's content without its last line end; "-" reads standard input. Secrets are never taken
/// from the command line itself: other users of the machine can read that.
sdk::Secret secretFromFile(const std::string& file);
/// "NAME=FILE".
std::pair<std::string, sdk::Secret> namedSecretFromFile(const std::string& pair);

}  // namespace souk::app
