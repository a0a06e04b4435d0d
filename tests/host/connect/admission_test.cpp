#include "host/connect/service_fixture.hpp"
#include "jobs/queue.hpp"

namespace souk::connect {

using store::IntegrationStatus;
using testing::contains;

class AdmissionTest : public testing::ServiceFixture {
    CPPUNIT_TEST_SUITE(AdmissionTest);
    CPPUNIT_TEST(missingScopesAreRefusedByName);
    CPPUNIT_TEST(aGrantThatDoesNotWorkIsNotStored);
    CPPUNIT_TEST(anAccountThatWasNotAskedForIsRefused);
    CPPUNIT_TEST(anAccountWithoutIdIsRefused);
    CPPUNIT_TEST(anAccountConnectedElsewhereIsRefused);
    CPPUNIT_TEST(reconnectingTheSameAccountReplacesTheGrant);
    CPPUNIT_TEST(reconnectingToAnotherAccountIsRefused);
    CPPUNIT_TEST(aFirstSyncThatFailsConnectsNothing);
    CPPUNIT_TEST(formPlatformsAreConnectedByTheirFields);
    CPPUNIT_TEST(oauthAndFormAreNotMixedUp);
    CPPUNIT_TEST(aTokenIsTriedBeforeItIsKept);
    CPPUNIT_TEST(disconnectingStopsAtOnceAndCleansUpLater);
    CPPUNIT_TEST(whatWaitsToBeSentFailsAndWhatWasSoldStaysSold);
    CPPUNIT_TEST(severalOptionsWaitForAPick);
    CPPUNIT_TEST(whatLeavesNoChoiceIsNotAsked);
    CPPUNIT_TEST(anEmptyChoiceIsRefusedByName);
    CPPUNIT_TEST(secretsOfTheFormAndOfThePartsAreKeptWithTheGrant);
    CPPUNIT_TEST_SUITE_END();

public:
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

    void severalOptionsWaitForAPick() {
        hub_->plugin->offered = {{"page", "Page", {{"p1", "One"}, {"p2", "Two"}}},
                                 {"shelf", "Shelf", {{"s1", "Only"}}}};
        const auto row = hub_->add();
        refused(service_->choose(row.id, {{"page", "p1"}}, {}), "nothing to choose");
        const auto begun = connect(row);
        CPPUNIT_ASSERT(begun);
        CPPUNIT_ASSERT(begun->integration.status == IntegrationStatus::Pending);
        CPPUNIT_ASSERT(contains(*begun->integration.statusReason, "Choose page"));
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"([{"field": "page", "label": "Page", "options": )"
                        R"([{"label": "One", "value": "p1"}, {"label": "Two", "value": "p2"}]}])"),
            *begun->integration.choices);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, jobs("subscribe"));
        refused(service_->choose(row.id, {{"page", "p3"}}, {}), "not among the options of page");
        const auto done = service_->choose(row.id, {{"page", "p2"}}, {});
        CPPUNIT_ASSERT_MESSAGE(done ? "" : done.error().message, done);
        CPPUNIT_ASSERT(done->status == IntegrationStatus::Connected);
        CPPUNIT_ASSERT(!done->choices);
        CPPUNIT_ASSERT_EQUAL(std::string("p2"), hub_->plugin->settledWith.at("page"));
        CPPUNIT_ASSERT_EQUAL(std::string("s1"), hub_->plugin->settledWith.at("shelf"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, jobs("subscribe"));
        refused(service_->choose(row.id, {{"page", "p1"}}, {}), "nothing to choose");
    }

    void whatLeavesNoChoiceIsNotAsked() {
        hub_->plugin->offered = {{"page", "Page", {{"p1", "One"}}}};
        const auto done = connect(hub_->add());
        CPPUNIT_ASSERT(done->integration.status == IntegrationStatus::Connected);
        CPPUNIT_ASSERT_EQUAL(std::string("p1"), hub_->plugin->settledWith.at("page"));
    }

    void anEmptyChoiceIsRefusedByName() {
        hub_->plugin->offered = {{"page", "Page", {}}};
        refused(connect(hub_->add()), "offers no Page");
    }

    void secretsOfTheFormAndOfThePartsAreKeptWithTheGrant() {
        hub_->loaded.manifest.connect.kind = loader::Manifest::ConnectKind::Form;
        loader::Manifest::Field pin;
        pin.name = "pin";
        pin.secret = true;
        pin.required = false;
        hub_->loaded.manifest.connect.fields.push_back(pin);
        hub_->plugin->settledSecrets = {{"page_token", "token-of-a-page"}};
        const auto row = hub_->add("{}");
        CPPUNIT_ASSERT(service_->submitForm(
            row.id, {{"shop", "a.example.test"}, {"pin", "pin-12345678"}}, {}));
        const auto kept = hub_->credential({hub_->storeId, row.id})->kept.grant.secrets;
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, kept.size());
        CPPUNIT_ASSERT(kept.find("pin")->second.reveal() == "pin-12345678");
        CPPUNIT_ASSERT(kept.find("page_token")->second.reveal() == "token-of-a-page");
        CPPUNIT_ASSERT(!contains(hub_->row(row.id).config, "pin-12345678"));
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
        CPPUNIT_ASSERT(!store::Integrations::route(tx, "example", "account-9").empty());
    }

    void whatWaitsToBeSentFailsAndWhatWasSoldStaysSold() {
        const auto row = hub_->add();
        CPPUNIT_ASSERT(connect(row));
        {
            auto tx = hub_->database->asOwner();
            tx.query(
                "INSERT INTO message (store_id, id, integration_id, conversation_id, direction, "
                "kind, status, status_at, sent_at) "
                "SELECT $1, gen_random_uuid(), $2, gen_random_uuid(), 'outgoing', 'text', state, "
                "now(), now() FROM unnest(ARRAY['queued', 'sent']) AS s(state)",
                row.storeId,
                row.id);
            for (const auto* kind : {"send", "sale"}) {
                souk::jobs::NewJob job;
                job.integrationId = row.id;
                job.kind = kind;
                souk::jobs::enqueue(tx, row.storeId, {job});
            }
            tx.commit();
        }
        CPPUNIT_ASSERT(service_->disconnect(row.id));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, jobs("send"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, jobs("sale"));
        auto tx = hub_->database->asOwner();
        CPPUNIT_ASSERT_EQUAL(
            std::string("failed: The integration was disconnected before it was sent., sent"),
            tx.query("SELECT string_agg(status || coalesce(': ' || error_detail, ''), ', ' ORDER "
                     "BY status) AS n FROM message")[0]
                .text("n"));
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

    void anAccountConnectedElsewhereIsRefused() {
        const auto otherStore = test::insertStore(*hub_->database, "Other");
        test::insertIntegration(*hub_->database, otherStore, "example", "account-9");
        const auto row = hub_->add();
        refused(connect(row), "already connected");
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

    void aFirstSyncThatFailsConnectsNothing() {
        syncThrows_ = true;
        const auto row = hub_->add();
        CPPUNIT_ASSERT_THROW(connect(row), std::runtime_error);
        nothingStored(row);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdmissionTest);

}  // namespace souk::connect
