#include "net/reply_reader.hpp"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

namespace souk::net {

class ReplyReaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReplyReaderTest);
    CPPUNIT_TEST(aLengthIsReadInAnyPieces);
    CPPUNIT_TEST(chunksAreReadInAnyPieces);
    CPPUNIT_TEST(aBodyWithoutLengthLastsUntilTheEnd);
    CPPUNIT_TEST(anAnswerCutShortIsTransient);
    CPPUNIT_TEST(anAnswerTooLargeIsBadPayload);
    CPPUNIT_TEST(headAndNoContentHaveNoBody);
    CPPUNIT_TEST(anInterimAnswerIsSkipped);
    CPPUNIT_TEST(repeatedHeadersAreJoined);
    CPPUNIT_TEST(whatIsNotHttpIsTransient);
    CPPUNIT_TEST(closingAndSurplusAnswersAreNotReused);
    CPPUNIT_TEST_SUITE_END();

public:
    void aLengthIsReadInAnyPieces() {
        everyPiece("HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX-A: b\r\n\r\nhello world");
    }

    void chunksAreReadInAnyPieces() {
        everyPiece(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n"
            "5\r\nhello\r\n006;x=y\r\n world\r\n0\r\nTrailer: x\r\n\r\n");
    }

    void aBodyWithoutLengthLastsUntilTheEnd() {
        ReplyReader reader("GET", 100);
        const auto fed = reader.feed("HTTP/1.1 200 OK\r\n\r\nhello");
        CPPUNIT_ASSERT(fed && !*fed);
        CPPUNIT_ASSERT(reader.ended());
        CPPUNIT_ASSERT(!reader.reusable());
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), reader.take().body);
    }

    void anAnswerCutShortIsTransient() {
        for (const std::string whole :
             {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"})
            for (std::size_t cut = 0; cut < whole.size(); ++cut) {
                ReplyReader reader("GET", 100);
                const auto fed = reader.feed(whole.substr(0, cut));
                CPPUNIT_ASSERT(fed && !*fed);
                CPPUNIT_ASSERT_EQUAL(cut > 0, reader.heard());
                const auto end = reader.ended();
                CPPUNIT_ASSERT(!end && end.error().kind == sdk::ErrorKind::Transient);
            }
    }

    void anAnswerTooLargeIsBadPayload() {
        for (const auto* bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n",
                                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "6\r\nhello \r\n5\r\nworld\r\n",
                                  "HTTP/1.1 200 OK\r\n\r\nhello world"}) {
            ReplyReader reader("GET", 10);
            const auto fed = reader.feed(bytes);
            CPPUNIT_ASSERT(!fed && fed.error().kind == sdk::ErrorKind::BadPayload);
        }
        ReplyReader reader("GET", 10);
        const auto fed = reader.feed("HTTP/1.1 200 OK\r\nX: " + std::string(70000, 'x'));
        CPPUNIT_ASSERT(!fed);
    }

    void headAndNoContentHaveNoBody() {
        ReplyReader head("HEAD", 10);
        CPPUNIT_ASSERT(*head.feed("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"));
        ReplyReader nothing("DELETE", 10);
        CPPUNIT_ASSERT(*nothing.feed("HTTP/1.1 204 No Content\r\n\r\n"));
        CPPUNIT_ASSERT(nothing.reusable());
    }

    void anInterimAnswerIsSkipped() {
        ReplyReader reader("POST", 10);
        CPPUNIT_ASSERT(
            *reader.feed("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                         "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"));
        const auto reply = reader.take();
        CPPUNIT_ASSERT_EQUAL(201, reply.status);
        CPPUNIT_ASSERT(sdk::valueOf(reply.headers, "Link").empty());
    }

    void repeatedHeadersAreJoined() {
        ReplyReader reader("GET", 10);
        CPPUNIT_ASSERT(
            *reader.feed("HTTP/1.1 200 OK\r\nLink: a\r\nlink: b\r\nContent-Length: 0\r\n\r\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("a, b"),
                             std::string(sdk::valueOf(reader.take().headers, "Link")));
    }

    void whatIsNotHttpIsTransient() {
        for (const auto* bytes :
             {"SSH-2.0-OpenSSH\r\n\r\n",
              "HTTP/1.1 101 Switching\r\n\r\n",
              "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n",
              "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n"}) {
            ReplyReader reader("GET", 100);
            const auto fed = reader.feed(bytes);
            CPPUNIT_ASSERT_MESSAGE(bytes, !fed);
            CPPUNIT_ASSERT(fed.error().kind == sdk::ErrorKind::Transient);
        }
        ReplyReader reader("GET", 100);
        const auto fed = reader.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
                                     std::string(9000, '1'));
        CPPUNIT_ASSERT(!fed);
    }

    void closingAndSurplusAnswersAreNotReused() {
        ReplyReader closing("GET", 10);
        CPPUNIT_ASSERT(
            *closing.feed("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
        CPPUNIT_ASSERT(!closing.reusable());
        ReplyReader surplus("GET", 10);
        CPPUNIT_ASSERT(*surplus.feed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"));
        CPPUNIT_ASSERT(!surplus.reusable());
        ReplyReader both("GET", 10);
        CPPUNIT_ASSERT(
            *both.feed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
                       "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
        CPPUNIT_ASSERT(!both.reusable());
    }

private:
    static void everyPiece(const std::string& bytes) {
        for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
            ReplyReader reader("GET", 100);
            bool whole = false;
            for (std::size_t at = 0; at < bytes.size(); at += piece) {
                CPPUNIT_ASSERT(!whole);
                const auto fed = reader.feed(bytes.substr(at, piece));
                CPPUNIT_ASSERT(fed);
                whole = *fed;
            }
            CPPUNIT_ASSERT(whole);
            CPPUNIT_ASSERT(reader.reusable());
            const auto reply = reader.take();
            CPPUNIT_ASSERT_EQUAL(200, reply.status);
            CPPUNIT_ASSERT_EQUAL(std::string("hello world"), reply.body);
            CPPUNIT_ASSERT_EQUAL(std::string("b"), std::string(sdk::valueOf(reply.headers, "x-a")));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReplyReaderTest);

}  // namespace souk::net
