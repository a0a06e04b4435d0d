#include "intake/overview.hpp"

namespace souk::intake {

namespace {

constexpr std::string_view kTotals = R"(
SELECT (SELECT count(*) FROM product WHERE store_id = $1 AND deleted_at IS NULL) AS products,
       (SELECT count(*) FROM product_variant WHERE store_id = $1 AND deleted_at IS NULL)
           AS variants,
       (SELECT count(*) FROM customer WHERE store_id = $1 AND deleted_at IS NULL) AS customers,
       (SELECT count(*) FROM orders WHERE store_id = $1 AND deleted_at IS NULL) AS orders)";

constexpr std::string_view kByIntegration = R"(
SELECT i.id, i.name, coalesce(p.n, 0) AS products, coalesce(v.n, 0) AS variants,
       coalesce(c.n, 0) AS customers, coalesce(o.n, 0) AS orders, coalesce(l.n, 0) AS locations,
       coalesce(s.n, 0) AS levels
FROM integration i
LEFT JOIN (SELECT integration_id, count(*) AS n FROM product_listing
           WHERE store_id = $1 AND deleted_at IS NULL GROUP BY 1) p ON p.integration_id = i.id
LEFT JOIN (SELECT integration_id, count(*) AS n FROM variant_listing
           WHERE store_id = $1 AND deleted_at IS NULL GROUP BY 1) v ON v.integration_id = i.id
LEFT JOIN (SELECT integration_id, count(*) AS n FROM customer
           WHERE store_id = $1 AND deleted_at IS NULL GROUP BY 1) c ON c.integration_id = i.id
LEFT JOIN (SELECT integration_id, count(*) AS n FROM orders
           WHERE store_id = $1 AND deleted_at IS NULL GROUP BY 1) o ON o.integration_id = i.id
LEFT JOIN (SELECT integration_id, count(*) AS n FROM location
           WHERE store_id = $1 AND deleted_at IS NULL GROUP BY 1) l ON l.integration_id = i.id
LEFT JOIN (SELECT integration_id, count(*) AS n FROM inventory
           WHERE store_id = $1 AND deleted_at IS NULL GROUP BY 1) s ON s.integration_id = i.id
WHERE i.store_id = $1 ORDER BY i.name)";

// What the hub put there is there once the platform has told so.
constexpr std::string_view kCountProducts = R"(
SELECT count(*) AS n FROM product_listing
WHERE store_id = $1 AND integration_id = $2 AND deleted_at IS NULL
  AND (NOT published OR shown_id IS NOT NULL))";
constexpr std::string_view kCountCustomers = R"(
SELECT count(*) AS n FROM customer
WHERE store_id = $1 AND integration_id = $2 AND deleted_at IS NULL)";
constexpr std::string_view kCountOrders = R"(
SELECT count(*) AS n FROM orders
WHERE store_id = $1 AND integration_id = $2 AND deleted_at IS NULL)";
constexpr std::string_view kCountLocations = R"(
SELECT count(*) AS n FROM location
WHERE store_id = $1 AND integration_id = $2 AND deleted_at IS NULL)";
constexpr std::string_view kCountLevels = R"(
SELECT count(*) AS n FROM inventory
WHERE store_id = $1 AND integration_id = $2 AND deleted_at IS NULL)";

std::string_view countSql(sdk::Entity entity) {
    switch (entity) {
        case sdk::Entity::Product:
            return kCountProducts;
        case sdk::Entity::Customer:
            return kCountCustomers;
        case sdk::Entity::Order:
            return kCountOrders;
        case sdk::Entity::Location:
            return kCountLocations;
        case sdk::Entity::Stock:
            return kCountLevels;
        case sdk::Entity::Message:
            break;
    }
    return {};
}

}  // namespace

Overview overviewOf(store::Transaction& tx, const core::Uuid& storeId) {
    const store::Rows totals = tx.query(kTotals, storeId);
    Overview overview;
    overview.products = totals[0].integer("products");
    overview.variants = totals[0].integer("variants");
    overview.customers = totals[0].integer("customers");
    overview.orders = totals[0].integer("orders");
    for (const store::Row row : tx.query(kByIntegration, storeId)) {
        IntegrationCounts counts;
        counts.integrationId = row.uuid("id");
        counts.name = row.text("name");
        counts.products = row.integer("products");
        counts.variants = row.integer("variants");
        counts.customers = row.integer("customers");
        counts.orders = row.integer("orders");
        counts.locations = row.integer("locations");
        counts.stockLevels = row.integer("levels");
        overview.integrations.push_back(std::move(counts));
    }
    return overview;
}

std::int64_t countOf(store::Transaction& tx,
                     const core::Uuid& storeId,
                     const core::Uuid& integrationId,
                     sdk::Entity entity) {
    const std::string_view sql = countSql(entity);
    return sql.empty() ? 0 : tx.query(sql, storeId, integrationId)[0].integer("n");
}

}  // namespace souk::intake
