#pragma once

#include <souk/sdk/messenger.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace souk::test {

/// A platform that takes messages and names them w1, w2, ...
class FakeMessenger final : public sdk::Messenger {
public:
    sdk::Result<sdk::Done> check(const sdk::OutgoingMessage& message) const override {
        if (message.text.size() <= 20) return sdk::Done{};
        return sdk::Error{sdk::ErrorKind::Rejected, "text: at most 20 characters"};
    }
    sdk::Result<sdk::Sent> send(sdk::Context&, const sdk::OutgoingMessage& message) const override {
        sent.push_back(message);
        if (onSend) onSend();
        if (fails) return *fails;
        return sdk::Sent{"w" + std::to_string(sent.size())};
    }
    sdk::Result<sdk::Done> markRead(sdk::Context&, std::string_view id) const override {
        read.emplace_back(id);
        return sdk::Done{};
    }
    mutable std::vector<sdk::OutgoingMessage> sent;
    mutable std::vector<std::string> read;
    std::function<void()> onSend;
    std::optional<sdk::Error> fails;
};

}  // namespace souk::test
