#include "integration/world.hpp"
#include "store/database.hpp"

#include <atomic>
#include <thread>

namespace souk::integration {

namespace {

constexpr const char* kSealedBy = R"sql(
SELECT count(*) AS n FROM (
    SELECT key_id FROM credential UNION ALL SELECT key_id FROM connect_state
    UNION ALL SELECT key_id FROM platform_app_secret UNION ALL SELECT key_id FROM hash_key
    UNION ALL SELECT key_id FROM idempotency_key WHERE key_id IS NOT NULL) AS sealed
WHERE key_id = $1)sql";

/// Keeps hosts at work until it goes: deliveries to each in turn, and syncs, all of which need the
/// app's secrets and fresh tokens.
class Load {
public:
    Load(const World& world,
         std::vector<const Souk*> hosts,
         std::string token,
         std::vector<World::Shop> shops)
        : world_(world),
          hosts_(std::move(hosts)),
          token_(std::move(token)),
          shops_(std::move(shops)),
          deliveries_([this](const std::stop_token& stop) { deliver(stop); }),
          syncs_([this](const std::stop_token& stop) { sync(stop); }) {}

    void end() {
        for (auto* thread : {&deliveries_, &syncs_}) {
            thread->request_stop();
            thread->join();
        }
    }
    /// Waits until so many more of each were asked for.
    bool goesOn(int more) const {
        const int delivered = delivered_ + more;
        const int synced = synced_ + more;
        return waitUntil([&] { return delivered_ >= delivered && synced_ >= synced; });
    }
    int delivered() const { return delivered_; }
    std::string refusals() const {
        const std::lock_guard lock(mutex_);
        return refusals_;
    }

private:
    void refuse(const support::RawAnswer& answer) {
        const std::lock_guard lock(mutex_);
        refusals_ += answer.text + "\n";
    }
    void deliver(const std::stop_token& stop) {
        for (std::size_t i = 0; !stop.stop_requested(); ++i) {
            const auto answer = world_.deliver(*hosts_[i % hosts_.size()],
                                               shops_[i % shops_.size()].account,
                                               "event-" + std::to_string(i));
            if (answer.status == 200)
                ++delivered_;
            else
                refuse(answer);
        }
    }
    void sync(const std::stop_token& stop) {
        for (std::size_t i = 0; !stop.stop_requested(); ++i) {
            const auto& shop = shops_[i % shops_.size()];
            const auto answer =
                hosts_[i % hosts_.size()]->api("POST",
                                               "sync",
                                               token_,
                                               R"({"integration_id":")" + shop.integration + "\"}",
                                               {{"Idempotency-Key", core::newId().text()}});
            if (answer.status == 202 || answer.status == 409)  // 409: one runs already
                ++synced_;
            else
                refuse(answer);
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }

    const World& world_;
    const std::vector<const Souk*> hosts_;
    const std::string token_;
    const std::vector<World::Shop> shops_;
    std::atomic<int> delivered_{0};
    std::atomic<int> synced_{0};
    mutable std::mutex mutex_;
    std::string refusals_;
    std::jthread deliveries_;
    std::jthread syncs_;
};

}  // namespace

/// Two hosts serve, each with a key file of its own, while the key is exchanged.
class RotationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RotationTest);
    CPPUNIT_TEST(theKeyIsExchangedUnderTwoHostsAtWork);
    CPPUNIT_TEST_SUITE_END();

public:
    void theKeyIsExchangedUnderTwoHostsAtWork() {
        World world;
        world.platform.lifetime = 200;  // always about to end: every call refreshes
        Souk one("one", world.settings());
        Souk two("two", world.settings());
        for (auto* host : {&one, &two}) host->set("vault.key_file", host->file("keys"));
        const auto first = "k001 " + sdk::base64(core::randomBytes(32)) + "\n";
        one.writeFile("keys", first);
        two.writeFile("keys", first);
        const auto token = world.setUp(one);
        one.serve();
        two.serve();
        std::vector<World::Shop> shops;
        for (const auto* account : {"shop-a", "shop-b", "shop-c"})
            shops.push_back(world.connected(shops.size() % 2 == 0 ? one : two, token, account));
        store::Database database(world.url, {});
        const auto sealedBy = [&](const std::string& key) {
            return database.asOwner().query(kSealedBy, key)[0].integer("n");
        };

        Load load(world, {&one, &two}, token, shops);
        CPPUNIT_ASSERT(load.goesOn(5));
        CPPUNIT_ASSERT_EQUAL(std::string("k002"), lastLine(one.run({"key", "new"})));

        // The other host does not have the key (the one may not have read it yet): nothing is
        // sealed past them.
        const auto refused = one.command({"key", "rotate", "--wait", "0"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.text, 1, refused.status);
        CPPUNIT_ASSERT_MESSAGE(refused.text, contains(refused.text, "is not known to "));
        CPPUNIT_ASSERT_MESSAGE(refused.text, contains(refused.text, " two-"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, sealedBy("k002"));
        CPPUNIT_ASSERT(load.goesOn(5));

        two.writeFile("keys", contentOf(one.file("keys")));
        const auto rotated = one.run({"key", "rotate"});
        CPPUNIT_ASSERT_MESSAGE(rotated, contains(rotated, "values anew with k002"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, sealedBy("k001"));
        CPPUNIT_ASSERT(sealedBy("k002") >= 6);  // credentials, app secrets, the hash key
        const auto listed = *sdk::Json::parse(one.run({"key", "list", "--json"}));
        const auto keys = *listed.items("data");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, keys.size());
        CPPUNIT_ASSERT_EQUAL(std::string("retiring"), keys[0].textOr("state", ""));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, keys[0].integerOr("values", -1));
        CPPUNIT_ASSERT_EQUAL(std::string("sealing"), keys[1].textOr("state", ""));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, keys[1].integerOr("hosts", -1));

        one.run({"key", "remove", "k001"});
        CPPUNIT_ASSERT(!contains(contentOf(one.file("keys")), "k001"));
        CPPUNIT_ASSERT(load.goesOn(10));
        load.end();
        CPPUNIT_ASSERT_EQUAL(std::string(), load.refusals());

        lateComersAreToldWhatIsMissing(world, first);
        CPPUNIT_ASSERT_EQUAL(0, one.stop());
        CPPUNIT_ASSERT_EQUAL(0, two.stop());
        for (const auto* host : {&one, &two}) {
            CPPUNIT_ASSERT_MESSAGE(host->log(), contains(host->log(), "seals with another key"));
            CPPUNIT_ASSERT_MESSAGE(host->log(), !contains(host->log(), "does not open"));
            CPPUNIT_ASSERT_MESSAGE(host->log(), !contains(host->log(), "does not have"));
        }
        nothingWasLost(world, database, load.delivered());
    }

private:
    static bool contains(const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    }
    static std::string lastLine(std::string text) {
        text.erase(text.find_last_not_of('\n') + 1);
        return text.substr(text.rfind('\n') + 1);
    }
    /// A host that comes with the old key alone does not serve.
    static void lateComersAreToldWhatIsMissing(const World& world, const std::string& oldKeys) {
        Souk late("late", world.settings());
        late.set("vault.key_file", late.file("keys"));
        late.writeFile("keys", oldKeys);
        const auto refused = late.command({"serve"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.text, 1, refused.status);
        CPPUNIT_ASSERT_MESSAGE(refused.text,
                               contains(refused.text, "sealed with the vault key \"k002\""));
    }
    /// Every grant outlived the change: no refresh was refused, nobody must connect again, and
    /// every event that was answered is there.
    static void nothingWasLost(const World& world, store::Database& database, int delivered) {
        CPPUNIT_ASSERT(world.platform.refreshes() > 10);
        CPPUNIT_ASSERT_EQUAL(0, world.platform.refusedRefreshes());
        auto tx = database.asOwner();
        const auto row = tx.query(
            "SELECT (SELECT count(*) FROM integration WHERE status = 'connected') AS connected, "
            "(SELECT count(*) FROM webhook) AS events, "
            "(SELECT count(*) FROM webhook WHERE state = 'dead') AS dead, "
            "(SELECT count(*) FROM sync_run WHERE status IN ('failed', 'incomplete')) AS failed, "
            "(SELECT count(*) FROM sync_run WHERE status = 'complete') AS complete")[0];
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, row.integer("connected"));
        CPPUNIT_ASSERT(row.integer("events") >= delivered);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, row.integer("dead"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, row.integer("failed"));
        CPPUNIT_ASSERT(row.integer("complete") > 3);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RotationTest);

}  // namespace souk::integration
