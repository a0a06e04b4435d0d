#include "core/correlation.hpp"

#include <string>
#include <utility>

namespace souk::core {

namespace {

thread_local Uuid currentId;

constexpr std::size_t kDigits = 32;

}  // namespace

Correlation::Correlation(const Uuid& id) noexcept : former_(std::exchange(currentId, id)) {}

Correlation::~Correlation() {
    currentId = former_;
}

std::optional<Uuid> Correlation::current() noexcept {
    return currentId.empty() ? std::nullopt : std::optional(currentId);
}

std::optional<Uuid> correlationFrom(std::string_view text) {
    std::string dashed(text);
    if (text.size() == kDigits)
        for (const std::size_t at : {8U, 13U, 18U, 23U}) dashed.insert(at, 1, '-');
    const auto id = Uuid::parse(dashed);
    if (!id || id->empty()) return std::nullopt;
    return *id;
}

}  // namespace souk::core
