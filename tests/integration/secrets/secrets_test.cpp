#include "integration/world.hpp"
#include "planted.hpp"
#include "store/cluster.hpp"
#include "store/database.hpp"

#include <memory>

namespace souk::integration {

/// Plants secrets everywhere the hub takes some, makes everything go well and everything go wrong,
/// and looks for them in every log line, every answer and the dump of the whole database.
class SecretsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SecretsTest);
    CPPUNIT_TEST(theSearchFindsWhatIsThere);
    CPPUNIT_TEST(noSecretIsEverToldAnywhere);
    CPPUNIT_TEST_SUITE_END();

public:
    void theSearchFindsWhatIsThere() {
        const std::string secret = "s3cret+with/odd=characters";
        Planted planted;
        planted.add("it", secret);
        CPPUNIT_ASSERT(planted.foundIn("nothing here").empty());
        for (const auto& text : {"a " + secret + " b",
                                 sdk::base64("Basic:" + secret + ":x"),
                                 sdk::base64("Bearer:" + secret + ":x"),
                                 sdk::base64("Token " + secret + "!"),
                                 sdk::base64Url("?>>" + secret + ">>"),
                                 "a=" + sdk::percentEncode(secret) + "&b",
                                 "a=" + sdk::percentEncode(sdk::base64("id:" + secret + ":")),
                                 "\\x00" + hexOf(secret) + "ff"})
            CPPUNIT_ASSERT_MESSAGE(text, !planted.foundIn(text).empty());
    }

    void noSecretIsEverToldAnywhere() {
        prepare();
        connectWell();
        connectBadly();
        work();
        workBadly();
        breakTheDatabase();
        readEverything();
        commands();
        CPPUNIT_ASSERT_EQUAL(0, host_->stop());

        for (const auto& secret : world_->platform.secrets())
            planted_.add("of the platform", secret);
        CPPUNIT_ASSERT(planted_.size() > 15);
        // The platform did repeat them, to the log and to people.
        const auto log = host_->log();
        CPPUNIT_ASSERT_MESSAGE(log, log.find("[secret]") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(told_, told_.find("[secret]") != std::string::npos);
        const auto dump = dumped();
        CPPUNIT_ASSERT(dump.find("shop-a") != std::string::npos);
        CPPUNIT_ASSERT(dump.find("[secret]") != std::string::npos);

        expectNothing("the log", log, planted_);
        expectNothing("an answer", told_, planted_);
        expectNothing("the database", dump, planted_);
        expectNothing("the log", log, shownOnce_);
        expectNothing("the database", dump, shownOnce_);
    }

private:
    static std::string hexOf(const std::string& text) {
        std::string hex;
        for (const char c : text) {
            hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4U];
            hex += "0123456789abcdef"[static_cast<unsigned char>(c) & 0xFU];
        }
        return hex;
    }
    static void expectNothing(const std::string& where,
                              const std::string& text,
                              const Planted& planted) {
        std::string told;
        for (const auto& found : planted.foundIn(text)) told += "\n" + found;
        CPPUNIT_ASSERT_MESSAGE(where + " tells" + told, told.empty());
    }

    support::RawAnswer heard(support::RawAnswer answer) {
        told_ += answer.text + "\n";
        return answer;
    }
    support::RawAnswer expect(int status, support::RawAnswer answer) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.text, status, answer.status);
        return heard(std::move(answer));
    }
    support::RawAnswer api(const std::string& method,
                           const std::string& target,
                           const std::optional<std::string>& body = std::nullopt) {
        return heard(host_->api(method, target, token_, body));
    }
    std::int64_t count(const std::string& what) {
        return database_->asOwner().query("SELECT count(*) AS n FROM " + what)[0].integer("n");
    }

    /// No run waits for a better day: the next one asked for begins at once.
    void settle() {
        CPPUNIT_ASSERT_MESSAGE(host_->log(), waitUntil([&] {
                                   return count(
                                              "sync_run WHERE status IN ('queued', 'running', "
                                              "'waiting')") == 0;
                               }));
    }

    void prepare() {
        world_ = std::make_unique<World>();
        host_ = std::make_unique<Souk>("one", world_->settings());
        database_ = std::make_unique<store::Database>(world_->url, store::PoolLimits());
        const auto key = core::randomBytes(32);
        host_->set("vault.key_file", host_->file("keys"));
        host_->set("sync.first_retry", "10ms");
        host_->writeFile("keys", "k001 " + sdk::base64(key) + "\n");
        planted_.add("the vault key", key);
        planted_.add("the vault key's text", sdk::base64(key));
        planted_.add("the client secret", world_->platform.clientSecret);
        token_ = world_->setUp(*host_);
        planted_.add("the API token", token_);
        host_->serve();
    }

    /// What an attempt shows on purpose, to one browser, once.
    World::Steps steps(const World::Shop& shop) {
        auto made = world_->connect(*host_, token_, shop);
        const auto url = jsonOf(made.address).textOr("connect_url", "");
        shownOnce_.add("the ticket", url.substr(url.find("ticket=") + 7));
        shownOnce_.add("the cookie", made.cookie.substr(made.cookie.find('=') + 1));
        const auto at = made.callback.find("state=") + 6;
        shownOnce_.add("the state", made.callback.substr(at, made.callback.find('&', at) - at));
        heard(made.finished);
        return made;
    }

    void connectWell() {
        shop_ = World::add(*host_, token_, "shop-a");
        CPPUNIT_ASSERT_EQUAL(200, steps(shop_).finished.status);
        other_ = World::add(*host_, token_, "shop-b");
        CPPUNIT_ASSERT_EQUAL(200, steps(other_).finished.status);
        const std::string wanted = R"({"role":"viewer","name":"v"})";
        const auto made = host_->api("POST", "tokens", token_, wanted);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(made.text, 201, made.status);
        planted_.add("a viewer's token", jsonOf(made).textOr("token", ""));
        // An answer that shows a secret is not kept for a repetition.
        expect(400, host_->api("POST", "tokens", token_, wanted, {{"Idempotency-Key", "token"}}));
    }

    void connectBadly() {
        auto& platform = world_->platform;
        const auto shop = World::add(*host_, token_, "shop-c");
        platform.lifetime = 0;  // from now on every call has to refresh
        const auto good = steps(other_);
        settle();
        expect(422, host_->ask({"GET", good.callback, {{"Cookie", good.cookie}}, {}}));  // replayed
        platform.echoesTokens = true;  // the code, the verifier and the client secret come back
        CPPUNIT_ASSERT(steps(shop).finished.status >= 400);
        platform.echoesTokens = false;
        platform.echoes = true;  // the fresh token comes back
        CPPUNIT_ASSERT(steps(shop).finished.status >= 400);
        platform.echoes = false;
        const auto password = ExamplePlatform::randomText();
        planted_.add("a password in the wrong place", password);
        api("POST",
            "integrations",
            R"({"store_id":")" + shop.store +
                R"(","platform":"example","config":{"account":"shop-d","password":")" + password +
                "\"}}");
        api("POST",
            "integrations/" + shop.integration + "/form",
            R"({"fields":{"account":"shop-c","password":")" + password + "\"}}");
        const auto stranger = ExamplePlatform::randomText();
        planted_.add("a stranger's token", stranger);
        expect(401, host_->api("GET", "stores", stranger));
        expect(401, host_->api("GET", "stores?access_token=" + stranger, "souk_" + stranger));
    }

    void work() {
        expect(202, api("POST", "sync", R"({"integration_id":")" + shop_.integration + "\"}"));
        settle();
        CPPUNIT_ASSERT(count("sync_run WHERE status = 'complete'") >= 3);
        expect(200, world_->deliver(*host_, "shop-a", "event-1"));
        expect(401, world_->deliver(*host_, "shop-a", "event-2", "forged"));
        expect(401,
               world_->deliver(
                   *host_, "shop-a", "event-3", sdk::base64(world_->platform.clientSecret)));
        expect(404, world_->deliver(*host_, "shop-x", "event-4"));
        CPPUNIT_ASSERT(waitUntil([&] { return count("webhook WHERE state <> 'waiting'") >= 1; }));
    }

    void workBadly() {
        auto& platform = world_->platform;
        platform.echoes = true;
        const auto subscriptions =
            api("GET", "integrations/" + shop_.integration + "/subscriptions");
        CPPUNIT_ASSERT_MESSAGE(subscriptions.text, subscriptions.status >= 400);
        expect(202, api("POST", "sync", R"({"integration_id":")" + shop_.integration + "\"}"));
        const auto failed = [&] { return count("sync_run WHERE error LIKE '%no access%'") >= 1; };
        CPPUNIT_ASSERT_MESSAGE(host_->log(), waitUntil(failed));
        api("POST", "integrations/" + shop_.integration + "/disconnect", "{}");
        const auto kept = [&] { return count("job WHERE reason LIKE '%no access%'") >= 1; };
        CPPUNIT_ASSERT_MESSAGE(host_->log(), waitUntil(kept));
        // A refresh fails, with the client secret and the refresh token in the sentence.
        platform.echoesTokens = true;
        expect(202, api("POST", "sync", R"({"integration_id":")" + other_.integration + "\"}"));
        const auto refused = [&] {
            return count("sync_run WHERE error LIKE '%cannot grant%'") >= 1 ||
                   count("integration WHERE status_reason LIKE '%cannot grant%'") >= 1;
        };
        CPPUNIT_ASSERT_MESSAGE(host_->log(), waitUntil(refused));
        platform.echoes = false;
        platform.echoesTokens = false;
    }

    void breakTheDatabase() {
        for (const auto* table : {"product", "webhook", "credential", "platform_app_secret"}) {
            rename(table, "gone");
            api("GET", "products?store_id=" + shop_.store);
            api("GET", "integrations/" + shop_.integration + "/subscriptions");
            heard(world_->deliver(*host_, "shop-a", "event-" + std::string(table)));
            api("POST", "sync", R"({"integration_id":")" + shop_.integration + "\"}");
            rename("gone", table);
        }
    }
    void rename(const std::string& from, const std::string& to) {
        auto tx = database_->asOwner();
        tx.query("ALTER TABLE " + from + " RENAME TO " + to);
        tx.commit();
    }

    void readEverything() {
        for (const auto* list : {"stores",
                                 "integrations",
                                 "platforms",
                                 "sync",
                                 "products",
                                 "orders",
                                 "customers",
                                 "sync-logs",
                                 "webhooks",
                                 "overview",
                                 "tokens"})
            api("GET", list + std::string("?store_id=") + shop_.store);
        api("GET", "integrations/" + shop_.integration);
        api("GET", "integrations/" + other_.integration);
        for (const auto* path : {"/metrics", "/healthz", "/readyz", "/openapi.json", "/nowhere"})
            heard(host_->ask({"GET", path, {{"Authorization", "Bearer " + token_}}, {}}));
        const auto hooks = api("GET", "webhooks?store_id=" + shop_.store);
        const auto items = *jsonOf(hooks).items("data");
        CPPUNIT_ASSERT(!items.empty());
        for (const auto& hook : items)
            api("GET", "webhooks/" + hook.textOr("id", "") + "?store_id=" + shop_.store);
    }

    void commands() {
        using Words = std::vector<std::string>;
        for (const auto& words :
             {Words{"app", "list"},
              Words{"token", "list"},
              Words{"key", "list", "--json"},
              Words{"plugin", "list"},
              Words{"integration", "list", "--store", shop_.store},
              Words{"sync", "list", "--store", shop_.store},
              Words{"webhook", "list", "--store", shop_.store},
              Words{"key", "new"},
              Words{"key", "rotate"},
              Words{"app", "set", "example", "--client-secret-file", host_->file("no-such-file")},
              Words{"key", "remove", "k002"}})
            told_ += host_->command(words).text + "\n";
    }

    std::string dumped() {
        const auto binaries = store::findBinaries({}, std::nullopt, "/usr/lib/postgresql");
        CPPUNIT_ASSERT(binaries);
        const auto file = host_->file("dump");
        store::Program program;
        program.file = *binaries / "pg_dump";
        program.arguments = {"--inserts", "--dbname", world_->url};
        program.output = file;
        auto process = store::Process::start(program);
        CPPUNIT_ASSERT(process);
        CPPUNIT_ASSERT(process->ended(std::chrono::minutes(10)));
        auto text = contentOf(file);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(text.substr(0, 2000), 0, process->exitCode());
        return text;
    }

    std::unique_ptr<World> world_;
    std::unique_ptr<Souk> host_;
    std::unique_ptr<store::Database> database_;
    std::string token_;
    World::Shop shop_;
    World::Shop other_;
    Planted planted_;    ///< to be found nowhere
    Planted shownOnce_;  ///< to be found in no log and no table
    std::string told_;   ///< every answer and every command's words
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretsTest);

}  // namespace souk::integration
