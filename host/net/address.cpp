#include "net/address.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace souk::net {

namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kLongestLabel = 63;
constexpr std::array<std::string_view, 10> kOurs{"Host",
                                                 "Content-Length",
                                                 "Transfer-Encoding",
                                                 "Connection",
                                                 "Keep-Alive",
                                                 "Accept-Encoding",
                                                 "Expect",
                                                 "TE",
                                                 "Trailer",
                                                 "Upgrade"};

sdk::Error bug(std::string message) {
    return {sdk::ErrorKind::Bug, std::move(message)};
}

char lower(char c) noexcept {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool isDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool isAlphanumeric(char c) noexcept {
    return isDigit(c) || (c >= 'a' && c <= 'z');
}

bool sameText(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower(x) == lower(y);
    });
}

bool isLabel(std::string_view label) noexcept {
    return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' &&
           label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
               return isAlphanumeric(c) || c == '-' || c == '_';
           });
}

/// A name of two labels or more whose last one is not a number: no IP address passes.
bool isHostName(std::string_view host) noexcept {
    if (host.size() > kLongestHost) return false;
    int labels = 0;
    std::string_view last;
    for (;;) {
        const auto dot = host.find('.');
        last = host.substr(0, dot);
        if (!isLabel(last)) return false;
        ++labels;
        if (dot == std::string_view::npos) break;
        host.remove_prefix(dot + 1);
    }
    return labels > 1 && !isDigit(last.front());
}

bool isPrintable(char c) noexcept {
    return c > ' ' && c <= '~';
}

bool isTokenChar(char c) noexcept {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return isAlphanumeric(lower(c)) || kMarks.find(c) != std::string_view::npos;
}

bool isValueChar(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= ' ' && byte != 0x7f);
}

}  // namespace

sdk::Result<Address> addressOf(std::string_view url) {
    if (!std::all_of(url.begin(), url.end(), isPrintable))
        return bug("The plugin asked for an address with a space or an unprintable character.");
    if (!sameText(url.substr(0, kScheme.size()), kScheme))
        return bug("The plugin asked for an address that does not begin with https://.");
    url.remove_prefix(kScheme.size());
    const auto end = url.find_first_of("/?#");
    auto authority = url.substr(0, end);
    const auto rest = end == std::string_view::npos ? std::string_view() : url.substr(end);
    if (authority.find('@') != std::string_view::npos)
        return bug("The plugin asked for an address with a user in it.");
    if (rest.find('#') != std::string_view::npos)
        return bug("The plugin asked for an address with a fragment.");
    if (authority.ends_with(":443")) authority.remove_suffix(4);

    Address address;
    address.host.resize(authority.size());
    std::transform(authority.begin(), authority.end(), address.host.begin(), lower);
    if (!isHostName(address.host))
        return bug("The plugin asked for \"" + address.host +
                   "\", which is not a plain host name on the usual port.");
    address.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
    return address;
}

bool matches(std::string_view pattern, std::string_view host) noexcept {
    if (!pattern.starts_with("*.")) return sameText(pattern, host);
    const auto suffix = pattern.substr(1);
    return host.size() > suffix.size() &&
           sameText(host.substr(host.size() - suffix.size()), suffix);
}

bool matchesAny(const std::vector<std::string>& patterns, std::string_view host) noexcept {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        return matches(pattern, host);
    });
}

sdk::Result<sdk::Done> checkHeaders(const sdk::Headers& headers, std::string_view authHeader) {
    for (const auto& [name, value] : headers) {
        if (name.empty() || !std::all_of(name.begin(), name.end(), isTokenChar))
            return bug("The plugin set a header whose name is not a header name.");
        if (!std::all_of(value.begin(), value.end(), isValueChar))
            return bug("The plugin set the header " + name +
                       " to a value with control characters.");
        const auto isIt = [&](std::string_view other) { return sameText(name, other); };
        if (std::any_of(kOurs.begin(), kOurs.end(), isIt))
            return bug("The plugin set the header " + name + ", which is the host's business.");
        if (!authHeader.empty() && isIt(authHeader))
            return bug("The plugin set the header " + name + "; the host adds credentials itself.");
    }
    return sdk::Done{};
}

}  // namespace souk::net
