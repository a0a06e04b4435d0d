#pragma once

#include <souk/sdk/publisher.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace souk::test {

/// A platform that shows what was handed over, at once or when a ticket is asked for.
class FakeMarket final : public sdk::Publisher {
public:
    struct Call {
        std::vector<sdk::OfferChange> batch;
        std::string key;
    };

    sdk::Result<sdk::Receipt> publish(sdk::Context&,
                                      const std::vector<sdk::OfferChange>& batch,
                                      std::string_view key) const override {
        calls.push_back({batch, std::string(key)});
        if (onPublish) onPublish();
        if (refuse) return *std::exchange(refuse, std::nullopt);
        for (const auto& change : batch)
            if (!rejects.contains(change.offer.externalId)) take(change);
        if (lose) return *std::exchange(lose, std::nullopt);  // taken, but the answer is lost
        sdk::Receipt receipt;
        if (tickets)
            receipt.ticket = "ticket-" + std::to_string(calls.size());
        else
            for (const auto& change : batch) receipt.outcomes.push_back(outcomeOf(change));
        if (silent) receipt = {};
        receipt.pause = pause;
        return receipt;
    }
    sdk::Result<sdk::Receipt> poll(sdk::Context&, std::string_view ticket) const override {
        polled.emplace_back(ticket);
        if (ticket == unanswered) return sdk::Error{sdk::ErrorKind::Transient, "no status now"};
        if (forgetsTickets) return sdk::Error{sdk::ErrorKind::NotFound, "no such ticket"};
        sdk::Receipt receipt;
        if (unfinished > 0) {
            --unfinished;
            receipt.ticket = ticket;
            return receipt;
        }
        for (const auto& [id, reason] : rejects)
            receipt.outcomes.push_back({id, sdk::OfferState::Rejected, reason});
        return receipt;
    }
    sdk::Result<sdk::ShownPage> shown(sdk::Context&, const sdk::Cursor& from) const override {
        sdk::ShownPage page;
        if (from.value.empty()) {  // a first page without anything on it but a next
            page.next.value = "whole";
            return page;
        }
        for (const auto& [id, offer] : there) page.offers.push_back(offer);
        page.last = true;
        return page;
    }
    sdk::Result<std::vector<sdk::ShownOffer>> look(
        sdk::Context&, const std::vector<std::string>& externalIds) const override {
        ++looks;
        if (unanswered == "looks") return sdk::Error{sdk::ErrorKind::Transient, "no look now"};
        if (externalIds.size() > mostShown)
            return sdk::Error{sdk::ErrorKind::Rejected, "too many are asked for"};
        std::vector<sdk::ShownOffer> found;
        for (const auto& id : externalIds)
            if (const auto one = there.find(id); one != there.end()) found.push_back(one->second);
        return found;
    }

    /// What it took its time for shows from now on.
    void workOff() {
        for (const auto& change : std::exchange(untouched, {})) apply(change);
    }

    mutable std::vector<Call> calls;
    mutable std::vector<std::string> polled;
    mutable int looks = 0;
    mutable int unfinished = 0;
    std::size_t mostShown = 1000;
    mutable std::map<std::string, sdk::ShownOffer> there;
    mutable std::optional<sdk::Error> refuse;
    mutable std::optional<sdk::Error> lose;
    std::map<std::string, std::string> rejects;
    std::function<void()> onPublish;
    std::string unanswered;  ///< the ticket, or "looks", that no answer comes for
    std::optional<std::chrono::milliseconds> pause;
    sdk::OfferState state = sdk::OfferState::Live;
    bool tickets = false;
    bool ownIds = false;  ///< calls what it takes by ids of its own, and says so
    bool silent = false;
    bool forgetsTickets = false;
    bool late = false;  ///< what is taken shows only after workOff()

private:
    sdk::OfferOutcome outcomeOf(const sdk::OfferChange& change) const {
        const auto& id = change.offer.externalId;
        if (const auto rejected = rejects.find(id); rejected != rejects.end())
            return {id, sdk::OfferState::Rejected, rejected->second};
        const bool gone = change.what == sdk::OfferChange::What::Withdraw;
        if (!gone && !late && !there.contains(id))
            return {id, sdk::OfferState::Rejected, "No item with this id exists"};
        sdk::OfferOutcome outcome{id, gone ? sdk::OfferState::Absent : state, ""};
        if (ownIds && !gone) outcome.shownAs = {"p-" + change.offer.groupId, "v-" + id, "i-" + id};
        return outcome;
    }
    void take(const sdk::OfferChange& change) const {
        if (late)
            untouched.push_back(change);
        else
            apply(change);
    }
    void apply(const sdk::OfferChange& change) const {
        const auto& offer = change.offer;
        if (change.what == sdk::OfferChange::What::Withdraw) {
            there.erase(offer.externalId);
            return;
        }
        if (change.what == sdk::OfferChange::What::Update && !there.contains(offer.externalId))
            return;  // as platforms do, it is refused
        sdk::ShownOffer shown;
        shown.externalId = offer.externalId;
        shown.state = state;
        shown.title = offer.title;
        shown.price = offer.price;
        shown.available = offer.available;
        shown.sellable = offer.sellable;
        there[offer.externalId] = shown;
    }
    mutable std::vector<sdk::OfferChange> untouched;
};

}  // namespace souk::test
