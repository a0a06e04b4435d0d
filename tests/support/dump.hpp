#pragma once

#include <filesystem>
#include <string>

namespace souk::test {

/// The whole database as pg_dump tells it, row by row; `file` is written on the way.
std::string dumpOf(const std::string& url, const std::filesystem::path& file);

}  // namespace souk::test
