#pragma once

#include "core/config.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace souk::app {

/// Raises this process's limit of open files as far as it may (shells begin with 1024); the limit
/// there is then.
std::size_t raiseOpenFiles() noexcept;

/// What is wrong with that limit for the connections configuration allows, if anything.
std::optional<std::string> openFilesFault(const core::Config& config, std::size_t limit);

}  // namespace souk::app
