#pragma once

#include <souk/sdk/context.hpp>

#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace souk::core {

/// One field of a log line: name and value as text. Never a secret, never personal data.
using LogField = std::pair<std::string_view, std::string>;

/// Structured log: one JSON object a line {at, level, room, message, ...fields}; `text` format for
/// people. Also the sdk::Log handed to plugins. Thread-safe.
class Log final : public sdk::Log {
public:
    enum class Format : std::uint8_t { Json, Text };
    using Sink = std::function<void(std::string_view line)>;

    Log(const sdk::Clock& clock, Format format, sdk::LogLevel least, Sink sink);

    void write(sdk::LogLevel level, std::string_view line) override;
    void write(sdk::LogLevel level,
               std::string_view room,
               std::string_view message,
               std::initializer_list<LogField> fields = {});

    void debug(std::string_view room,
               std::string_view message,
               std::initializer_list<LogField> fields = {}) {
        write(sdk::LogLevel::Debug, room, message, fields);
    }
    void info(std::string_view room,
              std::string_view message,
              std::initializer_list<LogField> fields = {}) {
        write(sdk::LogLevel::Info, room, message, fields);
    }
    void warning(std::string_view room,
                 std::string_view message,
                 std::initializer_list<LogField> fields = {}) {
        write(sdk::LogLevel::Warning, room, message, fields);
    }
    void error(std::string_view room,
               std::string_view message,
               std::initializer_list<LogField> fields = {}) {
        write(sdk::LogLevel::Error, room, message, fields);
    }

    /// Writes lines to standard error.
    static Sink toStderr();
    /// Drops everything; for tests that do not look.
    static Sink nowhere();

private:
    const sdk::Clock& clock_;
    Format format_;
    sdk::LogLevel least_;
    Sink sink_;
    std::mutex mutex_;
};

}  // namespace souk::core
