#pragma once

#include <string>
#include <vector>

namespace souk::web::test {

/// Bytes a client sends, and what must come of them.
struct WireCase {
    std::string name;
    std::string bytes;
    int status = 0;        ///< of the first answer that is not 1xx; 0: closed without an answer
    std::string contains;  ///< in that answer's body
    bool stays = false;    ///< the connection then serves another request, else it is closed
};

/// Requests whose head alone decides.
std::vector<WireCase> headCases();
/// Requests whose body and its framing decide.
std::vector<WireCase> bodyCases();

}  // namespace souk::web::test
