#include "app/presence.hpp"

#include "store/hosts.hpp"
#include "vault/agreement.hpp"

namespace souk::app {

namespace {

constexpr std::string_view kRoom = "vault";

}  // namespace

sdk::Result<sdk::Done> Presence::announced() {
    return vault::announce(
        *base_.database, base_.vault->keys(), base_.hostId, startedAt_, base_.clock.now());
}

sdk::Result<sdk::Done> Presence::begin() {
    return announced();
}

void Presence::renew() {
    const auto sealing = base_.vault->keys().now()->sealing;
    const auto done = announced();
    const auto trouble = done ? std::string() : done.error().message;
    if (trouble != trouble_) {
        if (done)
            base_.log->info(kRoom, "the keys are in order again");
        else
            base_.log->error(kRoom, trouble);
        trouble_ = trouble;
    }
    const auto now = base_.vault->keys().now()->sealing;
    if (now != sealing) base_.log->info(kRoom, "seals with another key", {{"key", now}});
}

void Presence::end() noexcept try {
    auto worker = base_.database->asWorker();
    store::Hosts::leave(worker, base_.hostId);
    worker.commit();
} catch (const std::exception& failure) {
    base_.log->warning(kRoom, "could not say goodbye", {{"reason", failure.what()}});
}

}  // namespace souk::app
