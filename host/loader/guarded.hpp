#pragma once

#include "core/watch.hpp"
#include "loader/catalog.hpp"

#include <souk/sdk/result.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
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
    /// Who leaves calls behind that do not return; null: nobody.
    virtual core::CallWatch* watch() noexcept { return nullptr; }
    virtual void began(const PluginCall& call) noexcept = 0;
    /// `failure` is empty for success; Bug also when something was thrown.
    virtual void ended(const PluginCall& call,
                       std::chrono::nanoseconds took,
                       std::optional<sdk::ErrorKind> failure) noexcept = 0;
    /// What may be told of an error: a platform may have put a secret into its sentence.
    virtual std::string tellable(std::string message) const { return message; }
};

namespace detail {

/// A call as the observer sees it. One that was left behind never ends here; the watch tells of it.
class Observed {
public:
    Observed(const LoadedPlugin& plugin, std::string_view what) noexcept;
    Observed(const Observed&) = delete;
    Observed& operator=(const Observed&) = delete;
    void end(std::optional<sdk::ErrorKind> failure) noexcept;

private:
    PluginCallObserver* observer_;
    PluginCall call_;
    std::chrono::steady_clock::time_point began_;
};

sdk::Error tellable(const LoadedPlugin& plugin, sdk::Error error);

/// The exception in flight as a Bug that names plugin and capability. Only inside a handler.
sdk::Error escaped(const LoadedPlugin& plugin, std::string_view what);

/// Why a suspect was not given to the plugin.
sdk::Error notAdmitted();

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

/// The call with nothing but its answer coming out of it.
template <class F>
auto contained(const LoadedPlugin& plugin, std::string_view what, F&& call) ->
    typename Wrapped<std::invoke_result_t<F>>::Type {
    auto* const watch = plugin.observer == nullptr ? nullptr : plugin.observer->watch();
    const core::Watched watched(watch, {plugin.manifest.domain, what});
    if (!watched.admitted()) return notAdmitted();
    try {
        if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
            std::invoke(std::forward<F>(call));
            return sdk::Done{};
        } else {
            return std::invoke(std::forward<F>(call));
        }
    } catch (...) {
        return escaped(plugin, what);
    }
}

}  // namespace detail

/// The one way into a plugin. Returns what `call` returns (a plain value becomes a Result, nothing
/// becomes Done); whatever it throws becomes ErrorKind::Bug. A call that overstays its deadline
/// never comes back to the caller: its thread is left behind and the errand it was on is ended by
/// the watch. `what` is a literal: the capability and the function, "sync.product.fetch".
template <class F>
auto guarded(const LoadedPlugin& plugin, std::string_view what, F&& call) ->
    typename detail::Wrapped<std::invoke_result_t<F>>::Type {
    detail::Observed observed(plugin, what);
    auto answer = detail::contained(plugin, what, std::forward<F>(call));
    observed.end(answer ? std::nullopt : std::optional(answer.error().kind));
    if (!answer) return detail::tellable(plugin, std::move(answer).error());
    return answer;
}

}  // namespace souk::loader
