#include "host/privacy/person_world.hpp"

#include <souk/sdk/json.hpp>

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::privacy {

using namespace souk::test;

namespace {

const Somebody kAda{"7001", "Lovelace"};
const Somebody kGrace{"7002", "Hopper"};

}  // namespace

/// A person is told everything that an erasure would take, and nothing of anybody else.
class ExportTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExportTest);
    CPPUNIT_TEST(everythingIsTold);
    CPPUNIT_TEST(whatErasingTakesWasTold);
    CPPUNIT_TEST(aPlatformsRequestCanBeAnswered);
    CPPUNIT_TEST(onceErasedNothingIsToldAnyMore);
    CPPUNIT_TEST(whoConnectedTheAccountIsTold);
    CPPUNIT_TEST(bytesThatAreNoTextAreTold);
    CPPUNIT_TEST(whatCannotBeAskedIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void everythingIsTold() {
        PersonWorld world;
        world.plant(kAda, world.shop);
        world.plant(kGrace, world.shop);
        const auto document = documentOf(world.tools, account(world), {kAda.id, {}});
        CPPUNIT_ASSERT_MESSAGE(document.json, sdk::Json::parse(document.json));
        for (const auto& text : {kAda.name(),
                                 kAda.surname(),
                                 kAda.email(),
                                 kAda.phone(),
                                 kAda.street(),
                                 kAda.note(),
                                 kAda.words(),
                                 kAda.answer(),
                                 kAda.parcel(),
                                 kAda.bytes()})
            CPPUNIT_ASSERT_MESSAGE(text, document.json.find(text) != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string(), PersonWorld::foundIn(document.json, kGrace));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, document.counts.at("order_items"));
    }

    /// By count: no table that erasing touches is forgotten, and no row of one.
    void whatErasingTakesWasTold() {
        PersonWorld world;
        world.plant(kAda, world.shop);
        world.take(world.shop, {PersonWorld::customerRecord(kAda, 20)});
        const auto told = documentOf(world.tools, account(world), {kAda.id, {}}).counts;
        world.erase(world.shop, kAda.id);
        CPPUNIT_ASSERT(world.run());
        const auto counts = sdk::Json::parse(world.counts());
        CPPUNIT_ASSERT(counts && counts->keys().size() >= 9);
        for (const auto& table : counts->keys()) {
            CPPUNIT_ASSERT_MESSAGE(table + " is erased, but not told", told.contains(table));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, counts->integerOr(table, 0), told.at(table));
        }
    }

    void aPlatformsRequestCanBeAnswered() {
        PersonWorld world;
        world.plant(kAda, world.shop);
        world.ask(world.shop, sdk::PrivacyRequest::What::Export, kAda.id, {}, "r-1");
        CPPUNIT_ASSERT(world.run());
        CPPUNIT_ASSERT_EQUAL(std::string("done"), world.state());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, world.counted("orders"));
        PrivacyService service(world.tools);
        const auto id = newest(world);
        const auto document = service.document(world.storeId, id);
        CPPUNIT_ASSERT(document);
        CPPUNIT_ASSERT(document->find(kAda.words()) != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             world.count("privacy_request WHERE external_id = 'r-1' AND origin = "
                                         "'platform' AND fetched_at IS NOT NULL"));
        CPPUNIT_ASSERT(!service.document(world.storeId, core::newId()));
    }

    void onceErasedNothingIsToldAnyMore() {
        PersonWorld world;
        world.plant(kAda, world.shop);
        PrivacyService service(world.tools);
        const auto asked = service.ask(
            {world.storeId, world.shop, std::string(kExport), {kAda.id, {}}, std::nullopt});
        CPPUNIT_ASSERT(asked);
        CPPUNIT_ASSERT(world.run());
        world.erase(world.shop, kAda.id);
        CPPUNIT_ASSERT(world.run());
        const auto document = service.document(world.storeId, asked->id);
        CPPUNIT_ASSERT(!document);
        CPPUNIT_ASSERT_MESSAGE(document.error().message,
                               document.error().message.find("erased") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0},
                             world.count("privacy_request WHERE subject IS NOT NULL"));
        const auto erasure = service.document(world.storeId, newest(world));
        CPPUNIT_ASSERT(!erasure && erasure.error().kind == sdk::ErrorKind::Rejected);
    }

    void whoConnectedTheAccountIsTold() {
        PersonWorld world;
        auto tx = world.database->asOwner();
        tx.query("UPDATE integration SET other_ids = ARRAY['admin-7'] WHERE id = $1", world.shop);
        tx.commit();
        const auto document = documentOf(world.tools, account(world), {"admin-7", {}});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, document.counts.at("integration"));
        CPPUNIT_ASSERT(document.json.find("\"connected_through\":\"admin-7\"") !=
                       std::string::npos);
    }

    void bytesThatAreNoTextAreTold() {
        PersonWorld world;
        world.deliver(world.shop, "odd", "k", "\xff\xfe", {kAda.id});
        const auto document = documentOf(world.tools, account(world), {kAda.id, {}});
        CPPUNIT_ASSERT_MESSAGE(document.json,
                               document.json.find("\"body_base64\":\"//4=\"") != std::string::npos);
    }

    void whatCannotBeAskedIsRefused() {
        PersonWorld world;
        PrivacyService service(world.tools);
        const auto refused = [&](const orders::PersonIds& person, const core::Uuid& where) {
            const auto asked = service.ask(
                {world.storeId, where, std::string(kEraseCustomer), person, std::nullopt});
            return asked ? std::string() : asked.error().message;
        };
        const auto says = [](const std::string& sentence, const std::string& part) {
            CPPUNIT_ASSERT_MESSAGE(sentence, sentence.find(part) != std::string::npos);
        };
        says(refused({}, world.shop), "Name the person");
        says(refused({std::string(501, 'x'), {}}, world.shop), "longer than 500");
        says(refused({"", {""}}, world.shop), "empty");
        says(refused({"", std::vector<std::string>(1001, "1")}, world.shop), "more than 1000");
        says(refused({"7", {}}, core::newId()), "no such integration");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, world.count("privacy_request"));
    }

private:
    static Account account(const PersonWorld& world) { return {world.storeId, world.shop}; }
    static core::Uuid newest(const PersonWorld& world) {
        return *core::Uuid::parse(
            world.text("SELECT id::text AS n FROM privacy_request ORDER BY id DESC LIMIT 1"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExportTest);

}  // namespace souk::privacy
