#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace souk::core {

/// Takes secrets out of sentences that somebody else wrote: a platform may repeat a token in its
/// error, a plugin may log one. Knows the secrets in use, also as base64, hex, URL-encoded or in
/// JSON. The newest thousands are remembered; one shorter than eight characters is not.
/// Thread-safe.
class Scrubber {
public:
    void learn(std::string_view secret);
    /// With "[secret]" in the place of every secret.
    std::string scrubbed(std::string_view text) const;

private:
    static constexpr std::size_t kShortest = 8;

    void forgetOldest();
    /// Length of the longest known secret that begins here; 0: none.
    std::size_t knownAt(std::string_view text) const;

    mutable std::mutex mutex_;
    std::unordered_set<std::string> known_;
    std::deque<std::string> order_;
    /// Every look of every secret, by its first eight bytes.
    std::unordered_map<std::uint64_t, std::vector<std::string>> looks_;
};

}  // namespace souk::core
