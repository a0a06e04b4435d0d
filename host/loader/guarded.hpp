#pragma once

#include "loader/catalog.hpp"

#include <souk/sdk/result.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace souk::loader {

/// One call into a plugin.
struct PluginCall {
    std::string_view domain;
    std::string_view what;  ///< "sync.product.fetch", "webhooks.verify", ...
};

/// Hears of every call into a plugin, on the thread that makes it. Thread-safe.
class PluginCallObserver {
public:
    virtual ~PluginCallObserver() = default;
    virtual void began(const PluginCall& call) noexcept = 0;
    /// `failure` is empty for success; Bug also when something was thrown.
    virtual void ended(const PluginCall& call,
                       std::chrono::nanoseconds took,
                       std::optional<sdk::ErrorKind> failure) noexcept = 0;
};

namespace detail {

/// A call as the observer sees it: began with the object, ended by end() or, at the latest, as a
/// Bug with the object's life.
class Observed {
public:
    Observed(const LoadedPlugin& plugin, std::string_view what) noexcept;
    Observed(const Observed&) = delete;
    Observed& operator=(const Observed&) = delete;
    ~Observed();
    void end(std::optional<sdk::ErrorKind> failure) noexcept;

private:
    PluginCallObserver* observer_;
    PluginCall call_;
    std::chrono::steady_clock::time_point began_;
};

/// The exception in flight as a Bug that names plugin and capability. Only inside a handler.
sdk::Error escaped(const LoadedPlugin& plugin, std::string_view what);

template <class T>
struct Wrapped {
    using Type = sdk::Result<T>;
};
template <class T>
struct Wrapped<sdk::Result<T>> {
    using Type = sdk::Result<T>;
};
template <>
struct Wrapped<void> {
    using Type = sdk::Result<sdk::Done>;
};

}  // namespace detail

/// The one way into a plugin. Returns what `call` returns (a plain value becomes a Result, nothing
/// becomes Done); whatever it throws becomes ErrorKind::Bug. `what` is a literal: the capability
/// and the function, "sync.product.fetch".
template <class F>
auto guarded(const LoadedPlugin& plugin, std::string_view what, F&& call) ->
    typename detail::Wrapped<std::invoke_result_t<F>>::Type {
    using Value = std::invoke_result_t<F>;
    using Answer = typename detail::Wrapped<Value>::Type;
    detail::Observed observed(plugin, what);
    try {
        if constexpr (std::is_void_v<Value>) {
            std::invoke(std::forward<F>(call));
            observed.end(std::nullopt);
            return sdk::Done{};
        } else {
            Answer answer = std::invoke(std::forward<F>(call));
            observed.end(answer ? std::nullopt : std::optional(answer.error().kind));
            return answer;
        }
    } catch (...) {
        return detail::escaped(plugin, what);
    }
}

}  // namespace souk::loader
