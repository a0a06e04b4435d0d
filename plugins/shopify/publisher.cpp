#include "publisher.hpp"

#include "offer_input.hpp"
#include "offered.hpp"
#include "reading.hpp"
#include "scopes.hpp"
#include "update_walk.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "documents.hpp"

namespace souk::shopify {

using sdk::Error;
using sdk::ErrorKind;
using sdk::Json;
using sdk::OfferState;
using Outcomes = std::vector<sdk::OfferOutcome>;
using Changes = std::vector<const sdk::OfferChange*>;

namespace {

/// The changes of each product, in the order in which the products come.
std::vector<Changes> byProduct(const std::vector<sdk::OfferChange>& batch) {
    std::vector<Changes> groups;
    std::map<std::string, std::size_t> places;
    for (const auto& change : batch) {
        const auto [place, first] = places.emplace(change.offer.groupId, groups.size());
        if (first) groups.emplace_back();
        groups[place->second].push_back(&change);
    }
    return groups;
}

Outcomes allAs(const Changes& changes, OfferState state, const std::string& reason) {
    Outcomes outcomes;
    for (const auto* change : changes)
        outcomes.push_back({change->offer.externalId, state, reason});
    return outcomes;
}

/// What stays, by position; the rest is to go.
Group standing(const Changes& changes) {
    Group group;
    for (const auto* change : changes)
        if (change->what != sdk::OfferChange::What::Withdraw) group.push_back(&change->offer);
    std::ranges::stable_sort(group, {}, [](const sdk::Offer* one) { return one->position; });
    return group;
}

sdk::Result<sdk::Done> define(sdk::Context& context,
                              std::string_view owner,
                              std::string_view key,
                              std::string_view name) {
    sdk::JsonWriter out;
    out.object().key("definition").object().key("name").text(name);
    out.key("ownerType").text(owner).key("namespace").text(kOfferNamespace);
    out.key("key").text(key).key("type").text("id").end().end();
    const Json data = SOUK_TRY(ask(context, documents::kOfferDefinition, out.take()));
    const Json payload = SOUK_TRY(data.object("metafieldDefinitionCreate"));
    // Somebody made it a moment ago.
    if (const auto errors = payload.items("userErrors"))
        for (const Json& one : *errors)
            if (textIn(one, "code") == "TAKEN") return sdk::Done{};
    return accepted(payload);
}

/// Where offers are stocked. Makes the ids' definitions when they are not there yet.
sdk::Result<std::string> prepare(sdk::Context& context) {
    const Json data = SOUK_TRY(ask(context, documents::kOffering, "{}"));
    if (!data.has("location"))
        return Error{ErrorKind::Rejected,
                     "the shop has no location to keep stock at; add one in Shopify (Settings, "
                     "Locations)"};
    if (!data.has("group")) SOUK_TRY(define(context, "PRODUCT", "group", "Souk product"));
    if (!data.has("variant"))
        SOUK_TRY(define(context, "PRODUCTVARIANT", "variant", "Souk variant"));
    return SOUK_TRY(data.object("location")).text("id");
}

/// ["input", "variants", "3", "price"] -> 3
std::optional<std::size_t> variantIn(const Json& userError) {
    const auto field = listIn(userError, "field");
    if (!field || field->size() < 3) return std::nullopt;
    const auto list = (*field)[1].text();
    const auto index = (*field)[2].text();
    if (!list || !index || *list != "variants") return std::nullopt;
    std::size_t place = 0;
    const auto* const last = index->data() + index->size();
    const auto [end, problem] = std::from_chars(index->data(), last, place);
    if (problem != std::errc() || end != last) return std::nullopt;
    return place;
}

/// Nothing of a product is taken where anything of it is refused: the variants that are named get
/// their own reasons, the others all of them.
Outcomes refusals(const Json& payload,
                  const Changes& changes,
                  const Group& group,
                  const std::string& all) {
    std::map<std::string, std::string> own;
    if (const auto errors = payload.items("userErrors"))
        for (const Json& one : *errors) {
            const auto place = variantIn(one);
            if (!place || *place >= group.size()) continue;
            auto& reason = own[group[*place]->externalId];
            reason += (reason.empty() ? "" : "; ") + textIn(one, "message");
        }
    auto outcomes = allAs(changes, OfferState::Rejected, all);
    for (auto& outcome : outcomes)
        if (const auto named = own.find(outcome.externalId); named != own.end())
            outcome.reason = named->second;
    return outcomes;
}

sdk::Result<Outcomes> withdraw(sdk::Context& context,
                               const Changes& changes,
                               const std::optional<OfferedProduct>& known) {
    if (!known) return allAs(changes, OfferState::Absent, "");
    const auto variables = sdk::JsonWriter().object().key("id").text(known->gid).end().take();
    const Json data = SOUK_TRY(ask(context, documents::kOfferDelete, variables));
    const auto done = accepted(SOUK_TRY(data.object("productDelete")));
    if (!done) return allAs(changes, OfferState::Rejected, done.error().message);
    return allAs(changes, OfferState::Absent, "");
}

sdk::Result<Outcomes> set(sdk::Context& context,
                          const Changes& changes,
                          const Group& group,
                          const std::optional<OfferedProduct>& known,
                          std::string_view location) {
    const auto variables = SOUK_TRY(offerInput(group, known, location));
    const Json data = SOUK_TRY(ask(context, documents::kOfferSet, variables));
    const Json payload = SOUK_TRY(data.object("productSet"));
    if (const auto done = accepted(payload); !done)
        return refusals(payload, changes, group, done.error().message);
    const Json product = SOUK_TRY(payload.object("product"));
    const auto id = SOUK_TRY(idIn(product));
    std::map<std::string, sdk::ShownAs> shown;
    for (const Json& node : SOUK_TRY(nodesIn(product, "variants"))) {
        auto variant = SOUK_TRY(offeredVariantFrom(node, id, context.account));
        shown.emplace(std::move(variant.offerId), std::move(variant.shownAs));
    }
    auto outcomes = allAs(changes, OfferState::Live, "");
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (changes[i]->what == sdk::OfferChange::What::Withdraw)
            outcomes[i].state = OfferState::Absent;
        else if (const auto as = shown.find(outcomes[i].externalId); as != shown.end())
            outcomes[i].shownAs = as->second;
    }
    return outcomes;
}

sdk::Result<Outcomes> tell(sdk::Context& context,
                           const Changes& changes,
                           std::string_view location) {
    const auto group = standing(changes);
    for (const auto* offer : group)
        if (offer->price.currency != context.account.currency)
            return allAs(changes,
                         OfferState::Rejected,
                         "its price is in " + offer->price.currency + ", and the shop sells in " +
                             context.account.currency);
    const auto known =
        SOUK_TRY(findOffered(context, customId("group", changes.front()->offer.groupId)));
    return group.empty() ? withdraw(context, changes, known)
                         : set(context, changes, group, known, location);
}

/// Of which nothing is known: it is told again. Everything else is an answer.
bool passes(const Error& error) {
    return error.uncertain || error.kind == ErrorKind::Transient ||
           error.kind == ErrorKind::RateLimited || error.kind == ErrorKind::Unauthorized ||
           error.kind == ErrorKind::Bug;
}

sdk::Result<sdk::Done> addOwner(sdk::Context& context, const Json& owner, sdk::ShownPage& page) {
    // A metafield whose product is gone has an owner without members.
    if (!owner.has("id")) return sdk::Done{};
    const auto id = SOUK_TRY(idIn(owner));
    std::vector<OfferedVariant> variants;
    for (const Json& node : SOUK_TRY(nodesIn(owner, "variants")))
        variants.push_back(SOUK_TRY(offeredVariantFrom(node, id, context.account)));
    if (hasNextPage(owner, "variants")) {
        const auto identifier =
            sdk::JsonWriter().object().key("id").text(gidOf("Product", id)).end().take();
        auto whole = SOUK_TRY(findOffered(context, identifier));
        if (!whole) return sdk::Done{};
        variants = std::move(whole->variants);
    }
    for (auto& variant : variants) {
        if (variant.offerId.empty()) continue;
        tellProduct(variant.shown, textIn(owner, "title"), lowered(textIn(owner, "status")));
        page.offers.push_back(std::move(variant.shown));
    }
    return sdk::Done{};
}

constexpr std::array<std::string_view, 10> kSlots{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};

/// What is asked for less than ten times is asked for again: every slot must hold something.
std::string lookVariables(const std::vector<std::string>& ids, std::size_t from) {
    sdk::JsonWriter out;
    out.object();
    for (std::size_t slot = 0; slot < kSlots.size(); ++slot)
        out.key(kSlots[slot]).raw(customId("variant", ids[std::min(from + slot, ids.size() - 1)]));
    return out.end().take();
}

}  // namespace

sdk::Result<sdk::Receipt> Publisher::publish(sdk::Context& context,
                                             const std::vector<sdk::OfferChange>& batch,
                                             std::string_view) const {
    sdk::Receipt receipt;
    if (batch.empty()) return receipt;
    if (!grants(context.account.scopes, kOffersScope))
        return Error{ErrorKind::Rejected,
                     "the shop did not grant write_products; connect it again and grant it (the "
                     "field offers must not be no)"};
    const auto location = SOUK_TRY(prepare(context));
    for (const auto& changes : byProduct(batch)) {
        auto told = tell(context, changes, location);
        if (!told && passes(told.error())) {
            // What was done before stands; the rest is handed over again.
            if (receipt.outcomes.empty()) return std::move(told).error();
            receipt.pause = told.error().retryAfter;
            return receipt;
        }
        auto outcomes =
            told ? *std::move(told) : allAs(changes, OfferState::Rejected, told.error().message);
        std::ranges::move(outcomes, std::back_inserter(receipt.outcomes));
    }
    return receipt;
}

sdk::Result<sdk::ShownPage> Publisher::shown(sdk::Context& context, const sdk::Cursor& from) const {
    sdk::JsonWriter variables;
    variables.object();
    if (!from.value.empty()) variables.key("after").text(from.value);
    const Json data = SOUK_TRY(ask(context, documents::kOffersShown, variables.end().take()));
    sdk::ShownPage page;
    page.last = true;
    // Not defined: nothing was ever offered.
    if (!data.has("metafieldDefinition")) return page;
    const Json list = SOUK_TRY(data.at("metafieldDefinition").object("metafields"));
    for (const Json& node : SOUK_TRY(list.items("nodes"))) {
        const Json owner = node.at("owner");
        if (auto added = addOwner(context, owner, page); !added) {
            if (passes(added.error())) return std::move(added).error();
            page.rejects.push_back(rejectOf(sdk::Entity::Product, owner, added.error()));
        }
    }
    WalkState walk;
    walk.after = from.value;
    page.last = !SOUK_TRY(walk.advance(SOUK_TRY(list.object("pageInfo"))));
    if (!page.last) page.next.value = walk.after;
    return page;
}

sdk::Result<std::vector<sdk::ShownOffer>> Publisher::look(
    sdk::Context& context, const std::vector<std::string>& externalIds) const {
    std::vector<sdk::ShownOffer> offers;
    for (std::size_t from = 0; from < externalIds.size(); from += kSlots.size()) {
        const Json data =
            SOUK_TRY(ask(context, documents::kOffersLook, lookVariables(externalIds, from)));
        const auto count = std::min(kSlots.size(), externalIds.size() - from);
        for (std::size_t slot = 0; slot < count; ++slot) {
            if (!data.has(kSlots[slot])) continue;
            const Json node = data.at(kSlots[slot]);
            auto variant = SOUK_TRY(offeredVariantFrom(node, "", context.account));
            const Json product = node.at("product");
            tellProduct(
                variant.shown, textIn(product, "title"), lowered(textIn(product, "status")));
            offers.push_back(std::move(variant.shown));
        }
    }
    return offers;
}

}  // namespace souk::shopify
