#include "example_plugin.hpp"

#include <charconv>

namespace souk::example {

namespace {

double numberIn(const sdk::HttpReply& reply, std::string_view header) {
    const auto text = sdk::valueOf(reply.headers, header);
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

std::optional<sdk::Throttle> ExamplePlugin::throttleFrom(const sdk::HttpReply& reply) const {
    if (sdk::valueOf(reply.headers, "X-Budget-Size").empty()) return std::nullopt;
    sdk::Throttle throttle;
    throttle.available = numberIn(reply, "X-Budget-Left");
    throttle.capacity = numberIn(reply, "X-Budget-Size");
    throttle.restorePerSecond = numberIn(reply, "X-Budget-Refill");
    return throttle;
}

const sdk::SyncSource* ExamplePlugin::sync(sdk::Entity entity) const noexcept {
    switch (entity) {
        case sdk::Entity::Customer:
            return &customers_;
        case sdk::Entity::Product:
            return &products_;
        case sdk::Entity::Order:
            return &orders_;
        default:
            return nullptr;
    }
}

}  // namespace souk::example
