#include <souk/sdk/http.hpp>
#include <souk/sdk/plugin.hpp>
#include <souk/sdk/record.hpp>
#include <souk/testing/stage.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <string>

using souk::sdk::Account;
using souk::sdk::CaseInsensitive;
using souk::sdk::ConnectFlow;
using souk::sdk::ConnectStart;
using souk::sdk::Context;
using souk::sdk::Entity;
using souk::sdk::entityFrom;
using souk::sdk::Error;
using souk::sdk::ErrorKind;
using souk::sdk::Fields;
using souk::sdk::Grant;
using souk::sdk::Headers;
using souk::sdk::name;
using souk::sdk::Plugin;
using souk::sdk::Result;
using souk::sdk::StockLevel;
using souk::sdk::valueOf;

namespace {

class BareFlow final : public ConnectFlow {
public:
    Result<Fields> checkForm(const Fields& form) const override { return form; }
    Result<Grant> complete(Context&, const ConnectStart&, const Fields&) const override {
        return Grant{};
    }
    Result<Account> probe(Context&, const ConnectStart&) const override { return Account{}; }
};

}  // namespace

class NamesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NamesTest);
    CPPUNIT_TEST(kindsAndEntitiesHaveStableNames);
    CPPUNIT_TEST(namesOfEntitiesGoBothWays);
    CPPUNIT_TEST(headersIgnoreCaseButNothingElse);
    CPPUNIT_TEST(aStockLevelHasOneKey);
    CPPUNIT_TEST(whatAPluginDoesNotOverrideIsUnsupported);
    CPPUNIT_TEST(tryReturnsTheErrorToItsCaller);
    CPPUNIT_TEST_SUITE_END();

public:
    void kindsAndEntitiesHaveStableNames() {
        CPPUNIT_ASSERT(name(ErrorKind::Unauthorized) == "unauthorized");
        CPPUNIT_ASSERT(name(ErrorKind::BadPayload) == "bad_payload");
        CPPUNIT_ASSERT(name(ErrorKind::Bug) == "bug");
        CPPUNIT_ASSERT(name(static_cast<ErrorKind>(200)) == "unknown");
        CPPUNIT_ASSERT(name(Entity::Stock) == "stock");
    }

    void namesOfEntitiesGoBothWays() {
        for (const auto entity : {Entity::Product,
                                  Entity::Customer,
                                  Entity::Order,
                                  Entity::Location,
                                  Entity::Stock,
                                  Entity::Message})
            CPPUNIT_ASSERT(*entityFrom(name(entity)) == entity);
        CPPUNIT_ASSERT(entityFrom("products").error().message.find("product, customer") !=
                       std::string::npos);
    }

    void headersIgnoreCaseButNothingElse() {
        Headers headers{{"X-Topic", "a"}};
        headers["x-topic"] = "b";
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, headers.size());
        CPPUNIT_ASSERT(valueOf(headers, "X-TOPIC") == "b");
        CPPUNIT_ASSERT(valueOf(headers, "X_Topic").empty());
        CPPUNIT_ASSERT(!CaseInsensitive{}("[", "{") || !CaseInsensitive{}("{", "["));
    }

    void aStockLevelHasOneKey() {
        CPPUNIT_ASSERT_EQUAL(std::string("1@2"), StockLevel::key("1", "2"));
    }

    void whatAPluginDoesNotOverrideIsUnsupported() {
        const BareFlow flow;
        souk::testing::Stage stage;
        auto context = stage.context();
        CPPUNIT_ASSERT(flow.authorizeUrl({}, stage.secrets).error().kind == ErrorKind::Unsupported);
        CPPUNIT_ASSERT(flow.verifyCallback({}, {}, stage.secrets, {}).error().kind ==
                       ErrorKind::Unsupported);
        CPPUNIT_ASSERT(flow.refresh(context, {}).error().kind == ErrorKind::Unsupported);
        CPPUNIT_ASSERT(flow.revoke(context).error().kind == ErrorKind::Unsupported);
        const Plugin plugin;
        CPPUNIT_ASSERT(!plugin.throttleFrom({}) && plugin.sync(Entity::Order) == nullptr);
    }

    void tryReturnsTheErrorToItsCaller() {
        const auto outer = [](Result<int> inner) -> Result<std::string> {
            const auto value = SOUK_TRY(std::move(inner));
            return std::to_string(value);
        };
        CPPUNIT_ASSERT_EQUAL(std::string("7"), *outer(7));
        CPPUNIT_ASSERT_EQUAL(std::string("gone"),
                             outer(Error{ErrorKind::NotFound, "gone"}).error().message);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NamesTest);
