#include "loader/guarded.hpp"

#include "core/text.hpp"

#include <exception>
#include <string>

namespace souk::loader::detail {

Observed::Observed(const LoadedPlugin& plugin, std::string_view what) noexcept
    : observer_(plugin.observer),
      call_{plugin.manifest.domain, what},
      began_(std::chrono::steady_clock::now()) {
    if (observer_ != nullptr) observer_->began(call_);
}

void Observed::end(std::optional<sdk::ErrorKind> failure) noexcept {
    if (observer_ != nullptr)
        observer_->ended(call_, std::chrono::steady_clock::now() - began_, failure);
}

sdk::Error tellable(const LoadedPlugin& plugin, sdk::Error error) {
    if (plugin.observer != nullptr)
        error.message = plugin.observer->tellable(std::move(error.message));
    return error;
}

sdk::Error escaped(const LoadedPlugin& plugin, std::string_view what) {
    constexpr std::size_t kShown = 200;
    std::string thrown = "something that is no std::exception";
    try {
        throw;
    } catch (const std::exception& problem) {
        thrown = core::asUtf8(core::clipped(problem.what(), kShown));
    } catch (...) {
        // Anything may be thrown; its name says nothing to people.
    }
    return {sdk::ErrorKind::Bug,
            "plugin '" + plugin.manifest.domain + "' threw in " + std::string(what) + ": " +
                thrown + "; report it to the plugin's author"};
}

sdk::Error notAdmitted() {
    return {sdk::ErrorKind::Transient,
            "the attempt could not be counted in the database, so the plugin was not called"};
}

}  // namespace souk::loader::detail
