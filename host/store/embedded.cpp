#include "store/embedded.hpp"

#include "store/cluster.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <utility>

namespace souk::store {

namespace {

using namespace std::chrono_literals;

constexpr const char* kVersions = "/usr/lib/postgresql";

/// Holds the folder for one host; the kernel lets go of it when the host dies.
class FolderLock {
public:
    static sdk::Result<FolderLock> take(const std::filesystem::path& folder) {
        const auto file = folder / "lock";
        const int descriptor =
            ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (descriptor < 0)
            return sdk::Error{sdk::ErrorKind::Rejected,
                              "cannot lock " + folder.string() + ": " + std::strerror(errno)};
        FolderLock lock(descriptor);
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
            return sdk::Error{sdk::ErrorKind::Rejected,
                              "another souk already runs the embedded database in " +
                                  folder.string() +
                                  "; stop it, or set database.url so that both "
                                  "use one server"};
        return lock;
    }
    ~FolderLock() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FolderLock& operator=(FolderLock&&) = delete;

private:
    explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace

struct EmbeddedServer::State {
    State(Cluster ours, FolderLock held, Process running, bool tookOver)
        : cluster(std::move(ours)),
          lock(std::move(held)),
          postmaster(std::move(running)),
          url(cluster.url("souk")),
          adopted(tookOver) {}

    const Cluster cluster;
    FolderLock lock;
    Process postmaster;
    const std::string url;
    const bool adopted;
    bool stopped = false;
    mutable std::mutex mutex;  ///< of postmaster and stopped
};

sdk::Result<std::unique_ptr<EmbeddedServer>> EmbeddedServer::start(const EmbeddedOptions& options) {
    Cluster cluster;
    cluster.folder = std::filesystem::absolute(options.folder);
    cluster.durable = options.durable;
    cluster.diesWithStarter = options.diesWithStarter;
    cluster.account = SOUK_TRY(serviceAccount(options.serviceUser));
    cluster.binaries =
        SOUK_TRY(findBinaries(options.binaries, dataVersion(cluster.folder), kVersions));
    SOUK_TRY(cluster.prepareFolder());
    auto lock = SOUK_TRY(FolderLock::take(cluster.folder));
    SOUK_TRY(cluster.initialise());

    auto running = cluster.findRunning();
    // One that is just ending is no use, though it was there when we looked.
    if (running && !cluster.waitUntilReady(*running)) running.reset();
    const bool adopted = running.has_value();
    auto postmaster = adopted ? std::move(*running) : SOUK_TRY(cluster.startPostmaster());
    auto state = std::make_unique<State>(
        std::move(cluster), std::move(lock), std::move(postmaster), adopted);
    // From here on its destructor stops what was started.
    std::unique_ptr<EmbeddedServer> server(new EmbeddedServer(std::move(state)));
    SOUK_TRY(server->state_->cluster.waitUntilReady(server->state_->postmaster));
    SOUK_TRY(server->state_->cluster.ensureDatabase());
    return server;
}

std::optional<std::string> EmbeddedServer::running(const std::filesystem::path& folder) {
    Cluster cluster;
    cluster.folder = std::filesystem::absolute(folder);
    auto url = cluster.url("souk");
    if (PQping(url.c_str()) != PQPING_OK) return std::nullopt;
    return url;
}

EmbeddedServer::EmbeddedServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

EmbeddedServer::~EmbeddedServer() {
    stop();
}

const std::string& EmbeddedServer::url() const noexcept {
    return state_->url;
}

int EmbeddedServer::pid() const {
    const std::lock_guard lock(state_->mutex);
    return state_->postmaster.pid();
}

bool EmbeddedServer::adopted() const noexcept {
    return state_->adopted;
}

sdk::Result<sdk::Done> EmbeddedServer::keepUp() {
    const std::lock_guard lock(state_->mutex);
    if (state_->stopped || !state_->postmaster.ended(0ms)) return sdk::Done{};
    state_->postmaster = SOUK_TRY(state_->cluster.startPostmaster());
    return state_->cluster.waitUntilReady(state_->postmaster);
}

void EmbeddedServer::stop() {
    const std::lock_guard lock(state_->mutex);
    if (std::exchange(state_->stopped, true)) return;
    // Fast: running statements are cancelled. Then immediate: recovery at the next start.
    state_->postmaster.signal(SIGINT);
    if (state_->postmaster.ended(60s)) return;
    state_->postmaster.signal(SIGQUIT);
    if (state_->postmaster.ended(10s)) return;
    state_->postmaster.signal(SIGKILL);
    state_->postmaster.ended(10s);
}

void EmbeddedServer::crash() {
    const std::lock_guard lock(state_->mutex);
    if (std::exchange(state_->stopped, true)) return;
    state_->postmaster.signal(SIGQUIT);
    state_->postmaster.ended(30s);
}

}  // namespace souk::store
