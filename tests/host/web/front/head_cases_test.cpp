#include "wire_cases.hpp"

namespace souk::web::test {

namespace {

const std::string kHost = "Host: souk.test\r\n";

std::string get(const std::string& target, const std::string& headers = kHost) {
    return "GET " + target + " HTTP/1.1\r\n" + headers + "\r\n";
}

std::string manyHeaders(int count) {
    std::string headers = kHost;
    for (int i = 1; i < count; ++i) headers += "X-" + std::to_string(i) + ": 1\r\n";
    return headers;
}

std::vector<WireCase> goodHeads() {
    return {
        {"plain", get("/a?b=c"), 200, "GET /a ? b=c", true},
        {"absolute address", get("http://souk.test/a?x"), 200, "GET /a ? x", true},
        {"absolute address names the host",
         get("http://other.test", kHost),
         200,
         "host=other.test",
         true},
        {"every address OPTIONS may ask",
         "OPTIONS * HTTP/1.1\r\n" + kHost + "\r\n",
         200,
         "*",
         true},
        {"one empty line before", "\r\n" + get("/"), 200, "GET /", true},
        {"percent escapes stay raw", get("/a%2Fb%20c"), 200, "/a%2Fb%20c", true},
        {"double slash", get("//a//b"), 200, "//a//b", true},
        {"any method token", "BREW /pot HTTP/1.1\r\n" + kHost + "\r\n", 200, "BREW /pot", true},
        {"header without space", get("/", "Host:souk.test\r\n"), 200, "host=souk.test", true},
        {"header with tabs", get("/", "Host:\t souk.test \t\r\n"), 200, "host=souk.test", true},
        {"header names in any case", get("/", "hOsT: souk.test\r\n"), 200, "host=souk.test", true},
        {"Host with a port",
         get("/", "Host: souk.test:8080\r\n"),
         200,
         "host=souk.test:8080",
         true},
        {"Host as an IPv6 address", get("/", "Host: [::1]:8080\r\n"), 200, "host=[::1]:8080", true},
        {"empty header value", get("/", kHost + "X-Echo:\r\n"), 200, "echo=[]", true},
        {"repeated header is joined",
         get("/", kHost + "X-Echo: a\r\nX-Echo: b\r\n"),
         200,
         "echo=[a, b]",
         true},
        {"encoded words stay as sent",
         get("/", kHost + "X-Echo: =?UTF-8?Q?a=0D=0AX-Admin:_1?=\r\n"),
         200,
         "echo=[=?UTF-8?Q?a=0D=0AX-Admin:_1?=]",
         true},
        {"bytes above ASCII in a value",
         get("/", kHost + "X-Echo: \xC3\xA9\r\n"),
         200,
         "echo=[\xC3\xA9]",
         true},
        {"as many headers as allowed", get("/", manyHeaders(100)), 200, "GET /", true},
        {"longest address", get("/" + std::string(2047, 'a')), 200, "GET /aaa", true},
        {"HTTP/1.0 closes", "GET / HTTP/1.0\r\n\r\n", 200, "GET /", false},
        {"HTTP/1.0 keeps alive when asked",
         "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
         200,
         "GET /",
         true},
        {"close is honoured", get("/", kHost + "Connection: close\r\n"), 200, "GET /", false},
        {"close in a list", get("/", kHost + "Connection: TE, Close\r\n"), 200, "GET /", false},
    };
}

std::vector<WireCase> badRequestLines() {
    return {
        {"HTTP/0.9", "GET /\r\n", 400, "HTTP/1.1", false},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "HTTP/1.1", false},
        {"HTTP/1.2", "GET / HTTP/1.2\r\n" + kHost + "\r\n", 505, "HTTP/1.1", false},
        {"lower-case version", "GET / http/1.1\r\n" + kHost + "\r\n", 400, "request line", false},
        {"two spaces", "GET  / HTTP/1.1\r\n" + kHost + "\r\n", 400, "request line", false},
        {"trailing space", "GET / HTTP/1.1 \r\n" + kHost + "\r\n", 400, "request line", false},
        {"tab for space", "GET\t/ HTTP/1.1\r\n" + kHost + "\r\n", 400, "method", false},
        {"bad method", "G(T / HTTP/1.1\r\n" + kHost + "\r\n", 400, "method", false},
        {"leading space", " GET / HTTP/1.1\r\n" + kHost + "\r\n", 400, "method", false},
        {"endless method", std::string(33, 'A') + " / HTTP/1.1\r\n\r\n", 400, "method", false},
        {"two empty lines", "\r\n\r\n" + get("/"), 400, "method", false},
        {"relative address", get("a/b"), 400, "start with '/'", false},
        {"star for GET", get("*"), 400, "start with '/'", false},
        {"other scheme", get("ftp://a/b"), 400, "start with '/'", false},
        {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501, "proxy", false},
        {"fragment", get("/a#b"), 400, "percent-encode", false},
        {"raw UTF-8", get("/\xC3\xA9"), 400, "percent-encode", false},
        {"broken escape", get("/a%2"), 400, "%25", false},
        {"escape of no hex", get("/a%zz"), 400, "%25", false},
        {"escaped NUL", get("/a%00b"), 400, "%00", false},
        {"NUL in the address", get(std::string("/a\0b", 4)), 400, "control", false},
        {"TLS", std::string("\x16\x03\x01\x02\x00\x01", 6), 400, "plain HTTP", false},
        {"too long an address", get("/" + std::string(2048, 'a')), 414, "2048", false},
        {"endless method", std::string(3000, 'A') + " / HTTP/1.1\r\n\r\n", 414, "2048", false},
        {"endless address", "GET /" + std::string(4096, 'a'), 414, "2048", false},
    };
}

std::vector<WireCase> badHeaders() {
    return {
        {"no Host", get("/", ""), 400, "Host", false},
        {"two Hosts", get("/", kHost + kHost), 400, "Host", false},
        {"empty Host", get("/", "Host:\r\n"), 400, "Host", false},
        {"Host of two", get("/", "Host: a, b\r\n"), 400, "Host", false},
        {"Host with a path", get("/", "Host: a/b\r\n"), 400, "Host", false},
        {"Host with a user", get("/", "Host: u@a\r\n"), 400, "Host", false},
        {"Host with a port of letters", get("/", "Host: a:b\r\n"), 400, "Host", false},
        {"Host with two ports", get("/", "Host: a:1:2\r\n"), 400, "Host", false},
        {"Host of a port alone", get("/", "Host: :80\r\n"), 400, "Host", false},
        {"Host of half an IPv6 address", get("/", "Host: [::1\r\n"), 400, "Host", false},
        {"absolute address without host", get("http:///a"), 400, "Host", false},
        {"space before colon", get("/", "Host : a\r\n"), 400, "space before", false},
        {"folded header", get("/", kHost + "X-A: 1\r\n 2\r\n"), 400, "folded", false},
        {"folded at once", get("/", " X: 1\r\n" + kHost), 400, "folded", false},
        {"no colon", get("/", kHost + "X-A\r\n"), 400, "colon", false},
        {"empty name", get("/", kHost + ": 1\r\n"), 400, "name", false},
        {"name with a quote", get("/", kHost + "X\"A: 1\r\n"), 400, "name", false},
        {"NUL in a value", get("/", kHost + std::string("X: a\0b\r\n", 8)), 400, "control", false},
        {"escape in a value", get("/", kHost + "X: \x1b[0m\r\n"), 400, "control", false},
        {"DEL in a value", get("/", kHost + "X: \x7f\r\n"), 400, "control", false},
        {"bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400, "bare LF", false},
        {"bare LF between headers", get("/", kHost + "A: 1\nB: 2\r\n"), 400, "bare LF", false},
        {"bare CR", get("/", kHost + "A: 1\rB: 2\r\n"), 400, "bare CR", false},
        {"two CR", "GET / HTTP/1.1\r\r\n", 400, "bare CR", false},
        {"two Authorizations",
         get("/", kHost + "Authorization: a\r\nAuthorization: b\r\n"),
         400,
         "Authorization",
         false},
        {"too many headers", get("/", manyHeaders(101)), 431, "100", false},
        {"too long a head",
         get("/", kHost + "A: " + std::string(8000, 'a') + "\r\nB: " + std::string(8000, 'a')),
         431,
         "12288",
         false},
        {"too long a value",
         get("/", kHost + "A: " + std::string(8200, 'a') + "\r\n"),
         431,
         "8192",
         false},
        {"too long a name", get("/", kHost + std::string(300, 'a') + ": 1\r\n"), 431, "256", false},
        {"unknown expectation",
         "POST / HTTP/1.1\r\n" + kHost + "Content-Length: 2\r\nExpect: wonders\r\n\r\nok",
         417,
         "100-continue",
         false},
    };
}

}  // namespace

std::vector<WireCase> headCases() {
    auto cases = goodHeads();
    for (auto& more : {badRequestLines(), badHeaders()})
        cases.insert(cases.end(), more.begin(), more.end());
    return cases;
}

}  // namespace souk::web::test
