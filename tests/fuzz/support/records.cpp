#include "support/records.hpp"

#include "core/text.hpp"
#include "support/fuzz.hpp"

#include <souk/sdk/time.hpp>
#include <souk/testing/record_json.hpp>

#include <algorithm>

namespace souk::fuzz {

namespace {

void checkMoney(const sdk::Money& money) {
    const auto text = sdk::decimalOf(money);
    require(text && *sdk::moneyFrom(*text, money.currency) == money, "money of no currency");
}

void checkPrice(const sdk::Price& price) {
    checkMoney(price.shop);
    checkMoney(price.presentment);
}

void checkTime(sdk::Timestamp at) {
    const auto again = sdk::timestampFrom(sdk::rfc3339(at));
    require(again && *again == at, "a time that cannot be written");
}

void checkJson(const std::string& json) {
    require(sdk::Json::parse(json).operator bool(), "JSON of ours that is none");
}

void checkTags(const std::vector<std::string>& tags) {
    require(std::ranges::is_sorted(tags), "tags out of order");
    require(std::ranges::adjacent_find(tags) == tags.end(), "a tag twice");
    require(std::ranges::count(tags, "") == 0, "an empty tag");
}

void checkOne(const sdk::Product& product) {
    checkTags(product.tags);
    for (const auto& variant : product.variants) {
        require(!variant.externalId.empty(), "a variant without an id");
        if (variant.price) checkMoney(*variant.price);
        if (variant.compareAtPrice) checkMoney(*variant.compareAtPrice);
    }
    checkTime(product.createdAt);
    if (product.publishedAt) checkTime(*product.publishedAt);
}

void checkOne(const sdk::Customer& customer) {
    checkTags(customer.tags);
    checkJson(customer.defaultAddress);
    checkTime(customer.createdAt);
}

void checkOne(const sdk::Order& order) {
    checkTags(order.tags);
    for (const auto* price : {&order.total,
                              &order.current,
                              &order.subtotal,
                              &order.tax,
                              &order.shipping,
                              &order.discount})
        checkPrice(*price);
    for (const auto& line : order.lines)
        for (const auto* price : {&line.unitPrice, &line.discount, &line.tax}) checkPrice(*price);
    for (const auto& refund : order.refunds) checkPrice(refund.total);
    checkJson(order.shippingAddress);
    checkJson(order.billingAddress);
    checkTime(order.placedAt);
}

void checkOne(const sdk::Location& location) {
    checkJson(location.address);
}

void checkOne(const sdk::StockLevel& level) {
    require(!level.inventoryItemId.empty() && !level.locationExternalId.empty(),
            "stock of nothing, or nowhere");
    checkTime(level.updatedAt);
}

void checkOne(const sdk::Deletion& deletion) {
    require(!deletion.externalId.empty(), "a deletion of nothing");
}

void checkOne(const sdk::Refetch& refetch) {
    require(!refetch.externalId.empty(), "a refetch of nothing");
    require(core::isUtf8(refetch.reason), "a reason that cannot be printed");
}

void checkOne(const sdk::AccountChange& change) {
    require(std::ranges::is_sorted(change.scopes), "scopes out of order");
    const auto facts = sdk::Json::parse(change.facts);
    require(facts && facts->isObject(), "facts that are no JSON object");
}

void checkOne(const sdk::PrivacyRequest& request) {
    require(request.what == sdk::PrivacyRequest::What::EraseStore ||
                !request.customerExternalId.empty(),
            "a privacy request about nobody");
}

void checkOne(const sdk::Notice& notice) {
    require(!notice.topic.empty(), "a notice about nothing");
}

void checkPerson(const sdk::Person& person) {
    require(!person.externalId.empty(), "a person without an id");
    auto others = person.otherIds;
    std::ranges::sort(others);
    require(std::ranges::adjacent_find(others) == others.end(), "another id twice");
    require(std::ranges::count(others, "") == 0, "another id that is none");
    require(std::ranges::count(others, person.externalId) == 0, "another id that is the same");
}

void checkOne(const sdk::Message& message) {
    checkPerson(message.person);
    require(!message.kind.empty(), "a message of no kind");
    const auto content = sdk::Json::parse(message.content);
    require(content && content->isObject(), "content that is no JSON object");
    require(message.sentAt != sdk::Timestamp{}, "a message of no time");
    checkTime(message.sentAt);
}

void checkOne(const sdk::MessageStatus& status) {
    require(!status.messageExternalId.empty(), "a status of no message");
    checkTime(status.at);
}

void checkOne(const sdk::PersonChange& change) {
    require(!change.formerExternalId.empty(), "a change of nobody");
    checkPerson(change.person);
}

void checkOne(const sdk::BatchSettled& settled) {
    require(!settled.ticket.empty(), "a batch without a ticket");
}

}  // namespace

void checkRecord(const sdk::Record& record, std::string_view source) {
    std::visit(
        [source](const auto& one) {
            checkOne(one);
            if constexpr (requires { one.extra; }) {
                require(!one.externalId.empty(), "a record without an id");
                require(source.find(one.extra) != std::string_view::npos,
                        "`extra` is not the platform's own bytes");
                checkJson(one.extra);
                if constexpr (requires { one.updatedAt; }) checkTime(one.updatedAt);
            }
        },
        record);
    checkJson(described(record));
}

void checkReject(const sdk::Reject& reject, std::string_view source) {
    require(core::isUtf8(reject.reason) && !reject.reason.empty(), "a reject without a reason");
    require(source.find(reject.raw) != std::string_view::npos, "a reject of other bytes");
}

void checkError(const sdk::Error& error) {
    require(!error.message.empty() && core::isUtf8(error.message), "an unprintable error");
    require(error.kind != sdk::ErrorKind::NotFound, "bytes we were sent cannot be 'not found'");
    if (!error.retryAfter) return;
    require(error.retryAfter->count() > 0 && *error.retryAfter <= std::chrono::hours(1),
            "a wait without end");
}

std::string described(const sdk::Record& record) {
    return testing::jsonOf(record);
}

}  // namespace souk::fuzz
