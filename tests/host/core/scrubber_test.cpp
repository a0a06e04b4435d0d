#include "core/scrubber.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <souk/sdk/crypto.hpp>

#include <string>

namespace souk::core {

class ScrubberTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ScrubberTest);
    CPPUNIT_TEST(whatIsNotSecretStays);
    CPPUNIT_TEST(everySecretGoes);
    CPPUNIT_TEST(everyWayOfWritingItGoes);
    CPPUNIT_TEST(theLongestOneIsMeant);
    CPPUNIT_TEST(shortOnesAreNotLearnt);
    CPPUNIT_TEST(theOldestAreForgotten);
    CPPUNIT_TEST_SUITE_END();

public:
    void whatIsNotSecretStays() {
        const Scrubber none;
        CPPUNIT_ASSERT_EQUAL(std::string("a sentence"), none.scrubbed("a sentence"));
        CPPUNIT_ASSERT_EQUAL(std::string(), none.scrubbed(""));
        scrubber_.learn("secret-token");
        for (const std::string text : {"short", "secret-toke", "ecret-token", "secret-tokem!"})
            CPPUNIT_ASSERT_EQUAL(text, scrubber_.scrubbed(text));
    }

    void everySecretGoes() {
        scrubber_.learn("secret-token");
        scrubber_.learn("another-secret");
        scrubber_.learn("secret-token");
        CPPUNIT_ASSERT_EQUAL(std::string("a [secret], [secret][secret] b"),
                             scrubber_.scrubbed("a another-secret, secret-tokensecret-token b"));
    }

    void everyWayOfWritingItGoes() {
        const std::string secret = "s3cret+with/odd=\"chars\"";
        scrubber_.learn(secret);
        for (const auto& text : {sdk::percentEncode(secret),
                                 sdk::base64("Basic:" + secret + ":x"),
                                 sdk::base64("Bearer:" + secret + ":x"),
                                 sdk::base64("Token " + secret + "!"),
                                 sdk::base64Url(">>>" + secret + ">>"),
                                 sdk::percentEncode(sdk::base64("id:" + secret + ":")),
                                 std::string(R"({"t":"s3cret+with/odd=\"chars\""})"),
                                 std::string("7333637265742b776974682f6f64643d22636861727322"),
                                 std::string("7333637265742B776974682F6F64643D22636861727322")}) {
            const auto scrubbed = scrubber_.scrubbed("before " + text + " behind");
            CPPUNIT_ASSERT_MESSAGE(scrubbed, scrubbed.find("[secret]") != std::string::npos);
            CPPUNIT_ASSERT(scrubbed.starts_with("before ") && scrubbed.ends_with(" behind"));
        }
    }

    void theLongestOneIsMeant() {
        scrubber_.learn("secret-token");
        scrubber_.learn("secret-token-of-two-parts");
        CPPUNIT_ASSERT_EQUAL(std::string("[secret]."),
                             scrubber_.scrubbed("secret-token-of-two-parts."));
    }

    /// They would take words out of sentences.
    void shortOnesAreNotLearnt() {
        scrubber_.learn("");
        scrubber_.learn("words");
        CPPUNIT_ASSERT_EQUAL(std::string("many words here"), scrubber_.scrubbed("many words here"));
    }

    void theOldestAreForgotten() {
        scrubber_.learn("the-first-secret");
        for (int i = 0; i < 4096; ++i) scrubber_.learn("later-secret-" + std::to_string(i) + "-");
        CPPUNIT_ASSERT_EQUAL(
            std::string("the-first-secret [secret] [secret]"),
            scrubber_.scrubbed("the-first-secret later-secret-0- later-secret-4095-"));
    }

private:
    Scrubber scrubber_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ScrubberTest);

}  // namespace souk::core
