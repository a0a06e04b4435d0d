#pragma once

#include <string>

namespace souk::loader {

/// Why a door stays closed, and what to do about it; both are sentences for people.
struct Refusal {
    std::string reason;
    std::string fix;
};

}  // namespace souk::loader
