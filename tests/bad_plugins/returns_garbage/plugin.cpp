#include "../scripted.hpp"

namespace souk::bad {

/// Answers what no platform can mean; the topic, or the account, says what.
class GarbageWebhooks final : public ScriptedWebhooks<Nothing> {
public:
    sdk::Result<std::vector<sdk::Record>> translate(const sdk::StoredEvent& event,
                                                    const sdk::Account&) const override {
        std::vector<sdk::Record> records{customer("sound"), garbage(event.topic)};
        return records;
    }
    static sdk::Record garbage(std::string_view what) {
        if (what == "no-id") return customer("");
        if (what == "no-text") return customer("\xff\xfe");
        if (what == "giant-id") return customer(std::string(10000, 'x'));
        if (what == "zero-byte") return customer(std::string("a\0b", 3));
        if (what == "giant-text") {
            auto record = std::get<sdk::Customer>(customer("giant"));
            record.firstName = std::string(std::size_t{8} << 20U, 'g');
            return record;
        }
        sdk::Product product;
        product.externalId = "p";
        product.title = "Lamp";
        product.status = "active";
        product.updatedAt = sdk::Timestamp(std::chrono::hours(24 * 20000));
        sdk::Variant variant;
        variant.externalId = "v";
        variant.price = sdk::Money{what == "negative-price" ? -1 : 1,
                                   what == "no-currency" ? "moon money" : "EUR"};
        product.variants.push_back(variant);
        return product;
    }
};

class GarbageSource final : public ScriptedSource<Nothing> {
public:
    sdk::Result<sdk::Page> fetch(sdk::Context& context, const sdk::Cursor& from) const override {
        const auto& what = context.account.externalId;
        sdk::Page page;
        page.records.push_back(GarbageWebhooks::customer("sound"));
        page.last = true;
        page.next.value = "end";
        if (what == "same-cursor") {
            page.last = false;
            page.next = from;
        } else if (what == "circle") {
            page.last = false;
            page.next.value = from.value == "a" ? "b" : from.value == "b" ? "c" : "a";
        } else if (what == "endless") {
            page.last = false;
            page.next.value = from.value + "+";
        } else if (what == "bad-cursor") {
            page.next.value = "\xff";
        } else {
            page.records.push_back(GarbageWebhooks::garbage(what));
        }
        return page;
    }
};

class BadPlugin final : public sdk::Plugin {
public:
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }
    const sdk::SyncSource* sync(sdk::Entity entity) const noexcept override {
        return entity == sdk::Entity::Customer ? &customers_ : nullptr;
    }

private:
    GarbageWebhooks webhooks_;
    GarbageSource customers_;
};

}  // namespace souk::bad

SOUK_PLUGIN(souk::bad::BadPlugin)
