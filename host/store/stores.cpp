#include "store/stores.hpp"

#include <souk/sdk/money.hpp>

namespace souk::store {

namespace {

constexpr const char* kTimeZoneExists =
    "SELECT exists(SELECT FROM pg_timezone_names WHERE name = $1) AS answer";
constexpr const char* kInsert = R"sql(
INSERT INTO store (id, name, currency, time_zone) VALUES ($1, $2, $3, $4)
RETURNING id, name, currency, time_zone, created_at)sql";
constexpr const char* kFind =
    "SELECT id, name, currency, time_zone, created_at FROM store WHERE id = $1";
constexpr const char* kList = R"sql(
SELECT id, name, currency, time_zone, created_at FROM store WHERE id > $1 ORDER BY id LIMIT $2)sql";

StoreRow storeFrom(const Row& row) {
    return {row.uuid("id"),
            row.text("name"),
            row.text("currency"),
            row.text("time_zone"),
            row.time("created_at")};
}

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

}  // namespace

sdk::Result<StoreRow> Stores::create(Transaction& worker,
                                     const std::string& name,
                                     const std::string& currency,
                                     const std::string& timeZone) {
    if (name.empty()) return rejected("a store needs a name");
    if (!sdk::exponentOf(currency))
        return rejected("'" + currency + "' is no ISO 4217 currency code, such as EUR");
    if (!worker.query(kTimeZoneExists, timeZone)[0].boolean("answer"))
        return rejected("'" + timeZone + "' is no IANA time zone, such as Europe/Berlin");
    return storeFrom(worker.query(kInsert, core::newId(), name, currency, timeZone)[0]);
}

std::optional<StoreRow> Stores::find(Transaction& any, const core::Uuid& id) {
    const auto rows = any.query(kFind, id);
    if (rows.empty()) return std::nullopt;
    return storeFrom(rows[0]);
}

std::vector<StoreRow> Stores::list(Transaction& worker, const core::Uuid& after, int limit) {
    std::vector<StoreRow> stores;
    for (const auto row : worker.query(kList, after, std::int64_t{limit}))
        stores.push_back(storeFrom(row));
    return stores;
}

}  // namespace souk::store
