#pragma once

#include "integration/example_platform.hpp"
#include "integration/souk_process.hpp"

#include <string>
#include <vector>

namespace souk::integration {

/// The platform, its plugin and a database; hosts and stores are added.
struct World {
    ExamplePlatform platform;
    ExamplePlugin plugin;
    std::string url = test::TestDatabase::instance().freshUrl();

    Souk::Settings settings() const {
        return {{"database.url", url},
                {"plugins.folder", plugin.folder()},
                {"dev.platform_hosts", platform.hosts()},
                {"dev.platform_ca", platform.caFile()},
                {"web.public_url", "http://hub.test"},
                {"jobs.lease", "20s"},
                {"webhooks.lease", "10s"}};
    }

    /// The platform's app, and an administrator's token.
    std::string setUp(const Souk& host) const {
        host.writeFile("client-secret", platform.clientSecret + "\n");
        host.run({"app",
                  "set",
                  "example",
                  "--client-id",
                  platform.clientId,
                  "--client-secret-file",
                  host.file("client-secret")});
        auto token = host.run({"token", "create", "--role", "admin", "--all-stores"});
        token.erase(token.find_last_not_of('\n') + 1);
        return token;
    }

    struct Shop {
        std::string store;
        std::string integration;
        std::string account;
    };
    /// A store with an integration that is not connected yet.
    static Shop add(const Souk& host, const std::string& token, const std::string& account) {
        Shop shop;
        shop.account = account;
        shop.store =
            idOf(host.api("POST",
                          "stores",
                          token,
                          R"({"name":")" + account + R"(","currency":"EUR","time_zone":"UTC"})"));
        shop.integration = idOf(host.api("POST",
                                         "integrations",
                                         token,
                                         R"({"store_id":")" + shop.store +
                                             R"(","platform":"example","config":{"account":")" +
                                             account + "\"}}"));
        return shop;
    }
    static std::string idOf(const support::RawAnswer& answer) {
        const auto id = jsonOf(answer).textOr("id", "");
        CPPUNIT_ASSERT_MESSAGE(answer.text, !id.empty());
        return id;
    }

    /// Every step of connecting in a browser.
    struct Steps {
        support::RawAnswer address;  ///< of the API
        support::RawAnswer opened;   ///< leads to the platform, sets the cookie
        std::string cookie;
        std::string callback;  ///< where the platform sends the browser
        support::RawAnswer finished;
    };
    Steps connect(const Souk& host, const std::string& token, const Shop& shop) {
        Steps steps;
        steps.address =
            host.api("POST", "integrations/" + shop.integration + "/connect", token, "{}");
        const auto address = jsonOf(steps.address).textOr("connect_url", "");
        CPPUNIT_ASSERT_MESSAGE(steps.address.text, !address.empty());
        steps.opened = host.ask({"GET", address.substr(address.find("/api/")), {}, {}});
        steps.cookie = std::string(sdk::valueOf(steps.opened.headers, "Set-Cookie"));
        steps.cookie.erase(std::min(steps.cookie.find(';'), steps.cookie.size()));
        steps.callback =
            platform.consent(std::string(sdk::valueOf(steps.opened.headers, "Location")));
        steps.finished = host.ask({"GET", steps.callback, {{"Cookie", steps.cookie}}, {}});
        return steps;
    }
    Shop connected(const Souk& host, const std::string& token, const std::string& account) {
        auto shop = add(host, token, account);
        const auto steps = connect(host, token, shop);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(steps.finished.text, 200, steps.finished.status);
        return shop;
    }
    /// A signed delivery; `signature` to forge it.
    support::RawAnswer deliver(const Souk& host,
                               const std::string& account,
                               const std::string& key,
                               const std::optional<std::string>& signature = std::nullopt) const {
        const auto body = platform.delivery(account, key);
        return host.ask({"POST",
                         "/api/webhooks/example",
                         {{"Content-Type", "application/json"},
                          {"X-Example-Signature", signature.value_or(platform.signatureOf(body))}},
                         body});
    }
};

}  // namespace souk::integration
