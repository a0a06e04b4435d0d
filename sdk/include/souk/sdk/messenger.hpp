#pragma once

#include <souk/sdk/context.hpp>
#include <souk/sdk/message.hpp>

#include <string>
#include <string_view>

namespace souk::sdk {

/// A message on its way out. `kind` and the keys of `content` are those of Message, so what was
/// received can be answered in kind.
struct OutgoingMessage {
    /// The host's id of this message. Handed to the platform where it hands it back with status
    /// events: an answer lost in a crash is found again by it.
    std::string correlation;
    Person to;
    std::string kind;
    std::string text;
    std::string replyTo;
    std::string content = "{}";
};

struct Sent {
    std::string externalId;  ///< the platform's id of the message: accepted, not yet delivered
    bool held = false;       ///< accepted, but held back for a check of theirs
};

/// Writes to people. When a message may be sent (the service window, how many a second and to one
/// person) stands in the manifest under "messages" and is kept by the host, before the platform
/// has to refuse.
class Messenger {
public:
    virtual ~Messenger();
    /// Whether the platform could take it: kinds, lengths, counts. Rejected names the member and
    /// its limit. [pure]
    virtual Result<Done> check(const OutgoingMessage& message) const = 0;
    /// Sends once. The host calls it at most once for a message whose answer it does not know.
    /// Transient only where the platform certainly did not take it. [worker]
    virtual Result<Sent> send(Context& context, const OutgoingMessage& message) const = 0;
    /// Shows the person that their message, and those before it, were read. [worker]
    virtual Result<Done> markRead(Context& context, std::string_view messageExternalId) const;
};

}  // namespace souk::sdk
