#include "hub_on_wire.hpp"
#include "wire_case.hpp"

namespace souk::test {

namespace {

WireCase refused(const std::string& name,
                 const std::string& bytes,
                 int status,
                 const std::string& says) {
    return {name, bytes + kSmuggled, {status}, Then::Closes, says};
}

WireCase head(const std::string& name, const std::string& bytes, const std::string& says) {
    return refused(name, bytes, 400, says);
}

std::string line(const std::string& requestLine) {
    return requestLine + "\r\n" + kHost + "\r\n";
}

std::string chunks(const std::string& body) {
    return post("/nothing", "Transfer-Encoding: chunked\r\n", body);
}

std::string withNul(std::string text) {
    text[text.find('?')] = '\0';
    return text;
}

std::string headers(int count) {
    std::string lines;
    for (int i = 0; i < count; ++i) lines += "X-" + std::to_string(i) + ": 1\r\n";
    return lines;
}

}  // namespace

WireCases faultyHeads() {
    return {
        head("no Host", "GET /healthz HTTP/1.1\r\n\r\n", "Host"),
        head("two Hosts", get("/healthz", kHost), "Host"),
        head("two Hosts that differ", get("/healthz", "Host: other.test\r\n"), "Host"),
        head("an empty Host", "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", "Host"),
        head("a Host of two", "GET /healthz HTTP/1.1\r\nHost: a, b\r\n\r\n", "Host"),
        head("a Host with a path", "GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n", "Host"),
        head("a Host with a port of letters", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", "Host"),
        head("folding", get("/healthz", "X-A: 1\r\n 2\r\n"), "folded"),
        head("folding with a tab", get("/healthz", "X-A: 1\r\n\t2\r\n"), "folded"),
        head("a folded length", post("/x", "Content-Length:\r\n 62\r\n"), "folded"),
        head("a folded coding", post("/x", "Transfer-Encoding:\r\n chunked\r\n"), "folded"),
        head("folding at once", "GET / HTTP/1.1\r\n X: 1\r\n" + kHost + "\r\n", "folded"),
        head("NUL in the address", withNul(get("/a?b")), "control"),
        head("NUL in a header's name", withNul(get("/", "X?A: 1\r\n")), "control"),
        head("NUL in a header's value", withNul(get("/", "X: a?b\r\n")), "control"),
        head("NUL in the method", withNul(line("G?T / HTTP/1.1")), "control"),
        head("an escaped NUL", get("/a%00b"), "%00"),
        head("a control character in a value", get("/", "X: \x1b[0m\r\n"), "control"),
        head("a bare LF", "GET /healthz HTTP/1.1\nHost: a\n\n", "bare LF"),
        head("a bare LF between headers", get("/", "A: 1\nB: 2\r\n"), "bare LF"),
        head("a bare CR", get("/", "A: 1\rB: 2\r\n"), "bare CR"),
        head("a space before a colon", post("/x", "Content-Length : 62\r\n"), "space before"),
        head("no colon", get("/", "X-A\r\n"), "colon"),
        head("no name", get("/", ": 1\r\n"), "name"),
        head("a name with a quote", get("/", "X\"A: 1\r\n"), "name"),
        head("two Authorizations",
             get("/", "Authorization: a\r\nAuthorization: b\r\n"),
             "Authorization"),
        head("two types", post("/x", "Content-Type: a/b\r\nContent-Type: c/d\r\n"), "Content-Type"),
        head("two spaces", line("GET  / HTTP/1.1"), "request line"),
        head("a space at the end", line("GET / HTTP/1.1 "), "request line"),
        head("a space in the address", line("GET /a b HTTP/1.1"), "request line"),
        head("a tab for a space", line("GET\t/\tHTTP/1.1"), "method"),
        head("HTTP/0.9", "GET /\r\n", "request line"),
        head("a version in lower case", line("GET / http/1.1"), "request line"),
        head("an address without slash", line("GET healthz HTTP/1.1"), "start with"),
        head("another scheme", line("GET ftp://a/b HTTP/1.1"), "start with"),
        head("a fragment", line("GET /a#b HTTP/1.1"), "percent-encode"),
        head("raw UTF-8", line("GET /\xC3\xA9 HTTP/1.1"), "percent-encode"),
        head("a broken escape", line("GET /%zz HTTP/1.1"), "%25"),
        head("TLS", "\x16\x03\x01\x02\x01", "plain HTTP"),
        refused("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501, "proxy"),
        refused("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "HTTP/1.1"),
        refused("HTTP/1.9", line("GET / HTTP/1.9"), 505, "HTTP/1.1"),
        refused("another expectation",
                post("/x", length(2) + "Expect: wonders\r\n", "hi"),
                417,
                "100-continue"),
    };
}

WireCases faultyLengths() {
    WireCases cases;
    for (const std::string value : {"-1",
                                    "+62",
                                    "6 2",
                                    "62, 62",
                                    "62;",
                                    "0x3e",
                                    "6.2e1",
                                    "\"62\"",
                                    "",
                                    "four",
                                    "18446744073709551678",
                                    "99999999999999999999999"})
        cases.push_back(head("Content-Length '" + value + "'",
                             post("/nothing", "Content-Length: " + value + "\r\n"),
                             "Content-Length"));
    cases.push_back(head("two lengths", post("/x", length(0) + length(62)), "Content-Length"));
    cases.push_back(head("two lengths alike", post("/x", length(0) + length(0)), "Content-Length"));
    cases.push_back(head("two lengths in two spellings",
                         post("/x", length(0) + "content-length: 62\r\n"),
                         "ontent-"));
    cases.push_back(head("chunked and a length",
                         post("/x", "Transfer-Encoding: chunked\r\n" + length(5), "0\r\n\r\n"),
                         "not both"));
    cases.push_back(head("a length and chunked",
                         post("/x", length(5) + "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"),
                         "not both"));
    cases.push_back(head("a length and another coding",
                         post("/x", length(0) + "Transfer-Encoding: xchunked\r\n"),
                         "not both"));
    cases.push_back(head("chunked in HTTP/1.0",
                         "POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                         "HTTP/1.0"));
    cases.push_back(head("two codings",
                         post("/x", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n"),
                         "Transfer-Encoding"));
    for (const std::string coding : {"xchunked",
                                     "gzip, chunked",
                                     "chunked, identity",
                                     "chunked, chunked",
                                     "identity",
                                     "chunked;q=1",
                                     "\"chunked\"",
                                     ""})
        cases.push_back(refused("Transfer-Encoding '" + coding + "'",
                                post("/x", "Transfer-Encoding: " + coding + "\r\n", "0\r\n\r\n"),
                                501,
                                "chunked"));
    cases.push_back(head("a coding behind a vertical tab",
                         post("/x",
                              "Transfer-Encoding: \x0b"
                              "chunked\r\n",
                              "0\r\n\r\n"),
                         "control"));
    for (const std::string method : {"POST", "PUT", "PATCH"})
        cases.push_back(refused(method + " without a length",
                                method + " /nothing HTTP/1.1\r\n" + kHost + "\r\n",
                                411,
                                method));
    cases.push_back(refused("a coding with an underscore is none",
                            post("/x", "Transfer_Encoding: chunked\r\n", "0\r\n\r\n"),
                            411,
                            "Content-Length"));
    return cases;
}

WireCases faultyChunks() {
    return {
        head("no size", chunks("\r\nhello\r\n0\r\n\r\n"), "hexadecimal"),
        head("a size of no hex", chunks("xyz\r\nhello\r\n0\r\n\r\n"), "hexadecimal"),
        head("a negative size", chunks("-1\r\nhello\r\n0\r\n\r\n"), "hexadecimal"),
        head("a signed size", chunks("+5\r\nhello\r\n0\r\n\r\n"), "hexadecimal"),
        head("a size with 0x", chunks("0x5\r\nhello\r\n0\r\n\r\n"), "hexadecimal"),
        head("a space before a size", chunks(" 5\r\nhello\r\n0\r\n\r\n"), "hexadecimal"),
        head("a space behind a size", chunks("5 \r\nhello\r\n0\r\n\r\n"), "hexadecimal"),
        head("a size beyond 64 bits", chunks("10000000000000005\r\nhello\r\n"), "hexadecimal"),
        head("a size that ends in LF", chunks("5\nhello\r\n0\r\n\r\n"), "CRLF"),
        head("NUL in a size", chunks(withNul("5?\r\nhello\r\n0\r\n\r\n")), "control"),
        head("more data than its size", chunks("4\r\nhello\r\n0\r\n\r\n"), "longer"),
        head("less data than its size", chunks("6\r\nhello\r\n0\r\n\r\n"), "CRLF"),
        head("data that ends in LF", chunks("5\r\nhello\n0\r\n\r\n"), "CRLF"),
        head("an extension that ends in LF", chunks("5;a=b\nhello\r\n0\r\n\r\n"), "CRLF"),
        head("a folded trailer", chunks("0\r\nA: 1\r\n 2\r\n\r\n"), "folded"),
        head("a trailer without colon", chunks("0\r\nnonsense\r\n\r\n"), "colon"),
        head("NUL in a trailer", chunks(withNul("0\r\nA: ?\r\n\r\n")), "control"),
    };
}

/// With the bounds of WireTableTest.
WireCases tooMuch() {
    const std::string kilobyte(1024, 'a');
    return {
        {"the longest address", get("/" + std::string(1023, 'a')), {404}, Then::Serves, ""},
        refused("too long an address", get("/" + kilobyte), 414, "1024"),
        refused("an endless address", "GET /" + kilobyte + kilobyte, 414, "1024"),
        {"as many headers as may be", get("/healthz", headers(19)), {200}, Then::Serves, "alive"},
        refused("a header too many", get("/healthz", headers(20)), 431, "20 headers"),
        refused(
            "too long a head",
            get("/healthz", "A: " + kilobyte + kilobyte + "\r\nB: " + kilobyte + kilobyte + "\r\n"),
            431,
            "4096"),
        refused("too long a name", get("/healthz", kilobyte + ": 1\r\n"), 431, "256"),
        {"the largest body", sized("/nothing", kilobyte + kilobyte), {404}, Then::Serves, ""},
        refused("a byte too many", post("/nothing", length(2049)), 413, "2048"),
        refused("far too many bytes", post("/nothing", length(999'999'999'999)), 413, "2048"),
        refused("too large a chunk", chunks("801\r\n"), 413, "2048"),
        refused("too large chunks together",
                chunks("400\r\n" + kilobyte + "\r\n401\r\n" + kilobyte + "a\r\n0\r\n\r\n"),
                413,
                "2048"),
        refused("a chunk of 16 exabytes", chunks("ffffffffffffffff\r\n"), 413, "2048"),
        refused("too large a body, expecting 100-continue",
                post("/nothing", length(2049) + "Expect: 100-continue\r\n"),
                413,
                "2048"),
        refused("endless extensions", chunks("5;" + kilobyte + kilobyte), 400, "extension"),
        refused("endless trailers",
                chunks("0\r\nA: " + kilobyte + kilobyte + kilobyte + kilobyte + kilobyte),
                431,
                "4096"),
    };
}

/// Requests that never end: nothing is answered for them.
WireCases broken() {
    return {
        {"nothing at all", "", {}, Then::Leaves, ""},
        {"half a request line", "GET /hea", {}, Then::Leaves, ""},
        {"half a head", "GET /healthz HTTP/1.1\r\nHost: a\r\n", {}, Then::Leaves, ""},
        {"half a body", post("/nothing", length(10), "half"), {}, Then::Leaves, ""},
        {"half a chunk", chunks("a\r\nhalf"), {}, Then::Leaves, ""},
        {"no last chunk", chunks("4\r\nhalf\r\n"), {}, Then::Leaves, ""},
        {"no end of trailers", chunks("0\r\nA: 1\r\n"), {}, Then::Leaves, ""},
        {"a sound one, then half of one", get("/healthz") + "GET /", {200}, Then::Leaves, "alive"},
    };
}

}  // namespace souk::test
