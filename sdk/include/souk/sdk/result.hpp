#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace souk::sdk {

/// What the host should do about a failure. The host never reads the message to decide.
enum class ErrorKind : std::uint8_t {
    Unauthorized,  ///< the grant is dead: mark the integration reauth_required, stop its jobs
    RateLimited,   ///< come back after `retryAfter`
    Transient,     ///< network, 5xx, timeout: retry with backoff
    BadPayload,    ///< the platform sent what we cannot read: keep the bytes, alert, do not retry
    Rejected,      ///< the platform understood and said no (validation, conflict)
    NotFound,      ///< the thing is gone on the platform
    Unsupported,   ///< the plugin does not do this
    Bug,           ///< an exception escaped or an invariant broke
};

/// The kind's name in snake_case, as it stands in logs, API answers and tables.
std::string_view name(ErrorKind kind) noexcept;

struct Error {
    ErrorKind kind;
    std::string message;  ///< for people: what, where, how to mend it; never a secret
    std::optional<std::chrono::milliseconds> retryAfter{};
    /// The platform may have done it all the same: the answer to something that must not be
    /// repeated was lost.
    bool uncertain = false;
};

/// A value or an Error. Never empty, never ignored.
template <class T>
class [[nodiscard]] Result {
public:
    using Value = T;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const noexcept { return state_.index() == 0; }

    const T& operator*() const& { return std::get<0>(state_); }
    T& operator*() & { return std::get<0>(state_); }
    T&& operator*() && { return std::get<0>(std::move(state_)); }
    const T* operator->() const { return &std::get<0>(state_); }
    T* operator->() { return &std::get<0>(state_); }

    const Error& error() const& { return std::get<1>(state_); }
    Error&& error() && { return std::get<1>(std::move(state_)); }

private:
    std::variant<T, Error> state_;
};

/// Success with nothing to say.
struct Done {};

}  // namespace souk::sdk

/// `auto page = SOUK_TRY(fetch());` is the value, or returns the error to our caller. It may stand
/// within another: each has a variable of its own.
#define SOUK_TRY(expression) SOUK_TRY_NUMBERED_(expression, __COUNTER__)
#define SOUK_TRY_NUMBERED_(expression, number) SOUK_TRY_NAMED_(expression, number)
#define SOUK_TRY_NAMED_(expression, number)                                        \
    __extension__({                                                                \
        auto soukTried##number##_ = (expression);                                  \
        if (!soukTried##number##_) return std::move(soukTried##number##_).error(); \
        *std::move(soukTried##number##_);                                          \
    })
