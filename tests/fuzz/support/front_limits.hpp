#pragma once

#include "web/front/limits.hpp"

namespace souk::fuzz {

/// What the front allows here: little, so that short inputs reach it.
inline web::Limits frontLimits() {
    web::Limits limits;
    limits.headerBytes = 600;
    limits.headerCount = 8;
    limits.uriBytes = 120;
    limits.bodyBytes = 200;
    limits.chunkExtensionBytes = 24;
    limits.trailerBytes = 40;
    return limits;
}

}  // namespace souk::fuzz
