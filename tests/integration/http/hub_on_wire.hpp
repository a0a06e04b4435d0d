#pragma once

#include "app/hub.hpp"
#include "store/api_tokens.hpp"
#include "support/raw_http.hpp"
#include "support/test_database.hpp"
#include "web/access.hpp"

#include <cppunit/TestAssert.h>

#include <charconv>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace souk::test {

/// The whole hub on loopback, made from configuration as `souk serve` makes it, with the plugins of
/// this build and a database whose rows are its own.
class HubOnWire {
public:
    /// `settings` as "key=value"; what they do not name keeps its default.
    explicit HubOnWire(const std::vector<std::string>& settings = {})
        : foundation_(made(app::Foundation::openForServing(options(settings)))),
          hub_(made(app::Hub::make(*foundation_))) {
        made(hub_->start());
        const auto address = hub_->address();
        std::from_chars(
            address.data() + address.rfind(':') + 1, address.data() + address.size(), port_);
    }
    ~HubOnWire() { hub_->stop(); }
    HubOnWire(const HubOnWire&) = delete;
    HubOnWire& operator=(const HubOnWire&) = delete;

    std::uint16_t port() const noexcept { return port_; }

    /// An administrator's token for all stores.
    std::string token() {
        const auto issued = web::issueToken();
        store::ApiToken wanted;
        wanted.id = core::newId();
        wanted.name = wanted.role = "admin";
        auto tx = foundation_->database->asWorker();
        store::ApiTokens::create(tx, wanted, issued.hash);
        tx.commit();
        return issued.token;
    }

    /// Why a hub with these settings does not start, in its own words.
    static std::string refusal(const std::vector<std::string>& settings) {
        auto foundation = app::Foundation::openForServing(options(settings));
        if (!foundation) return foundation.error().message;
        const auto started = made(app::Hub::make(**foundation))->start();
        return started ? std::string() : started.error().message;
    }

private:
    static app::GlobalOptions options(const std::vector<std::string>& settings) {
        app::GlobalOptions options;
        options.quiet = true;
        options.overrides = {"database.url=" + TestDatabase::instance().emptiedUrl(),
                             "vault.key=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                             std::string("plugins.folder=") + SOUK_BUILD_DIR + "/plugins",
                             "web.address=127.0.0.1:0"};
        options.overrides.insert(options.overrides.end(), settings.begin(), settings.end());
        return options;
    }
    template <class T>
    static T made(sdk::Result<T> result) {
        CPPUNIT_ASSERT_MESSAGE(result ? "" : result.error().message, static_cast<bool>(result));
        return *std::move(result);
    }

    std::unique_ptr<app::Foundation> foundation_;
    std::unique_ptr<app::Hub> hub_;
    std::uint16_t port_ = 0;
};

inline const std::string kHost = "Host: souk.test\r\n";

/// `headers` as whole lines.
inline std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\n" + kHost + headers + "\r\n";
}
inline std::string post(const std::string& target,
                        const std::string& headers,
                        const std::string& body = "") {
    return "POST " + target + " HTTP/1.1\r\n" + kHost + headers + "\r\n" + body;
}
inline std::string length(std::size_t bytes) {
    return "Content-Length: " + std::to_string(bytes) + "\r\n";
}
inline std::string sized(const std::string& target, const std::string& body) {
    return post(target, length(body.size()), body);
}

}  // namespace souk::test
