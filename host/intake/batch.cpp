#include "intake/batch.hpp"

#include "catalog/offered.hpp"
#include "catalog/writer.hpp"
#include "intake/fault.hpp"
#include "inventory/offered.hpp"
#include "inventory/sold.hpp"
#include "inventory/writer.hpp"
#include "orders/conversation_writer.hpp"
#include "orders/writer.hpp"

#include <souk/sdk/json.hpp>
#include <souk/sdk/time.hpp>

#include <algorithm>
#include <iterator>
#include <type_traits>

namespace souk::intake {

namespace {

constexpr std::array kEntities{sdk::Entity::Location,
                               sdk::Entity::Product,
                               sdk::Entity::Customer,
                               sdk::Entity::Order,
                               sdk::Entity::Stock};

constexpr std::size_t kLongestId = 1000;  // fits every index

std::string_view nameOf(sdk::PrivacyRequest::What what) {
    switch (what) {
        case sdk::PrivacyRequest::What::Export:
            return "export";
        case sdk::PrivacyRequest::What::EraseCustomer:
            return "erase_customer";
        case sdk::PrivacyRequest::What::EraseStore:
            break;
    }
    return "erase_store";
}

std::string payloadOf(const sdk::AccountChange& change) {
    sdk::JsonWriter json;
    json.object().key("what").text(sdk::name(change.what)).key("scopes").array();
    for (const std::string& scope : change.scopes) json.text(scope);
    json.end();
    if (change.at) json.key("at").text(sdk::rfc3339(*change.at));
    json.key("reason").text(change.reason).key("facts").raw(change.facts);
    return json.end().take();
}

std::string payloadOf(const sdk::PrivacyRequest& request, const core::Uuid& event) {
    sdk::JsonWriter json;
    json.object().key("what").text(nameOf(request.what));
    json.key("customer_external_id").text(request.customerExternalId);
    json.key("order_external_ids").array();
    for (const std::string& order : request.orderExternalIds) json.text(order);
    json.end().key("request_id").text(request.requestId);
    return json.key("event").text(event.text()).end().take();
}

bool isStored(sdk::Entity entity) {
    return entity != sdk::Entity::Message;
}

}  // namespace

struct Batch::Sorter {
    Batch& batch;
    Journal& journal;
    const sdk::Record& record;

    template <class Kept>
    void keep(std::vector<const Kept*>& page, const Kept& kept) const {
        const RecordName named = intake::nameOf(record);
        if (named.externalId.empty())
            return journal.reject(named.entity, "", "the record has no id");
        if (named.externalId.size() > kLongestId)
            return journal.reject(
                named.entity, named.externalId, "the record's id is longer than 1000 bytes");
        page.push_back(&kept);
        batch.records_.push_back(&record);
    }

    template <class Kept>
    void keepSound(std::vector<const Kept*>& page, const Kept& kept) const {
        if (const auto fault = faultOf(kept))
            return journal.reject(intake::nameOf(record).entity, kept.externalId, *fault);
        keep(page, kept);
    }

    void operator()(const sdk::Product& product) const { keepSound(batch.products_, product); }
    void operator()(const sdk::Customer& customer) const { keep(batch.customers_, customer); }
    void operator()(const sdk::Order& order) const { keepSound(batch.orders_, order); }
    void operator()(const sdk::Location& location) const { keep(batch.locations_, location); }
    void operator()(const sdk::StockLevel& level) const { keep(batch.levels_, level); }
    void operator()(const sdk::Deletion& gone) const {
        if (!isStored(gone.entity))
            return journal.notice(gone.externalId, "a message was deleted on the platform");
        if (gone.externalId.empty())
            return journal.reject(gone.entity, "", "the deletion names no id");
        batch.departures_[static_cast<std::size_t>(gone.entity)].push_back(
            {.externalId = gone.externalId, .at = gone.at});
        batch.records_.push_back(&record);
    }
    void operator()(const sdk::Refetch& hint) const {
        if (hint.externalId.empty())
            return journal.reject(hint.entity, "", "the refetch names no id");
        journal.refetch(hint.entity, hint.externalId, hint.reason);
    }
    void operator()(const sdk::AccountChange& change) const {
        jobs::NewJob job;
        job.integrationId = journal.integrationId();
        job.kind = "account";
        job.payload = payloadOf(change);
        job.priority = jobs::kLive;
        journal.job(std::move(job));
        journal.notice("", "account: " + std::string(sdk::name(change.what)));
    }
    void operator()(const sdk::PrivacyRequest& request) const {
        jobs::NewJob job;
        job.integrationId = journal.integrationId();
        job.kind = kPrivacyKind;
        job.payload = payloadOf(request, journal.causeId());
        if (!request.requestId.empty())
            job.dedupe = std::string(nameOf(request.what)) + ":" + request.requestId;
        journal.job(std::move(job));
        journal.notice(request.requestId, "privacy: " + std::string(nameOf(request.what)));
    }
    void operator()(const sdk::Message& message) const {
        if (message.person.externalId.empty())
            return journal.reject(
                sdk::Entity::Message, message.externalId, "the message names no person");
        keep(batch.messages_, message);
    }
    void operator()(const sdk::MessageStatus& status) const { keep(batch.statuses_, status); }
    void operator()(const sdk::PersonChange& change) const {
        if (change.person.externalId.empty() || change.formerExternalId.empty())
            return journal.reject(sdk::Entity::Message, "", "a person changed from or to no id");
        batch.people_.push_back(&change);
        batch.records_.push_back(&record);
        journal.notice("", "a person is known by another id now");
    }
    void operator()(const sdk::BatchSettled& settled) const {
        jobs::NewJob job;
        job.integrationId = journal.integrationId();
        job.kind = "batch_settled";
        job.dedupe = settled.ticket;
        job.payload = sdk::JsonWriter().object().key("ticket").text(settled.ticket).end().take();
        job.priority = jobs::kWebhookFollowUp;
        journal.job(std::move(job));
        journal.notice(settled.ticket, "a published batch is settled");
    }
    void operator()(const sdk::Notice& notice) const {
        const std::string detail = notice.detail.empty() ? "" : ": " + notice.detail;
        journal.notice(notice.externalId, notice.topic + detail);
    }
};

Batch Batch::sortOut(const std::vector<const sdk::Record*>& records, Journal& journal) {
    Batch batch;
    for (const sdk::Record* record : records) std::visit(Sorter{batch, journal, *record}, *record);
    return batch;
}

namespace {

bool isWritten(store::Verdict verdict) noexcept {
    return verdict == store::Verdict::Created || verdict == store::Verdict::Updated ||
           verdict == store::Verdict::Deleted;
}

/// What was sold of others' stock is taken off it. What a run reads is the past.
void addSales(store::Transaction& tx,
              const store::RecordScope& scope,
              Journal& journal,
              const std::vector<store::Effect>& effects) {
    if (journal.ofSync()) return;
    std::vector<core::Uuid> orders;
    for (const auto& effect : effects)
        if (isWritten(effect.verdict) && effect.entityId) orders.push_back(*effect.entityId);
    if (orders.empty()) return;
    for (const auto& order : inventory::soldFromElsewhere(tx, scope, orders))
        journal.job(inventory::saleJob(scope.integrationId, order));
}

/// The hub's own offers come back as the platform's goods: no news. What was sold of them before
/// that was known goes off the stock now.
void writeProducts(store::Transaction& tx,
                   const store::RecordScope& scope,
                   Journal& journal,
                   const std::vector<const sdk::Product*>& products) {
    const auto page = catalog::partOffered(tx, scope, products);
    addWithConsequences(
        tx, scope, journal, sdk::Entity::Product, catalog::writeProducts(tx, scope, page.own));
    journal.add(sdk::Entity::Product, page.effects);
    for (auto& sale : inventory::salesOf(tx, scope.storeId, scope.integrationId, page.newlyTied))
        journal.job(std::move(sale));
}

void writeLevels(store::Transaction& tx,
                 const store::RecordScope& scope,
                 Journal& journal,
                 const std::vector<const sdk::StockLevel*>& levels) {
    const auto page = inventory::partOffered(tx, scope, levels);
    journal.add(sdk::Entity::Stock, page.effects);
    addWithConsequences(
        tx, scope, journal, sdk::Entity::Stock, inventory::writeLevels(tx, scope, page.own));
}

}  // namespace

void addWithConsequences(store::Transaction& tx,
                         const store::RecordScope& scope,
                         Journal& journal,
                         sdk::Entity entity,
                         const std::vector<store::Effect>& effects) {
    journal.add(entity, effects);
    if (entity == sdk::Entity::Order) addSales(tx, scope, journal, effects);
    std::vector<std::string> products;
    std::vector<std::string> levels;
    for (const auto& effect : effects) {
        const bool changed =
            effect.verdict == store::Verdict::Updated || effect.verdict == store::Verdict::Deleted;
        if (entity == sdk::Entity::Product && changed) products.push_back(effect.key);
        // A level that comes only after its variant went.
        if (entity == sdk::Entity::Stock && effect.verdict == store::Verdict::Created)
            levels.push_back(effect.key);
    }
    if (products.empty() && levels.empty()) return;
    journal.add(sdk::Entity::Stock, inventory::removeOrphans(tx, scope, products, levels));
    if (levels.empty() || !journal.ofEvents()) return;
    for (const std::string& item : inventory::strangers(tx, scope, levels))
        journal.refetch(sdk::Entity::Stock,
                        sdk::StockLevel::key(item, ""),
                        "stock of an item that no known variant has");
}

void Batch::write(store::Transaction& tx, const store::RecordScope& scope, Journal& journal) const {
    for (const sdk::Entity entity : kEntities) {
        switch (entity) {
            case sdk::Entity::Location:
                addWithConsequences(
                    tx, scope, journal, entity, catalog::writeLocations(tx, scope, locations_));
                break;
            case sdk::Entity::Product:
                writeProducts(tx, scope, journal, products_);
                break;
            case sdk::Entity::Customer:
                addWithConsequences(
                    tx, scope, journal, entity, orders::writeCustomers(tx, scope, customers_));
                break;
            case sdk::Entity::Order:
                addWithConsequences(
                    tx, scope, journal, entity, orders::writeOrders(tx, scope, orders_));
                break;
            case sdk::Entity::Stock:
                writeLevels(tx, scope, journal, levels_);
                break;
            case sdk::Entity::Message:
                break;
        }
        const auto& departures = departures_[static_cast<std::size_t>(entity)];
        if (!departures.empty())
            addWithConsequences(
                tx,
                scope,
                journal,
                entity,
                removeRecords(tx, scope, entity, departures, store::ruleOnDeletion));
    }
    // A message may speak of an order, a status of a message.
    orders::changePeople(tx, scope, people_);
    journal.add(sdk::Entity::Message, orders::writeMessages(tx, scope, messages_));
    journal.add(sdk::Entity::Message, orders::writeStatuses(tx, scope, statuses_));
}

std::vector<store::Effect> removeRecords(store::Transaction& tx,
                                         const store::RecordScope& scope,
                                         sdk::Entity entity,
                                         const std::vector<store::Departure>& departures,
                                         store::Rule* rule) {
    switch (entity) {
        case sdk::Entity::Product: {
            auto rest = departures;
            auto effects = catalog::dropOffered(tx, scope, rest);
            auto gone = catalog::removeProducts(tx, scope, rest, rule);
            std::ranges::move(gone, std::back_inserter(effects));
            return effects;
        }
        case sdk::Entity::Location:
            return catalog::removeLocations(tx, scope, departures, rule);
        case sdk::Entity::Customer:
            return orders::removeCustomers(tx, scope, departures, rule);
        case sdk::Entity::Order:
            return orders::removeOrders(tx, scope, departures, rule);
        case sdk::Entity::Stock:
            return inventory::removeLevels(tx, scope, departures, rule);
        case sdk::Entity::Message:
            break;
    }
    return {};
}

RecordName nameOf(const sdk::Record& record) {
    return std::visit(
        [](const auto& one) -> RecordName {
            using One = std::decay_t<decltype(one)>;
            if constexpr (std::is_same_v<One, sdk::Product>)
                return {sdk::Entity::Product, one.externalId};
            else if constexpr (std::is_same_v<One, sdk::Customer>)
                return {sdk::Entity::Customer, one.externalId};
            else if constexpr (std::is_same_v<One, sdk::Order>)
                return {sdk::Entity::Order, one.externalId};
            else if constexpr (std::is_same_v<One, sdk::Location>)
                return {sdk::Entity::Location, one.externalId};
            else if constexpr (std::is_same_v<One, sdk::Message>)
                return {sdk::Entity::Message, one.externalId};
            else if constexpr (std::is_same_v<One, sdk::MessageStatus>)
                return {sdk::Entity::Message, one.messageExternalId};
            else if constexpr (std::is_same_v<One, sdk::Deletion>)
                return {one.entity, one.externalId};
            else if constexpr (std::is_same_v<One, sdk::StockLevel>) {
                const bool whole = !one.inventoryItemId.empty() && !one.locationExternalId.empty();
                return {sdk::Entity::Stock,
                        whole ? sdk::StockLevel::key(one.inventoryItemId, one.locationExternalId)
                              : std::string()};
            } else {
                return {};
            }
        },
        record);
}

}  // namespace souk::intake
