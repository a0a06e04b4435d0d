#pragma once

#include <string_view>

namespace souk::embedded {

/// A file compiled into the binary by souk_embed (host/CMakeLists.txt).
struct File {
    std::string_view name;
    std::string_view content;
};

}  // namespace souk::embedded
