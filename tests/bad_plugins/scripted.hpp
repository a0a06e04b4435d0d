#pragma once

#include <souk/sdk/json.hpp>
#include <souk/sdk/plugin.hpp>

#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace souk::bad {

/// A working platform of customers whose events and pages name what is to go wrong. A delivery is
/// {"events": [{account, key, topic, id}]}; an event brings the customer `id`. Every account has
/// six customers in pages of one. `Act` is asked before each event ("webhooks", its topic) and
/// each page ("sync", "account/number").
template <class Act>
class ScriptedWebhooks : public sdk::WebhookHandler {
public:
    sdk::Result<std::vector<sdk::EventSlice>> split(
        const sdk::WebhookRequest& request) const override {
        const auto json = SOUK_TRY(sdk::Json::parse(request.body));
        std::vector<sdk::EventSlice> slices;
        for (const auto& event : SOUK_TRY(json.items("events"))) {
            sdk::EventSlice slice;
            slice.account = SOUK_TRY(event.text("account"));
            slice.key = SOUK_TRY(event.text("key"));
            slice.topic = SOUK_TRY(event.text("topic"));
            slice.slice = std::string(event.raw());
            slices.push_back(std::move(slice));
        }
        return slices;
    }
    sdk::Result<sdk::Done> verify(const sdk::WebhookRequest& request,
                                  const sdk::Secrets&) const override {
        Act()("verify", sdk::valueOf(request.headers, "X-Verify"));
        return sdk::Done{};
    }
    sdk::Result<std::vector<sdk::Record>> translate(const sdk::StoredEvent& event,
                                                    const sdk::Account&) const override {
        Act()("webhooks", event.topic);
        const auto json = SOUK_TRY(sdk::Json::parse(event.body));
        return std::vector<sdk::Record>{customer(SOUK_TRY(json.text("id")))};
    }
    static sdk::Record customer(std::string id) {
        sdk::Customer customer;
        customer.externalId = std::move(id);
        customer.updatedAt = sdk::Timestamp(std::chrono::hours(24 * 20000));
        return customer;
    }
};

template <class Act>
class ScriptedSource : public sdk::SyncSource {
public:
    static constexpr int kPages = 6;

    sdk::Result<sdk::Page> fetch(sdk::Context& context, const sdk::Cursor& from) const override {
        int number = 0;
        std::from_chars(from.value.data(), from.value.data() + from.value.size(), number);
        Act()("sync", context.account.externalId + "/" + std::to_string(number));
        sdk::Page page;
        if (number < kPages)
            page.records.push_back(
                ScriptedWebhooks<Act>::customer("synced-" + std::to_string(number)));
        page.next.value = std::to_string(number + 1);
        page.last = number + 1 >= kPages;
        return page;
    }
    sdk::Result<sdk::Page> fetchOne(sdk::Context&,
                                    sdk::Entity,
                                    std::string_view,
                                    const sdk::Cursor&) const override {
        return sdk::Error{sdk::ErrorKind::NotFound, "nothing is fetched alone"};
    }
    std::vector<sdk::Entity> entities() const override { return {sdk::Entity::Customer}; }
    sdk::Result<sdk::RemoteCount> remoteCount(sdk::Context&) const override {
        return sdk::Error{sdk::ErrorKind::Unsupported, "nobody counts"};
    }
};

/// Nothing goes wrong by itself.
struct Nothing {
    void operator()(std::string_view, std::string_view) const {}
};

template <class Act>
class ScriptedPlugin : public sdk::Plugin {
public:
    const sdk::WebhookHandler* webhooks() const noexcept override { return &webhooks_; }
    const sdk::SyncSource* sync(sdk::Entity entity) const noexcept override {
        return entity == sdk::Entity::Customer ? &customers_ : nullptr;
    }

private:
    ScriptedWebhooks<Act> webhooks_;
    ScriptedSource<Act> customers_;
};

}  // namespace souk::bad
