#pragma once

#include <souk/sdk/http.hpp>
#include <souk/sdk/record.hpp>

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace souk::sdk {

/// A value that must not be printed. It has no stream operator and no formatter on purpose.
class Secret {
public:
    explicit Secret(std::string value) : value_(std::move(value)) {}
    std::string_view reveal() const noexcept { return value_; }

private:
    std::string value_;
};

/// Secrets by name: those of the app (client_id, client_secret, ...) and, where an integration is
/// known, what its grant holds besides tokens (Grant::secrets) and the secret fields of its form.
/// An integration's own value comes before the app's of the same name. [thread-safe]
class Secrets {
public:
    virtual ~Secrets();
    /// The value to use for new things: the newest.
    virtual Result<Secret> find(std::string_view name) const = 0;
    /// Every value that may still be in use while it rotates, newest first. Empty if there is none.
    virtual std::vector<Secret> all(std::string_view name) const = 0;
};

class Clock {
public:
    virtual ~Clock();
    virtual Timestamp now() const = 0;  // [thread-safe]
};

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };

class Log {
public:
    virtual ~Log();
    virtual void write(LogLevel level, std::string_view line) = 0;  // [thread-safe]
};

/// Whose data this is: one connected shop, number or page.
struct Account {
    std::string externalId;  ///< stable id on the platform; unique per platform
    /// Further ids by which deliveries may name it (a page beside a catalogue, the business account
    /// above a number). Several accounts may share one: each gets the event.
    std::vector<std::string> otherIds;
    std::string title;
    std::string baseUrl;          ///< "https://shop.example", no trailing slash
    std::string currency;         ///< ISO 4217 of the account, empty if it has none
    std::string timeZone;         ///< IANA name, empty if it has none
    std::string settings = "{}";  ///< the plugin's own non-secret JSON, kept by the host
    std::string facts = "{}";     ///< JSON object shown to people (quality, limits, verified name)
    std::vector<std::string> scopes;
};

/// Everything one call may use. Built per call by the host, borrowed by the plugin, never stored.
struct Context {
    const Account& account;
    Http& http;
    const Secrets& secrets;
    const Clock& clock;
    Log& log;
    std::stop_token stop;
};

}  // namespace souk::sdk
