#include "meta/batches.hpp"

#include "meta/graph.hpp"
#include "meta/offers.hpp"

#include <algorithm>
#include <set>

namespace souk::meta {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;
using sdk::OfferState;

namespace {

constexpr std::string_view kPageSize = "200";
/// Up to this share of a budget, in percent, batches go as they come.
constexpr double kRoomy = 50;
constexpr double kUsedUp = 100;
/// The wait for each percent above. The smallest catalogue takes eight batches a minute: after the
/// fifth, sixth and seventh it is left alone for 10, 20 and 30 s, the minute its first ones count.
constexpr double kWaitPerPercentMs = 800;
constexpr std::chrono::minutes kLeaveAlone{1};

std::string pathOf(std::string_view catalogue, std::string_view edge) {
    return "/" + std::string(catalogue) + "/" + std::string(edge);
}

/// The messages of [{"message": …}], one after the other.
std::string messagesIn(const Json& item, std::string_view key) {
    std::string all;
    if (const auto list = item.items(key))
        for (const auto& one : *list) {
            const auto text = one.textOr("message", "");
            if (!text.empty()) all += (all.empty() ? "" : "; ") + text;
        }
    return all;
}

/// What the usage headers ask for before the next batch. How many a minute takes is told nowhere
/// else: 8 + 8 * log2(impressions and visits).
/// https://developers.facebook.com/docs/graph-api/overview/rate-limiting
std::optional<std::chrono::milliseconds> pauseFor(const std::optional<Usage>& usage) {
    if (!usage) return std::nullopt;
    if (usage->minutes > 0) return std::chrono::minutes(usage->minutes);
    if (usage->percent >= kUsedUp) return kLeaveAlone;
    if (usage->percent <= kRoomy) return std::nullopt;
    return std::chrono::milliseconds(
        static_cast<std::int64_t>((usage->percent - kRoomy) * kWaitPerPercentMs));
}

/// "validation_status": what was refused before anything was worked on.
sdk::Result<sdk::Done> refusedAtOnce(const Json& reply, sdk::Receipt& receipt) {
    if (!reply.has("validation_status")) return sdk::Done{};
    for (const auto& one : SOUK_TRY(reply.items("validation_status"))) {
        const auto errors = messagesIn(one, "errors");
        if (errors.empty()) continue;  // warnings only: it goes in
        receipt.outcomes.push_back(
            {SOUK_TRY(one.text("retailer_id")), OfferState::Rejected, errors});
    }
    return sdk::Done{};
}

void refuseTheRest(const std::vector<sdk::OfferChange>& batch, sdk::Receipt& receipt) {
    std::set<std::string> told;
    for (const auto& one : receipt.outcomes) told.insert(one.externalId);
    for (const auto& change : batch)
        if (!told.contains(change.offer.externalId))
            receipt.outcomes.push_back({change.offer.externalId,
                                        OfferState::Rejected,
                                        "the catalogue took nothing of this batch"});
}

/// Of the words for a batch's status Meta lists none; these are known to end it.
bool isDone(std::string_view status) {
    return status == "finished" || status == "Finished";
}
bool isBroken(std::string_view status) {
    return status == "error" || status == "failed" || status == "fatal" || status == "canceled";
}

/// The first reason told of each item. Errors, and warnings that made an item invalid, come alike.
std::map<std::string, std::string> reasonsIn(const Json& batch) {
    std::map<std::string, std::string> reasons;
    for (const auto* list : {"errors", "warnings"})
        if (const auto items = batch.items(list))
            for (const auto& one : *items)
                reasons.emplace(one.textOr("id", ""), one.textOr("message", ""));
    return reasons;
}

/// Everything the batch says is invalid, each id once: by its list of ids (which names an item for
/// each of its faults), and by its errors, which are only a sample.
sdk::Result<std::set<std::string>> invalidIn(const Json& batch) {
    std::set<std::string> ids;
    if (const auto invalid = batch.items("ids_of_invalid_requests"))
        for (const auto& id : *invalid) ids.insert(SOUK_TRY(id.text()));
    if (const auto errors = batch.items("errors"))
        for (const auto& one : *errors)
            if (one.has("id")) ids.insert(SOUK_TRY(one.text("id")));
    return ids;
}

sdk::Result<sdk::ShownPage> pageFrom(const Json& reply) {
    sdk::ShownPage page;
    for (const auto& item : SOUK_TRY(reply.items("data"))) {
        auto offer = shownFrom(item);
        if (offer)
            page.offers.push_back(*std::move(offer));
        else
            page.rejects.push_back({sdk::Entity::Product,
                                    item.textOr("retailer_id", ""),
                                    offer.error().message,
                                    std::string(item.raw())});
    }
    const auto paging = reply.at("paging");
    // `next` holds a token and is never followed; `after` says the same.
    page.last = !paging.has("next") || !paging.at("cursors").has("after");
    if (!page.last) page.next.value = SOUK_TRY(paging.at("cursors").text("after"));
    return page;
}

}  // namespace

sdk::Result<sdk::Receipt> publish(sdk::Context& context,
                                  std::string_view catalogue,
                                  const std::vector<sdk::OfferChange>& batch) {
    sdk::JsonWriter body;
    body.object().key("item_type").text("PRODUCT_ITEM").key("allow_upsert").boolean(false);
    body.key("requests").array();
    sdk::Receipt receipt;
    std::vector<sdk::OfferChange> written;
    for (const auto& change : batch) {
        sdk::JsonWriter one;
        if (const auto fits = writeRequest(one, change); fits) {
            body.raw(one.take());
            written.push_back(change);
        } else {
            receipt.outcomes.push_back(
                {change.offer.externalId, OfferState::Rejected, fits.error().message});
        }
    }
    body.end().end();
    if (written.empty()) return receipt;
    std::optional<Usage> usage;
    const auto reply =
        SOUK_TRY(call(context, post(pathOf(catalogue, "items_batch"), body.take(), true), &usage));
    receipt.pause = pauseFor(usage);
    SOUK_TRY(refusedAtOnce(reply, receipt));
    const auto handles = SOUK_TRY(reply.items("handles"));
    if (handles.empty())
        refuseTheRest(written, receipt);
    else
        receipt.ticket = SOUK_TRY(handles.front().text());
    return receipt;
}

sdk::Result<sdk::Receipt> poll(sdk::Context& context,
                               std::string_view catalogue,
                               std::string_view ticket) {
    const auto reply = SOUK_TRY(get(
        context,
        pathOf(catalogue, "check_batch_request_status"),
        {{"handle", std::string(ticket)},
         {"load_ids_of_invalid_requests", "true"},
         {"fields", "handle,status,errors,errors_total_count,warnings,ids_of_invalid_requests"}}));
    const auto data = SOUK_TRY(reply.items("data"));
    if (data.empty()) return Error{ErrorKind::BadPayload, "data: empty; one batch was asked for"};
    const auto& batch = data.front();
    const auto status = SOUK_TRY(batch.text("status"));
    if (isBroken(status))
        return Error{ErrorKind::Rejected,
                     "the catalogue gave the batch up ('" + status +
                         "'); what it took of it shows in a comparison"};
    sdk::Receipt receipt;
    if (!isDone(status)) {
        receipt.ticket = ticket;
        return receipt;
    }
    const auto reasons = reasonsIn(batch);
    for (const auto& id : SOUK_TRY(invalidIn(batch))) {
        const auto why = reasons.find(id);
        receipt.outcomes.push_back(
            {id,
             OfferState::Rejected,
             why == reasons.end() ? "the catalogue found it invalid" : why->second});
    }
    return receipt;
}

sdk::Result<sdk::ShownPage> shown(sdk::Context& context,
                                  std::string_view catalogue,
                                  const sdk::Cursor& from) {
    Query query{{"fields", std::string(kShownFields)}, {"limit", std::string(kPageSize)}};
    if (!from.value.empty()) query["after"] = from.value;
    const auto reply = SOUK_TRY(get(context, pathOf(catalogue, "products"), query));
    return pageFrom(reply);
}

sdk::Result<std::vector<sdk::ShownOffer>> look(sdk::Context& context,
                                               std::string_view catalogue,
                                               const std::vector<std::string>& externalIds) {
    sdk::JsonWriter filter;
    filter.object().key("retailer_id").object().key("is_any").array();
    for (const auto& id : externalIds) filter.text(id);
    filter.end().end().end();
    const auto reply = SOUK_TRY(get(context,
                                    pathOf(catalogue, "products"),
                                    {{"fields", std::string(kShownFields)},
                                     {"filter", filter.take()},
                                     {"limit", std::string(kPageSize)}}));
    auto page = SOUK_TRY(pageFrom(reply));
    return std::move(page.offers);
}

}  // namespace souk::meta
