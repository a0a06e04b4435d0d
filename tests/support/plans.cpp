#include "support/plans.hpp"

#include "store/database.hpp"

#include <souk/sdk/crypto.hpp>
#include <souk/sdk/json.hpp>

#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace souk::test {

namespace {

constexpr std::string_view kPlanFollows = " plan:\n";

constexpr std::string_view kNeverAnalyse = R"sql(
DO $$
DECLARE
    t regclass;
BEGIN
    FOR t IN SELECT oid FROM pg_class
             WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', t);
    END LOOP;
END $$)sql";

constexpr std::string_view kLargeTables = R"sql(
SELECT relname::text AS name FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 1000000)sql";

/// 3 from "3" and from "3.00".
std::int64_t wholeOf(const sdk::Json& node, std::string_view key) {
    const auto text = node.textOr(key, "0");
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string relationOf(const sdk::Json& node) {
    return node.textOr("Relation Name", node.textOr("Index Name", ""));
}

/// Rows are told as a mean of the node's loops.
std::int64_t visitedBy(const sdk::Json& node) {
    const auto rows = wholeOf(node, "Actual Rows") + wholeOf(node, "Rows Removed by Filter") +
                      wholeOf(node, "Rows Removed by Index Recheck");
    return rows * wholeOf(node, "Actual Loops");
}

void addScans(const std::string& statement, const sdk::Json& node, std::vector<Scan>& out) {
    const auto kind = node.textOr("Node Type", "");
    if (const auto relation = relationOf(node); kind.ends_with("Scan") && !relation.empty())
        out.push_back({statement,
                       kind,
                       relation,
                       node.textOr("Index Cond", node.textOr("Filter", "")),
                       visitedBy(node)});
    const auto below = node.items("Plans");
    if (!below) return;  // a leaf
    for (const auto& child : *below) addScans(statement, child, out);
}

/// The lines that go on from `at`: each begins with a tab.
std::string continuation(const std::string& log, std::size_t at) {
    std::string text;
    while (at < log.size() && log[at] == '\t') {
        const auto end = log.find('\n', at);
        text.append(log, at + 1, end - at);
        if (end == std::string::npos) break;
        at = end + 1;
    }
    return text;
}

/// Beside the data, where the embedded server puts it.
std::filesystem::path logOf(const std::string& url) {
    store::Database database(url, {});
    auto tx = database.asLogin();
    const std::filesystem::path data = tx.query("SHOW data_directory")[0].text("data_directory");
    return data.parent_path() / "postgresql.log";
}

}  // namespace

std::string Scan::text() const {
    constexpr std::size_t kShown = 120;
    return kind + " of " + relation + ", " + std::to_string(visited) + " rows, by " +
           (condition.empty() ? "nothing" : condition.substr(0, kShown)) + " in\n" + statement +
           '\n';
}

std::string faultsOf(const std::vector<Scan>& scans,
                     std::int64_t most,
                     const std::set<std::string>& large) {
    std::string faults;
    for (const auto& scan : scans)
        if (scan.visited > most || (scan.kind == "Seq Scan" && large.contains(scan.relation)))
            faults += scan.text();
    return faults;
}

std::set<std::string> largeTables(const std::string& url) {
    store::Database database(url, {});
    auto tx = database.asLogin();
    std::set<std::string> names;
    for (const auto row : tx.query(kLargeTables)) names.insert(row.text("name"));
    return names;
}

void neverAnalyse(const std::string& url) {
    store::Database database(url, {});
    auto tx = database.asLogin();
    tx.query(kNeverAnalyse);
    tx.commit();
}

void analyseAll(const std::string& url) {
    store::Database database(url, {});
    auto tx = database.asLogin();
    tx.query("ANALYZE");
    tx.commit();
}

std::string Plans::toldBy(const std::string& url) {
    std::string options;
    for (const auto* setting : {"session_preload_libraries=auto_explain",
                                "auto_explain.log_min_duration=0",
                                "auto_explain.log_analyze=on",
                                "auto_explain.log_timing=off",
                                "auto_explain.log_format=json"})
        options += std::string("-c ") + setting + ' ';
    return url + "&options=" + sdk::percentEncode(options);
}

Plans::Plans(const std::string& url) : log_(logOf(url)), read_(file_size(log_)) {}

std::vector<Scan> Plans::scans() {
    std::ifstream in(log_, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(read_));
    const std::string log{std::istreambuf_iterator<char>(in), {}};
    read_ += log.size();
    std::vector<Scan> found;
    for (auto at = log.find(kPlanFollows); at != std::string::npos;
         at = log.find(kPlanFollows, at + 1)) {
        const auto told = sdk::Json::parse(continuation(log, at + kPlanFollows.size()));
        if (!told) throw std::runtime_error("unreadable plan: " + told.error().message);
        addScans(told->textOr("Query Text", ""), told->at("Plan"), found);
    }
    return found;
}

}  // namespace souk::test
