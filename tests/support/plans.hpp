#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace souk::test {

/// One scan of a table, or of an index beneath a bitmap, in the plan of a statement that ran.
struct Scan {
    std::string statement;
    std::string kind;          ///< "Seq Scan", "Index Scan", ...
    std::string relation;      ///< the table, a partition of it, or the index
    std::string condition;     ///< of the index, else the filter
    std::int64_t visited = 0;  ///< rows read, those that a filter threw away included

    std::string text() const;
};

/// In words, what of `scans` reads more than `most` rows, or is to read one of the tables `large`
/// whole, whether it came to that or not; empty when all go by keys.
std::string faultsOf(const std::vector<Scan>& scans,
                     std::int64_t most,
                     const std::set<std::string>& large);
/// The tables, partitions each for itself, of more than a megabyte.
std::set<std::string> largeTables(const std::string& url);
/// For tables filled by hand: nobody comes to know how many rows they hold but by analyseAll().
void neverAnalyse(const std::string& url);
void analyseAll(const std::string& url);

/// The plans of the statements that sessions of a server of ours ran, as PostgreSQL itself tells
/// them (auto_explain) in its log: whatever a room runs is seen, with the parameters it had.
class Plans {
public:
    /// `url` so that its sessions tell their plans.
    static std::string toldBy(const std::string& url);

    /// Of what runs from here on, in a database of `url`'s server.
    explicit Plans(const std::string& url);
    /// Of what ran since the last call, in order.
    std::vector<Scan> scans();

private:
    std::filesystem::path log_;
    std::uintmax_t read_ = 0;
};

}  // namespace souk::test
