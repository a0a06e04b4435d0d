#include "store/connection.hpp"

#include "store/result.hpp"

#include <Poco/Exception.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace souk::store {

namespace {

constexpr std::size_t kMostPrepared = 500;
constexpr const char* kConnectionLost = "08006";

using Handle = Poco::Data::PostgreSQL::SessionHandle;
using Setting = std::pair<std::string_view, std::string_view>;

/// For each keyword the URL does not set itself.
constexpr std::array<Setting, 7> kWishes{{
    {"connect_timeout", "5"},
    {"client_encoding", "UTF8"},
    {"application_name", "souk"},
    {"keepalives_idle", "30"},
    {"keepalives_interval", "10"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "30000"},
}};

/// libpq's texts end in newlines and may span lines.
std::string oneLine(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != '\n' && c != '\t')
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

void appendSetting(std::string& out, std::string_view keyword, std::string_view value) {
    if (!out.empty()) out += ' ';
    out.append(keyword).append("='");
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    out += '\'';
}

/// Data exceptions (class 22) quote the offending value in their text: it is left out.
std::string withoutQuoted(std::string_view text) {
    std::string out;
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') {
            if (!quoted) out += "\"...\"";
            quoted = !quoted;
        } else if (!quoted) {
            out += c;
        }
    }
    return out;
}

std::string field(const PGresult* result, int code) {
    const char* const text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : text;
}

Failure gone(PGconn* connection) {
    return {kConnectionLost,
            "the connection to PostgreSQL is gone: " + oneLine(PQerrorMessage(connection))};
}

Failure failureOf(const PGresult* result, PGconn* connection) {
    const auto state = field(result, PG_DIAG_SQLSTATE);
    if (state.empty()) return gone(connection);
    auto message = oneLine(field(result, PG_DIAG_MESSAGE_PRIMARY));
    if (state.starts_with("22")) message = withoutQuoted(message);
    if (const auto table = field(result, PG_DIAG_TABLE_NAME); !table.empty())
        message += " (table " + table + ')';
    if (const auto name = field(result, PG_DIAG_CONSTRAINT_NAME);
        !name.empty() && message.find(name) == std::string::npos)
        message += " (constraint " + name + ')';
    if (const auto where = field(result, PG_DIAG_STATEMENT_POSITION); !where.empty())
        message += " (at character " + where + " of the statement)";
    return {state, message + " [" + state + ']'};
}

/// The parameters of a statement as libpq wants them. They stay with `params`.
struct Bound {
    explicit Bound(const Params& params) : binary(params.values().size(), 1) {
        for (const auto& value : params.values()) {
            bytes.push_back(value.null ? nullptr : value.bytes.data());
            lengths.push_back(static_cast<int>(value.bytes.size()));
        }
    }
    int count() const { return static_cast<int>(bytes.size()); }

    std::vector<const char*> bytes;
    std::vector<int> lengths;
    std::vector<int> binary;
};

void ignoreNotice(void* /*context*/, const PGresult* /*notice*/) {}

/// True while the server has neither closed the connection nor sent a farewell. One look is not
/// enough: the farewell message arrives before the end of the stream.
bool stillThere(PGconn* connection) {
    constexpr int kMostLooks = 100;
    for (int look = 0; look < kMostLooks; ++look) {
        if (PQstatus(connection) != CONNECTION_OK) return false;
        pollfd waiting{PQsocket(connection), POLLIN, 0};
        if (::poll(&waiting, 1, 0) <= 0) return true;
        if (PQconsumeInput(connection) == 0) return false;
        while (PGnotify* const notice = PQnotifies(connection)) PQfreemem(notice);
    }
    return false;
}

}  // namespace

std::string connectionString(const std::string& url) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(url.c_str(), nullptr), &PQconninfoFree);
    // libpq's own complaint may quote the password.
    if (!options)
        throw Failure("08001",
                      "database.url is neither 'embedded' nor a URL like "
                      "postgresql://user:password@host:5432/name");
    std::string out;
    std::vector<std::string_view> given;
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) continue;
        appendSetting(out, option->keyword, option->val);
        given.emplace_back(option->keyword);
    }
    for (const auto& [keyword, value] : kWishes)
        if (std::find(given.begin(), given.end(), keyword) == given.end())
            appendSetting(out, keyword, value);
    return out;
}

Connection::Connection(std::string connectionString)
    : connectionString_(std::move(connectionString)),
      handle_(std::make_unique<Handle>()),
      process_(::getpid()) {}

Connection::~Connection() {
    if (!open() || process_ != ::getpid()) retire();
}

bool Connection::open() const noexcept {
    return raw() != nullptr && PQstatus(raw()) == CONNECTION_OK;
}

/// Drops a handle whose destructor must not run: it would leak the connection (broken) or say
/// goodbye to the server in the parent's name (after a fork). The small empty handle is kept.
void Connection::retire() {
    static std::mutex mutex;
    static auto* const retired = new std::vector<std::unique_ptr<Handle>>;
    if (raw() != nullptr) {
        if (process_ != ::getpid())
            ::close(PQsocket(raw()));
        else
            PQfinish(raw());
    }
    const std::lock_guard lock(mutex);
    retired->push_back(std::move(handle_));
}

void Connection::makeReady() {
    if (process_ != ::getpid()) {
        retire();
        handle_ = std::make_unique<Handle>();
        process_ = ::getpid();
    }
    const bool fit = trusted_ && open() && PQtransactionStatus(raw()) == PQTRANS_IDLE;
    if (fit && stillThere(raw())) return;
    connect();
}

void Connection::connect() {
    prepared_.clear();
    if (raw() != nullptr) {
        handle_->reset();
    } else {
        try {
            handle_->connect(connectionString_);
        } catch (const Poco::Exception&) {
            // Told below, from libpq's own words: Poco keeps the failed connection in the handle.
        }
    }
    if (!open())
        throw Failure(kConnectionLost,
                      "cannot connect to PostgreSQL: " +
                          (raw() == nullptr ? "out of memory" : oneLine(PQerrorMessage(raw()))));
    PQsetNoticeReceiver(raw(), &ignoreNotice, nullptr);
    trusted_ = true;
}

void Connection::check(const PGresult* result) {
    const auto status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY)
        return;
    if (!open() || status == PGRES_COPY_IN || status == PGRES_COPY_OUT) distrust();
    if (open() && !trusted_) throw std::logic_error("COPY is not for this connection");
    throw failureOf(result, raw());
}

std::string Connection::command(const std::string& sql) {
    const Rows::Result result(PQexec(raw(), sql.c_str()));
    check(result.raw);
    return PQcmdStatus(result.raw);
}

Rows Connection::run(std::string_view sql, const Params& params) {
    const auto& name = prepared(sql, params);
    const Bound bound(params);
    auto result = std::make_shared<const Rows::Result>(PQexecPrepared(raw(),
                                                                      name.c_str(),
                                                                      bound.count(),
                                                                      bound.bytes.data(),
                                                                      bound.lengths.data(),
                                                                      bound.binary.data(),
                                                                      1));
    try {
        check(result->raw);
    } catch (const Failure& failure) {
        refuse(failure);
    }
    return Rows(std::move(result));
}

/// The plan belongs to an older schema, or somebody emptied the session: a fresh one heals.
void Connection::refuse(const Failure& failure) {
    if (failure.sqlState() != "0A000" && failure.sqlState() != "26000") throw failure;
    distrust();
    throw Failure("40000", std::string(failure.what()) + "; trying again opens a new session");
}

void Connection::send(std::string_view before, std::string_view sql, const Params& params) {
    const auto& first = prepared(before, Params());
    const auto& name = prepared(sql, params);
    const Bound bound(params);
    const bool sent =
        PQenterPipelineMode(raw()) == 1 &&
        PQsendQueryPrepared(raw(), first.c_str(), 0, nullptr, nullptr, nullptr, 1) == 1 &&
        PQsendQueryPrepared(raw(),
                            name.c_str(),
                            bound.count(),
                            bound.bytes.data(),
                            bound.lengths.data(),
                            bound.binary.data(),
                            1) == 1 &&
        PQpipelineSync(raw()) == 1;
    if (sent) return;
    distrust();
    throw gone(raw());
}

/// An error leaves the rest of the pipeline undone; the sync point tells that all is over, and
/// comes without an error before it only when the transaction is committed.
Rows Connection::receive() {
    constexpr int kMostAnswers = 8;  // two statements, what ends each, an error, the sync point
    std::shared_ptr<const Rows::Result> last;
    std::optional<Failure> failure;
    bool over = false;
    for (int i = 0; i < kMostAnswers && !over && open(); ++i) {
        auto result = std::make_shared<const Rows::Result>(PQgetResult(raw()));
        const auto status = PQresultStatus(result->raw);
        over = status == PGRES_PIPELINE_SYNC;
        if (over || result->raw == nullptr || status == PGRES_PIPELINE_ABORTED) continue;
        try {
            check(result->raw);
            last = std::move(result);
        } catch (const Failure& told) {
            if (!failure) failure = told;
        }
    }
    if (PQexitPipelineMode(raw()) != 1) distrust();
    if (failure) refuse(*failure);
    if (!over) throw gone(raw());
    return Rows(std::move(last));
}

const std::string& Connection::prepared(std::string_view sql, const Params& params) {
    std::string key(sql);
    std::vector<Oid> types;
    for (const auto& value : params.values()) {
        types.push_back(value.oid);
        key += '\0' + std::to_string(value.oid);
    }
    if (const auto found = prepared_.find(key); found != prepared_.end()) {
        found->second.used = ++uses_;
        return found->second.name;
    }
    if (prepared_.size() >= kMostPrepared) forgetOldest();
    const auto name = "s" + std::to_string(++named_);
    const Rows::Result result(PQprepare(raw(),
                                        name.c_str(),
                                        std::string(sql).c_str(),
                                        static_cast<int>(types.size()),
                                        types.data()));
    check(result.raw);
    return prepared_.emplace(std::move(key), Prepared{name, ++uses_}).first->second.name;
}

void Connection::forgetOldest() {
    const auto oldest =
        std::min_element(prepared_.begin(), prepared_.end(), [](const auto& a, const auto& b) {
            return a.second.used < b.second.used;
        });
    command("DEALLOCATE " + oldest->second.name);
    prepared_.erase(oldest);
}

}  // namespace souk::store
