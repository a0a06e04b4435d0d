#pragma once

#include <map>
#include <set>
#include <string>

namespace souk::architecture {

/// Who may include whom: a room and every room its souk_room(... DEPENDS ...) line reaches. The
/// CMake file is the table, so links and includes cannot tell different stories.
class Arrows {
public:
    /// Reads the text of host/CMakeLists.txt.
    static Arrows from(const std::string& cmake);

    bool knows(const std::string& room) const { return reach_.contains(room); }
    /// May files of `from` include headers of `to`? A room may include itself, app everybody.
    bool allows(const std::string& from, const std::string& to) const;
    /// The room a path below host/ belongs to: the longest room that begins it ("web/front").
    std::string roomOf(const std::string& path) const;

private:
    std::map<std::string, std::set<std::string>> reach_;
};

}  // namespace souk::architecture
