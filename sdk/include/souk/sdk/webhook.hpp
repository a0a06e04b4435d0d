#pragma once

#include <souk/sdk/context.hpp>

#include <string>
#include <vector>

namespace souk::sdk {

/// A delivery exactly as it arrived: the body is the signed bytes, not a re-serialised copy.
struct WebhookRequest {
    std::string method;
    std::string query;  ///< raw, without '?'
    Headers headers;
    std::string body;
};

/// One event of a delivery, before it is believed: a claim until verify() has passed.
struct EventSlice {
    std::string account;  ///< the account's external id: the host finds the integration
    std::string key;      ///< same event, same key: the host drops repeats for seven days
    std::string topic;    ///< "products/update"
    std::string slice;    ///< the part of the body this event is; empty: the whole body
    std::optional<Timestamp> triggeredAt;
    /// External ids of the people in it (customer ids, e-mail addresses). The host keeps only
    /// keyed hashes beside the payload so that erasure finds it.
    std::vector<std::string> people;
};

/// A stored event on its way into the tables.
struct StoredEvent {
    std::string account;
    std::string topic;
    Headers headers;
    std::string body;  ///< the slice, or the whole body
    std::optional<Timestamp> triggeredAt;
};

/// Where whoever is behind a delivery can read how far it is, without signing in.
struct StatusPage {
    std::string code;  ///< letters and digits; the same when the same delivery comes again
    std::string url;   ///< https, ends in the code
};

/// Pure steps, called in this order; the host stops at the first error. [pure, thread-safe]
class WebhookHandler {
public:
    virtual ~WebhookHandler();
    /// Body to answer a subscription check with (Meta's hub.challenge). Default: Unsupported.
    virtual Result<std::string> challenge(const WebhookRequest& request, const Secrets& app) const;
    /// Cheap routing: which events of which accounts are in this delivery. BadPayload when it
    /// cannot be told.
    virtual Result<std::vector<EventSlice>> split(const WebhookRequest& request) const = 0;
    /// Proves the bytes came from the platform. Constant time, over the raw body; every secret in
    /// force is tried. Nothing is stored before this.
    virtual Result<Done> verify(const WebhookRequest& request, const Secrets& secrets) const = 0;
    /// Body (JSON) of the 200 that a delivery is answered with once it is stored, for platforms
    /// that read it: a request to delete a person's data. Such a delivery is answered so even when
    /// no integration here holds its account. Default: empty, the platform reads nothing.
    virtual Result<std::string> answer(const WebhookRequest& request, const StatusPage& page) const;
    /// Bytes to unified changes, in the order they happened.
    virtual Result<std::vector<Record>> translate(const StoredEvent& event,
                                                  const Account& account) const = 0;
};

}  // namespace souk::sdk
