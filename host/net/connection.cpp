#include "net/connection.hpp"

#include "net/reply_reader.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/Timespan.h>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>

namespace souk::net {

namespace {

constexpr std::uint16_t kHttps = 443;
constexpr std::size_t kPieceBytes = 65536;
constexpr std::size_t kReadBytes = 65536;

sdk::Error transient(std::string message) {
    return {sdk::ErrorKind::Transient, std::move(message)};
}

Poco::Net::Context::Ptr contextWith(const std::string& ca) {
    Poco::Net::Context::Params params;
    params.caLocation = ca;
    params.loadDefaultCAs = ca.empty();
    params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
    params.cipherList = "HIGH:!aNULL:!eNULL:!MD5:!RC4:!3DES";
    Poco::Net::Context::Ptr context(
        new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params));
    context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
    context->enableExtendedCertificateVerification(true);
    SSL_CTX_set_options(context->sslContext(), SSL_OP_NO_RENEGOTIATION);
    return context;
}

Poco::Timespan spanOf(std::chrono::milliseconds time) {
    return {static_cast<Poco::Timespan::TimeDiff>(time.count()) * Poco::Timespan::MILLISECONDS};
}

/// What is left until the limit. Throws TimeoutException when nothing is, or when stopped.
std::chrono::milliseconds left(const Limit& limit) {
    const auto now = std::chrono::steady_clock::now();
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(limit.until - now);
    if (time <= std::chrono::milliseconds::zero() || limit.stop.stop_requested())
        throw Poco::TimeoutException();
    return time;
}

Poco::Net::SocketAddress addressFor(const std::string& host, const Options& options) {
    if (const auto* loopback = options.loopbackFor(host))
        return {loopback->address, loopback->port};
    return {host, kHttps};
}

/// TCP, then TLS, then the certificate against the host's true name. Poco's own connect() takes a
/// handshake that ran out of time for a finished one and then verifies nothing, so every step is
/// done and checked here.
void connectSafely(Poco::Net::SecureStreamSocket& socket,
                   const std::string& host,
                   const Options& options,
                   const Limit& limit) {
    constexpr int kFinished = 1;
    const auto address = addressFor(host, options);
    const auto soon = [&] { return spanOf(std::min(options.connectTimeout, left(limit))); };
    socket.setPeerHostName(host);
    socket.setLazyHandshake(true);
    socket.connect(address, soon());
    socket.setNoDelay(true);
    socket.setSendTimeout(soon());
    socket.setReceiveTimeout(soon());
    if (socket.completeHandshake() != kFinished) throw Poco::TimeoutException();
    if (!socket.havePeerCertificate()) throw Poco::Net::SSLException("it shows no certificate");
    socket.verifyPeerCertificate(host);
}

/// Ends a blocking read or write of the connection at once when stop is asked for.
class HangUpOnStop {
public:
    HangUpOnStop(const std::stop_token& stop, int fd) : callback_(stop, HangUp{fd}) {}

private:
    struct HangUp {
        int fd;
        void operator()() const noexcept { ::shutdown(fd, SHUT_RDWR); }
    };
    std::stop_callback<HangUp> callback_;
};

}  // namespace

sdk::Result<TlsSettings> TlsSettings::make(const Options& options) {
    Poco::Net::initializeSSL();
    // OpenSSL writes without MSG_NOSIGNAL: a platform that hangs up must not kill the host.
    std::signal(SIGPIPE, SIG_IGN);
    TlsSettings settings;
    try {
        settings.world_ = contextWith("");
        settings.loopback_ =
            options.platformCa.empty() ? settings.world_ : contextWith(options.platformCa);
    } catch (const Poco::Exception& problem) {
        return sdk::Error{sdk::ErrorKind::Rejected,
                          "The certificate authorities cannot be read (dev.platform_ca is \"" +
                              options.platformCa + "\"): " + problem.displayText()};
    }
    return settings;
}

Connection::Connection(std::string host, const Poco::Net::SecureStreamSocket& socket)
    : host_(std::move(host)), socket_(socket) {}

Connection::~Connection() {
    try {
        socket_.abort();  // no farewell: the peer may be gone and would be waited for
    } catch (const Poco::Exception&) {
        return;  // closing what is broken already
    }
}

sdk::Result<std::unique_ptr<Connection>> Connection::open(const std::string& host,
                                                          const Options& options,
                                                          const TlsSettings& tls,
                                                          const Limit& limit) {
    const bool loopback = options.loopbackFor(host) != nullptr;
    try {
        Poco::Net::SecureStreamSocket socket(loopback ? tls.loopback() : tls.world());
        connectSafely(socket, host, options, limit);
        return std::unique_ptr<Connection>(new Connection(host, socket));
    } catch (const Poco::Net::DNSException&) {
        return transient("The name " + host + " cannot be resolved.");
    } catch (const Poco::TimeoutException&) {
        return transient(host + " could not be reached in time.");
    } catch (const Poco::Net::SSLException& problem) {
        return transient("No safe connection to " + host + ": " + problem.displayText() + ".");
    } catch (const Poco::Exception& problem) {
        return transient(host + " could not be reached: " + problem.displayText() + ".");
    }
}

void Connection::send(std::string_view bytes, const Limit& limit) {
    while (!bytes.empty()) {
        socket_.setSendTimeout(spanOf(left(limit)));
        const auto piece = std::min(bytes.size(), kPieceBytes);
        const int sent = socket_.sendBytes(bytes.data(), static_cast<int>(piece));
        if (sent <= 0) throw Poco::Net::NetException("the connection does not take the request");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

Connection::Outcome Connection::exchange(std::string_view method,
                                         std::string_view bytes,
                                         std::size_t maxReplyBytes,
                                         const Limit& limit) {
    ReplyReader reader(method, maxReplyBytes);
    const auto failed = [&](sdk::Error error) {
        return Outcome{std::move(error), reader.heard(), false};
    };
    try {
        const HangUpOnStop hangUp(limit.stop, socket_.impl()->sockfd());
        send(bytes, limit);
        std::array<char, kReadBytes> buffer;
        for (;;) {
            socket_.setReceiveTimeout(spanOf(left(limit)));
            const int got = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
            if (got <= 0) {
                if (auto end = reader.ended(); !end) return failed(std::move(end).error());
                break;
            }
            auto whole = reader.feed({buffer.data(), static_cast<std::size_t>(got)});
            if (!whole) return failed(std::move(whole).error());
            if (*whole) break;
        }
    } catch (const Poco::TimeoutException&) {
        return failed(transient(host_ + " did not answer in time."));
    } catch (const Poco::Exception& problem) {
        return failed(
            transient("The connection to " + host_ + " broke: " + problem.displayText() + "."));
    }
    const bool reusable = reader.reusable();
    return {reader.take(), true, reusable};
}

bool Connection::fresh() {
    try {
        return !socket_.poll(Poco::Timespan(), Poco::Net::Socket::SELECT_READ);
    } catch (const Poco::Exception&) {
        return false;
    }
}

}  // namespace souk::net
