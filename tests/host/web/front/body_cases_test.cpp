#include "wire_cases.hpp"

namespace souk::web::test {

namespace {

const std::string kHost = "Host: souk.test\r\n";
const std::string kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

std::string post(const std::string& headers, const std::string& body) {
    return "POST /in HTTP/1.1\r\n" + kHost + headers + "\r\n" + body;
}

std::string chunked(const std::string& body) {
    return post("Transfer-Encoding: chunked\r\n", body);
}

std::vector<WireCase> byLength() {
    return {
        {"by length", post("Content-Length: 5\r\n", "hello"), 200, "body=[hello]", true},
        {"length 0", post("Content-Length: 0\r\n", ""), 200, "body=[]", true},
        {"leading zeros", post("Content-Length: 005\r\n", "hello"), 200, "body=[hello]", true},
        {"a body on GET",
         "GET /in HTTP/1.1\r\n" + kHost + "Content-Length: 2\r\n\r\nhi",
         200,
         "body=[hi]",
         true},
        {"a request as body",
         post("Content-Length: " + std::to_string(kSmuggled.size()) + "\r\n", kSmuggled),
         200,
         "GET /smuggled",
         true},
        {"the largest body",
         post("Content-Length: 1024\r\n", std::string(1024, 'x')),
         200,
         "size=1024",
         true},
        {"one byte too many",
         post("Content-Length: 1025\r\n", std::string(1025, 'x')),
         413,
         "1024",
         false},
        {"far too large, unsent", post("Content-Length: 99999999999\r\n", ""), 413, "1024", false},
        {"more where the path allows it",
         "POST /large HTTP/1.1\r\n" + kHost + "Content-Length: 4000\r\n\r\n" +
             std::string(4000, 'x'),
         200,
         "size=4000",
         true},
        {"POST without length", post("", ""), 411, "Content-Length", false},
        {"PUT without length", "PUT / HTTP/1.1\r\n" + kHost + "\r\n", 411, "PUT", false},
        {"PATCH without length", "PATCH / HTTP/1.1\r\n" + kHost + "\r\n", 411, "PATCH", false},
        {"DELETE needs none", "DELETE /x HTTP/1.1\r\n" + kHost + "\r\n", 200, "DELETE /x", true},
    };
}

std::vector<WireCase> badLengths() {
    std::vector<WireCase> cases;
    for (const std::string value : {"-1",
                                    "+5",
                                    "5x",
                                    "0x5",
                                    "5 5",
                                    "5, 5",
                                    "",
                                    "1e3",
                                    "5.0",
                                    "18446744073709551616",
                                    "99999999999999999999"})
        cases.push_back({"Content-Length '" + value + "'",
                         post("Content-Length: " + value + "\r\n", "hello" + kSmuggled),
                         400,
                         "Content-Length",
                         false});
    cases.push_back({"two lengths",
                     post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello" + kSmuggled),
                     400,
                     "Content-Length",
                     false});
    cases.push_back({"the same length twice",
                     post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
                     400,
                     "Content-Length",
                     false});
    cases.push_back(
        {"length and chunks",
         post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + kSmuggled),
         400,
         "not both",
         false});
    cases.push_back(
        {"chunks and length",
         post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n" + kSmuggled),
         400,
         "not both",
         false});
    return cases;
}

std::vector<WireCase> byChunks() {
    return {
        {"chunks", chunked("5\r\nhello\r\n0\r\n\r\n"), 200, "body=[hello]", true},
        {"many chunks", chunked("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"), 200, "body=[abc]", true},
        {"no data", chunked("0\r\n\r\n"), 200, "body=[]", true},
        {"zeros before the size", chunked("0005\r\nhello\r\n000\r\n\r\n"), 200, "[hello]", true},
        {"size in capitals", chunked("A\r\n0123456789\r\n0\r\n\r\n"), 200, "[0123456789]", true},
        {"CRLF as data", chunked("2\r\n\r\n\r\n0\r\n\r\n"), 200, "size=2", true},
        {"an extension", chunked("5;a=\"b\"\r\nhello\r\n0;c\r\n\r\n"), 200, "body=[hello]", true},
        {"trailers are dropped",
         chunked("5\r\nhello\r\n0\r\nX-Echo: sneaky\r\nHost: evil\r\n\r\n"),
         200,
         "host=souk.test echo=[] body=[hello]",
         true},
        {"name in capitals",
         post("transfer-encoding: CHUNKED\r\n", "0\r\n\r\n"),
         200,
         "body=[]",
         true},
    };
}

std::vector<WireCase> badChunks() {
    std::vector<WireCase> cases;
    const auto bad =
        [&](const std::string& name, const std::string& body, const std::string& says) {
            cases.push_back({name, chunked(body + kSmuggled), 400, says, false});
        };
    bad("no size", "\r\nhello\r\n0\r\n\r\n", "hexadecimal");
    bad("size of no hex", "xyz\r\nhello\r\n0\r\n\r\n", "hexadecimal");
    bad("negative size", "-5\r\nhello\r\n0\r\n\r\n", "hexadecimal");
    bad("plus sign", "+5\r\nhello\r\n0\r\n\r\n", "hexadecimal");
    bad("0x size", "0x5\r\nhello\r\n0\r\n\r\n", "hexadecimal");
    bad("space before the size", " 5\r\nhello\r\n0\r\n\r\n", "hexadecimal");
    bad("space after the size", "5 \r\nhello\r\n0\r\n\r\n", "hexadecimal");
    bad("size beyond 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n", "hexadecimal");
    bad("size with a bare LF", "5\nhello\r\n0\r\n\r\n", "CRLF");
    bad("size with a bare CR", "5\rhello\r\n0\r\n\r\n", "CRLF");
    bad("data longer than its size", "4\r\nhello\r\n0\r\n\r\n", "longer than its size");
    bad("data shorter than its size", "6\r\nhello\r\n0\r\n\r\n", "CRLF");
    bad("NUL in a size", std::string("5\0\r\n", 4) + "hello\r\n0\r\n\r\n", "control");
    bad("endless extension", "5;" + std::string(300, 'a') + "\r\nhello\r\n", "size line");
    bad("extensions again and again",
        "1;" + std::string(120, 'a') + "\r\nx\r\n1;" + std::string(160, 'a') + "\r\nx\r\n",
        "extensions");
    bad("trailer folded", "0\r\nA: 1\r\n 2\r\n\r\n", "folded");
    bad("trailer without colon", "0\r\nnonsense\r\n\r\n", "colon");
    bad("trailer with a bare LF", "0\r\nA: 1\n\r\n", "CRLF");
    cases.push_back({"endless trailers",
                     chunked("0\r\n" + std::string(600, 'a') + ": 1\r\n\r\n"),
                     431,
                     "trailers",
                     false});
    cases.push_back({"a chunk too large", chunked("401\r\n"), 413, "1024", false});
    cases.push_back({"chunks too large together",
                     chunked("400\r\n" + std::string(1024, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n"),
                     413,
                     "1024",
                     false});
    cases.push_back(
        {"a chunk of 16 exabytes", chunked("ffffffffffffffff\r\n"), 413, "1024", false});
    return cases;
}

std::vector<WireCase> codings() {
    const auto coded = [](const std::string& name, const std::string& coding, int status) {
        return WireCase{name,
                        post("Transfer-Encoding: " + coding + "\r\n", "0\r\n\r\n" + kSmuggled),
                        status,
                        "",
                        false};
    };
    return {
        coded("unknown coding", "gzip", 501),
        coded("gzip, chunked", "gzip, chunked", 501),
        coded("chunked, identity", "chunked, identity", 501),
        coded("chunked twice", "chunked, chunked", 501),
        coded("chunked with a tail", "chunked;q=1", 501),
        coded("chunked behind a vertical tab",
              "\x0b"
              "chunked",
              400),
        coded("empty coding", "", 501),
        coded("two coding headers", "chunked\r\nTransfer-Encoding: chunked", 400),
        {"chunks in HTTP/1.0",
         "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kSmuggled,
         400,
         "HTTP/1.0",
         false},
        {"expecting 100 with the body already here",
         post("Content-Length: 2\r\nExpect: 100-continue\r\n", "hi"),
         200,
         "body=[hi]",
         true},
        {"expecting 100 for too large a body",
         post("Content-Length: 5000\r\nExpect: 100-continue\r\n", ""),
         413,
         "1024",
         false},
        {"HTTP/1.0 ignores expectations",
         "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
         200,
         "body=[hi]",
         false},
    };
}

}  // namespace

std::vector<WireCase> bodyCases() {
    auto cases = byLength();
    for (auto& more : {badLengths(), byChunks(), badChunks(), codings()})
        cases.insert(cases.end(), more.begin(), more.end());
    return cases;
}

}  // namespace souk::web::test
