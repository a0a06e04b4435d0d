#include <souk/sdk/plugin.hpp>

#include "connect.hpp"
#include "customer_source.hpp"
#include "graphql.hpp"
#include "order_source.hpp"
#include "product_source.hpp"
#include "publisher.hpp"
#include "stock_keeper.hpp"
#include "subscriptions.hpp"
#include "webhooks.hpp"

namespace souk::shopify {

class ShopifyPlugin final : public sdk::Plugin {
public:
    std::optional<sdk::Throttle> throttleFrom(const sdk::HttpReply& reply) const override {
        return throttleIn(reply);
    }
    const sdk::ConnectFlow* connectFlow() const noexcept override { return &connect_; }
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }
    const sdk::Subscriptions* subscriptions() const noexcept override { return &subscriptions_; }
    const sdk::Publisher* publisher() const noexcept override { return &publisher_; }
    const sdk::StockKeeper* stockKeeper() const noexcept override { return &stock_; }
    const sdk::SyncSource* sync(sdk::Entity entity) const noexcept override {
        if (entity == sdk::Entity::Customer) return &customers_;
        if (entity == sdk::Entity::Product) return &products_;
        if (entity == sdk::Entity::Order) return &orders_;
        return nullptr;
    }

private:
    Connect connect_;
    Webhooks webhooks_;
    WebhookSubscriptions subscriptions_;
    CustomerSource customers_;
    ProductSource products_;
    OrderSource orders_;
    StockKeeper stock_;
    Publisher publisher_;
};

}  // namespace souk::shopify

SOUK_PLUGIN(souk::shopify::ShopifyPlugin)
