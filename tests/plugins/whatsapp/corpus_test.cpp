#include <algorithm>
#include <map>
#include <set>

#include "messenger.hpp"
#include "meta/graph.hpp"
#include "plugins/whatsapp/support.hpp"
#include "webhooks.hpp"

namespace souk::whatsapp::tests {

/// Every published sample is read for what it is: a delivery, an error, the answer to a message.
/// The rest (requests, pages of settings we never ask for) only has to be JSON.
class CorpusTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CorpusTest);
    CPPUNIT_TEST(everySampleIsRead);
    CPPUNIT_TEST_SUITE_END();

    Webhooks webhooks_;
    WhatsAppMessenger messenger_;
    NumberStage stage_;
    std::map<std::string, int> counts_;

    /// Samples that are no delivery as they stand, and why.
    static bool isExcused(const std::string& name) {
        // The page prints it without `object`, and `field` inside `value`: no delivery looks so.
        return name == "webhooks-referencia-account-update__9.json";
    }

    void readDelivery(const std::string& body) {
        const auto slices = webhooks_.split(request(body));
        CPPUNIT_ASSERT_MESSAGE(slices ? "" : slices.error().message, slices);
        CPPUNIT_ASSERT(!slices->empty());
        std::set<std::string> keys;
        for (const auto& slice : *slices) {
            CPPUNIT_ASSERT(!slice.account.empty() && !slice.topic.empty() && !slice.key.empty());
            CPPUNIT_ASSERT_MESSAGE(slice.key, keys.insert(slice.key).second);
            const auto records = webhooks_.translate(stored(slice), stage_.account);
            CPPUNIT_ASSERT_MESSAGE(records ? "" : records.error().message, records);
            CPPUNIT_ASSERT(!records->empty());
            ++counts_["events"];
            for (const auto& record : *records) {
                ++counts_["records"];
                jsonFrom(souk::testing::jsonOf(record));
                if (std::holds_alternative<sdk::Notice>(record)) ++counts_["notices among them"];
            }
        }
        ++counts_["deliveries"];
    }

    void readError(const std::string& body) {
        stage_.expectGet("/x", {}, sdk::HttpReply{400, {}, body});
        auto context = stage_.context();
        const auto reply = meta::get(context, "/x");
        CPPUNIT_ASSERT(!reply && reply.error().kind != sdk::ErrorKind::BadPayload);
        ++counts_["errors"];
    }

    void readSent(const std::string& body) {
        stage_.expectPost(std::string("/") + kNumber + "/messages", {}, ok(body));
        sdk::OutgoingMessage message;
        message.to.externalId = "16505551234";
        message.kind = "text";
        message.text = "x";
        auto context = stage_.context();
        CPPUNIT_ASSERT(!valueOf(messenger_.send(context, message)).externalId.empty());
        ++counts_["answers to messages"];
    }

    void read(const std::filesystem::path& file) {
        const auto body = fileText(file.string());
        const auto json = jsonFrom(body);
        if (isExcused(file.filename().string())) {
            CPPUNIT_ASSERT_EQUAL(std::string("bad_payload"),
                                 kindOf(errorOf(webhooks_.split(request(body)))));
            ++counts_["excused"];
        } else if (json.textOr("object", "") == "whatsapp_business_account") {
            readDelivery(body);
        } else if (json.has("error")) {
            readError(body);
        } else if (json.has("messaging_product") && json.has("messages") && json.has("contacts")) {
            readSent(body);
        } else {
            ++counts_["others, JSON only"];
        }
    }

public:
    void everySampleIsRead() {
        const auto folder = corpus("whatsapp");
        if (!folder) return;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder)) {
            if (entry.path().extension() != ".json") continue;
            try {
                read(entry.path());
            } catch (const CppUnit::Exception& problem) {
                CPPUNIT_FAIL(entry.path().string() + ": " + problem.what());
            }
        }
        for (const auto& [what, count] : counts_)
            std::cerr << "whatsapp samples: " << count << " " << what << "\n";
        CPPUNIT_ASSERT(counts_["deliveries"] >= 53);
        CPPUNIT_ASSERT(counts_["errors"] >= 19);
        CPPUNIT_ASSERT(counts_["answers to messages"] >= 30);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CorpusTest);

}  // namespace souk::whatsapp::tests
