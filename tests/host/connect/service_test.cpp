#include "connect/service.hpp"

#include "host/connect/fakes.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <souk/sdk/crypto.hpp>

namespace souk::connect {

using store::IntegrationStatus;
using testing::contains;
using testing::Hub;

class ServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServiceTest);
    CPPUNIT_TEST(aStoreConnectsFromStartToFirstSync);
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
    CPPUNIT_TEST(missingScopesAreRefusedByName);
    CPPUNIT_TEST(aGrantThatDoesNotWorkIsNotStored);
    CPPUNIT_TEST(anAccountThatWasNotAskedForIsRefused);
    CPPUNIT_TEST(anAccountWithoutIdIsRefused);
    CPPUNIT_TEST(anAccountConnectedElsewhereIsRefused);
    CPPUNIT_TEST(reconnectingTheSameAccountReplacesTheGrant);
    CPPUNIT_TEST(reconnectingToAnotherAccountIsRefused);
    CPPUNIT_TEST(aFirstSyncThatFailsConnectsNothing);
    CPPUNIT_TEST(aBrokenFormIsRefusedAtStart);
    CPPUNIT_TEST(aMissingPluginOrIntegrationIsTold);
    CPPUNIT_TEST(formPlatformsAreConnectedByTheirFields);
    CPPUNIT_TEST(oauthAndFormAreNotMixedUp);
    CPPUNIT_TEST(aTokenIsTriedBeforeItIsKept);
    CPPUNIT_TEST(disconnectingStopsAtOnceAndCleansUpLater);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        hub_ = std::make_unique<Hub>();
        synced_ = 0;
        admission_ = std::make_unique<Admission>(
            *hub_->database,
            hub_->credentials,
            hub_->sessions,
            hub_->time,
            hub_->log,
            [this](store::Transaction& tx, const store::IntegrationRow& row) {
                CPPUNIT_ASSERT(row.status == IntegrationStatus::Connected);
                store::Integrations::setSync(tx, row.id, "queued", std::nullopt);
                ++synced_;
                if (syncThrows_) throw std::runtime_error("boom");
            });
        service_ = serviceAt("https://hub.test");
    }

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

    void missingScopesAreRefusedByName() {
        hub_->plugin->grant.scopes = {"read_products", "write_products"};
        const auto row = hub_->add();
        refused(connect(row), "read_orders");
        nothingStored(row);
        CPPUNIT_ASSERT(hub_->sessions.lastProbed.empty());
    }

    void aGrantThatDoesNotWorkIsNotStored() {
        hub_->plugin->probeError = testing::refusal(sdk::ErrorKind::Unauthorized, "401");
        const auto row = hub_->add();
        const auto finished = connect(row);
        CPPUNIT_ASSERT(!finished);
        CPPUNIT_ASSERT(finished.error().kind == sdk::ErrorKind::Unauthorized);
        nothingStored(row);
    }

    void anAccountThatWasNotAskedForIsRefused() {
        hub_->plugin->askedAccount = "account-7";
        const auto row = hub_->add();
        refused(connect(row), "account-7");
        nothingStored(row);
    }

    void anAccountWithoutIdIsRefused() {
        hub_->plugin->account.externalId.clear();
        const auto row = hub_->add();
        CPPUNIT_ASSERT(!connect(row));
        nothingStored(row);
    }

    void anAccountConnectedElsewhereIsRefused() {
        const auto otherStore = test::insertStore(*hub_->database, "Other");
        test::insertIntegration(*hub_->database, otherStore, "example", "account-9");
        const auto row = hub_->add();
        refused(connect(row), "already connected");
        nothingStored(row);
    }

    void reconnectingTheSameAccountReplacesTheGrant() {
        const auto row = hub_->add();
        CPPUNIT_ASSERT(connect(row));
        hub_->plugin->grant = hub_->grantOf("access-new", "refresh-new");
        CPPUNIT_ASSERT(service_->disconnect(row.id));
        CPPUNIT_ASSERT(connect(row));
        CPPUNIT_ASSERT(access(row) == "access-new");
        CPPUNIT_ASSERT(hub_->row(row.id).status == IntegrationStatus::Connected);
        CPPUNIT_ASSERT_EQUAL(2, synced_);
    }

    void reconnectingToAnotherAccountIsRefused() {
        const auto row = hub_->add();
        CPPUNIT_ASSERT(connect(row));
        hub_->plugin->account.externalId = "account-10";
        hub_->plugin->grant = hub_->grantOf("access-new", "refresh-new");
        refused(connect(row), "belongs to the account account-9");
        CPPUNIT_ASSERT(access(row) == "access-1");
    }

    void aFirstSyncThatFailsConnectsNothing() {
        syncThrows_ = true;
        const auto row = hub_->add();
        CPPUNIT_ASSERT_THROW(connect(row), std::runtime_error);
        nothingStored(row);
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

    void formPlatformsAreConnectedByTheirFields() {
        hub_->loaded.manifest.connect.kind = loader::Manifest::ConnectKind::Form;
        const auto row = hub_->add("{}");
        refused(service_->submitForm(row.id, {}, {}), "shop");
        refused(service_->submitForm(row.id, {{"shop", "a.example.test"}, {"x", "y"}}, {}),
                "\"x\"");
        const auto secret = service_->submitForm(row.id, {{"shop", "SECRET"}}, {});
        refused(secret, "does not look right");
        CPPUNIT_ASSERT(!contains(secret.error().message, "SECRET"));
        CPPUNIT_ASSERT(service_->submitForm(row.id, {{"shop", "a.example.test"}}, {}));
        CPPUNIT_ASSERT(access(row) == "access-1");
        CPPUNIT_ASSERT_EQUAL(std::string("a.example.test"),
                             hub_->plugin->completedWith.form.at("shop"));
    }

    void oauthAndFormAreNotMixedUp() {
        const auto row = hub_->add();
        const auto form = service_->submitForm(row.id, {{"shop", "a.example.test"}}, {});
        CPPUNIT_ASSERT(!form && form.error().kind == sdk::ErrorKind::Unsupported);
        hub_->loaded.manifest.connect.kind = loader::Manifest::ConnectKind::Token;
        const auto start = service_->start(row.id);
        CPPUNIT_ASSERT(!start && start.error().kind == sdk::ErrorKind::Unsupported);
    }

    void aTokenIsTriedBeforeItIsKept() {
        const auto row = hub_->add();
        sdk::Grant grant;
        refused(service_->addToken(row.id, grant, {}), "empty");
        grant.accessToken = sdk::Secret("pasted");
        refused(service_->addToken(row.id, grant, {}), "read_products");
        hub_->plugin->account.scopes = {"read_orders", "read_products"};
        CPPUNIT_ASSERT(service_->addToken(row.id, grant, {}));
        CPPUNIT_ASSERT(access(row) == "pasted");
        CPPUNIT_ASSERT_EQUAL(std::string("pasted"), hub_->sessions.lastProbed);
    }

    void disconnectingStopsAtOnceAndCleansUpLater() {
        const auto row = hub_->add();
        CPPUNIT_ASSERT(connect(row));
        const auto gone = service_->disconnect(row.id);
        CPPUNIT_ASSERT(gone);
        CPPUNIT_ASSERT(gone->status == IntegrationStatus::Disconnected);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, jobs("subscribe"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, jobs("disconnect"));
        CPPUNIT_ASSERT(service_->disconnect(row.id));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, jobs("disconnect"));
        CPPUNIT_ASSERT(!service_->disconnect(core::newId()));
        auto tx = hub_->database->asWorker();
        CPPUNIT_ASSERT(store::Integrations::route(tx, "example", "account-9"));
    }

private:
    struct Begun {
        std::string redirect;
        std::string cookie;  ///< name=value
        sdk::Fields query;
    };

    std::unique_ptr<ConnectService> serviceAt(const std::string& url) {
        return std::make_unique<ConnectService>(
            *hub_->database, States(hub_->vault), *admission_, hub_->sessions, hub_->time, url);
    }
    std::string ticketFor(const store::IntegrationRow& row) {
        const auto url = service_->start(row.id);
        CPPUNIT_ASSERT_MESSAGE(url ? "" : url.error().message, url);
        CPPUNIT_ASSERT(contains(*url, "/api/auth/example/start?ticket="));
        return url->substr(url->find("ticket=") + 7);
    }
    Begun begin(const store::IntegrationRow& row) {
        const auto opened = service_->open("example", ticketFor(row));
        CPPUNIT_ASSERT_MESSAGE(opened ? "" : opened.error().message, opened);
        Begun begun;
        begun.redirect = opened->redirect;
        begun.cookie = opened->setCookie.substr(0, opened->setCookie.find(';'));
        const auto at = begun.redirect.find("&state=") + 7;
        begun.query["state"] = begun.redirect.substr(at, begun.redirect.find('&', at) - at);
        begun.query["code"] = "the-code";
        return begun;
    }
    sdk::Result<ConnectService::Finished> finish(const Begun& begun) {
        return service_->callback("example", begun.query, begun.cookie, {});
    }
    sdk::Result<ConnectService::Finished> connect(const store::IntegrationRow& row) {
        return finish(begin(row));
    }

    template <class T>
    static void refused(const sdk::Result<T>& result,
                        const std::string& part,
                        bool mustBeRejected = true) {
        CPPUNIT_ASSERT_MESSAGE("not refused: " + part, !result);
        CPPUNIT_ASSERT_MESSAGE(result.error().message, contains(result.error().message, part));
        if (mustBeRejected) CPPUNIT_ASSERT(result.error().kind == sdk::ErrorKind::Rejected);
    }
    void nothingStored(const store::IntegrationRow& row) {
        CPPUNIT_ASSERT(hub_->row(row.id).status == IntegrationStatus::Pending);
        CPPUNIT_ASSERT(!hub_->credential({row.storeId, row.id}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, jobs("subscribe"));
    }
    std::string access(const store::IntegrationRow& row) {
        return std::string(
            hub_->credential({row.storeId, row.id})->kept.grant.accessToken.reveal());
    }
    std::int64_t jobs(const std::string& kind) {
        auto tx = hub_->database->asOwner();
        return tx.query("SELECT count(*) AS n FROM job WHERE kind = $1", kind)[0].integer("n");
    }

    std::unique_ptr<Hub> hub_;
    std::unique_ptr<Admission> admission_;
    std::unique_ptr<ConnectService> service_;
    int synced_ = 0;
    bool syncThrows_ = false;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceTest);

}  // namespace souk::connect
