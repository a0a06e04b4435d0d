#include "loader/guarded.hpp"

#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/text.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace loader = souk::loader;
namespace sdk = souk::sdk;

namespace {

class Witness final : public loader::PluginCallObserver {
public:
    void began(const loader::PluginCall& call) noexcept override {
        seen.push_back("began " + std::string(call.domain) + " " + std::string(call.what));
    }
    void ended(const loader::PluginCall& call,
               std::chrono::nanoseconds took,
               std::optional<sdk::ErrorKind> failure) noexcept override {
        const auto outcome = failure ? std::string(sdk::name(*failure)) : "success";
        seen.push_back("ended " + std::string(call.what) + " " + outcome);
        timely = timely && took.count() >= 0;
    }
    std::string tellable(std::string message) const override {
        const auto at = message.find("token-1");
        return at == std::string::npos ? message : message.replace(at, 7, "[secret]");
    }
    std::vector<std::string> seen;
    bool timely = true;
};

}  // namespace

class GuardedTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GuardedTest);
    CPPUNIT_TEST(aResultComesThroughAsItIs);
    CPPUNIT_TEST(aPlainValueAndNothingBecomeResults);
    CPPUNIT_TEST(whatAPluginThrowsBecomesABugThatNamesIt);
    CPPUNIT_TEST(aRealPluginsThrowsAreContained);
    CPPUNIT_TEST(theObserverHearsOfEveryEnd);
    CPPUNIT_TEST(theObserverTakesSecretsOutOfErrors);
    CPPUNIT_TEST_SUITE_END();

    static loader::LoadedPlugin plugin() {
        loader::LoadedPlugin plugin;
        plugin.manifest.domain = "example";
        return plugin;
    }

    template <class F>
    static void expectBug(const loader::LoadedPlugin& bad, const char* what, F call) {
        const auto answer = loader::guarded(bad, what, call);
        CPPUNIT_ASSERT_MESSAGE(what, !answer);
        CPPUNIT_ASSERT_MESSAGE(what, answer.error().kind == sdk::ErrorKind::Bug);
        CPPUNIT_ASSERT_MESSAGE(what, answer.error().message.find(what) != std::string::npos);
    }

    static void expectEverythingElseContained(const loader::LoadedPlugin& bad) {
        class NoHttp final : public sdk::Http {
            sdk::Result<sdk::HttpReply> send(const sdk::HttpRequest&) override {
                return sdk::Error{sdk::ErrorKind::Transient, "nobody"};
            }
        } http;
        class NoSecrets final : public sdk::Secrets {
            sdk::Result<sdk::Secret> find(std::string_view) const override {
                return sdk::Error{sdk::ErrorKind::NotFound, "none"};
            }
            std::vector<sdk::Secret> all(std::string_view) const override { return {}; }
        } secrets;
        const souk::core::SystemClock clock;
        souk::core::Log log(
            clock, souk::core::Log::Format::Text, sdk::LogLevel::Error, souk::core::Log::nowhere());
        const sdk::Account account;
        sdk::Context context{account, http, secrets, clock, log, {}};
        const auto& plugin = *bad.plugin;
        const auto& flow = *plugin.connectFlow();
        const auto& webhooks = *plugin.webhooks();
        const auto& subscriptions = *plugin.subscriptions();
        const auto& source = *plugin.sync(sdk::Entity::Customer);
        expectBug(bad, "throttleFrom", [&] { return plugin.throttleFrom({}); });
        expectBug(bad, "challenge", [&] { return webhooks.challenge({}, secrets); });
        expectBug(bad, "verify", [&] { return webhooks.verify({}, secrets); });
        expectBug(bad, "checkForm", [&] { return flow.checkForm({}); });
        expectBug(bad, "authorizeUrl", [&] { return flow.authorizeUrl({}, secrets); });
        expectBug(bad, "verifyCallback", [&] { return flow.verifyCallback({}, {}, secrets, {}); });
        expectBug(bad, "complete", [&] { return flow.complete(context, {}, {}); });
        expectBug(bad, "probe", [&] { return flow.probe(context, {}); });
        expectBug(bad, "refresh", [&] { return flow.refresh(context, {}); });
        expectBug(bad, "revoke", [&] { return flow.revoke(context); });
        expectBug(bad, "wanted", [&] { return subscriptions.wanted(account); });
        expectBug(bad, "list", [&] { return subscriptions.list(context); });
        expectBug(bad, "create", [&] { return subscriptions.create(context, "", ""); });
        expectBug(bad, "remove", [&] { return subscriptions.remove(context, ""); });
        expectBug(bad, "fetch", [&] { return source.fetch(context, {}); });
        expectBug(bad, "fetchOne", [&] {
            return source.fetchOne(context, sdk::Entity::Customer, "", {});
        });
        expectBug(bad, "entities", [&] { return source.entities(); });
        expectBug(bad, "remoteCount", [&] { return source.remoteCount(context); });
    }

public:
    void aResultComesThroughAsItIs() {
        const auto one = plugin();
        const auto value =
            loader::guarded(one, "x", [] { return sdk::Result<std::string>("text"); });
        CPPUNIT_ASSERT_EQUAL(std::string("text"), *value);
        const auto error = loader::guarded(one, "x", [] {
            return sdk::Result<int>(sdk::Error{sdk::ErrorKind::NotFound, "gone"});
        });
        CPPUNIT_ASSERT(error.error().kind == sdk::ErrorKind::NotFound);
        CPPUNIT_ASSERT_EQUAL(std::string("gone"), error.error().message);
    }

    void theObserverTakesSecretsOutOfErrors() {
        Witness witness;
        auto one = plugin();
        one.observer = &witness;
        const auto told = loader::guarded(one, "x", [] {
            return sdk::Result<int>(sdk::Error{sdk::ErrorKind::Rejected, "no token-1 here"});
        });
        CPPUNIT_ASSERT_EQUAL(std::string("no [secret] here"), told.error().message);
        CPPUNIT_ASSERT(told.error().kind == sdk::ErrorKind::Rejected);
        const auto thrown =
            loader::guarded(one, "x", []() -> int { throw std::runtime_error("token-1"); });
        CPPUNIT_ASSERT(thrown.error().message.find("threw in x: [secret];") != std::string::npos);
    }

    void aPlainValueAndNothingBecomeResults() {
        const auto one = plugin();
        CPPUNIT_ASSERT_EQUAL(7, *loader::guarded(one, "x", [] { return 7; }));
        bool ran = false;
        CPPUNIT_ASSERT(loader::guarded(one, "x", [&] { ran = true; }));
        CPPUNIT_ASSERT(ran);
    }

    void whatAPluginThrowsBecomesABugThatNamesIt() {
        const auto one = plugin();
        const auto known = loader::guarded(
            one, "webhooks.split", []() -> int { throw std::out_of_range("no such key"); });
        CPPUNIT_ASSERT(known.error().kind == sdk::ErrorKind::Bug);
        CPPUNIT_ASSERT_EQUAL(std::string("plugin 'example' threw in webhooks.split: no such key; "
                                         "report it to the plugin's author"),
                             known.error().message);
        const auto strange = loader::guarded(one, "x", []() -> int { throw 42; });
        CPPUNIT_ASSERT(strange.error().message.find("no std::exception") != std::string::npos);
        const auto chatty = loader::guarded(
            one, "x", []() -> int { throw std::runtime_error(std::string(100'000, 'x')); });
        CPPUNIT_ASSERT(chatty.error().message.size() < 400);
        std::string umlauts = "x";  // so that the limit falls inside a character
        for (int i = 0; i < 200; ++i) umlauts += "ü";
        for (const auto& told : {umlauts, std::string("\xff\x80 no text")}) {
            const auto odd =
                loader::guarded(one, "x", [&]() -> int { throw std::runtime_error(told); });
            CPPUNIT_ASSERT_MESSAGE(odd.error().message, souk::core::isUtf8(odd.error().message));
        }
    }

    void aRealPluginsThrowsAreContained() {
        const souk::core::SystemClock clock;
        souk::core::Log log(
            clock, souk::core::Log::Format::Text, sdk::LogLevel::Error, souk::core::Log::nowhere());
        const auto catalog = loader::Catalog::load(SOUK_BUILD_DIR "/bad_plugins", log);
        const auto* bad = catalog.find("throws_in_call");
        CPPUNIT_ASSERT(bad != nullptr);
        const auto* webhooks = bad->plugin->webhooks();

        const auto split =
            loader::guarded(*bad, "webhooks.split", [&] { return webhooks->split({}); });
        CPPUNIT_ASSERT_EQUAL(std::string("plugin 'throws_in_call' threw in webhooks.split: split "
                                         "went wrong; report it to the plugin's author"),
                             split.error().message);
        const auto translate = [&](const std::string& topic) {
            return loader::guarded(*bad, "webhooks.translate", [&] {
                return webhooks->translate({"a", topic, {}, "", {}}, {});
            });
        };
        CPPUNIT_ASSERT(translate("number").error().kind == sdk::ErrorKind::Bug);
        CPPUNIT_ASSERT(translate("text").error().message.find("substr") != std::string::npos);
        expectEverythingElseContained(*bad);
    }

    void theObserverHearsOfEveryEnd() {
        Witness witness;
        auto one = plugin();
        one.observer = &witness;
        (void)loader::guarded(one, "a", [] { return 1; });
        (void)loader::guarded(one, "b", [] {
            return sdk::Result<int>(sdk::Error{sdk::ErrorKind::RateLimited, "later"});
        });
        (void)loader::guarded(one, "c", []() -> int { throw 1; });
        const std::vector<std::string> expected{"began example a",
                                                "ended a success",
                                                "began example b",
                                                "ended b rate_limited",
                                                "began example c",
                                                "ended c bug"};
        CPPUNIT_ASSERT(expected == witness.seen);
        CPPUNIT_ASSERT(witness.timely);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GuardedTest);
