#pragma once

#include <souk/sdk/json.hpp>

#include <string>

namespace souk::whatsapp {

/// What a message says, by its kind, in unified keys (see sdk/README, "Messages").
struct Body {
    std::string kind;
    std::string text;
    std::string replyTo;  ///< of a reaction: what it reacts to
    std::string content = "{}";
};

/// A kind this plugin does not know is "unsupported" and keeps its type; it is never an error.
sdk::Result<Body> bodyOf(const sdk::Json& message);

}  // namespace souk::whatsapp
