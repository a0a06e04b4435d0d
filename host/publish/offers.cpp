#include "publish/offers.hpp"

#include "store/content_hash.hpp"

#include <souk/sdk/json.hpp>

#include <array>

namespace souk::publish {

namespace {

#define SOUK_OFFERS                                                                          \
    "SELECT o.variant_id, o.product_id, o.external_id, o.wanted_at,"                         \
    " coalesce(o.pushed_hash, ''::bytea) AS pushed_hash,"                                    \
    " coalesce(o.batch_hash, ''::bytea) AS batch_hash,"                                      \
    " p.title, p.description_html, p.vendor, p.product_type, p.handle, p.status, p.media,"   \
    " p.deleted_at IS NOT NULL OR v.deleted_at IS NOT NULL OR p.id IS NULL OR v.id IS NULL"  \
    "     AS gone,"                                                                          \
    " v.title AS variant_title, v.barcode, v.price_minor, v.compare_at_minor, v.currency,"   \
    " v.options, v.inventory_policy, v.sku, v.position, i.base_url, s.available, s.counted," \
    " EXISTS (SELECT 1 FROM product_listing n WHERE n.store_id = $1"                         \
    "         AND n.product_id = o.product_id AND n.integration_id = $2"                     \
    "         AND n.deleted_at IS NULL AND NOT n.published) AS listed_there,"                \
    " EXISTS (SELECT 1 FROM product_variant x WHERE x.store_id = $1"                         \
    "         AND x.product_id = o.product_id AND x.id <> o.variant_id"                      \
    "         AND x.deleted_at IS NULL) AS one_of_several "                                  \
    "FROM offer o "                                                                          \
    "LEFT JOIN product p ON p.store_id = $1 AND p.id = o.product_id "                        \
    "LEFT JOIN product_variant v ON v.store_id = $1 AND v.id = o.variant_id "                \
    "LEFT JOIN integration i ON i.store_id = $1 AND i.id = p.lead_integration_id "           \
    "LEFT JOIN LATERAL ("                                                                    \
    " SELECT sum(greatest(l.available, 0))::bigint AS available,"                            \
    "        bool_and(l.available IS NOT NULL) AS counted"                                   \
    " FROM variant_listing vl"                                                               \
    " JOIN inventory l ON l.store_id = $1 AND l.inventory_item_id = vl.inventory_item_id"    \
    "     AND l.integration_id = vl.integration_id AND l.deleted_at IS NULL"                 \
    " WHERE vl.store_id = $1 AND vl.variant_id = o.variant_id AND vl.deleted_at IS NULL"     \
    "   AND NOT vl.published"                                                                \
    ") s ON true "                                                                           \
    "WHERE o.store_id = $1 AND o.integration_id = $2 "

constexpr std::string_view kNext = SOUK_OFFERS R"(
  AND o.wanted_at IS NOT NULL AND o.batch_id IS NULL
  AND (o.not_before IS NULL OR o.not_before <= $3)
ORDER BY o.wanted_at LIMIT $4
FOR UPDATE OF o SKIP LOCKED)";

// One that is in hand holds its product.
constexpr std::string_view kNextWhole = R"(
WITH due AS MATERIALIZED (
    SELECT o.product_id FROM offer o
    WHERE o.store_id = $1 AND o.integration_id = $2
      AND o.wanted_at IS NOT NULL AND o.batch_id IS NULL
      AND (o.not_before IS NULL OR o.not_before <= $3)
      AND NOT EXISTS (SELECT 1 FROM offer h
                      WHERE h.store_id = $1 AND h.product_id = o.product_id AND h.integration_id = $2
                        AND h.batch_id IS NOT NULL)
    ORDER BY o.wanted_at LIMIT $4
), counted AS (
    SELECT h.product_id, min(h.wanted_at) AS since, count(*) AS offers FROM offer h
    WHERE h.store_id = $1 AND h.integration_id = $2
      AND h.product_id IN (SELECT product_id FROM due)
    GROUP BY h.product_id
), picked AS (
    SELECT product_id, sum(offers) OVER (ORDER BY since, product_id) - offers AS before
    FROM counted
) )" SOUK_OFFERS R"(
  AND o.product_id IN (SELECT product_id FROM picked WHERE before < $4)
ORDER BY o.product_id, v.position, o.variant_id
FOR UPDATE OF o)";

constexpr std::string_view kOfBatch = SOUK_OFFERS "AND o.batch_id = $3";

constexpr std::string_view kNamed =
    SOUK_OFFERS "AND o.external_id = ANY ($3) AND o.batch_id IS NULL AND o.wanted_at IS NULL";

struct Entity {
    std::string_view name;
    std::string_view text;
};
constexpr std::array<Entity, 6> kEntities{{{"&lt;", "<"},
                                           {"&gt;", ">"},
                                           {"&quot;", "\""},
                                           {"&#39;", "'"},
                                           {"&nbsp;", " "},
                                           {"&amp;", "&"}}};

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

std::vector<std::string> imagesIn(std::string_view media) {
    std::vector<std::string> images;
    const auto json = sdk::Json::parse(media);
    if (!json) return images;
    if (const auto items = json->items())
        for (const auto& one : *items) {
            const auto url = one.textOr("url", "");
            if (one.textOr("kind", "") == "image" && url.starts_with("https://"))
                images.push_back(url);
        }
    return images;
}

/// [["Size", "M"]] as the table keeps options.
std::vector<std::pair<std::string, std::string>> optionsIn(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> options;
    const auto json = sdk::Json::parse(text);
    if (!json) return options;
    if (const auto items = json->items())
        for (const auto& pair : *items) {
            const auto parts = pair.items();
            if (!parts || parts->size() != 2) continue;
            const auto name = parts->front().text();
            const auto value = parts->back().text();
            if (name && value) options.emplace_back(*name, *value);
        }
    return options;
}

std::string hashOf(const sdk::Offer& offer, bool whole) {
    store::ContentHash hash;
    hash.text(offer.groupId).text(offer.title).text(offer.description).text(offer.link);
    hash.texts(offer.images).text(offer.brand).text(offer.category).text(offer.condition);
    hash.text(offer.barcode).money(offer.price).money(offer.compareAtPrice);
    hash.number(offer.available).flag(offer.sellable);
    for (const auto& [name, value] : offer.options) hash.text(name).text(value);
    if (whole) {
        hash.text(offer.groupTitle).text(offer.descriptionHtml).text(offer.variantTitle);
        hash.text(offer.sku).number(offer.position).flag(offer.oversells);
    }
    return hash.take();
}

std::string linkTo(std::string link, const store::Row& row) {
    replaceAll(link, "{base_url}", row.textOr("base_url", ""));
    replaceAll(link, "{handle}", row.textOr("handle", ""));
    return link;
}

sdk::Offer offerFrom(const store::Row& row, const Terms& terms) {
    sdk::Offer offer;
    offer.externalId = row.text("external_id");
    offer.groupId = row.uuid("product_id").text();
    const auto variant = row.boolean("one_of_several") ? row.textOr("variant_title", "") : "";
    offer.title = row.textOr("title", "") + (variant.empty() ? "" : " - " + variant);
    offer.description = plainText(row.textOr("description_html", ""));
    offer.link = linkTo(terms.link, row);
    offer.images = imagesIn(row.textOr("media", "[]"));
    offer.brand = row.textOr("vendor", "");
    offer.category = row.textOr("product_type", "");
    offer.condition = "new";
    offer.barcode = row.textOr("barcode", "");
    offer.options = optionsIn(row.textOr("options", "[]"));
    const auto currency = row.textOr("currency", "");
    offer.price = {row.maybeInteger("price_minor").value_or(0), currency};
    const auto before = row.maybeInteger("compare_at_minor");
    if (before && *before > offer.price.minor) offer.compareAtPrice = sdk::Money{*before, currency};
    const bool counted = row.maybeBoolean("counted").value_or(false);
    if (counted) offer.available = row.maybeInteger("available").value_or(0);
    const bool anyway = row.textOr("inventory_policy", "") == "continue";
    offer.sellable = !offer.available || *offer.available > 0 || anyway;
    if (!terms.whole) return offer;
    offer.groupTitle = row.textOr("title", "");
    offer.descriptionHtml = row.textOr("description_html", "");
    offer.variantTitle = row.textOr("variant_title", "");
    offer.sku = row.textOr("sku", "");
    offer.position = row.maybeInteger("position").value_or(0);
    offer.oversells = anyway;
    return offer;
}

/// What no platform takes; one that takes whole products sells them itself, with or without
/// picture.
std::string whyUnfit(const store::Row& row, const sdk::Offer& offer, bool whole) {
    if (!row.maybeInteger("price_minor") || offer.price.currency.empty()) return "it has no price";
    if (whole) return {};
    if (offer.images.empty()) return "it has no picture with an https address";
    if (!offer.link.starts_with("https://")) return "it has no https address where it is sold";
    return {};
}

Selection selectionFrom(const store::Rows& rows, const Terms& terms) {
    Selection selection;
    for (const store::Row row : rows) {
        Wanted wanted;
        wanted.variantId = row.uuid("variant_id");
        wanted.productId = row.uuid("product_id");
        wanted.wantedAt = row.maybeTime("wanted_at").value_or(sdk::Timestamp{});
        wanted.pushedHash = row.bytes("pushed_hash");
        wanted.batchHash = row.bytes("batch_hash");
        wanted.offer.externalId = row.text("external_id");
        wanted.offer.groupId = wanted.productId.text();
        const bool offered = !row.boolean("gone") && !row.boolean("listed_there") &&
                             row.textOr("status", "") == "active";
        if (offered) {
            wanted.offer = offerFrom(row, terms);
            auto reason = whyUnfit(row, wanted.offer, terms.whole);
            if (!reason.empty() && wanted.pushedHash.empty()) {
                selection.unfit.push_back({wanted.variantId, wanted.productId, std::move(reason)});
                continue;
            }
            // Else it is taken back.
            if (reason.empty()) wanted.hash = hashOf(wanted.offer, terms.whole);
        }
        selection.wanted.push_back(std::move(wanted));
    }
    return selection;
}

}  // namespace

Selection nextOffers(store::Transaction& store,
                     const Shelf& shelf,
                     const Terms& terms,
                     sdk::Timestamp now,
                     std::int64_t limit) {
    const auto sql = terms.whole ? kNextWhole : kNext;
    return selectionFrom(store.query(sql, shelf.storeId, shelf.integrationId, now, limit), terms);
}

Selection offersOf(store::Transaction& store,
                   const Shelf& shelf,
                   const Terms& terms,
                   const core::Uuid& batch) {
    return selectionFrom(store.query(kOfBatch, shelf.storeId, shelf.integrationId, batch), terms);
}

Selection offersNamed(store::Transaction& store,
                      const Shelf& shelf,
                      const Terms& terms,
                      const std::vector<std::string>& externalIds) {
    return selectionFrom(store.query(kNamed, shelf.storeId, shelf.integrationId, externalIds),
                         terms);
}

bool shows(const sdk::ShownOffer& shown, const Wanted& wanted) {
    if (wanted.hash.empty()) return shown.state == sdk::OfferState::Absent;
    constexpr std::size_t kCutFrom = 60;
    const auto& title = wanted.offer.title;
    const bool cut = shown.title.size() >= kCutFrom && title.starts_with(shown.title);
    const bool whole = !wanted.offer.groupTitle.empty() && shown.title == wanted.offer.groupTitle;
    if (!shown.title.empty() && shown.title != title && !whole && !cut) return false;
    if (shown.price && *shown.price != wanted.offer.price) return false;
    if (shown.available && wanted.offer.available && *shown.available != *wanted.offer.available)
        return false;
    return shown.sellable == wanted.offer.sellable;
}

std::string plainText(std::string_view html) {
    std::string text;
    bool mark = false;
    for (const char c : html) {
        if (c == '<') mark = true;
        if (!mark) text += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
        if (c == '>' && mark) {
            mark = false;
            text += ' ';
        }
    }
    for (const auto& entity : kEntities) replaceAll(text, entity.name, entity.text);
    std::string joined;
    for (const char c : text)
        if (c != ' ' || (!joined.empty() && joined.back() != ' ')) joined += c;
    while (!joined.empty() && joined.back() == ' ') joined.pop_back();
    return joined;
}

}  // namespace souk::publish
