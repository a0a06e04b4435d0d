#pragma once

#include "publish/shelf.hpp"
#include "publish/turn.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace souk::publish {

/// Job "publish" of one integration, one turn: asks for batches in the platform's hands, reads what
/// changed in the store since, hands the next batches over as far as the pace allows, asks where
/// offers stand. What is to be done next stands in publish_position; PublishService::startDue calls
/// it again. A batch is written down before the platform is called; when its answer never came, the
/// platform is looked at, and only what is seen to stand there as handed over is not told again: an
/// offer that is new there. Of a change not everything shows, and what does not show may come yet.
class PublishJob {
public:
    explicit PublishJob(PublishTools tools) : tools_(tools) {}
    sdk::Result<jobs::Outcome> run(const jobs::Job& job, const std::stop_token& stop);

private:
    /// Why the platform could not be asked. It is asked again later; nothing else waits for that.
    using Trouble = std::optional<std::string>;
    sdk::Result<Trouble> work(Turn& turn);
    sdk::Result<Trouble> settleBatches(Turn& turn);
    sdk::Result<sdk::Done> settle(Turn& turn, const Batch& batch);
    sdk::Result<sdk::Done> lookFor(Turn& turn, const Batch& batch);
    void absorb(Turn& turn);
    /// False when there is nothing to hand over now.
    sdk::Result<bool> handOver(Turn& turn);
    /// The next batch, written down; empty when nothing is to be told.
    struct Handed;
    Handed nextBatch(Turn& turn);
    sdk::Result<sdk::Done> keepReceipt(Turn& turn,
                                       const Handed& handed,
                                       const sdk::Result<sdk::Receipt>& receipt);
    sdk::Result<Trouble> lookAround(Turn& turn);
    PublishTools tools_;
};

/// Job "batch_settled", payload {"ticket"}: the platform told that it is through with a batch. One
/// of ours is asked for at once; what it tells of is our own doing and no news.
class BatchSettledJob {
public:
    explicit BatchSettledJob(PublishTools tools) : tools_(tools) {}
    sdk::Result<jobs::Outcome> run(const jobs::Job& job, const std::stop_token& stop);

private:
    PublishTools tools_;
};

}  // namespace souk::publish
