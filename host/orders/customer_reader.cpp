#include "orders/reader.hpp"
#include "store/sql.hpp"

namespace souk::orders {

namespace {

constexpr char kCustomer[] = R"(
SELECT c.*, coalesce(c.default_address::text, 'null') AS address,
       (SELECT count(*) FROM orders o
        WHERE o.store_id = $1 AND o.integration_id = c.integration_id
          AND o.customer_external_id = c.external_id AND o.deleted_at IS NULL) AS orders)";

constexpr char kPage[] = R"(
FROM (
    SELECT * FROM customer x
    WHERE x.store_id = $1 AND x.deleted_at IS NULL AND (x.updated_at, x.id) > ($2, $3)
      AND x.updated_at >= $4
      AND ($5::text IS NULL OR x.email ILIKE $5 OR x.phone ILIKE $5
           OR concat_ws(' ', x.first_name, x.last_name) ILIKE $5)
      AND ($6::text IS NULL OR lower(x.email) = lower($6))
      AND ($7::uuid IS NULL OR x.integration_id = $7)
    ORDER BY x.updated_at, x.id LIMIT $8
) c)";

constexpr auto kListCustomers = store::sqlOf(kCustomer, kPage, "ORDER BY c.updated_at, c.id");
constexpr auto kFindCustomer =
    store::sqlOf(kCustomer, "FROM customer c WHERE c.store_id = $1 AND c.id = $2");

CustomerRow customerOf(const store::Row& row) {
    CustomerRow customer;
    customer.id = row.uuid("id");
    customer.integrationId = row.uuid("integration_id");
    customer.externalId = row.text("external_id");
    customer.email = row.maybeText("email");
    customer.phone = row.maybeText("phone");
    customer.firstName = row.maybeText("first_name");
    customer.lastName = row.maybeText("last_name");
    customer.locale = row.maybeText("locale");
    customer.state = row.maybeText("state");
    customer.tags = row.texts("tags");
    customer.defaultAddress = row.text("address");
    customer.platformCreatedAt = row.maybeTime("platform_created_at");
    customer.sourceVersion = row.maybeTime("source_version");
    customer.createdAt = row.time("created_at");
    customer.updatedAt = row.time("updated_at");
    customer.deletedAt = row.maybeTime("deleted_at");
    customer.version = row.integer("version");
    customer.orderCount = row.integer("orders");
    return customer;
}

}  // namespace

std::vector<CustomerRow> listCustomers(store::Transaction& tx,
                                       const core::Uuid& storeId,
                                       const CustomerFilter& filter,
                                       const std::optional<store::KeysetPosition>& after,
                                       std::int32_t limit) {
    const store::KeysetPosition from = after.value_or(store::KeysetPosition{});
    std::optional<std::string> pattern;
    if (filter.text) pattern = store::likeAnywhere(*filter.text);
    std::vector<CustomerRow> customers;
    for (const store::Row row : tx.query(store::textOf(kListCustomers),
                                         storeId,
                                         from.updatedAt,
                                         from.id,
                                         filter.updatedSince.value_or(sdk::Timestamp{}),
                                         pattern,
                                         filter.email,
                                         filter.integrationId,
                                         limit))
        customers.push_back(customerOf(row));
    return customers;
}

std::optional<CustomerRow> findCustomer(store::Transaction& tx,
                                        const core::Uuid& storeId,
                                        const core::Uuid& id) {
    const store::Rows rows = tx.query(store::textOf(kFindCustomer), storeId, id);
    if (rows.empty()) return std::nullopt;
    return customerOf(rows[0]);
}

}  // namespace souk::orders
