#include "support/dump.hpp"

#include "store/cluster.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace souk::test {

std::string dumpOf(const std::string& url, const std::filesystem::path& file) {
    const auto binaries = store::findBinaries({}, std::nullopt, "/usr/lib/postgresql");
    if (!binaries) throw std::runtime_error(binaries.error().message);
    store::Program program;
    program.file = *binaries / "pg_dump";
    program.arguments = {"--inserts", "--dbname", url};
    program.output = file;
    auto process = store::Process::start(program);
    if (!process || !process->ended(std::chrono::minutes(10)))
        throw std::runtime_error("pg_dump did not end");
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (process->exitCode() != 0) throw std::runtime_error(text.substr(0, 2000));
    return text;
}

}  // namespace souk::test
