#include "documents.hpp"

#include <filesystem>
#include <map>

#include "plugins/shopify/support.hpp"

namespace souk::shopify::tests {

/// What the files of documents/ promise each other; that they are valid GraphQL is checked against
/// Shopify's schema by the simulator's validate.mjs.
class DocumentsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DocumentsTest);
    CPPUNIT_TEST(aFragmentIsTheSameWhereverItStands);
    CPPUNIT_TEST(theTextSentIsTheFile);
    CPPUNIT_TEST(noDocumentIsDearerThanShopifyAllows);
    CPPUNIT_TEST(onlyMutationsAreNotRepeated);
    CPPUNIT_TEST_SUITE_END();

    static std::map<std::string, std::string> files() {
        namespace fs = std::filesystem;
        std::map<std::string, std::string> texts;
        const fs::path folder = fs::path(SOUK_SOURCE_DIR) / "plugins/shopify/documents";
        for (const auto& entry : fs::directory_iterator(folder))
            texts[entry.path().stem().string()] = fileText(entry.path().string());
        return texts;
    }

public:
    void aFragmentIsTheSameWhereverItStands() {
        std::map<std::string, std::string> known;
        for (const auto& [file, text] : files()) {
            for (auto at = text.find("\nfragment "); at != std::string::npos;
                 at = text.find("\nfragment ", at + 1)) {
                const auto fragment = text.substr(at, text.find("\n}\n", at) - at);
                const auto name = fragment.substr(0, fragment.find(" {"));
                const auto [first, added] = known.emplace(name, fragment);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(file + name, first->second, fragment);
            }
        }
        CPPUNIT_ASSERT(known.size() >= 8);
    }

    void theTextSentIsTheFile() {
        const auto texts = files();
        CPPUNIT_ASSERT_EQUAL(texts.at("product_page"), std::string(documents::kProductPage.text));
        CPPUNIT_ASSERT_EQUAL(texts.at("shop"), std::string(documents::kShop.text));
    }

    void noDocumentIsDearerThanShopifyAllows() {
        for (const auto& [file, text] : files()) {
            const std::string head = "# cost: ";
            CPPUNIT_ASSERT_MESSAGE(file, text.starts_with(head));
            CPPUNIT_ASSERT_MESSAGE(file, std::stoi(text.substr(head.size())) <= 1000);
        }
    }

    void onlyMutationsAreNotRepeated() {
        CPPUNIT_ASSERT(documents::kOrderWhole.repeatable);
        CPPUNIT_ASSERT(!documents::kSubscriptionCreate.repeatable);
        CPPUNIT_ASSERT(!documents::kSubscriptionRemove.repeatable);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DocumentsTest);

}  // namespace souk::shopify::tests
