#pragma once

#include <souk/sdk/context.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace souk::sdk {

struct Subscription {
    std::string externalId;
    std::string topic;    ///< "products/update"
    std::string address;  ///< empty: wherever the app's deliveries go, which is set in the app
};

/// What the platform must tell us. The host compares wanted() with list() and heals the drift.
class Subscriptions {
public:
    virtual ~Subscriptions();
    virtual std::vector<std::string> wanted(const Account& account) const = 0;   // [pure]
    virtual Result<std::vector<Subscription>> list(Context& context) const = 0;  // [worker]
    virtual Result<Subscription> create(Context& context,
                                        std::string_view topic,
                                        std::string_view address) const = 0;
    virtual Result<Done> remove(Context& context, std::string_view externalId) const = 0;
};

}  // namespace souk::sdk
