#include <souk/testing/stage.hpp>

#include <stdexcept>

namespace souk::testing {

namespace {

sdk::Timestamp parsed(std::string_view now) {
    const auto at = sdk::timestampFrom(now);
    if (!at) throw std::invalid_argument(at.error().message);
    return *at;
}

}  // namespace

FixedClock::FixedClock(std::string_view now) : now_(parsed(now)) {}

sdk::Result<sdk::Secret> FixedSecrets::find(std::string_view name) const {
    const auto found = values_.find(name);
    if (found != values_.end() && !found->second.empty()) return sdk::Secret(found->second.front());
    return sdk::Error{sdk::ErrorKind::NotFound, "no secret '" + std::string(name) + "' is set"};
}

std::vector<sdk::Secret> FixedSecrets::all(std::string_view name) const {
    std::vector<sdk::Secret> all;
    if (const auto found = values_.find(name); found != values_.end())
        for (const auto& value : found->second) all.emplace_back(value);
    return all;
}

void RecordingLog::write(sdk::LogLevel level, std::string_view line) {
    const std::scoped_lock lock(mutex_);
    lines_.push_back({level, std::string(line)});
}

std::vector<RecordingLog::Line> RecordingLog::lines() const {
    const std::scoped_lock lock(mutex_);
    return lines_;
}

}  // namespace souk::testing
