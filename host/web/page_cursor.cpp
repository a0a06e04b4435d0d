#include "web/page_cursor.hpp"

#include <souk/sdk/crypto.hpp>

namespace souk::web {

namespace {
constexpr char kSeparator = '\n';
constexpr std::size_t kBindingCharacters = 16;
}  // namespace

PageCursor::PageCursor(std::string_view list, const Call& call) : given_(call.text("cursor")) {
    std::string filters(list);
    for (const auto& [name, value] : call.query)
        if (name != "cursor" && name != "limit")
            filters += kSeparator + sdk::percentEncode(name) + '=' + sdk::percentEncode(value);
    binding_ = sdk::hex(sdk::sha256(filters)).substr(0, kBindingCharacters);
}

std::optional<std::vector<std::string>> PageCursor::position(std::size_t parts) const {
    if (!given_) return std::nullopt;
    const auto text = sdk::fromBase64Url(*given_);
    std::vector<std::string> found;
    if (text) {
        std::string_view rest = *text;
        for (;;) {
            const auto end = rest.find(kSeparator);
            found.emplace_back(rest.substr(0, end));
            if (end == std::string_view::npos) break;
            rest.remove_prefix(end + 1);
        }
    }
    if (found.size() != parts + 1)
        throw Problem(400, "Parameter cursor is not one this list gave; start again without it.");
    if (found.front() != binding_)
        throw Problem(400,
                      "Parameter cursor belongs to other filters; keep them as they were or start "
                      "again without it.");
    found.erase(found.begin());
    return found;
}

std::string PageCursor::after(std::initializer_list<std::string> parts) const {
    auto text = binding_;
    for (const auto& part : parts) text += kSeparator + part;
    return sdk::base64Url(text);
}

}  // namespace souk::web
