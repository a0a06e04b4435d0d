#include "vault/rotation.hpp"

#include "host/net/fake_time.hpp"
#include "key_files.hpp"
#include "vault/person_hash.hpp"

#include <thread>

namespace souk::vault {

using testing::contains;
using testing::refusal;
using testing::ringOf;
using testing::textOf;

namespace {

/// Stands for any room's sealed table.
constexpr SealedTable kApps{"platform_app_secret", "'platform_app_secret/' || id"};

constexpr const char* kInsertApp = "INSERT INTO platform_app (id, platform) VALUES ($1, 'example')";
constexpr const char* kInsert = R"sql(
INSERT INTO platform_app_secret (id, app_id, name, sealed, key_id)
VALUES ($1, $2, 'client_secret', $3, $4))sql";
constexpr const char* kFind = "SELECT sealed, key_id FROM platform_app_secret WHERE id = $1";

}  // namespace

/// Two hosts, each with a key file of its own, and one database.
class RotationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RotationTest);
    CPPUNIT_TEST(theFirstHostNamesTheKey);
    CPPUNIT_TEST(anotherKeyUnderTheSameIdIsRefused);
    CPPUNIT_TEST(aHostWithoutTheSealingKeyDoesNotServe);
    CPPUNIT_TEST(aKeyIsNotAdoptedPastAHostThatLacksIt);
    CPPUNIT_TEST(everythingIsSealedAnew);
    CPPUNIT_TEST(whatIsInSomebodysHandsIsTakenUpLater);
    CPPUNIT_TEST(aValueThatDoesNotOpenIsNamedAndStays);
    CPPUNIT_TEST(aStoppedRotationGoesOn);
    CPPUNIT_TEST(aRunningHostOpensWhatANewerKeySealed);
    CPPUNIT_TEST(aNeededKeyIsNotRemoved);
    CPPUNIT_TEST(aKeyThatSealsNothingIsRemoved);
    CPPUNIT_TEST(nothingIsSealedWithARemovedKey);
    CPPUNIT_TEST(keysOfTheEnvironmentAreNotWritten);
    CPPUNIT_TEST(hashesOfPeopleSurviveEveryRotation);
    CPPUNIT_TEST(hashesFromBeforeTheirKeyStillMatch);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        database_ = test::TestDatabase::instance().emptied();
        folder_.write("k001 " + textOf('a') + "\n", "one");
        folder_.write("k001 " + textOf('a') + "\n", "two");
        auto tx = database_->asWorker();
        tx.query(kInsertApp, app_);
        tx.commit();
    }
    void tearDown() override { database_.reset(); }

    void theFirstHostNamesTheKey() {
        serve(one());
        const auto keys = rotation(one()).list();
        CPPUNIT_ASSERT_EQUAL(1, keys.hosts);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, keys.keys.size());
        CPPUNIT_ASSERT_EQUAL(std::string("k001"), keys.keys[0].id);
        CPPUNIT_ASSERT(keys.keys[0].state == KeyRow::State::Sealing);
        CPPUNIT_ASSERT(keys.keys[0].here);
        CPPUNIT_ASSERT_EQUAL(1, keys.keys[0].hosts);
        CPPUNIT_ASSERT(keys.keys[0].sealingSince == time_.now());
    }

    void anotherKeyUnderTheSameIdIsRefused() {
        serve(one());
        folder_.write("k001 " + textOf('z') + "\n", "two");
        const auto sentence = refusal(announced(two()));
        CPPUNIT_ASSERT(contains(sentence, "is not the key \"k001\" of this database"));
        CPPUNIT_ASSERT_EQUAL(0, hostsWith("k001", 1));
    }

    void aHostWithoutTheSealingKeyDoesNotServe() {
        serve(one());
        folder_.write("k002 " + textOf('b') + "\n", "two");
        const auto sentence = refusal(announced(two()));
        CPPUNIT_ASSERT(contains(sentence, "sealed with the vault key \"k001\""));
        CPPUNIT_ASSERT(contains(sentence, folder_.path("two")));
    }

    void aKeyIsNotAdoptedPastAHostThatLacksIt() {
        serve(one());
        serve(two());
        auto here = rotation(one());
        CPPUNIT_ASSERT_EQUAL(std::string("k002"), *here.add());
        serve(one());
        const auto refused = here.adopt("k002");
        CPPUNIT_ASSERT(!refused);
        CPPUNIT_ASSERT(refused.error().kind == sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT(contains(refused.error().message, "is not known to two:"));
        CPPUNIT_ASSERT_EQUAL(std::string("k001"), one().keys().now()->sealing);

        std::filesystem::copy_file(folder_.path("one"),
                                   folder_.path("two"),
                                   std::filesystem::copy_options::overwrite_existing);
        serve(two());  // reads its file again by itself
        CPPUNIT_ASSERT(here.adopt("k002"));
        CPPUNIT_ASSERT_EQUAL(std::string("k002"), one().keys().now()->sealing);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, here.behind("k002").size());
        serve(one());
        serve(two());
        CPPUNIT_ASSERT(here.behind("k002").empty());
        CPPUNIT_ASSERT_EQUAL(std::string("k002"), two().keys().now()->sealing);
    }

    void everythingIsSealedAnew() {
        serve(one());
        std::vector<core::Uuid> ids;
        for (int i = 0; i < 250; ++i) ids.push_back(put(one(), "secret " + std::to_string(i)));
        auto here = rotated(one());
        const auto progress = here.reseal({});
        CPPUNIT_ASSERT(progress);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{250}, progress->resealed);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, progress->left);
        CPPUNIT_ASSERT(progress->unopened.empty());
        for (int i = 0; i < 250; ++i)
            CPPUNIT_ASSERT_EQUAL("k002: secret " + std::to_string(i),
                                 get(one(), ids[static_cast<std::size_t>(i)]));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, here.list().keys[0].values);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{250}, here.list().keys[1].values);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, here.reseal({})->resealed);
    }

    void whatIsInSomebodysHandsIsTakenUpLater() {
        serve(one());
        const auto busy = put(one(), "busy");
        const auto idle = put(one(), "idle");
        auto here = rotated(one());
        {
            auto holder = database_->asWorker();
            holder.query("SELECT id FROM platform_app_secret WHERE id = $1 FOR UPDATE", busy);
            const auto progress = here.reseal({});
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, progress->resealed);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, progress->left);
            CPPUNIT_ASSERT_EQUAL(std::string("k002: idle"), get(one(), idle));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("k002"), here.next().value_or(""));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, here.reseal({})->resealed);
        CPPUNIT_ASSERT_EQUAL(std::string("k002: busy"), get(one(), busy));
    }

    void aValueThatDoesNotOpenIsNamedAndStays() {
        serve(one());
        const auto good = put(one(), "good");
        const auto bad = put(one(), "bad");
        {
            auto tx = database_->asWorker();
            tx.query(
                "UPDATE platform_app_secret SET sealed = set_byte(sealed, 20, 0) || '\\x00' "
                "WHERE id = $1",
                bad);
            tx.commit();
        }
        auto here = rotated(one());
        const auto progress = here.reseal({});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, progress->resealed);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, progress->left);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, progress->unopened.size());
        CPPUNIT_ASSERT(contains(progress->unopened[0], "platform_app_secret/" + bad.text()));
        CPPUNIT_ASSERT(contains(progress->unopened[0], "was changed"));
        CPPUNIT_ASSERT_EQUAL(std::string("k002: good"), get(one(), good));
        CPPUNIT_ASSERT(contains(refusal(here.remove("k001")), "still seals 1 values"));
    }

    void aStoppedRotationGoesOn() {
        serve(one());
        for (int i = 0; i < 150; ++i) put(one(), "secret");
        auto here = rotated(one());
        std::stop_source stopped;
        stopped.request_stop();
        const auto none = here.reseal(stopped.get_token());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, none->resealed);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{150}, none->left);
        // Another process takes it up: it names the same key, and makes no third one.
        auto later = Rotation(*database_, two(), {kApps}, time_);
        std::filesystem::copy_file(folder_.path("one"),
                                   folder_.path("two"),
                                   std::filesystem::copy_options::overwrite_existing);
        serve(two());
        CPPUNIT_ASSERT_EQUAL(std::string("k002"), later.next().value_or(""));
        CPPUNIT_ASSERT(later.adopt("k002"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{150}, later.reseal({})->resealed);
        CPPUNIT_ASSERT(!later.next());
    }

    void aRunningHostOpensWhatANewerKeySealed() {
        serve(one());
        const Vault& reader = two();
        auto tx = database_->asWorker();
        CPPUNIT_ASSERT(agree(tx, reader.keys(), time_.now()));
        tx.commit();
        rotated(one());
        const auto id = put(one(), "newer");
        const auto refused = reader.open(identityOf(id), sealedOf(id));
        CPPUNIT_ASSERT(!refused);
        CPPUNIT_ASSERT(refused.error().kind == sdk::ErrorKind::Transient);
        CPPUNIT_ASSERT(contains(refused.error().message, "add it to the key file"));
        std::filesystem::copy_file(folder_.path("one"),
                                   folder_.path("two"),
                                   std::filesystem::copy_options::overwrite_existing);
        CPPUNIT_ASSERT_EQUAL(std::string("k002: newer"), get(reader, id));
    }

    void aNeededKeyIsNotRemoved() {
        serve(one());
        put(one(), "needed");
        auto here = rotated(one());
        CPPUNIT_ASSERT(contains(refusal(here.remove("k001")), "still seals 1 values"));
        CPPUNIT_ASSERT(contains(refusal(here.remove("k002")), "\"k002\" seals"));
        CPPUNIT_ASSERT(contains(folder_.read("one"), "k001 "));
    }

    void aKeyThatSealsNothingIsRemoved() {
        serve(one());
        put(one(), "moved");
        auto here = rotated(one());
        CPPUNIT_ASSERT(here.reseal({}));
        CPPUNIT_ASSERT(here.remove("k001"));
        CPPUNIT_ASSERT(!contains(folder_.read("one"), "k001 "));
        CPPUNIT_ASSERT(!one().keys().now()->byId.contains("k001"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, here.list().keys.size());
        // Its id is not used again, and its file on other hosts does no harm.
        CPPUNIT_ASSERT_EQUAL(std::string("k003"), *here.add());
    }

    void nothingIsSealedWithARemovedKey() {
        serve(one());
        const Vault& late = two();  // still seals with the old key
        auto here = rotated(one());
        CPPUNIT_ASSERT(here.remove("k001"));
        try {
            put(late, "late");
            CPPUNIT_FAIL("sealed with a removed key");
        } catch (const store::Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(std::string("23503"), failure.sqlState());
        }
    }

    void keysOfTheEnvironmentAreNotWritten() {
        const Vault fromText(*Keyring::load(textOf('e'), "", false));
        serve(fromText);
        auto here = rotation(fromText);
        CPPUNIT_ASSERT(contains(refusal(here.add()), "vault.key_file"));
        CPPUNIT_ASSERT(contains(refusal(here.adopt("k002")), "no vault key \"k002\""));
        // The environment's key gives way to one of a file, and goes.
        const auto id = fromText.keys().now()->sealing;
        const Vault both(*Keyring::load(textOf('e'), folder_.path("one"), false));
        serve(both);
        auto there = rotation(both);
        CPPUNIT_ASSERT(there.adopt("k001"));
        CPPUNIT_ASSERT(contains(refusal(there.remove(id)), "unset SOUK_VAULT_KEY"));
    }

    void hashesOfPeopleSurviveEveryRotation() {
        serve(one());
        const auto before = *PersonHash::load(*database_, one());
        auto here = Rotation(*database_, one(), {kApps, PersonHash::kSealed}, time_);
        CPPUNIT_ASSERT(here.add());
        serve(one());
        CPPUNIT_ASSERT(here.adopt("k002"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, here.reseal({})->resealed);
        CPPUNIT_ASSERT(here.remove("k001"));
        const auto after = *PersonHash::load(*database_, Vault(ringOf(folder_.path("one"))));
        CPPUNIT_ASSERT_EQUAL(before("a@example.com"), after("a@example.com"));
        CPPUNIT_ASSERT(before("a@example.com") != before("b@example.com"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{64}, before("a@example.com").size());
    }

    void hashesFromBeforeTheirKeyStillMatch() {
        serve(one());
        const auto fresh = *PersonHash::load(*database_, one());
        const auto derived = sdk::hmacSha256(std::string(32, 'a'), "souk person hash");
        const std::string key(reinterpret_cast<const char*>(derived.data()), derived.size());
        const auto former = sdk::hex(sdk::hmacSha256(key, "a@example.com"));
        CPPUNIT_ASSERT(fresh("a@example.com") != former);

        auto tx = database_->asWorker();
        tx.query("DELETE FROM hash_key");
        tx.query(
            "INSERT INTO webhook (store_id, id, received_at, integration_id, platform, topic, key, "
            "account, headers, body, people) VALUES ($1, $1, now(), $1, 'example', 't', 'k', 'a', "
            "'{}', 'b', ARRAY['h'::bytea])",
            core::newId());
        tx.commit();
        CPPUNIT_ASSERT_EQUAL(former, (*PersonHash::load(*database_, one()))("a@example.com"));
    }

private:
    /// The vault of a host, made at its first use.
    Vault& one() { return hostOf("one"); }
    Vault& two() { return hostOf("two"); }
    Vault& hostOf(const std::string& name) {
        auto found = hosts_.find(name);
        if (found == hosts_.end())
            found = hosts_.emplace(name, Vault(ringOf(folder_.path(name)))).first;
        return found->second;
    }
    std::string nameOf(const Vault& vault) const {
        for (const auto& [name, host] : hosts_)
            if (&host == &vault) return name;
        return "other";
    }
    sdk::Result<sdk::Done> announced(Vault& vault) {
        return announce(*database_, vault.keys(), nameOf(vault), time_.now(), time_.now());
    }
    /// What a host that serves does every few seconds.
    void serve(const Vault& vault) {
        const auto done =
            announce(*database_, vault.keys(), nameOf(vault), time_.now(), time_.now());
        CPPUNIT_ASSERT_MESSAGE(done ? "" : done.error().message, static_cast<bool>(done));
    }
    Rotation rotation(const Vault& vault) { return {*database_, vault, {kApps}, time_}; }
    /// k002 seals, nothing is sealed anew yet.
    Rotation rotated(const Vault& vault) {
        auto here = rotation(vault);
        CPPUNIT_ASSERT_EQUAL(std::string("k002"), *here.add());
        CPPUNIT_ASSERT_EQUAL(std::string("k002"), here.next().value_or(""));
        serve(vault);
        const auto done = here.adopt("k002");
        CPPUNIT_ASSERT_MESSAGE(done ? "" : done.error().message, static_cast<bool>(done));
        return here;
    }
    int hostsWith(const std::string& key, int expectedRunning) {
        auto tx = database_->asWorker();
        int holding = 0;
        int running = 0;
        for (const auto& host : store::Hosts::running(tx, time_.now())) {
            ++running;
            if (host.id == "two")
                holding += static_cast<int>(std::count(host.keys.begin(), host.keys.end(), key));
        }
        CPPUNIT_ASSERT(running >= expectedRunning);
        return holding;
    }

    static std::string identityOf(const core::Uuid& id) {
        return "platform_app_secret/" + id.text();
    }
    core::Uuid put(const Vault& vault, const std::string& value) {
        const auto id = core::newId();
        const auto sealed = vault.seal(identityOf(id), sdk::Secret(value));
        auto tx = database_->asWorker();
        tx.query(kInsert, id, app_, store::Bytes{sealed.bytes}, sealed.keyId);
        tx.commit();
        return id;
    }
    Sealed sealedOf(const core::Uuid& id) {
        auto tx = database_->asWorker();
        const auto rows = tx.query(kFind, id);
        return {rows[0].bytes("sealed"), rows[0].text("key_id")};
    }
    /// "key: value"
    std::string get(const Vault& vault, const core::Uuid& id) {
        const auto sealed = sealedOf(id);
        const auto opened = vault.open(identityOf(id), sealed);
        CPPUNIT_ASSERT_MESSAGE(opened ? "" : opened.error().message, static_cast<bool>(opened));
        return sealed.keyId + ": " + std::string(opened->reveal());
    }

    testing::KeyFolder folder_;
    net::testing::FakeTime time_;
    std::unique_ptr<store::Database> database_;
    std::map<std::string, Vault> hosts_;
    core::Uuid app_ = core::newId();
};

CPPUNIT_TEST_SUITE_REGISTRATION(RotationTest);

}  // namespace souk::vault
