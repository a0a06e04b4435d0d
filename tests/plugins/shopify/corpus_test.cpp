#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "plugins/shopify/support.hpp"
#include "webhooks.hpp"

namespace souk::shopify::tests {

namespace {

namespace fs = std::filesystem;

/// The shared reference samples: SOUK_CORPUS, or ../shared beside the project.
fs::path corpus() {
    const char* named = std::getenv("SOUK_CORPUS");
    const fs::path root =
        named ? fs::path(named)
              : fs::path(SOUK_SOURCE_DIR).parent_path() / "shared/reference/data/samples";
    return root / "shopify";
}

}  // namespace

/// Captured deliveries of the platform must be read without complaint.
class CorpusTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CorpusTest);
    CPPUNIT_TEST(everyCapturedDeliveryIsRead);
    CPPUNIT_TEST(everyComplianceExampleIsRead);
    CPPUNIT_TEST_SUITE_END();

    Webhooks webhooks_;
    ShopStage stage_;

    static bool skipped(const fs::path& folder) {
        if (fs::is_directory(folder)) return false;
        std::cerr << "skipped: no samples at " << folder << " (set SOUK_CORPUS)\n";
        return true;
    }

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

public:
    void everyCapturedDeliveryIsRead() {
        const auto folder = corpus() / "webhooks-2024-10";
        if (skipped(folder)) return;
        int files = 0;
        for (const auto& entry : fs::directory_iterator(folder)) {
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

    void everyComplianceExampleIsRead() {
        const auto folder = corpus() / "compliance";
        if (skipped(folder)) return;
        for (const auto* name : {"customers_data_request", "customers_redact", "shop_redact"}) {
            std::string topic = name;
            topic.replace(topic.find('_'), 1, "/");
            const auto records = read(topic, fileText((folder / name).string() + ".json"));
            as<sdk::PrivacyRequest>(records.at(0));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CorpusTest);

}  // namespace souk::shopify::tests
