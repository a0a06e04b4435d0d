#include <souk/sdk/crypto.hpp>

#include <cppunit/extensions/HelperMacros.h>

#include <string>

using souk::sdk::base64;
using souk::sdk::base64Url;
using souk::sdk::equalConstantTime;
using souk::sdk::fromBase64;
using souk::sdk::fromBase64Url;
using souk::sdk::hex;
using souk::sdk::hmacSha256;
using souk::sdk::percentDecode;
using souk::sdk::percentEncode;
using souk::sdk::sha256;

class CryptoTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CryptoTest);
    CPPUNIT_TEST(digestsAreTheKnownOnes);
    CPPUNIT_TEST(base64FollowsRfc4648);
    CPPUNIT_TEST(brokenBase64IsRefused);
    CPPUNIT_TEST(equalityLooksAtEveryByte);
    CPPUNIT_TEST(percentEncodingKeepsOnlyUnreserved);
    CPPUNIT_TEST_SUITE_END();

public:
    void digestsAreTheKnownOnes() {
        // RFC 4231, case 2; FIPS 180-4's "abc" and the empty message
        CPPUNIT_ASSERT_EQUAL(
            std::string("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            hex(hmacSha256("Jefe", "what do ya want for nothing?")));
        CPPUNIT_ASSERT_EQUAL(
            std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            hex(sha256("abc")));
        CPPUNIT_ASSERT_EQUAL(
            std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            hex(sha256({})));
        CPPUNIT_ASSERT_EQUAL(
            std::string("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
            hex(hmacSha256({}, {})));
        // A key is never the one before.
        const auto alone = hmacSha256("", "m");
        CPPUNIT_ASSERT(hmacSha256("k", "m") != alone);
        CPPUNIT_ASSERT(hmacSha256("", "m") == alone);
        CPPUNIT_ASSERT(hmacSha256(std::string(200, 'k'), "m") != alone);
        CPPUNIT_ASSERT(hmacSha256({}, "m") == alone);
    }

    void base64FollowsRfc4648() {
        const std::pair<const char*, const char*> known[]{
            {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
        for (const auto& [plain, encoded] : known) {
            CPPUNIT_ASSERT_EQUAL(std::string(encoded), base64(std::string_view(plain)));
            CPPUNIT_ASSERT_EQUAL(std::string(plain), *fromBase64(encoded));
        }
        const std::string bytes("\xfb\xff\xfe\0", 4);
        CPPUNIT_ASSERT_EQUAL(std::string("-__-AA"), base64Url(bytes));
        CPPUNIT_ASSERT_EQUAL(bytes, *fromBase64Url("-__-AA"));
        CPPUNIT_ASSERT_EQUAL(std::string("+//+AA=="), base64(bytes));
    }

    void brokenBase64IsRefused() {
        for (const auto* const text : {"Z",
                                       "Zg",
                                       "Zg=",
                                       "Zg===",
                                       "Z===",
                                       "Zm9v!A==",
                                       "Zh==",
                                       "-__-",
                                       "====",
                                       "Zg==Zg==",
                                       "Zg\n="})
            CPPUNIT_ASSERT_MESSAGE(text, !fromBase64(text));
        CPPUNIT_ASSERT(!fromBase64Url("A") && !fromBase64Url("Zg=="));
    }

    void equalityLooksAtEveryByte() {
        CPPUNIT_ASSERT(equalConstantTime("", "") && equalConstantTime("abc", "abc"));
        CPPUNIT_ASSERT(!equalConstantTime("abc", "abd") && !equalConstantTime("abc", "ab"));
        CPPUNIT_ASSERT(!equalConstantTime("xbc", "abc"));
    }

    void percentEncodingKeepsOnlyUnreserved() {
        CPPUNIT_ASSERT_EQUAL(std::string("aZ09-._~%20%2B%2F%26%3D%C3%A9"),
                             percentEncode("aZ09-._~ +/&=\xC3\xA9"));
        CPPUNIT_ASSERT_EQUAL(std::string("a b /\xC3\xA9"), *percentDecode("a+b%20%2f%C3%A9"));
        for (const auto* const broken : {"%", "%2", "%zz", "a%1"})
            CPPUNIT_ASSERT_MESSAGE(broken, !percentDecode(broken));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CryptoTest);
