#pragma once

#include <souk/sdk/crypto.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace souk::integration {

/// Every way in which a secret may stand in a text.
inline std::set<std::string> looksOf(const std::string& secret) {
    std::string lower;
    std::string upper;
    for (const char c : secret) {
        const unsigned byte = static_cast<unsigned char>(c);
        for (const auto nibble : {byte >> 4U, byte & 0xFU}) {
            lower += "0123456789abcdef"[nibble];
            upper += "0123456789ABCDEF"[nibble];
        }
    }
    std::set<std::string> looks{secret, lower, upper, sdk::percentEncode(secret)};
    // Within longer base64: what does not depend on its neighbours, for each of three alignments.
    for (const std::size_t before : {0U, 1U, 2U}) {
        const auto whole = sdk::base64(std::string(before, 'x') + secret);
        const auto first = before == 0 ? 0 : before + 1;
        auto part = whole.substr(first, whole.size() - first - 4);
        looks.insert(part);
        looks.insert(sdk::percentEncode(part));
        for (auto& c : part) c = c == '+' ? '-' : c == '/' ? '_' : c;
        looks.insert(part);
    }
    return looks;
}

/// The secrets of a test by name, and where they may not be found.
class Planted {
public:
    void add(const std::string& name, const std::string& secret) { secrets_[secret] = name; }
    std::size_t size() const { return secrets_.size(); }

    /// "client secret as Zm9v…" for each that stands in `text`.
    std::vector<std::string> foundIn(std::string_view text) const {
        std::vector<std::string> found;
        for (const auto& [secret, name] : secrets_)
            for (const auto& look : looksOf(secret))
                if (const auto at = text.find(look); at != std::string_view::npos)
                    found.push_back(name + " as " + look.substr(0, 12) + "… in …" +
                                    std::string(text.substr(at > 200 ? at - 200 : 0, 400)));
        return found;
    }

private:
    std::map<std::string, std::string> secrets_;
};

}  // namespace souk::integration
