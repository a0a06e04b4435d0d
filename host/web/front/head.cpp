#include "web/front/head.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace souk::web {

namespace {

constexpr std::size_t kMethodBytes = 32;
constexpr std::size_t kNameBytes = 256;
constexpr std::size_t kValueBytes = 8192;
constexpr std::size_t kLengthDigits = 18;

/// Two of one of these is an attempt to make us and a proxy read different requests.
constexpr std::array<std::string_view, 6> kSingle = {
    "Host", "Content-Length", "Transfer-Encoding", "Content-Type", "Authorization", "Expect"};

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool isDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool isHexDigit(char c) noexcept {
    return isDigit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}

std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::optional<std::string_view> schemeless(std::string_view target) noexcept {
    for (const std::string_view scheme : {"http://", "https://"})
        if (sameText(target.substr(0, scheme.size()), scheme)) return target.substr(scheme.size());
    return std::nullopt;
}

bool hasListToken(std::string_view list, std::string_view token) noexcept {
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (sameText(trim(list.substr(0, comma)), token)) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

/// "souk.test", "souk.test:8080", "[::1]:8080".
bool isHost(std::string_view host) noexcept {
    const auto literalEnd = host.starts_with('[') ? host.find(']') : 0;
    if (literalEnd == std::string_view::npos) return false;
    const auto colon = std::min(host.find(':', literalEnd), host.size());
    const auto name = host.substr(0, colon);
    const auto port = host.substr(std::min(colon + 1, host.size()));
    return !name.empty() && std::ranges::all_of(port, isDigit) &&
           std::ranges::none_of(name, [](char c) {
               return c <= ' ' || static_cast<unsigned char>(c) >= 0x7F ||
                      std::string_view(",/\\@?#<>\"").find(c) != std::string_view::npos;
           });
}

std::optional<Refusal> pathFault(std::string_view path) {
    for (auto at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
        const auto escape = path.substr(at + 1, 2);
        if (escape.size() < 2 || !isHexDigit(escape[0]) || !isHexDigit(escape[1]))
            return Refusal{400, "The path holds a '%' that starts no escape; write it as %25."};
        if (escape == "00") return Refusal{400, "The path holds %00; remove it."};
    }
    return std::nullopt;
}

std::optional<Refusal> targetFault(std::string_view method, std::string_view target) {
    if (std::ranges::any_of(target, [](char c) {
            return c <= ' ' || static_cast<unsigned char>(c) >= 0x7F || c == '#';
        }))
        return Refusal{
            400, "The address holds a space, '#' or a byte outside ASCII; percent-encode it."};
    if (method == "CONNECT") return Refusal{501, "This server is not a proxy; send no CONNECT."};
    if (target == "*" && method == "OPTIONS") return std::nullopt;
    if (target.empty() || (target.front() != '/' && !schemeless(target)))
        return Refusal{400, "The address must start with '/'."};
    return pathFault(target.substr(0, target.find('?')));
}

struct RequestLine {
    std::string_view method;
    std::string_view target;
    std::string_view version;
};

bool isVersion(std::string_view text) noexcept {
    return text.size() == 8 && text.substr(0, 5) == "HTTP/" && isDigit(text[5]) && text[6] == '.' &&
           isDigit(text[7]);
}

RequestLine splitRequestLine(std::string_view line) noexcept {
    const auto first = std::min(line.find(' '), line.size());
    const auto rest = line.substr(std::min(first + 1, line.size()));
    const auto second = std::min(rest.find(' '), rest.size());
    return {line.substr(0, first),
            rest.substr(0, second),
            rest.substr(std::min(second + 1, rest.size()))};
}

/// Fills method, path, query and, for an absolute address, Host.
void takeRequestLine(const RequestLine& line, Head& head) {
    auto& request = head.request;
    request.method = line.method;
    head.http11 = line.version == "HTTP/1.1";
    auto target = line.target;
    if (const auto absolute = schemeless(target)) {
        const auto slash = std::min(absolute->find_first_of("/?"), absolute->size());
        request.headers.insert_or_assign("Host", std::string(absolute->substr(0, slash)));
        target = absolute->substr(slash);
    }
    const auto mark = std::min(target.find('?'), target.size());
    request.path = mark == 0 ? "/" : target.substr(0, mark);
    request.query = target.substr(std::min(mark + 1, target.size()));
}

std::optional<Refusal> addField(std::string_view line, sdk::Headers& headers) {
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    const auto value = trim(line.substr(colon + 1));
    const auto [at, added] = headers.try_emplace(std::string(name), value);
    if (added) return std::nullopt;
    if (std::ranges::any_of(kSingle, [&](auto single) { return sameText(single, name); }))
        return Refusal{400, "The request repeats the header " + at->first + "; send it once."};
    at->second += sameText(name, "Cookie") ? "; " : ", ";
    at->second += value;
    return std::nullopt;
}

std::optional<Refusal> takeFields(std::string_view lines, sdk::Headers& headers) {
    while (!lines.empty()) {
        const auto end = lines.find("\r\n");
        if (end == 0) break;
        if (auto fault = addField(lines.substr(0, end), headers)) return fault;
        lines.remove_prefix(end + 2);
    }
    return std::nullopt;
}

std::optional<Refusal> takeLength(std::string_view value, Head& head) {
    if (value.empty() || value.size() > kLengthDigits || !std::ranges::all_of(value, isDigit))
        return Refusal{400, "Content-Length must be one decimal number of bytes."};
    std::from_chars(value.data(), value.data() + value.size(), head.length);
    head.framing = Framing::Length;
    return std::nullopt;
}

std::optional<Refusal> takeFraming(Head& head) {
    const auto& headers = head.request.headers;
    const auto length = headers.find("Content-Length");
    const auto coding = headers.find("Transfer-Encoding");
    if (length != headers.end() && coding != headers.end())
        return Refusal{400, "Send Content-Length or Transfer-Encoding, not both."};
    if (coding != headers.end()) {
        if (!head.http11)
            return Refusal{400, "HTTP/1.0 has no Transfer-Encoding; send Content-Length."};
        if (!sameText(coding->second, "chunked"))
            return Refusal{501, "The only Transfer-Encoding understood here is chunked."};
        head.framing = Framing::Chunked;
        return std::nullopt;
    }
    if (length != headers.end()) return takeLength(length->second, head);
    const auto& method = head.request.method;
    if (method == "POST" || method == "PUT" || method == "PATCH")
        return Refusal{411, method + " needs a Content-Length (0 for no body) or chunked coding."};
    return std::nullopt;
}

std::optional<Refusal> takeHost(const std::optional<std::string>& absolute, Head& head) {
    auto& headers = head.request.headers;
    const auto host = headers.find("Host");
    if (host == headers.end()) {
        if (!head.http11) return std::nullopt;
        return Refusal{400, "The request has no Host header; HTTP/1.1 requires one."};
    }
    if (!isHost(host->second) || (absolute && !isHost(*absolute)))
        return Refusal{400, "The Host header must be one host name, with a port if not 80."};
    if (absolute) host->second = *absolute;
    return std::nullopt;
}

std::optional<Refusal> takeConnection(Head& head) {
    const auto& headers = head.request.headers;
    const auto connection = sdk::valueOf(headers, "Connection");
    head.keepAlive =
        head.http11 ? !hasListToken(connection, "close") : hasListToken(connection, "keep-alive");
    const auto expect = headers.find("Expect");
    if (expect == headers.end() || !head.http11) return std::nullopt;
    if (!sameText(expect->second, "100-continue"))
        return Refusal{417, "The only expectation met here is 100-continue."};
    head.expectsContinue = head.framing != Framing::None;
    return std::nullopt;
}

}  // namespace

bool isToken(std::string_view text) noexcept {
    static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (lower(c) >= 'a' && lower(c) <= 'z') || isDigit(c) ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool sameText(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() &&
           std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<Refusal> requestLineFault(std::string_view line, const Limits& limits) {
    const auto [method, target, version] = splitRequestLine(line);
    if (!isToken(method) || method.size() > kMethodBytes)
        return Refusal{400, "The request line must start with a method such as GET."};
    if (target.size() > limits.uriBytes)
        return Refusal{414,
                       "The address is longer than " + std::to_string(limits.uriBytes) +
                           " bytes; shorten it or send the data in a body."};
    if (!isVersion(version))
        return Refusal{400,
                       "The request line must be: method, one space, address, one space, "
                       "HTTP/1.1."};
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return Refusal{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here; let the proxy translate."};
    return targetFault(method, target);
}

std::optional<Refusal> fieldFault(std::string_view line) {
    if (line.front() == ' ' || line.front() == '\t')
        return Refusal{400, "A header is folded over two lines; send it on one."};
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return Refusal{400, "A header line has no colon; write it as name: value."};
    const auto name = line.substr(0, colon);
    if (!name.empty() && (name.back() == ' ' || name.back() == '\t'))
        return Refusal{400, "A header has a space before its colon; remove it."};
    if (!isToken(name)) return Refusal{400, "A header name holds a character it may not hold."};
    if (name.size() > kNameBytes || line.size() - colon > kValueBytes)
        return Refusal{431,
                       "A header's name is longer than 256 bytes or its value longer than 8192; "
                       "shorten it."};
    return std::nullopt;
}

std::variant<Head, Refusal> readHead(std::string_view bytes) {
    const auto lineEnd = bytes.find("\r\n");
    Head head;
    takeRequestLine(splitRequestLine(bytes.substr(0, lineEnd)), head);
    std::optional<std::string> absolute;
    if (auto named = head.request.headers.extract("Host")) absolute = std::move(named.mapped());
    if (auto fault = takeFields(bytes.substr(lineEnd + 2), head.request.headers)) return *fault;
    if (auto fault = takeHost(absolute, head)) return *fault;
    if (auto fault = takeFraming(head)) return *fault;
    if (auto fault = takeConnection(head)) return *fault;
    return head;
}

}  // namespace souk::web
