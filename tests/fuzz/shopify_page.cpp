// What Shopify answers to a page's query. Input: the source's name, the cursor, the status, a line
// each; then the answer's body. One request a page, a cursor that goes on, no node lost.
#include "customer_source.hpp"
#include "graphql.hpp"
#include "order_source.hpp"
#include "product_source.hpp"
#include "support/fuzz.hpp"
#include "support/records.hpp"

#include <souk/testing/stage.hpp>

#include <cmath>
#include <cstdlib>
#include <string>

namespace souk::fuzz {

namespace {

using sdk::Entity;

const shopify::ProductSource kProducts;
const shopify::OrderSource kOrders;
const shopify::CustomerSource kCustomers;

/// Answers every request with the same reply.
class OneReply final : public sdk::Http {
public:
    explicit OneReply(sdk::HttpReply reply) : reply_(std::move(reply)) {}
    sdk::Result<sdk::HttpReply> send(const sdk::HttpRequest& request) override {
        ++sent;
        require(request.url == "https://souk-test.myshopify.com/admin/api/2026-10/graphql.json",
                "a request to somewhere else");
        require(sdk::Json::parse(request.body).operator bool(), "a request that is no JSON");
        return reply_;
    }
    int sent = 0;

private:
    sdk::HttpReply reply_;
};

struct Shop : testing::Stage {
    explicit Shop(sdk::HttpReply reply) : answer(std::move(reply)) {
        account.externalId = "souk-test.myshopify.com";
        account.baseUrl = "https://souk-test.myshopify.com";
        account.currency = "USD";
    }
    sdk::Context context() { return {account, answer, secrets, clock, log, stop.get_token()}; }
    OneReply answer;
};

/// "orders", or "order 123" for one of them.
sdk::Result<sdk::Page> fetch(Shop& shop, std::string_view what, const sdk::Cursor& from) {
    auto context = shop.context();
    const auto space = std::min(what.find(' '), what.size());
    const auto id = what.substr(std::min(space + 1, what.size()));
    const auto name = what.substr(0, space);
    if (name == "products") return kProducts.fetch(context, from);
    if (name == "orders") return kOrders.fetch(context, from);
    if (name == "customers") return kCustomers.fetch(context, from);
    if (name == "order") return kOrders.fetchOne(context, Entity::Order, id, from);
    if (name == "customer") return kCustomers.fetchOne(context, Entity::Customer, id, from);
    const auto entity = sdk::entityFrom(name);
    return kProducts.fetchOne(context, entity ? *entity : Entity::Product, id, from);
}

void checkBudget(const sdk::HttpReply& reply) {
    const auto budget = shopify::throttleIn(reply);
    if (!budget) return;
    for (const double figure :
         {budget->available, budget->capacity, budget->restorePerSecond, budget->requested})
        require(std::isfinite(figure), "a budget without end");
}

}  // namespace

void fuzzOne(std::string_view input) {
    const auto what = takeLine(input);
    const sdk::Cursor from{std::string(takeLine(input))};
    const int status = std::atoi(std::string(takeLine(input)).c_str());
    const sdk::HttpReply reply{status == 0 ? 200 : status, {}, std::string(input)};
    checkBudget(reply);

    Shop shop(reply);
    const auto page = fetch(shop, what, from);
    require(shop.answer.sent <= 1, "more than one request for a page");
    if (!page) {
        if (page.error().kind != sdk::ErrorKind::NotFound) checkError(page.error());
        return;
    }
    for (const auto& record : page->records) checkRecord(record, reply.body);
    for (const auto& reject : page->rejects) checkReject(reject, reply.body);
    if (page->last) return;
    require(!(page->next == from), "a cursor that does not move: the run would never end");
    (void)fetch(shop, what, page->next);
    require(shop.answer.sent == 2, "a cursor of its own is refused");
}

}  // namespace souk::fuzz
