#include "core/scrubber.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/json.hpp>

#include <algorithm>
#include <cstring>
#include <set>

namespace souk::core {

namespace {

constexpr std::size_t kMost = 4096;
constexpr std::string_view kInstead = "[secret]";

std::uint64_t beginningOf(std::string_view text) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    return bytes;
}

std::string hexOf(std::string_view bytes, const char* digits) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 0xFU];
    }
    return text;
}

/// The characters of its base64 that do not depend on what stands before and behind it, when
/// `before` bytes of a group of three do.
std::string base64Within(std::string_view secret, std::size_t before) {
    constexpr std::size_t kGroup = 3;
    const auto text = sdk::base64(std::string(before, '\0').append(secret));
    const auto first = before == 0 ? 0 : before + 1;
    const auto whole = (before + secret.size()) / kGroup * 4;
    return whole > first ? text.substr(first, whole - first) : std::string();
}

std::string withUrlAlphabet(std::string text) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

std::string inJson(std::string_view secret) {
    const auto text = sdk::JsonWriter().text(secret).take();
    return text.substr(1, text.size() - 2);
}

/// Every way it may be written.
std::set<std::string> looksOf(std::string_view secret) {
    std::set<std::string> looks{std::string(secret),
                                inJson(secret),
                                sdk::percentEncode(secret),
                                hexOf(secret, "0123456789abcdef"),
                                hexOf(secret, "0123456789ABCDEF")};
    for (std::size_t before = 0; before < 3; ++before) {
        const auto base64 = base64Within(secret, before);
        looks.insert(base64);
        looks.insert(sdk::percentEncode(base64));
        looks.insert(withUrlAlphabet(base64));
    }
    return looks;
}

}  // namespace

void Scrubber::learn(std::string_view secret) {
    if (secret.size() < kShortest) return;
    const std::lock_guard lock(mutex_);
    if (!known_.emplace(secret).second) return;
    order_.emplace_back(secret);
    for (const auto& look : looksOf(secret))
        if (look.size() >= kShortest) looks_[beginningOf(look)].push_back(look);
    if (order_.size() > kMost) forgetOldest();
}

void Scrubber::forgetOldest() {
    const auto oldest = std::move(order_.front());
    order_.pop_front();
    known_.erase(oldest);
    for (const auto& look : looksOf(oldest)) {
        if (look.size() < kShortest) continue;
        const auto place = looks_.find(beginningOf(look));
        if (place == looks_.end()) continue;
        auto& there = place->second;
        const auto found = std::find(there.begin(), there.end(), look);
        if (found != there.end()) there.erase(found);
        if (there.empty()) looks_.erase(place);
    }
}

std::size_t Scrubber::knownAt(std::string_view text) const {
    const auto place = looks_.find(beginningOf(text));
    if (place == looks_.end()) return 0;
    std::size_t longest = 0;
    for (const auto& look : place->second)
        if (look.size() > longest && text.starts_with(look)) longest = look.size();
    return longest;
}

std::string Scrubber::scrubbed(std::string_view text) const {
    std::string out;
    out.reserve(text.size());
    const std::lock_guard lock(mutex_);
    while (text.size() >= kShortest) {
        const auto length = knownAt(text);
        if (length > 0)
            out += kInstead;
        else
            out += text.front();
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out.append(text);
}

}  // namespace souk::core
