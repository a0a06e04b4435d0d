#pragma once

#include <souk/sdk/context.hpp>
#include <souk/sdk/time.hpp>
#include <souk/testing/replay_http.hpp>

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace souk::testing {

/// A clock that stands where it was put.
class FixedClock final : public sdk::Clock {
public:
    explicit FixedClock(sdk::Timestamp now) : now_(now) {}
    /// RFC 3339; throws std::invalid_argument for anything else.
    explicit FixedClock(std::string_view now);
    sdk::Timestamp now() const override { return now_; }
    void set(sdk::Timestamp now) { now_ = now; }

private:
    sdk::Timestamp now_;
};

/// App secrets by name, newest first.
class FixedSecrets final : public sdk::Secrets {
public:
    FixedSecrets() = default;
    explicit FixedSecrets(std::map<std::string, std::vector<std::string>, std::less<>> values)
        : values_(std::move(values)) {}
    sdk::Result<sdk::Secret> find(std::string_view name) const override;
    std::vector<sdk::Secret> all(std::string_view name) const override;

private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

/// Keeps what was logged.
class RecordingLog final : public sdk::Log {
public:
    struct Line {
        sdk::LogLevel level;
        std::string text;
    };
    void write(sdk::LogLevel level, std::string_view line) override;
    std::vector<Line> lines() const;

private:
    mutable std::mutex mutex_;
    std::vector<Line> lines_;
};

/// Everything a capability may use, in one place:
///
///     Stage stage;
///     stage.http.expect({.method = "GET"}, sdk::HttpReply{200, {}, body});
///     auto context = stage.context();
///     auto page = source.fetch(context, {});
struct Stage {
    sdk::Account account;
    ReplayHttp http;
    FixedSecrets secrets;
    FixedClock clock{"2026-11-01T10:00:00Z"};
    RecordingLog log;
    std::stop_source stop;

    sdk::Context context() { return {account, http, secrets, clock, log, stop.get_token()}; }
};

}  // namespace souk::testing
