#pragma once

#include "net/options.hpp"

#include <souk/sdk/http.hpp>

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace souk::net {

/// When an exchange must be over, by the steady clock, and who may end it sooner.
struct Limit {
    std::chrono::steady_clock::time_point until;
    std::stop_token stop;
};

/// The TLS settings of this host: TLS 1.2 or newer, certificates checked against the host's true
/// name. One for the world, one for the loopback stand-ins of development.
class TlsSettings {
public:
    /// Rejected when dev.platform_ca cannot be read. From then on the process ignores SIGPIPE.
    static sdk::Result<TlsSettings> make(const Options& options);
    const Poco::Net::Context::Ptr& world() const noexcept { return world_; }
    const Poco::Net::Context::Ptr& loopback() const noexcept { return loopback_; }

private:
    Poco::Net::Context::Ptr world_;
    Poco::Net::Context::Ptr loopback_;
};

/// One TLS connection to one platform host, used by one exchange at a time.
class Connection {
public:
    /// Resolves, connects, shakes hands and checks the certificate. Transient when that fails.
    static sdk::Result<std::unique_ptr<Connection>> open(const std::string& host,
                                                         const Options& options,
                                                         const TlsSettings& tls,
                                                         const Limit& limit);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    struct Outcome {
        sdk::Result<sdk::HttpReply> reply;
        bool heard = false;     ///< some of an answer arrived
        bool reusable = false;  ///< may be kept for the next request
    };
    /// Sends the bytes of one request and reads its answer.
    Outcome exchange(std::string_view method,
                     std::string_view bytes,
                     std::size_t maxReplyBytes,
                     const Limit& limit);

    /// Nothing arrived and nobody hung up while it lay idle.
    bool fresh();
    const std::string& host() const noexcept { return host_; }

private:
    Connection(std::string host, const Poco::Net::SecureStreamSocket& socket);
    void send(std::string_view bytes, const Limit& limit);

    std::string host_;
    Poco::Net::SecureStreamSocket socket_;
};

}  // namespace souk::net
