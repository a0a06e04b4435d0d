#pragma once

#include "web/front/message.hpp"

#include <string_view>

namespace souk::web {

/// What a person sees in a browser: one heading, one sentence, nothing that runs.
Response pageFor(int status, std::string_view heading, std::string_view sentence);

}  // namespace souk::web
