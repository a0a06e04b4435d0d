#include "connect/forget.hpp"

#include <algorithm>

namespace souk::connect {

namespace {

using store::IntegrationStatus;

constexpr std::string_view kForgetAttempts =
    "DELETE FROM connect_state WHERE store_id = $1 AND integration_id = $2";

constexpr std::string_view kForgetPerson = R"(
UPDATE integration SET other_ids = array_remove(other_ids, $3), choices = NULL
WHERE store_id = $1 AND id = $2)";

constexpr std::string_view kForgetAccount = R"(
UPDATE integration SET account_external_id = NULL, account_title = NULL, base_url = NULL,
    currency = NULL, time_zone = NULL, scopes = '{}', config = '{}', settings = '{}',
    other_ids = '{}', facts = '{}', choices = NULL, sync_cursor = '{}', sync_error = NULL,
    publishing = NULL, next_sync_at = NULL
WHERE store_id = $1 AND id = $2
  AND (account_external_id IS NOT NULL OR account_title IS NOT NULL OR config <> '{}'
       OR settings <> '{}' OR facts <> '{}' OR sync_cursor <> '{}'))";

constexpr std::string_view kForgetBudget =
    "DELETE FROM rate_budget WHERE store_id = $1 AND integration_id = $2";

}  // namespace

std::int64_t forgetPerson(store::Transaction& store,
                          const Credentials& credentials,
                          const store::IntegrationRow& integration,
                          const std::string& personId,
                          sdk::Timestamp now) {
    const auto& others = integration.account.otherIds;
    if (std::find(others.begin(), others.end(), personId) == others.end()) return 0;
    credentials.remove(store, {integration.storeId, integration.id});
    store.query(kForgetAttempts, integration.storeId, integration.id);
    store.query(kForgetPerson, integration.storeId, integration.id, personId);
    if (integration.status != IntegrationStatus::Disconnected)
        store::Integrations::setStatus(
            store,
            integration.id,
            IntegrationStatus::ReauthRequired,
            "The person through whom it was connected had their data deleted; connect again.",
            now);
    return 1;
}

std::int64_t forgetAccount(store::Transaction& store,
                           const Credentials& credentials,
                           const store::IntegrationRow& integration,
                           sdk::Timestamp now) {
    credentials.remove(store, {integration.storeId, integration.id});
    store.query(kForgetAttempts, integration.storeId, integration.id);
    store.query(kForgetBudget, integration.storeId, integration.id);
    const auto emptied =
        store.query(kForgetAccount, integration.storeId, integration.id).affected();
    if (integration.status != IntegrationStatus::Disconnected || emptied > 0)
        store::Integrations::setStatus(store,
                                       integration.id,
                                       IntegrationStatus::Disconnected,
                                       "The platform had everything of this account erased; add "
                                       "the account anew.",
                                       now);
    return emptied;
}

}  // namespace souk::connect
