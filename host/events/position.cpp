#include "events/feed.hpp"

#include <charconv>

namespace souk::events {

std::string text(const store::ChangePosition& position) {
    return std::to_string(position.xid) + "-" + position.id.text();
}

sdk::Result<store::ChangePosition> positionFrom(std::string_view text) {
    store::ChangePosition position;
    const auto* end = text.data() + text.size();
    const auto number = std::from_chars(text.data(), end, position.xid);
    const auto id = number.ptr != end && *number.ptr == '-'
                        ? core::Uuid::parse(std::string_view(number.ptr + 1, end))
                        : sdk::Error{sdk::ErrorKind::Rejected, ""};
    if (number.ec != std::errc() || position.xid < 0 || !id)
        return sdk::Error{sdk::ErrorKind::Rejected,
                          "the event id is none of ours; leave it out to start from now"};
    position.id = *id;
    return position;
}

}  // namespace souk::events
