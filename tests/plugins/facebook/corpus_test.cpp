#include <map>
#include <set>

#include "meta/batches.hpp"
#include "meta/graph.hpp"
#include "plugins/facebook/support.hpp"
#include "webhooks.hpp"

namespace souk::facebook::tests {

/// Every published sample is read for what it is: a delivery, an error, the state of a batch. The
/// rest (requests, endpoints we never ask, the order API that is gone) only has to be JSON.
class CorpusTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CorpusTest);
    CPPUNIT_TEST(everySampleIsRead);
    CPPUNIT_TEST(everySignatureVerifies);
    CPPUNIT_TEST_SUITE_END();

    Webhooks webhooks_;
    PageStage stage_;
    std::map<std::string, int> counts_;

    void readDelivery(const std::string& body) {
        const auto slices = webhooks_.split(delivery(body));
        CPPUNIT_ASSERT_MESSAGE(slices ? "" : slices.error().message, slices);
        CPPUNIT_ASSERT(!slices->empty());
        for (const auto& slice : *slices) {
            CPPUNIT_ASSERT(!slice.account.empty() && !slice.topic.empty() && !slice.key.empty());
            const auto records = webhooks_.translate({.account = slice.account,
                                                      .topic = slice.topic,
                                                      .headers = {},
                                                      .body = slice.slice,
                                                      .triggeredAt = slice.triggeredAt},
                                                     stage_.account);
            CPPUNIT_ASSERT_MESSAGE(records ? "" : records.error().message, records);
            CPPUNIT_ASSERT(!records->empty());
            ++counts_["events"];
        }
        ++counts_["deliveries"];
    }

    void readReply(const std::string& name, const std::string& body) {
        auto context = stage_.context();
        if (name.starts_with("error_")) {
            stage_.expectGet("/x", {}, sdk::HttpReply{400, {}, body});
            const auto kind = kindOf(errorOf(meta::get(context, "/x")));
            const bool throttled = name.find("rate_limit") != std::string::npos;
            const bool token = name.find("token") != std::string::npos;
            CPPUNIT_ASSERT_EQUAL(std::string(throttled ? "rate_limited"
                                             : token   ? "unauthorized"
                                                       : "rejected"),
                                 kind);
            ++counts_["errors"];
        } else if (name.starts_with("items_batch_response")) {
            stage_.expectPost("/880001/items_batch", {}, ok(body));
            sdk::OfferChange change;
            change.what = sdk::OfferChange::What::Withdraw;
            change.offer.externalId = "mug";
            const auto receipt = valueOf(meta::publish(context, "880001", {change}));
            const bool nothing = name.find("nothing") != std::string::npos;
            CPPUNIT_ASSERT_EQUAL(nothing, receipt.ticket.empty());
            CPPUNIT_ASSERT_EQUAL(nothing, !receipt.outcomes.empty());
            ++counts_["answers to batches"];
        } else if (name.starts_with("check_batch")) {
            stage_.expectGet("/880001/check_batch_request_status", {}, ok(body));
            const auto receipt = valueOf(meta::poll(context, "880001", "h"));
            CPPUNIT_ASSERT_EQUAL(name.find("started") != std::string::npos,
                                 !receipt.ticket.empty());
            ++counts_["states of batches"];
        } else {
            ++counts_["others, JSON only"];
        }
    }

public:
    void everySampleIsRead() {
        const auto folder = corpus("meta-commerce");
        if (!folder) return;
        for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
            if (entry.path().extension() != ".json") continue;
            const auto body = fileText(entry.path().string());
            const auto json = jsonFrom(body);
            try {
                if (json.has("object") && json.has("entry"))
                    readDelivery(body);
                else
                    readReply(entry.path().filename().string(), body);
            } catch (const CppUnit::Exception& problem) {
                CPPUNIT_FAIL(entry.path().string() + ": " + problem.what());
            }
        }
        for (const auto& [what, count] : counts_)
            std::cerr << "facebook samples: " << count << " " << what << "\n";
        CPPUNIT_ASSERT(counts_["deliveries"] >= 4);
        CPPUNIT_ASSERT(counts_["errors"] >= 6);
        CPPUNIT_ASSERT(counts_["answers to batches"] >= 2 && counts_["states of batches"] >= 2);
    }

    void everySignatureVerifies() {
        const auto folder = corpus("meta-commerce");
        if (!folder) return;
        const auto vectors = jsonFrom(fileText((*folder / "test_vectors_hmac.json").string()));
        const souk::testing::FixedSecrets secrets(
            {{"client_secret", {"another", vectors.textOr("app_secret", "")}},
             {"client_id", {"1", "2"}}});
        const auto signatures = valueOf(vectors.items("x_hub_signature_256"));
        CPPUNIT_ASSERT(signatures.size() >= 2);
        for (const auto& one : signatures) {
            auto request = delivery(one.textOr("body_utf8", ""));
            request.headers["X-Hub-Signature-256"] = one.textOr("header", "");
            CPPUNIT_ASSERT(webhooks_.verify(request, secrets));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CorpusTest);

}  // namespace souk::facebook::tests
