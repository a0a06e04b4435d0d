#pragma once

#include "jobs/workers.hpp"
#include "privacy/turn.hpp"

#include <stop_token>

namespace souk::privacy {

/// Job "privacy": a platform's or an admin's request. The row is made with its first try, every
/// step of an erasure is a transaction of its own that commits how far it came, so a host may die
/// between any two. When its tries are used up the request has failed and says why.
class RequestJob {
public:
    explicit RequestJob(PrivacyTools tools) : tools_(std::move(tools)) {}
    sdk::Result<jobs::Outcome> run(const jobs::Job& job, const std::stop_token& stop);
    static jobs::KindRules rules();

private:
    sdk::Result<jobs::Outcome> carryOut(const jobs::Job& job, const std::stop_token& stop);
    sdk::Result<core::Uuid> receive(const jobs::Job& job, const Wish& wish);
    Request received(const jobs::Job& job, const Wish& wish);
    sdk::Result<jobs::Outcome> erase(const jobs::Job& job,
                                     const Wish& wish,
                                     const core::Uuid& id,
                                     const std::stop_token& stop);
    sdk::Result<jobs::Outcome> look(const jobs::Job& job, const Wish& wish, const core::Uuid& id);
    void giveUp(const jobs::Job& job, const std::string& why);

    PrivacyTools tools_;
};

}  // namespace souk::privacy
