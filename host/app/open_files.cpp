#include "app/open_files.hpp"

#include <sys/resource.h>

namespace souk::app {

namespace {

/// Plugins, logs, epolls, platforms' sockets, and connections that are being told 503.
constexpr std::size_t kOthers = 512;

}  // namespace

std::size_t raiseOpenFiles() noexcept {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
    if (files.rlim_cur < files.rlim_max) {
        const rlimit most{files.rlim_max, files.rlim_max};
        if (::setrlimit(RLIMIT_NOFILE, &most) == 0) files = most;
    }
    return files.rlim_cur;
}

std::optional<std::string> openFilesFault(const core::Config& config, std::size_t limit) {
    const auto wanted = static_cast<std::size_t>(config.integer("web.max_connections")) +
                        static_cast<std::size_t>(config.integer("database.pool.connections")) +
                        kOthers;
    if (limit >= wanted) return std::nullopt;
    return "this process may open " + std::to_string(limit) +
           " files, but web.max_connections=" + config.text("web.max_connections") + " needs " +
           std::to_string(wanted) + "; raise LimitNOFILE (ulimit -Hn) or lower the key";
}

}  // namespace souk::app
