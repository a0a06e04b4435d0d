#include "core/correlation.hpp"
#include "host/connect/service_fixture.hpp"

#include <souk/sdk/crypto.hpp>

namespace souk::connect {

using store::IntegrationStatus;
using testing::contains;

class ServiceTest : public testing::ServiceFixture {
    CPPUNIT_TEST_SUITE(ServiceTest);
    CPPUNIT_TEST(aStoreConnectsFromStartToFirstSync);
    CPPUNIT_TEST(whatComesOfAFlowBelongsToTheRequestThatBeganIt);
    CPPUNIT_TEST(theCookieIsBoundToThePathAndSafe);
    CPPUNIT_TEST(twoConnectsInOneBrowserDoNotDisturbEachOther);
    CPPUNIT_TEST(pkceSendsTheChallengeAndKeepsTheVerifier);
    CPPUNIT_TEST(aTicketOpensOnce);
    CPPUNIT_TEST(anUnknownOrLateTicketIsRefused);
    CPPUNIT_TEST(aTicketOfAnotherPlatformIsRefused);
    CPPUNIT_TEST(aReplayedStateIsRefused);
    CPPUNIT_TEST(anUnknownOrMissingStateIsRefused);
    CPPUNIT_TEST(anExpiredStateIsRefused);
    CPPUNIT_TEST(aForeignCookieIsRefusedAndBurnsTheState);
    CPPUNIT_TEST(aStateThatWasNeverOpenedIsRefused);
    CPPUNIT_TEST(aCallbackOfAnotherPlatformIsRefused);
    CPPUNIT_TEST(aWrongSignatureIsRefusedBeforeTheCodeIsUsed);
    CPPUNIT_TEST(aRefusedCodeIsToldAndBurnsTheState);
    CPPUNIT_TEST(aPluginThatThrowsIsABug);
    CPPUNIT_TEST(aBrokenFormIsRefusedAtStart);
    CPPUNIT_TEST(aMissingPluginOrIntegrationIsTold);
    CPPUNIT_TEST_SUITE_END();

public:
    void aStoreConnectsFromStartToFirstSync() {
        const auto row = hub_->add();
        const auto finished = connect(row);
        CPPUNIT_ASSERT_MESSAGE(finished ? "" : finished.error().message, finished);
        const auto now = hub_->row(row.id);
        CPPUNIT_ASSERT(now.status == IntegrationStatus::Connected);
        CPPUNIT_ASSERT_EQUAL(std::string("account-9"), now.account.externalId);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, now.account.scopes.size());
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), now.syncStatus);
        CPPUNIT_ASSERT_EQUAL(1, synced_);
        CPPUNIT_ASSERT(access(row) == "access-1");
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), hub_->sessions.lastProbed);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, jobs("subscribe"));
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            hub_->count("SELECT count(*) AS n FROM change WHERE kind = 'integration.connected'"));
        const auto& start = hub_->plugin->completedWith;
        CPPUNIT_ASSERT_EQUAL(std::string("https://hub.test/api/auth/example/callback"),
                             start.redirectUri);
        CPPUNIT_ASSERT_EQUAL(std::string("a.example.test"), start.form.at("shop"));
        CPPUNIT_ASSERT(contains(finished->setCookie, "Max-Age=0"));
    }

    void whatComesOfAFlowBelongsToTheRequestThatBeganIt() {
        const auto row = hub_->add();
        const auto asked = core::newId();
        Begun begun;
        {
            const core::Correlation scope(asked);
            begun = begin(row);
        }
        const core::Correlation callback(core::newId());
        CPPUNIT_ASSERT(finish(begun));
        auto tx = hub_->database->asOwner();
        CPPUNIT_ASSERT_EQUAL(asked.text(),
                             tx.query("SELECT correlation_id FROM job WHERE kind = 'subscribe'")[0]
                                 .uuid("correlation_id")
                                 .text());
    }

    void theCookieIsBoundToThePathAndSafe() {
        const auto opened = service_->open("example", ticketFor(hub_->add()));
        CPPUNIT_ASSERT(opened);
        for (const auto* part :
             {"; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/api/auth", "; Max-Age=600"})
            CPPUNIT_ASSERT(contains(opened->setCookie, part));
        service_ = serviceAt("http://127.0.0.1:8080");
        const auto plain = service_->open("example", ticketFor(hub_->add()));
        CPPUNIT_ASSERT(plain);
        CPPUNIT_ASSERT(!contains(plain->setCookie, "Secure"));
    }

    void twoConnectsInOneBrowserDoNotDisturbEachOther() {
        const auto first = begin(hub_->add());
        const auto second = begin(hub_->add());
        const auto jar = "theme=dark; " + first.cookie + "; " + second.cookie;
        CPPUNIT_ASSERT(service_->callback("example", first.query, jar, {}));
        hub_->plugin->account.externalId = "account-10";
        CPPUNIT_ASSERT(service_->callback("example", second.query, jar, {}));
    }

    void pkceSendsTheChallengeAndKeepsTheVerifier() {
        hub_->loaded.manifest.connect.pkce = true;
        const auto begun = begin(hub_->add());
        CPPUNIT_ASSERT(service_->callback("example", begun.query, begun.cookie, {}));
        const auto& verifier = hub_->plugin->completedWith.codeVerifier;
        CPPUNIT_ASSERT_EQUAL(std::size_t{43}, verifier.size());
        const auto digest = sdk::sha256(verifier);
        const auto challenge =
            sdk::base64Url({reinterpret_cast<const char*>(digest.data()), digest.size()});
        CPPUNIT_ASSERT(contains(begun.redirect, "challenge=" + challenge));
        CPPUNIT_ASSERT(!contains(begun.redirect, verifier));
    }

    void aTicketOpensOnce() {
        const auto ticket = ticketFor(hub_->add());
        CPPUNIT_ASSERT(service_->open("example", ticket));
        refused(service_->open("example", ticket), "opened before");
    }

    void anUnknownOrLateTicketIsRefused() {
        refused(service_->open("example", "nonsense"), "unknown");
        const auto ticket = ticketFor(hub_->add());
        hub_->time.advance(std::chrono::minutes(11));
        refused(service_->open("example", ticket), "expired");
    }

    void aTicketOfAnotherPlatformIsRefused() {
        refused(service_->open("other", ticketFor(hub_->add())), "another platform");
    }

    void aReplayedStateIsRefused() {
        const auto begun = begin(hub_->add());
        CPPUNIT_ASSERT(finish(begun));
        refused(finish(begun), "used before");
    }

    void anUnknownOrMissingStateIsRefused() {
        refused(service_->callback("example", {{"state", "nonsense"}}, "", {}),
                "no connect attempt");
        refused(service_->callback("example", {{"code", "x"}}, "", {}), "no state");
        refused(service_->callback("example", {{"state", ""}}, "", {}), "no state");
    }

    void anExpiredStateIsRefused() {
        const auto begun = begin(hub_->add());
        hub_->time.advance(std::chrono::minutes(10));
        refused(finish(begun), "ten minutes");
        refused(finish(begun), "used before");
    }

    void aForeignCookieIsRefusedAndBurnsTheState() {
        const auto name = [](const std::string& cookie) {
            return cookie.substr(0, cookie.find('=') + 1);
        };
        for (const std::string value : {"", "x", "none at all"}) {
            const auto begun = begin(hub_->add());
            const auto jar = value == "none at all" ? "" : name(begun.cookie) + value;
            refused(service_->callback("example", begun.query, jar, {}), "another browser");
            refused(finish(begun), "used before");
        }
        CPPUNIT_ASSERT(hub_->plugin->completedWith.state.empty());
    }

    void aStateThatWasNeverOpenedIsRefused() {
        ticketFor(hub_->add());  // somebody knows the state without having opened the address
        auto tx = hub_->database->asWorker();
        const States states(hub_->vault);
        States::New wanted;
        wanted.storeId = hub_->storeId;
        wanted.integrationId = hub_->add().id;
        wanted.ticket = "t";
        wanted.state = "s";
        wanted.now = hub_->time.now();
        wanted.expiresAt = wanted.now + std::chrono::minutes(1);
        states.add(tx, wanted);
        tx.commit();
        refused(service_->callback("example", {{"state", "s"}}, "", {}), "another browser");
    }

    void aCallbackOfAnotherPlatformIsRefused() {
        const auto begun = begin(hub_->add());
        refused(service_->callback("other", begun.query, begun.cookie, {}), "another platform");
    }

    void aWrongSignatureIsRefusedBeforeTheCodeIsUsed() {
        hub_->plugin->verifyError =
            testing::refusal(sdk::ErrorKind::Rejected, "The HMAC is wrong.");
        const auto begun = begin(hub_->add());
        refused(finish(begun), "HMAC");
        CPPUNIT_ASSERT(hub_->plugin->completedWith.state.empty());
        hub_->plugin->verifyError.reset();
        refused(finish(begun), "used before");
    }

    void aRefusedCodeIsToldAndBurnsTheState() {
        hub_->plugin->completeError =
            testing::refusal(sdk::ErrorKind::Rejected, "The code was used already.");
        const auto begun = begin(hub_->add());
        refused(finish(begun), "code was used");
        refused(finish(begun), "used before");
    }

    void aPluginThatThrowsIsABug() {
        hub_->plugin->completeThrows = true;
        const auto finished = finish(begin(hub_->add()));
        CPPUNIT_ASSERT(!finished);
        CPPUNIT_ASSERT(finished.error().kind == sdk::ErrorKind::Bug);
    }

    void aBrokenFormIsRefusedAtStart() {
        refused(service_->start(hub_->add("{}").id), "shop");
        refused(service_->start(hub_->add(R"({"shop":"evil.com"})").id), "shop");
        refused(service_->start(hub_->add(R"({"shop":["x"]})").id), "shop", false);
        hub_->plugin->formError = testing::refusal(sdk::ErrorKind::Rejected, "No such domain.");
        refused(service_->start(hub_->add().id), "No such domain");
    }

    void aMissingPluginOrIntegrationIsTold() {
        const auto unknown = service_->start(core::newId());
        CPPUNIT_ASSERT(!unknown && unknown.error().kind == sdk::ErrorKind::NotFound);
        const auto row = hub_->add();
        hub_->sessions.loaded = false;
        const auto missing = service_->start(row.id);
        CPPUNIT_ASSERT(!missing && missing.error().kind == sdk::ErrorKind::Unsupported);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceTest);

}  // namespace souk::connect
