#include <filesystem>
#include <iostream>

#include "plugins/shopify/support.hpp"
#include "webhooks.hpp"

namespace souk::shopify::tests {

/// Captured deliveries of the platform must be read without complaint.
class CorpusTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CorpusTest);
    CPPUNIT_TEST(everyCapturedDeliveryIsRead);
    CPPUNIT_TEST(everyComplianceExampleIsRead);
    CPPUNIT_TEST(everyObjectOfTheRestExamplesIsRead);
    CPPUNIT_TEST_SUITE_END();

    Webhooks webhooks_;
    ShopStage stage_;

    std::vector<sdk::Record> read(const std::string& topic, const std::string& body) {
        sdk::StoredEvent event{.account = stage_.account.externalId,
                               .topic = topic,
                               .headers = {},
                               .body = body,
                               .triggeredAt = {}};
        auto records = webhooks_.translate(event, stage_.account);
        CPPUNIT_ASSERT_MESSAGE(topic + ": " + (records ? "" : records.error().message), records);
        return *std::move(records);
    }

    /// The objects a webhook would carry, each with the topic of its change.
    static std::vector<std::pair<std::string, sdk::Json>> objectsIn(const sdk::Json& response) {
        std::vector<std::pair<std::string, sdk::Json>> found;
        for (const std::string kind : {"product", "order", "customer", "location"}) {
            const auto topic = kind + (kind == "order" ? "s/updated" : "s/update");
            if (response.has(kind)) found.emplace_back(topic, response.at(kind));
            if (const auto list = response.items(kind + "s"))
                for (const auto& one : *list) found.emplace_back(topic, one);
        }
        if (response.has("inventory_level"))
            found.emplace_back("inventory_levels/update", response.at("inventory_level"));
        return found;
    }

public:
    void everyCapturedDeliveryIsRead() {
        const auto folder = corpus("shopify/webhooks-2024-10");
        if (!folder) return;
        int files = 0;
        for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
            const auto sample = jsonFrom(fileText(entry.path().string()));
            const auto topic = valueOf(sample.text("topic"));
            const std::string body(sample.at("body").raw());
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, read(topic, body).size());

            sdk::WebhookRequest request{.method = "POST", .query = {}, .headers = {}, .body = body};
            const auto headers = sample.at("headers");
            for (const auto& name : headers.keys())
                request.headers[name] = headers.textOr(name, "");
            CPPUNIT_ASSERT_EQUAL(topic, valueOf(webhooks_.split(request)).at(0).topic);
            ++files;
        }
        CPPUNIT_ASSERT(files > 20);
    }

    /// Webhook bodies have the shape of the old REST objects. What is no such object (counts,
    /// webhooks, transactions, …) has no translator; an answer cut by `fields` is no whole object.
    void everyObjectOfTheRestExamplesIsRead() {
        const auto folder = corpus("shopify/rest-2026-07");
        if (!folder) return;
        int read = 0;
        int others = 0;
        for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
            const auto sample = jsonFrom(fileText(entry.path().string()));
            const bool cut = sample.at("request").textOr("query", "").starts_with("fields=");
            const auto objects = cut ? std::vector<std::pair<std::string, sdk::Json>>()
                                     : objectsIn(sample.at("response"));
            for (const auto& [topic, object] : objects)
                CPPUNIT_ASSERT(!this->read(topic, std::string(object.raw())).empty());
            read += static_cast<int>(objects.size());
            others += objects.empty() ? 1 : 0;
        }
        std::cerr << "shopify samples: " << read << " REST objects, " << others
                  << " files without one\n";
        CPPUNIT_ASSERT(read > 10);
    }

    void everyComplianceExampleIsRead() {
        const auto folder = corpus("shopify/compliance");
        if (!folder) return;
        for (const auto* name : {"customers_data_request", "customers_redact", "shop_redact"}) {
            std::string topic = name;
            topic.replace(topic.find('_'), 1, "/");
            const auto records = read(topic, fileText((*folder / name).string() + ".json"));
            as<sdk::PrivacyRequest>(records.at(0));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CorpusTest);

}  // namespace souk::shopify::tests
