#pragma once

#include "store/database.hpp"
#include "store/embedded.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace souk::test {

/// A PostgreSQL cluster of this test process alone: started at first use, stopped at exit and when
/// the process dies, never as root. First use must be on the main thread.
class TestDatabase {
public:
    static TestDatabase& instance();

    /// URL of a new database with the newest schema.
    std::string freshUrl();
    /// The same behind a pool.
    std::unique_ptr<store::Database> fresh(const store::PoolLimits& limits = {});
    /// URL of one database with the newest schema, the same at every call, its rows deleted: much
    /// quicker than a fresh one. For tests that change no table and leave no transaction open.
    std::string emptiedUrl();
    std::unique_ptr<store::Database> emptied(const store::PoolLimits& limits = {});
    /// URL of a new database without any schema.
    std::string emptyUrl();

private:
    TestDatabase();
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    std::string urlOf(const std::string& name) const;
    std::string create(const std::string& templateName);

    std::filesystem::path folder_;
    std::unique_ptr<store::EmbeddedServer> server_;
    bool migrated_ = false;
    std::string emptied_;
    int created_ = 0;
};

/// A folder with a short path below the system's temporary one, gone with the object. Folders that
/// killed test processes left behind are removed too.
class TestFolder {
public:
    explicit TestFolder(const std::string& name);
    ~TestFolder();
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

/// A vault key that the database knows, so that rows may be sealed with it.
void insertVaultKey(store::Database& database, const std::string& id = "k001");

/// A store of its own, in EUR and Europe/Berlin.
core::Uuid insertStore(store::Database& database, const std::string& name = "Test store");

/// A connected integration of a store. `account` is its id on the platform.
core::Uuid insertIntegration(store::Database& database,
                             const core::Uuid& storeId,
                             const std::string& platform = "example",
                             const std::string& account = "account-1",
                             const std::string& status = "connected");

}  // namespace souk::test
