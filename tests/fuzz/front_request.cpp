// The readers of the HTTP front, without a connection: heads and bodies. An accepted request means
// the same however its bytes are cut, keeps within the limits, and written anew is read the same.
#include "support/front_limits.hpp"
#include "support/fuzz.hpp"
#include "web/front/body_reader.hpp"
#include "web/front/head.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <variant>

namespace souk::fuzz {

namespace {

using web::BodyReader;
using web::Framing;
using web::Head;
using web::HeadScanner;

const web::Limits kLimits = frontLimits();

struct Outcome {
    std::optional<Head> head;
    std::string body;
    std::size_t used = 0;
    int refused = 0;
    bool whole = false;
};

bool same(const Head& a, const Head& b) {
    return a.request.method == b.request.method && a.request.path == b.request.path &&
           a.request.query == b.request.query && a.request.headers == b.request.headers &&
           a.framing == b.framing && a.length == b.length && a.http11 == b.http11 &&
           a.keepAlive == b.keepAlive && a.expectsContinue == b.expectsContinue;
}

bool same(const Outcome& a, const Outcome& b) {
    return a.refused == b.refused && a.used == b.used && a.whole == b.whole && a.body == b.body &&
           a.head.has_value() == b.head.has_value() && (!a.head || same(*a.head, *b.head));
}

void readBody(std::string_view bytes, std::size_t most, Outcome& outcome) {
    BodyReader reader(*outcome.head, kLimits.bodyBytes, kLimits);
    for (Cuts cuts(bytes, most); !cuts.done() && !reader.done() && !reader.refusal();) {
        const auto piece = cuts.next();
        const auto used = reader.feed(piece);
        require(used <= piece.size(), "a body took more than there was");
        require(used == piece.size() || reader.done() || reader.refusal(),
                "a body that goes on left bytes lying");
        outcome.used += used;
    }
    require(reader.size() <= kLimits.bodyBytes, "a body grew beyond its limit");
    if (reader.refusal()) outcome.refused = reader.refusal()->status;
    outcome.whole = reader.done() && !reader.refusal();
    outcome.body = reader.take();
}

Outcome read(std::string_view bytes, std::size_t most) {
    Outcome outcome;
    HeadScanner scanner(kLimits);
    auto progress = HeadScanner::Progress::Incomplete;
    std::size_t seen = 0;
    for (Cuts cuts(bytes, most); progress == HeadScanner::Progress::Incomplete && !cuts.done();) {
        seen += cuts.next().size();
        progress = scanner.scan(bytes.substr(0, seen));
    }
    if (progress == HeadScanner::Progress::Incomplete) return outcome;
    if (progress == HeadScanner::Progress::Refused) {
        outcome.refused = scanner.refusal().status;
        return outcome;
    }
    require(scanner.end() <= seen && scanner.start() < scanner.end(), "a head out of its bytes");
    const auto head = bytes.substr(scanner.start(), scanner.end() - scanner.start());
    require(head.size() <= kLimits.headerBytes, "a head grew beyond its limit");
    require(head.ends_with("\r\n\r\n"), "a head ends elsewhere than at its empty line");
    auto taken = web::readHead(head);
    if (const auto* refusal = std::get_if<web::Refusal>(&taken)) {
        outcome.refused = refusal->status;
        return outcome;
    }
    outcome.head = std::move(std::get<Head>(taken));
    outcome.used = scanner.end();
    readBody(bytes.substr(scanner.end()), most, outcome);
    return outcome;
}

void checkHead(const Head& head) {
    const auto& request = head.request;
    require(web::isToken(request.method), "a method that is no token");
    require(request.path == "*" || request.path.starts_with('/'), "a path that is none");
    require(request.path.size() + request.query.size() <= kLimits.uriBytes, "a long address");
    require(request.headers.size() <= kLimits.headerCount + 1, "too many headers");
    require(head.http11 || head.framing != Framing::Chunked, "chunks in HTTP/1.0");
    for (const auto& [name, value] : request.headers) {
        require(web::isToken(name), "a header name that is no token");
        require(std::ranges::none_of(value, web::isControl), "a control character in a header");
    }
}

/// Values without space around them: a joined list may end in an empty element.
Head trimmed(Head head) {
    constexpr std::string_view kSpace = " \t";
    for (auto& [name, value] : head.request.headers) {
        value.erase(value.find_last_not_of(kSpace) + 1);
        value.erase(0, value.find_first_not_of(kSpace));
    }
    return head;
}

std::string written(const Head& head, const std::string& body) {
    const auto& request = head.request;
    std::string text = request.method + ' ' + request.path;
    if (!request.query.empty()) text += '?' + request.query;
    text += head.http11 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n";
    for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
    text += "\r\n";
    if (head.framing != Framing::Chunked) return text + body;
    char size[20];
    for (Cuts cuts(body, 0); !cuts.done();) {
        const auto piece = cuts.next();
        std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
        text.append(size).append(piece).append("\r\n");
    }
    return text + "0\r\n\r\n";
}

}  // namespace

void fuzzOne(std::string_view input) {
    const auto whole = read(input, kAllAtOnce);
    require(same(whole, read(input, 1)), "byte by byte it is another request");
    require(same(whole, read(input, 0)), "in pieces it is another request");
    if (!whole.head) return;
    checkHead(*whole.head);
    if (!whole.whole) return;
    const auto anew = written(*whole.head, whole.body);
    const auto again = read(anew + "GET / HTTP/1.1\r\n", kAllAtOnce);
    require(again.whole && again.body == whole.body, "written anew it has another body");
    require(same(trimmed(*again.head), trimmed(*whole.head)), "written anew it is another request");
    require(again.used == anew.size(), "a request took bytes of the next one");
}

}  // namespace souk::fuzz
