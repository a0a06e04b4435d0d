#include "app/sealed.hpp"

#include "connect/app_secrets.hpp"
#include "connect/credentials.hpp"
#include "connect/states.hpp"
#include "vault/person_hash.hpp"
#include "web/idempotency.hpp"

namespace souk::app {

std::vector<vault::SealedTable> sealedTables() {
    return {connect::AppSecrets::kSealed,
            connect::Credentials::kSealed,
            connect::States::kSealed,
            vault::PersonHash::kSealed,
            web::Idempotency::kSealed};
}

}  // namespace souk::app
