#pragma once

#include "store/database.hpp"
#include "vault/sealed_table.hpp"
#include "vault/vault.hpp"
#include "web/front/message.hpp"

#include <souk/sdk/context.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace souk::web {

/// Idempotency-Key on POST: the first request runs, its answer is kept for a day, and the same
/// request under the same key gets that answer (with Idempotency-Replayed: true) instead of the
/// deed. Another request under the key is refused (422); one that runs still is told to wait (409).
/// A run that ends by an exception, fails with 5xx or dies with its host leaves the key free again.
/// Answers are kept sealed: some show a token or a connect address, once.
class Idempotency {
public:
    static constexpr vault::SealedTable kSealed{"idempotency_key",
                                                "'idempotency_key/' || scope || '/' || key"};

    Idempotency(store::Database& database, const vault::Vault& vault, const sdk::Clock& clock);

    Response once(const std::string& scope,
                  std::string_view key,
                  const Request& request,
                  const std::function<Response()>& run);
    /// Drops answers older than a day. Answers how many.
    std::int64_t prune();

private:
    /// A key in this request's hands. `since` is its fence: one that took longer than the key is
    /// held for must not touch what another has claimed meanwhile.
    struct Claim {
        const std::string& scope;
        std::string_view key;
        sdk::Timestamp since;
    };
    std::optional<Response> claimOrReplay(const Claim& claim, std::string_view hash);
    Response kept(const Claim& claim, const store::Row& row) const;
    void keep(const Claim& claim, const Response& answer);
    void release(const Claim& claim);

    store::Database& database_;
    const vault::Vault& vault_;
    const sdk::Clock& clock_;
};

}  // namespace souk::web
