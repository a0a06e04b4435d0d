#pragma once

#include "core/uuid.hpp"
#include "core/waiter.hpp"
#include "support/test_database.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Timespan.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace souk::net::testing {

/// A certificate authority made for one test, in a folder that goes with it.
class Authority {
public:
    Authority() {
        key_.reset(EVP_EC_gen("P-256"));
        certificate_ = signedFor(key_.get(), "Test Authority", "CA:TRUE", "basicConstraints");
        savePem(file(), nullptr, certificate_.get());
    }
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    /// PEM of the authority itself.
    std::string file() const { return (folder_.path() / "ca.pem").string(); }
    /// PEM with key and certificate for these names ("DNS:*.shop.test,DNS:b.test").
    std::string issue(const std::string& names) {
        const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
        const auto certificate = signedFor(key.get(), "Test Server", names, "subjectAltName");
        const auto path = (folder_.path() / (core::newId().text() + ".pem")).string();
        savePem(path, key.get(), certificate.get());
        return path;
    }

private:
    using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
    using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

    Certificate signedFor(EVP_PKEY* key,
                          const std::string& name,
                          const std::string& extension,
                          const char* extensionName) {
        Certificate made(X509_new(), X509_free);
        X509_set_version(made.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial_);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 24 * 3600);
        X509_set_pubkey(made.get(), key);
        auto* const subject = X509_get_subject_name(made.get());
        X509_NAME_add_entry_by_txt(subject,
                                   "CN",
                                   MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(name.c_str()),
                                   -1,
                                   -1,
                                   0);
        auto* const issuer = certificate_ ? certificate_.get() : made.get();
        X509_set_issuer_name(made.get(), X509_get_subject_name(issuer));
        X509V3_CTX context;
        X509V3_set_ctx(&context, issuer, made.get(), nullptr, nullptr, 0);
        auto* const added = X509V3_EXT_conf(nullptr, &context, extensionName, extension.c_str());
        if (added == nullptr) throw std::runtime_error("no certificate extension " + extension);
        X509_add_ext(made.get(), added, -1);
        X509_EXTENSION_free(added);
        X509_sign(made.get(), key_.get(), EVP_sha256());
        return made;
    }

    static void savePem(const std::string& path, EVP_PKEY* key, X509* certificate) {
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(path.c_str(), "w"),
                                                                  std::fclose);
        if (!out) throw std::runtime_error("cannot write " + path);
        if (key != nullptr)
            PEM_write_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
        PEM_write_X509(out.get(), certificate);
    }

    souk::test::TestFolder folder_{"ca"};
    Key key_{nullptr, EVP_PKEY_free};
    Certificate certificate_{nullptr, X509_free};
    long serial_ = 0;
};

struct Received {
    std::string head;
    std::string body;
    int connection = 0;  ///< counted from 1
};

/// A TLS server on loopback that reads whole requests and says exactly what it is told, wrong
/// things too. An empty answer closes the connection.
class TlsServer {
public:
    using Handler = std::function<std::string(const Received&, Poco::Net::SecureStreamSocket&)>;

    TlsServer(const std::string& pem, Handler handler) : handler_(std::move(handler)) {
        Poco::Net::initializeSSL();
        const Poco::Net::Context::Ptr context(new Poco::Net::Context(
            Poco::Net::Context::TLS_SERVER_USE, pem, pem, "", Poco::Net::Context::VERIFY_NONE));
        socket_ =
            Poco::Net::SecureServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0), 64, context);
        acceptor_ = std::jthread([this](const std::stop_token& stop) { accept(stop); });
    }
    ~TlsServer() { stop(); }
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    void stop() {
        acceptor_.request_stop();
        if (acceptor_.joinable()) acceptor_.join();
        std::vector<std::jthread> talkers;  // joined unlocked: each still notes what it received
        {
            const std::lock_guard lock(mutex_);
            talkers.swap(talkers_);
        }
        for (auto& talker : talkers) talker.request_stop();
    }
    std::uint16_t port() const { return socket_->address().port(); }
    int connections() const { return connections_; }
    std::vector<Received> received() const {
        const std::lock_guard lock(mutex_);
        return received_;
    }

private:
    static constexpr Poco::Timespan::TimeDiff kLook = 20000;  // microseconds

    void accept(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            if (!socket_->poll(Poco::Timespan(kLook), Poco::Net::Socket::SELECT_READ)) continue;
            try {
                Poco::Net::SecureStreamSocket peer(socket_->acceptConnection());
                const int number = ++connections_;
                const std::lock_guard lock(mutex_);
                talkers_.emplace_back([this, peer, number](const std::stop_token& ended) mutable {
                    talk(std::move(peer), number, ended);
                });
            } catch (const Poco::Exception&) {
                continue;  // a client that does not like our certificate
            }
        }
    }

    void talk(Poco::Net::SecureStreamSocket peer, int number, const std::stop_token& stop) {
        try {
            peer.setReceiveTimeout(Poco::Timespan(5, 0));
            std::string buffer;
            while (!stop.stop_requested()) {
                Received request;
                request.connection = number;
                if (!read(peer, buffer, request, stop)) break;
                {
                    const std::lock_guard lock(mutex_);
                    received_.push_back(request);
                }
                const auto answer = handler_(request, peer);
                if (answer.empty()) break;
                peer.sendBytes(answer.data(), static_cast<int>(answer.size()));
            }
            peer.close();
        } catch (const Poco::Exception&) {
            return;  // the client went away
        }
    }

    static bool read(Poco::Net::SecureStreamSocket& peer,
                     std::string& buffer,
                     Received& request,
                     const std::stop_token& stop) {
        for (;;) {
            const auto end = buffer.find("\r\n\r\n");
            if (end != std::string::npos) {
                const auto length = lengthOf(buffer.substr(0, end));
                if (buffer.size() >= end + 4 + length) {
                    request.head = buffer.substr(0, end + 2);
                    request.body = buffer.substr(end + 4, length);
                    buffer.erase(0, end + 4 + length);
                    return true;
                }
            }
            while (peer.available() == 0 &&
                   !peer.poll(Poco::Timespan(kLook), Poco::Net::Socket::SELECT_READ))
                if (stop.stop_requested()) return false;
            char bytes[16384];
            const int got = peer.receiveBytes(bytes, sizeof bytes);
            if (got <= 0) return false;
            buffer.append(bytes, static_cast<std::size_t>(got));
        }
    }

    static std::size_t lengthOf(const std::string& head) {
        constexpr std::string_view kName = "\r\nContent-Length: ";
        const auto at = head.find(kName);
        return at == std::string::npos ? 0 : std::stoul(head.substr(at + kName.size()));
    }

    Handler handler_;
    std::optional<Poco::Net::SecureServerSocket> socket_;
    std::atomic<int> connections_{0};
    mutable std::mutex mutex_;
    std::vector<Received> received_;
    std::vector<std::jthread> talkers_;
    std::jthread acceptor_;
};

/// A plain answer with a length.
inline std::string reply(int status, const std::string& body, const std::string& headers = {}) {
    return "HTTP/1.1 " + std::to_string(status) +
           " Whatever\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
           "\r\n" + body;
}

}  // namespace souk::net::testing
