#include "net/options.hpp"

#include "net/address.hpp"

#include <Poco/Net/IPAddress.h>

#include <charconv>

namespace souk::net {

namespace {

sdk::Error wrong(const std::string& entry, const std::string& why) {
    return {sdk::ErrorKind::Rejected,
            "dev.platform_hosts: \"" + entry + "\" " + why +
                "; write pattern=address:port, for example *.example.com=127.0.0.1:4443."};
}

sdk::Result<LoopbackHost> loopbackFrom(const std::string& entry) {
    const auto equals = entry.find('=');
    const auto colon = entry.rfind(':');
    if (equals == std::string::npos || colon == std::string::npos || colon < equals)
        return wrong(entry, "is not a mapping");
    LoopbackHost host;
    host.pattern = entry.substr(0, equals);
    host.address = entry.substr(equals + 1, colon - equals - 1);
    if (host.address == "localhost") host.address = "127.0.0.1";
    if (host.address == "[::1]") host.address = "::1";
    const auto* const end = entry.data() + entry.size();
    const auto [at, error] = std::from_chars(entry.data() + colon + 1, end, host.port);
    if (error != std::errc() || at != end || host.port == 0)
        return wrong(entry, "has no port number");
    Poco::Net::IPAddress address;
    if (!Poco::Net::IPAddress::tryParse(host.address, address) || !address.isLoopback())
        return wrong(entry, "does not lead to this machine");
    return host;
}

}  // namespace

sdk::Result<Options> Options::from(const core::Config& config) {
    Options options;
    options.timeout = config.duration("net.timeout");
    options.connectTimeout = config.duration("net.connect_timeout");
    options.patience = config.duration("net.budget_patience");
    options.maxReplyBytes = config.bytes("net.max_reply_bytes");
    const auto perHost = config.integer("net.connections_per_host");
    if (perHost < 1)
        return sdk::Error{sdk::ErrorKind::Rejected, "net.connections_per_host must be 1 or more."};
    options.connectionsPerHost = static_cast<std::size_t>(perHost);
    for (const auto& entry : config.list("dev.platform_hosts"))
        options.platformHosts.push_back(SOUK_TRY(loopbackFrom(entry)));
    options.platformCa = config.text("dev.platform_ca");
    return options;
}

const LoopbackHost* Options::loopbackFor(std::string_view host) const noexcept {
    for (const auto& mapped : platformHosts)
        if (matches(mapped.pattern, host)) return &mapped;
    return nullptr;
}

}  // namespace souk::net
