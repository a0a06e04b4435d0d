#include "core/log.hpp"

#include "core/correlation.hpp"
#include "core/text.hpp"

#include <souk/sdk/json.hpp>
#include <souk/sdk/time.hpp>

#include <unistd.h>

namespace souk::core {

namespace {

constexpr std::string_view kCorrelation = "correlation_id";

std::string_view name(sdk::LogLevel level) noexcept {
    switch (level) {
        case sdk::LogLevel::Debug:
            return "debug";
        case sdk::LogLevel::Info:
            return "info";
        case sdk::LogLevel::Warning:
            return "warning";
        case sdk::LogLevel::Error:
            return "error";
    }
    return "error";
}

std::string jsonLine(std::string_view at,
                     sdk::LogLevel level,
                     std::string_view room,
                     std::string_view message,
                     std::initializer_list<LogField> fields) {
    sdk::JsonWriter json;
    json.object().key("at").text(at).key("level").text(name(level));
    json.key("room").text(asUtf8(room)).key("message").text(asUtf8(message));
    if (const auto id = Correlation::current()) json.key(kCorrelation).text(id->text());
    for (const auto& [key, value] : fields) json.key(asUtf8(key)).text(asUtf8(value));
    json.end();
    return json.take() + '\n';
}

/// Control characters would let a platform's text forge lines.
void appendPlain(std::string& out, std::string_view text) {
    for (const char c : asUtf8(text))
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
}

std::string textLine(std::string_view at,
                     sdk::LogLevel level,
                     std::string_view room,
                     std::string_view message,
                     std::initializer_list<LogField> fields) {
    std::string out;
    out.append(at).append(" ").append(name(level)).append(" ");
    appendPlain(out, room);
    out += ": ";
    appendPlain(out, message);
    if (const auto id = Correlation::current())
        out.append(" ").append(kCorrelation).append("=").append(id->text());
    for (const auto& [key, value] : fields) {
        out += ' ';
        appendPlain(out, key);
        out += '=';
        appendPlain(out, value);
    }
    out += '\n';
    return out;
}

}  // namespace

Log::Log(const sdk::Clock& clock, Format format, sdk::LogLevel least, Sink sink)
    : clock_(clock), format_(format), least_(least), sink_(std::move(sink)) {}

void Log::write(sdk::LogLevel level, std::string_view line) {
    write(level, "plugin", line, {});
}

void Log::write(sdk::LogLevel level,
                std::string_view room,
                std::string_view message,
                std::initializer_list<LogField> fields) {
    if (level < least_) return;
    const auto at = sdk::rfc3339(clock_.now());
    const auto line = format_ == Format::Json ? jsonLine(at, level, room, message, fields)
                                              : textLine(at, level, room, message, fields);
    const std::lock_guard lock(mutex_);
    sink_(line);
}

Log::Sink Log::toStderr() {
    // One write per line, so lines of several processes on one terminal or pipe stay whole. A
    // closed standard error is no reason to fail work: the result is ignored on purpose.
    return [](std::string_view line) {
        [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
    };
}

Log::Sink Log::nowhere() {
    return [](std::string_view) {};
}

}  // namespace souk::core
