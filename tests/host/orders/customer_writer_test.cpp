#include "host/intake/world.hpp"
#include "orders/reader.hpp"
#include "orders/writer.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::orders {

using namespace souk::test;

namespace {

struct Shop : World {
    store::Effect put(const sdk::Customer& customer) const {
        return inStore(
            [&](store::Transaction& tx) { return writeCustomers(tx, scope(), {&customer}).at(0); });
    }
    std::vector<CustomerRow> list(const CustomerFilter& filter) const {
        return inStore([&](store::Transaction& tx) {
            return listCustomers(tx, storeId, filter, std::nullopt, 10);
        });
    }
};

}  // namespace

class CustomerWriterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CustomerWriterTest);
    CPPUNIT_TEST(whatIsNotSaidIsNull);
    CPPUNIT_TEST(everyFieldComesBack);
    CPPUNIT_TEST(customersAreFound);
    CPPUNIT_TEST(aDeletedCustomerIsNotListed);
    CPPUNIT_TEST_SUITE_END();

public:
    void whatIsNotSaidIsNull() {
        const Shop shop;
        sdk::Customer customer;
        customer.externalId = "1";
        customer.updatedAt = second(10);
        shop.put(customer);
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t{1},
            shop.count("customer WHERE num_nulls(email, phone, first_name, last_name, locale, "
                       "state, default_address, platform_created_at) = 8 AND tags = '{}'"));
    }

    void everyFieldComesBack() {
        const Shop shop;
        sdk::Customer customer = customerOf("1", 10, "ada@example.com");
        customer.phone = "+4930";
        customer.lastName = "Lovelace";
        customer.locale = "de";
        customer.state = "enabled";
        shop.put(customer);
        sdk::Order order = orderOf("5", 10);
        order.customerExternalId = "1";
        shop.inStore(
            [&](store::Transaction& tx) { return writeOrders(tx, shop.scope(), {&order}); });
        const CustomerRow row = shop.list({}).at(0);
        CPPUNIT_ASSERT(row.email == "ada@example.com");
        CPPUNIT_ASSERT(row.phone == "+4930");
        CPPUNIT_ASSERT(row.lastName == "Lovelace");
        CPPUNIT_ASSERT(row.locale == "de");
        CPPUNIT_ASSERT(row.state == "enabled");
        CPPUNIT_ASSERT(row.tags == customer.tags);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"city": "Bonn"})"), row.defaultAddress);
        CPPUNIT_ASSERT(row.platformCreatedAt == second(0));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, row.orderCount);
        const auto found = shop.inStore(
            [&](store::Transaction& tx) { return findCustomer(tx, shop.storeId, row.id); });
        CPPUNIT_ASSERT(found->email == row.email);
    }

    void customersAreFound() {
        const Shop shop;
        shop.put(customerOf("1", 10, "Ada@Example.com"));
        shop.put(customerOf("2", 10, "b_b@example.com"));
        CustomerFilter filter;
        filter.email = "ada@example.COM";
        CPPUNIT_ASSERT_EQUAL(std::string("1"), shop.list(filter).at(0).externalId);
        filter = {};
        filter.text = "b_b";
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shop.list(filter).size());
        filter.text = "example";
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, shop.list(filter).size());
        filter.integrationId = core::newId();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, shop.list(filter).size());
    }

    void aDeletedCustomerIsNotListed() {
        const Shop shop;
        shop.put(customerOf("1", 10, "ada@example.com"));
        shop.inStore([&](store::Transaction& tx) {
            return removeCustomers(tx, shop.scope(), {{"1", second(20)}}, store::ruleOnDeletion);
        });
        CPPUNIT_ASSERT(shop.list({}).empty());
        CPPUNIT_ASSERT(shop.put(customerOf("1", 15, "late@example.com")).verdict ==
                       store::Verdict::Stale);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CustomerWriterTest);

}  // namespace souk::orders
