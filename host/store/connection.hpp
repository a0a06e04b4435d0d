#pragma once

#include "store/failure.hpp"
#include "store/params.hpp"
#include "store/rows.hpp"

#include <Poco/Data/PostgreSQL/SessionHandle.h>
#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace souk::store {

/// The libpq keyword string of `url` (a postgresql:// URL or a keyword string), with our standing
/// wishes where it has none of its own: UTF-8, a limit for connecting, keepalives. Failure 08001
/// when it is neither.
std::string connectionString(const std::string& url);

/// One session with the server: Poco's handle, used through libpq, with its prepared statements.
/// Seen by host/store's own .cpp files only. One thread at a time.
///
/// Poco 1.11 leaks the libpq connection of a handle that is broken when it is dropped. So a broken
/// one is opened again in place, and the last resort is retire().
class Connection {
public:
    explicit Connection(std::string connectionString);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Makes it fit for the next user: checks that the server is still there and opens it (again)
    /// where needed. Failure 08006 when it cannot be opened.
    void makeReady();
    /// True when open as far as is known without asking the server.
    bool open() const noexcept;
    /// It will be opened anew before its next use.
    void distrust() noexcept { trusted_ = false; }

    /// Commands without parameters and rows (BEGIN, DDL), several in one text allowed. Answers the
    /// tag of the last one. Failure on error.
    std::string command(const std::string& sql);
    /// One statement with parameters, prepared on first use; binary rows.
    Rows run(std::string_view sql, const Params& params);

    /// Sends `before` (no parameters) and one statement as a transaction of their own, without
    /// waiting for an answer. Only receive() may come next.
    void send(std::string_view before, std::string_view sql, const Params& params);
    /// What the sent statement answered, once its transaction is committed. Failure when it is not.
    Rows receive();

    PGconn* raw() const noexcept { return *handle_; }

private:
    void connect();
    void retire();
    const std::string& prepared(std::string_view sql, const Params& params);
    void forgetOldest();
    void check(const PGresult* result);
    [[noreturn]] void refuse(const Failure& failure);

    struct Prepared {
        std::string name;
        std::uint64_t used = 0;
    };

    std::string connectionString_;
    std::unique_ptr<Poco::Data::PostgreSQL::SessionHandle> handle_;
    std::unordered_map<std::string, Prepared> prepared_;
    std::uint64_t uses_ = 0;
    std::uint64_t named_ = 0;
    int process_;
    bool trusted_ = true;
};

}  // namespace souk::store
