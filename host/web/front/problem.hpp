#pragma once

#include "web/front/message.hpp"

#include <string_view>

namespace souk::web {

/// An RFC 9457 problem+json answer: title is the status's own phrase, `detail` a sentence that
/// says how to mend it.
Response problem(int status, std::string_view detail);

/// The phrase of a status code ("Not Found").
std::string_view reasonFor(int status);

}  // namespace souk::web
