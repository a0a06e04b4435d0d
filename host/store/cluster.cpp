#include "store/cluster.hpp"

#include "store/connection.hpp"

#include <souk/sdk/crypto.hpp>

#include <signal.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

namespace souk::store {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int kOldestMajor = 15;
constexpr std::uintmax_t kLargestLog = 10'000'000;
constexpr const char* kServer = "postgres";
constexpr const char* kDatabaseExists =
    "SELECT exists(SELECT FROM pg_database WHERE datname = 'souk') AS answer";

sdk::Error rejected(std::string message) {
    return {sdk::ErrorKind::Rejected, std::move(message)};
}

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || at == text.data()) return std::nullopt;
    return value;
}

std::string contents(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The last few lines of a log, on one line.
std::string lastWords(const fs::path& file) {
    constexpr std::size_t kMost = 600;
    auto text = contents(file);
    if (text.size() > kMost) text.erase(0, text.size() - kMost);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text.empty() ? "(" + file.string() + " is empty)" : text;
}

std::string failed(const std::string& what, const fs::path& where) {
    return "cannot " + what + ' ' + where.string() + ": " + std::strerror(errno);
}

/// A new folder for the account alone; one that is there must be the account's already, or empty.
sdk::Result<sdk::Done> privateFolder(const fs::path& folder,
                                     const std::optional<Account>& account) {
    std::error_code error;
    fs::create_directories(folder, error);
    struct stat state {};
    if (::lstat(folder.c_str(), &state) != 0 || !S_ISDIR(state.st_mode))
        return rejected(failed("make the folder", folder));
    const uid_t owner = account ? account->user : ::geteuid();
    if (state.st_uid != owner) {
        if (!fs::is_empty(folder, error) || error)
            return rejected(folder.string() +
                            " belongs to another user and is not empty; set "
                            "database.embedded.folder to a folder of its own");
        if (::lchown(folder.c_str(), owner, account ? account->group : ::getegid()) != 0)
            return rejected(failed("own", folder));
    }
    if (::chmod(folder.c_str(), 0700) != 0) return rejected(failed("close to others", folder));
    return sdk::Done{};
}

/// In the list syntax of unix_socket_directories.
std::string quotedPath(const fs::path& path) {
    std::string out = "\"";
    for (const char c : path.string()) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

}  // namespace

std::optional<int> dataVersion(const fs::path& folder) {
    return number(contents(folder / "data" / "PG_VERSION"));
}

sdk::Result<fs::path> findBinaries(const fs::path& wanted,
                                   std::optional<int> major,
                                   const fs::path& versions) {
    std::error_code error;
    if (!wanted.empty()) {
        if (fs::exists(wanted / kServer, error)) return wanted;
        return rejected("there is no PostgreSQL server in " + wanted.string());
    }
    int newest = 0;
    for (const auto& entry : fs::directory_iterator(versions, error)) {
        const auto version = number(entry.path().filename().string());
        if (!version || !fs::exists(entry.path() / "bin" / kServer, error)) continue;
        if (major ? *version == *major : *version >= kOldestMajor)
            newest = std::max(newest, *version);
    }
    if (newest > 0) return versions / std::to_string(newest) / "bin";
    if (major)
        return rejected("the embedded database was made by PostgreSQL " + std::to_string(*major) +
                        ", which is not installed: apt-get install postgresql-" +
                        std::to_string(*major));
    return rejected(
        "PostgreSQL 15 or newer is not installed: apt-get install postgresql-15, or set "
        "database.url to a server of yours");
}

std::string Cluster::url(const std::string& database) const {
    return "postgresql://souk@/" + database + "?host=" + sdk::percentEncode(run().string());
}

sdk::Result<sdk::Done> Cluster::prepareFolder() const {
    const auto socket = run() / ".s.PGSQL.5432";
    constexpr auto kLongest = sizeof(sockaddr_un::sun_path) - 1;
    if (socket.string().size() > kLongest)
        return rejected(socket.string() + " is longer than the " + std::to_string(kLongest) +
                        " characters a socket may have; set database.embedded.folder to a shorter "
                        "path");
    SOUK_TRY(privateFolder(folder, account));
    return privateFolder(run(), account);
}

sdk::Result<sdk::Done> Cluster::initialise() const {
    if (dataVersion(folder)) return sdk::Done{};
    const auto fresh = folder / "data.new";
    std::error_code error;
    fs::remove_all(fresh, error);
    Program initdb{binaries / "initdb",
                   {"--pgdata=" + fresh.string(),
                    "--username=souk",
                    "--auth-local=trust",
                    "--auth-host=reject",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--lc-collate=C",  // the same order, compared without strcoll
                    "--data-checksums"},
                   account,
                   folder / "initdb.log",
                   diesWithStarter};
    if (!durable) initdb.arguments.emplace_back("--no-sync");
    auto process = SOUK_TRY(Process::start(initdb));
    if (!process.ended(5min)) {
        process.signal(SIGKILL);
        process.ended(10s);
        return rejected("initdb did not end within five minutes; see " + initdb.output.string());
    }
    if (process.exitCode() != 0)
        return rejected("cannot make the embedded database in " + folder.string() + ": " +
                        lastWords(initdb.output));
    fs::rename(fresh, data(), error);
    if (error) return rejected("cannot name " + data().string() + ": " + error.message());
    return sdk::Done{};
}

std::optional<Process> Cluster::findRunning() const {
    const auto file = data() / "postmaster.pid";
    const auto pid = number(contents(file));
    if (!pid || *pid <= 0) return std::nullopt;
    // Held before it is looked at: from then on the number cannot come to mean another process.
    auto process = Process::adopt(*pid);
    if (!process) return std::nullopt;  // PostgreSQL itself removes the file of a dead one
    if (runsIn(*pid, data(), kServer)) return process;
    std::error_code error;
    fs::remove(file, error);
    return std::nullopt;
}

sdk::Result<Process> Cluster::startPostmaster() const {
    // Children of a killed postmaster end by themselves; while they live no other may begin.
    for (const auto pid : processesIn(data(), kServer)) {
        auto orphan = Process::adopt(pid);
        if (orphan && !orphan->ended(30s))
            return rejected("process " + std::to_string(pid) + " still works on " +
                            data().string() + " for a PostgreSQL that is gone; end it");
    }
    std::error_code error;
    if (fs::file_size(log(), error) > kLargestLog && !error)
        fs::rename(log(), folder / "postgresql.log.1", error);
    Program server{binaries / kServer, {"-D", data().string()}, account, log(), diesWithStarter};
    const auto set = [&server](const std::string& setting) {
        server.arguments.emplace_back("-c");
        server.arguments.push_back(setting);
    };
    set("listen_addresses=");
    set("port=5432");
    set("unix_socket_directories=" + quotedPath(run()));
    set("unix_socket_permissions=0700");
    set("max_connections=100");
    set("wal_compression=lz4");
    set("timezone=UTC");
    set("log_timezone=UTC");
    // The details of an error hold the values of rows: personal data has no place in a log.
    set("log_error_verbosity=terse");
    set(durable ? "shared_buffers=128MB" : "shared_buffers=32MB");
    if (!durable) {
        set("fsync=off");
        set("synchronous_commit=off");
        set("full_page_writes=off");
    }
    return Process::start(server);
}

sdk::Result<sdk::Done> Cluster::waitUntilReady(Process& postmaster) const {
    constexpr auto kPatience = 10min;  // recovery after a crash replays the log
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    const auto target = url("postgres");
    while (std::chrono::steady_clock::now() < deadline) {
        if (PQping(target.c_str()) == PQPING_OK) return sdk::Done{};
        if (postmaster.ended(50ms))
            return rejected("the embedded PostgreSQL ended while starting: " + lastWords(log()));
    }
    return rejected("the embedded PostgreSQL does not take connections after ten minutes; see " +
                    log().string());
}

sdk::Result<sdk::Done> Cluster::ensureDatabase() const {
    try {
        Connection connection(connectionString(url("postgres")));
        connection.makeReady();
        if (!connection.run(kDatabaseExists, Params())[0].boolean("answer"))
            connection.command("CREATE DATABASE souk");
    } catch (const Failure& failure) {
        return rejected(std::string("cannot make the embedded database: ") + failure.what());
    }
    return sdk::Done{};
}

}  // namespace souk::store
