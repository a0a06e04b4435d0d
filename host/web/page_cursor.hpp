#pragma once

#include "web/call.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace souk::web {

/// Opaque cursors of lists: the position after the last item, bound to the list and its filters,
/// so a cursor used with other filters is refused instead of skipping rows in silence.
class PageCursor {
public:
    /// `list` names the route; the call's parameters except `cursor` and `limit` are the filters.
    PageCursor(std::string_view list, const Call& call);

    /// The parts of the cursor in the call, none when there is none; 400 when it is not ours or
    /// belongs to other filters.
    std::optional<std::vector<std::string>> position(std::size_t parts) const;
    std::string after(std::initializer_list<std::string> parts) const;

private:
    std::string binding_;
    std::optional<std::string> given_;
};

}  // namespace souk::web
